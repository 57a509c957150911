"""Another key for the keyed codes: cut off anywhere, picked up by everybody, no way back to the former."""

import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from states.errors import Refusal
from tests.builders import LIAISON, a_case, at, give, history, opened_again, rows, signed, stored
from tests.unguarded import behind_the_application
from workflow import placing, secret
from workflow.secret import Key, read_secret
from workflow.services import checkpoints, evidence
from workflow.services.batch import Batch
from workflow.services.entries import Act, Scribe
from workflow.services.hands import Hand
from workflow.services.verification import verify
from workflow.storage import evidence as stored_evidence
from workflow.storage import log, queries
from workflow.storage.models import Event
from workflow.storage.session import transaction

ROTATED, AFTER = at(2026, 8, 1), at(2026, 8, 2)
REASON = "前任管理员离岗"


def rotate(office, when=ROTATED, **how):
    by = replace(signed(None, when), account="ops")
    return evidence.rotate(office, reason=REASON, by=by, **how).told


def report(office, case, when=AFTER):
    give(office, case, "report_progress", LIAISON, when, progress="已修复120盏")


def lines(office):
    return office.settings.secret_file.read_text().splitlines()


def found(office):
    return [one["code"] for one in verify(office).findings]


def test_what_was_written_before_still_verifies_and_what_comes_bears_the_new_key(office):
    case = a_case(office)
    done = rotate(office)
    report(office, case)
    assert {entry.key_id for entry in history(office, case)[:-1]} == {done["former"]}
    assert history(office, case)[-1].key_id == done["new"]
    result = verify(office)
    assert (result.findings, result.unkeyed) == ([], 0)


def test_the_journal_tells_of_it_under_the_former_key(office):
    done = rotate(office)
    (entry,) = (one for one in rows(office, Event) if one.kind == "key_rotated")
    told = json.loads(entry.payload)
    assert entry.key_id == done["former"] == told["details"]["former"]
    assert (told["details"]["new"], told["door"], told["account"]) == (done["new"], "test", "ops")
    assert done["reason"] == REASON


def test_a_running_process_takes_the_new_key_up_by_itself(office):
    with opened_again(office) as running:
        case = a_case(running)
        new = rotate(office)["new"]
        report(running, case)
    assert history(office, case)[-1].key_id == new


def test_a_host_whose_file_lacks_the_new_key_writes_nothing(office, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(office.settings.secret_file.read_bytes())
    with opened_again(office, secret_file=elsewhere) as other:
        case = a_case(other)
        rotate(office)
        before = row_ids(office)
        with pytest.raises(Refusal) as refused:
            report(other, case)
        assert (refused.value.code, row_ids(office)) == ("key_unknown", before)
        elsewhere.write_bytes(office.settings.secret_file.read_bytes())
        report(other, case)
    assert verify(office).exit_code == 0


def row_ids(office):
    return [row.id for row in rows(office, Event)]


class Cut(BaseException):
    """The power goes."""


def cut(*_, **__):
    raise Cut


STEPS = [
    (stored_evidence, "lock"),
    (secret, "_write_through"),
    (Path, "replace"),
    (placing, "sync"),
    (Batch, "note"),
    (Batch, "flush"),
    (log, "change_evidence"),
    (checkpoints, "make_in"),
]


@pytest.mark.parametrize(("where", "step"), STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_cut_off_at_any_step_nothing_happened_and_it_can_be_done_again(
    office, monkeypatch, where, step, after
):
    case, real = a_case(office), getattr(where, step)

    def cut_off(*words, **how):
        if after:
            real(*words, **how)
        raise Cut

    with monkeypatch.context() as patched, suppress(Cut):
        patched.setattr(where, step, cut_off)
        rotate(office)
    with opened_again(office) as again:
        assert evidence.status(again)["key"] == history(office, case)[0].key_id
        report(again, case)
        assert found(again) == []
        new = rotate(again, AFTER)["new"]
        report(again, case, at(2026, 8, 3))
        assert (history(again, case)[-1].key_id, found(again)) == (new, [])


def test_a_rotation_among_writers_keeps_every_entry_on_its_side(office):
    cases = [a_case(office) for _ in range(3)]

    def write(case):
        for _ in range(6):
            report(office, case, ROTATED)

    with ThreadPoolExecutor(4) as pool:
        writing = [pool.submit(write, case) for case in cases]
        turns = [pool.submit(rotate, office).result() for _ in range(3)]
        for one in writing:
            one.result()
    assert len(lines(office)) == 1 + len(turns)
    assert verify(office).findings == []


def test_the_file_stays_its_owner_s_alone_and_keeps_the_former_keys(office):
    (first,) = lines(office)
    rotate(office)
    assert lines(office)[0] == first
    assert len(lines(office)) == 2
    assert office.settings.secret_file.stat().st_mode & 0o077 == 0


def test_a_file_that_cannot_be_written_leaves_everything_as_it_was(office, monkeypatch):
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError("busy")))
    before = (lines(office), evidence.status(office), sorted(office.settings.secret_file.parent.iterdir()))
    with pytest.raises(Refusal) as refused:
        rotate(office)
    after = (lines(office), evidence.status(office), sorted(office.settings.secret_file.parent.iterdir()))
    assert (refused.value.code, after) == ("secret_unwritable", before)


def without_the_first_key(office):
    office.settings.secret_file.write_text("".join(f"{line}\n" for line in lines(office)[1:]))
    return replace(office, secret=read_secret(office.settings.secret_file))


