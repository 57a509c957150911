"""SM3 or SHA-256: chosen at installation, switched by an entry, and never mixed within an epoch."""

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

import pytest

from states.errors import Refusal
from tests.builders import LIAISON, a_case, at, give, history, opened_again, rows, signed
from tests.conftest import settings_in
from tests.services.test_keys import AFTER, ROTATED, Cut, forge, found, report
from tests.stories import a_whole_story
from tests.unguarded import behind_the_application
from workflow.services import checkpoints, evidence
from workflow.services.batch import Batch
from workflow.services.hands import Hand
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage import evidence as stored_evidence
from workflow.storage import log
from workflow.storage.evidence_models import CheckpointMade, Evidence, LogEntry
from workflow.storage.models import Event
from workflow.storage.session import reading


@pytest.fixture
def sm3_office(bare_database, tmp_path):
    settings = settings_in(tmp_path, bare_database).model_copy(update={"digest": "sm3"})
    office = install(settings, by=signed(None))
    yield office
    office.engine.dispose()


def switch(office, algorithm="sm3", when=ROTATED):
    by = replace(signed(None, when), account="ops")
    return evidence.switch(office, algorithm, reason="商用密码应用改造", by=by)


def algorithms(office):
    return {row.algorithm for row in rows(office, Event)}


def test_an_installation_may_begin_with_sm3(sm3_office):
    assert algorithms(sm3_office) == {"sm3"}
    (row,) = rows(sm3_office, Evidence)
    assert (row.algorithm, row.epoch, row.first) == ("sm3", 1, 0)
    assert verify(sm3_office).exit_code == 0


def test_the_setting_counts_at_the_first_installation_only(office):
    settings = office.settings.model_copy(update={"digest": "sm3"})
    with opened_again(office, digest="sm3"):
        install(settings, by=signed(None, ROTATED)).engine.dispose()
        a_case(office)
    assert algorithms(office) == {"sha256"}


@pytest.mark.parametrize("profile", ["sm3"])
def test_a_whole_story_in_sm3_is_clean(office, profile):
    a_whole_story(office)
    assert algorithms(office) == {profile}
    assert verify(office).findings == []


def test_a_switch_closes_the_epoch_under_a_checkpoint_and_begins_the_next(office):
    case = a_case(office)
    done = switch(office)
    report(office, case)
    closing = done.kept.made
    assert (closing.epoch, closing.algorithm, closing.end) == (1, "sha256", done.told["first"])
    assert rows(office, CheckpointMade)[-1].reason == "switch"
    with reading(office.engine) as tx:
        last = log.event_at(tx, closing.end - 1)
    (entry,) = (row for row in rows(office, Event) if row.kind == "digest_switched")
    assert (entry.id, entry.algorithm) == (last, "sha256")
    assert history(office, case)[-1].algorithm == "sm3"
    opening = checkpoints.checkpoint(office, at=AFTER, by=signed(None, AFTER)).made
    assert (opening.epoch, opening.algorithm, opening.first) == (2, "sm3", closing.end)
    assert {row.epoch for row in rows(office, LogEntry) if row.position >= closing.end} == {2}
    assert verify(office).findings == []


def test_its_entry_tells_what_why_and_by_whom(office):
    switch(office)
    (entry,) = (row for row in rows(office, Event) if row.kind == "digest_switched")
    told = json.loads(entry.payload)
    assert told["details"] == {"old": "sha256", "new": "sm3"}
    assert (told["door"], told["account"], told["actor"]) == ("test", "ops", "system")


def test_an_office_may_switch_back(office):
    case = a_case(office)
    switch(office)
    report(office, case)
    switch(office, "sha256", AFTER)
    report(office, case, at(2026, 8, 3))
    assert [row.algorithm for row in history(office, case)[-2:]] == ["sm3", "sha256"]
    assert verify(office).findings == []
    assert evidence.status(office)["epoch"] == 3


def test_the_mail_of_the_closing_checkpoint_is_told_in_the_new_epoch(office):
    with opened_again(office, auditor_mail="audit@binhai.example") as audited:
        switch(audited)
    (queued,) = (row for row in rows(office, Event) if row.kind == "checkpoint_queued")
    assert queued.algorithm == "sm3"
    checkpoints.checkpoint(office, at=AFTER, by=signed(None, AFTER))
    assert verify(office).findings == []


def test_a_running_process_goes_over_by_itself(office):
    with opened_again(office) as running:
        case = a_case(running)
        switch(office)
        report(running, case)
    assert history(office, case)[-1].algorithm == "sm3"


