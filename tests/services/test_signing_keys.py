"""Another key for checkpoints: the former covers the change, the new one signs what follows, and no third."""

import json
from contextlib import suppress

import pytest

from states.errors import Refusal
from tests.builders import a_case, at, opened_again, rows, signed
from tests.services.test_keys import AFTER, ROTATED, Cut
from workflow import placing, secret
from workflow.services import checkpoints, evidence, signing_keys
from workflow.services.batch import Batch
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.signing import is_signed, read_signing_key, read_signing_keys, signing_file
from workflow.storage import log
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import Event
from workflow.storage.session import reading


def rotate(office, when=ROTATED):
    return evidence.rotate_signing(office, reason="岗位轮换", by=signed(None, when))


def checkpoint(office, when=AFTER):
    return checkpoints.checkpoint(office, at=when, by=signed(None, when)).made


def keys_of(office):
    return [one.public for one in read_signing_keys(office.settings.secret_file)]


def test_the_former_key_covers_the_change_and_the_new_one_signs_what_follows(office):
    a_case(office)
    first = checkpoint(office, ROTATED)
    done = rotate(office)
    change, after = done.kept.made, checkpoint(office)
    assert [one.key for one in (first, change, after)] == [done.told["former"]] * 2 + [done.told["public"]]
    assert all(is_signed(one) for one in (change, after))
    with reading(office.engine) as tx:
        covered = log.event_at(tx, change.end - 1)
    (entry,) = (row for row in rows(office, Event) if row.kind == "signing_key_rotated")
    assert covered == entry.id
    told = json.loads(entry.payload)["details"]
    assert told == {"former": done.told["former"], "public": done.told["public"]}
    assert verify(office).findings == []


def test_only_the_new_key_stays_in_the_file(office):
    done = rotate(office)
    assert keys_of(office) == [done.told["public"]]
    assert signing_file(office.settings.secret_file).stat().st_mode & 0o077 == 0


STEPS = [
    (secret, "_write_through"),
    (placing, "sync"),
    (Batch, "note"),
    (Batch, "flush"),
    (checkpoints, "make_in"),
    (evidence, "keep_signing_key"),
]


@pytest.mark.parametrize(("where", "step"), STEPS)
@pytest.mark.parametrize("after", [False, True])
def test_cut_off_at_any_step_one_key_signs_and_it_can_be_done_again(office, monkeypatch, where, step, after):
    real = getattr(where, step)

    def cut_off(*words, **how):
        if after:
            real(*words, **how)
        raise Cut

    with monkeypatch.context() as patched, suppress(Cut):
        patched.setattr(where, step, cut_off)
        rotate(office)
    with reading(office.engine) as tx:
        announced = signing_keys.announced(tx)
    assert checkpoint(office).key == announced[0]
    assert rotate(office, AFTER).told["former"] == announced[0]
    assert len(keys_of(office)) == 1
    assert checkpoint(office, at(2026, 8, 3)).key == keys_of(office)[0]
    assert verify(office).findings == []


@pytest.mark.parametrize(("where", "step"), [(checkpoints, "make_in"), (evidence, "keep_signing_key")])
def test_migrate_ends_what_was_cut_off(office, monkeypatch, where, step):
    with monkeypatch.context() as patched, suppress(Cut):
        patched.setattr(where, step, lambda *_, **__: (_ for _ in ()).throw(Cut))
        rotate(office)
    assert len(keys_of(office)) == 2
    install(office.settings, by=signed(None, AFTER)).engine.dispose()
    with reading(office.engine) as tx:
        assert keys_of(office) == signing_keys.announced(tx)[:1]


def test_a_host_with_the_former_key_signs_nothing_any_more(office, tmp_path):
    elsewhere = tmp_path / "elsewhere"
    for suffix in ("", ".signing"):
        (tmp_path / f"elsewhere{suffix}").write_bytes((tmp_path / f"duban.secret{suffix}").read_bytes())
    with opened_again(office, secret_file=elsewhere) as other:
        checkpoint(other, ROTATED)
        rotate(office)
        install(other.settings, by=signed(None, ROTATED)).engine.dispose()
        with pytest.raises(Refusal) as refused:
            checkpoint(other)
    assert refused.value.code == "signing_key_unknown"
    assert len(rows(office, CheckpointMade)) == 2


def test_a_lost_key_is_followed_by_one_that_migrate_makes(office):
    checkpoint(office, ROTATED)
    signing_file(office.settings.secret_file).unlink()
    install(office.settings, by=signed(None, AFTER)).engine.dispose()
    assert checkpoint(office).key == read_signing_key(office.settings.secret_file).public
    assert verify(office).findings == []