def test_without_a_former_key_its_entries_cannot_be_judged_and_the_others_can(office):
    case = a_case(office)
    rotate(office)
    report(office, case)
    result = verify(without_the_first_key(office))
    assert (result.findings, result.exit_code, result.unkeyed) == ([], 2, result.entries - 1)


def test_a_key_in_force_that_is_lost_is_followed_by_a_new_one_only_when_asked(office):
    case = a_case(office)
    rotate(office)
    office.settings.secret_file.write_text("ab" * 32 + "\n")
    office = replace(office, secret=read_secret(office.settings.secret_file))
    with pytest.raises(Refusal) as refused:
        rotate(office)
    assert refused.value.code == "key_unknown"
    new = rotate(office, AFTER, lost=True)["new"]
    report(office, case, at(2026, 8, 3))
    assert history(office, case)[-1].key_id == new
    result = verify(office)
    assert (result.findings, result.exit_code, result.unkeyed) == ([], 2, result.entries - 2)


def test_a_key_that_is_there_is_not_lost(office):
    with pytest.raises(Refusal) as refused:
        rotate(office, lost=True)
    assert refused.value.code == "key_held"


@pytest.mark.parametrize("reason", [None, "", "  "])
def test_a_change_of_key_or_digest_needs_a_reason(office, reason):
    for change in (evidence.rotate, lambda *one, **how: evidence.switch(*one, "sm3", **how)):
        with pytest.raises(Refusal) as refused:
            change(office, reason=reason, by=signed(None, ROTATED))
        assert refused.value.code == "reason_missing"
    assert len(lines(office)) == 1


def forge(office, case, hand, when=AFTER, event_id=None):
    """Append an entry to a case with the database in one's own hands and a key that once was right."""
    chain = stored(office, case)
    act = Act("progress_noted", when, "R011", before="handling", after="handling")
    entry = Scribe(hand, signed("R011", when)).write(chain, act, chain.number).event
    own = {} if event_id is None else {"id": event_id}
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.EVENT).values(entry | own))
        head = {"seq": chain.seq, "head": chain.head, "recorded_at": chain.recorded_at}
        tx.execute(queries.CASE.update().where(queries.CASE.c.id == case.id).values(head))


def hand_of_old(office):
    return Hand("sha256", next(iter(office.secret.keys.values())))


def test_an_entry_written_later_with_a_former_key_is_named(office):
    case = a_case(office)
    rotate(office)
    forge(office, case, hand_of_old(office))
    assert found(office) == ["old_key_used"]


@pytest.mark.parametrize("when", [AFTER, at(2026, 7, 5)])
def test_a_former_key_is_named_though_the_entry_is_put_before_the_change(office, when):
    case = a_case(office)
    rotate(office)
    if when != AFTER:
        report(office, case, ROTATED)
    forge(office, case, hand_of_old(office), when, event_id=-5)
    assert "old_key_used" in found(office)


def test_a_key_that_no_entry_announced_is_named(office):
    case = a_case(office)
    stranger = Key(b"x" * 32)
    forge(office, case, Hand("sha256", stranger))
    assert found(office) == ["key_unannounced"]


BEHIND = [
    ("UPDATE events SET key_id = 'ffffffffffffffff' WHERE case_id = 1 AND seq = 2", "key_unannounced"),
    ("UPDATE evidence SET key_id = 'ffffffffffffffff'", "evidence_changed"),
    ("UPDATE evidence SET key_id = (SELECT key_id FROM events WHERE id = 1)", "evidence_changed"),
    ("UPDATE evidence SET algorithm = 'sm3'", "evidence_changed"),
    ("UPDATE evidence SET epoch = 2", "evidence_changed"),
    ("DELETE FROM evidence", "evidence_missing"),
    ("UPDATE events SET key_id = (SELECT key_id FROM evidence) WHERE case_id = 1 AND seq = 2", "forged"),
    ("UPDATE events SET id = -9 WHERE kind = 'key_rotated'", "old_key_used"),
]


@pytest.mark.parametrize(("statement", "code"), BEHIND)
def test_what_is_done_to_keys_behind_the_application_is_named(office, statement, code):
    case = a_case(office)
    rotate(office)
    report(office, case)
    behind_the_application(office, statement)
    assert code in found(office)


def test_a_rotation_nobody_with_the_former_key_wrote_is_forged(office):
    case, thief = a_case(office), Key(b"x" * 32)
    with transaction(office.engine) as tx:
        journal = queries.journal(tx)
    chain = replace(stored(office, case), id=0, seq=journal.seq, head=journal.head, recorded_at=None)
    told = {"former": office.secret.newest.id, "new": thief.id, "lost": True}
    entry = Scribe(Hand("sha256", thief), signed(None, ROTATED)).write(
        chain, Act("key_rotated", ROTATED, details=told), "office"
    )
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.EVENT).values(entry.event))
        head = {"seq": chain.seq, "head": chain.head, "recorded_at": chain.recorded_at}
        tx.execute(queries.JOURNAL.update().values(head))
        tx.execute(text("UPDATE evidence SET key_id = :thief"), {"thief": thief.id})
    forge(office, case, Hand("sha256", thief))
    result = verify(office)
    assert (result.exit_code, result.unkeyed) == (2, 2), "nobody can tell, and that is never clean"
    with pytest.raises(Refusal) as refused:
        report(office, case, at(2026, 8, 3))
    assert refused.value.code == "key_unknown"