def test_a_switch_among_writers_keeps_every_entry_on_its_side(office):
    cases = [a_case(office) for _ in range(3)]

    def write(case):
        for _ in range(6):
            report(office, case, ROTATED)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, case) for case in cases]
        for algorithm in ("sm3", "sha256", "sm3"):
            pool.submit(switch, office, algorithm).result()
        for one in writing:
            one.result()
    assert verify(office).findings == []


def test_what_is_in_force_is_not_switched_to(office):
    for algorithm, code in (("sha256", "digest_in_force"), ("md5", "digest_unknown")):
        with pytest.raises(Refusal) as refused:
            switch(office, algorithm)
        assert refused.value.code == code
    assert [row.kind for row in rows(office, Event)].count("digest_switched") == 0


STEPS = [
    (stored_evidence, "lock"),
    (Batch, "note"),
    (Batch, "flush"),
    (checkpoints, "seal_in"),
    (checkpoints, "_signed_in"),
    (checkpoints, "open_epoch"),
    (checkpoints, "close_epoch"),
]


@pytest.mark.parametrize(("where", "step"), STEPS)
def test_a_switch_cut_off_at_any_step_did_nothing_and_can_be_done_again(office, monkeypatch, where, step):
    case, real = a_case(office), getattr(where, step)

    def cut_off(*words, **how):
        real(*words, **how)
        raise Cut

    with monkeypatch.context() as patched, suppress(Cut):
        patched.setattr(where, step, cut_off)
        switch(office)
    report(office, case)
    assert (algorithms(office), rows(office, CheckpointMade), found(office)) == ({"sha256"}, [], [])
    switch(office, when=AFTER)
    report(office, case, at(2026, 8, 3))
    assert (history(office, case)[-1].algorithm, found(office)) == ("sm3", [])


@pytest.fixture
def without_sm3(monkeypatch):
    """A Python whose OpenSSL was built without SM3."""
    real = hashlib.new

    def new(name, *words, **how):
        if name == "sm3":
            raise ValueError("unsupported hash type sm3")
        return real(name, *words, **how)

    def take_away():
        monkeypatch.setattr(hashlib, "new", new)

    return take_away


def test_an_installation_in_sm3_is_refused_where_there_is_none_before_anything_is_made(
    bare_database, tmp_path, without_sm3
):
    without_sm3()
    settings = settings_in(tmp_path / "new", bare_database).model_copy(update={"digest": "sm3"})
    with pytest.raises(Refusal) as refused:
        install(settings, by=signed(None))
    assert (refused.value.code, (tmp_path / "new").exists()) == ("digest_unavailable", False)


def test_a_host_without_sm3_neither_switches_nor_writes_nor_judges(office, without_sm3):
    case = a_case(office)
    switch(office)
    report(office, case)
    without_sm3()
    for attempt in (
        lambda: report(office, case, at(2026, 8, 3)),
        lambda: switch(office, "sm3", at(2026, 8, 3)),
        lambda: install(office.settings, by=signed(None, AFTER)),
        lambda: verify(office),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.code == "digest_unavailable"


def hand(office, algorithm):
    return Hand(algorithm, office.secret.newest)


def test_an_entry_in_the_former_digest_after_the_switch_is_named_even_with_the_key(office):
    case = a_case(office)
    switch(office)
    forge(office, case, hand(office, "sha256"))
    assert found(office) == ["algorithm_mixed"]


def test_an_entry_in_the_new_digest_before_the_switch_is_named(office):
    case = a_case(office)
    forge(office, case, hand(office, "sm3"), at(2026, 7, 2))
    report(office, case)
    assert "algorithm_mixed" in found(office)


BEHIND = [
    ("UPDATE events SET algorithm = 'sha256' WHERE kind = 'progress_reported'", "entry_changed"),
    ("UPDATE events SET algorithm = 'sm4' WHERE kind = 'progress_reported'", "algorithm_unknown"),
    ("UPDATE events SET algorithm = 'SM3' WHERE kind = 'progress_reported'", "algorithm_unknown"),
    ("UPDATE evidence SET algorithm = 'sha256'", "evidence_changed"),
    ("UPDATE evidence SET epoch = 1", "evidence_changed"),
    ("UPDATE evidence SET first = 0", "evidence_changed"),
    ("DELETE FROM evidence", "evidence_missing"),
]


@pytest.mark.parametrize(("statement", "code"), BEHIND)
def test_what_is_done_to_the_digest_behind_the_application_is_named(office, statement, code):
    case = a_case(office)
    switch(office)
    give(office, case, "report_progress", LIAISON, AFTER, progress="已修复120盏")
    behind_the_application(office, statement)
    assert code in found(office)


def test_an_office_opens_again_in_what_it_was_left(sm3_office):
    with opened_again(sm3_office, digest="sha256") as again:
        assert evidence.status(again)["algorithm"] == "sm3"
