"""The manual's table "what each party can still do", row by row: what shows it, and that nothing else does.

What is admitted to stay hidden is shown to stay hidden, so that the manual promises no more than is so.
"""

import shutil
from dataclasses import replace
from random import Random

from sqlalchemy import select

from states.evidence.checkpoint import parse
from states.history import keyed_code
from tests.builders import OFFICER, at, give, opened_again
from tests.tampering.conftest import CITY
from tests.tampering.deeds import chains
from tests.tampering.lived_city import EARLIER
from tests.tampering.owner import EVENT, retold, the_owner, tree_of
from workflow.services.verification import verify
from workflow.signing import read_signing_key
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import Event

LATER = at(2026, 11, 30)


def owning(office):
    """The owner at work; which victims he draws depends on no test before."""
    return the_owner(office, Random("parties"))


def codes(office):
    return {one["code"] for one in verify(office).findings}


def test_the_owner_of_the_database_alone_rewrites_nothing_that_is_sealed(copy_of):
    office = copy_of()
    with owning(office) as owner:
        chains.seal_what_is_forged(owner)
    assert {"forged", "root_changed"} <= codes(office)


def test_he_can_take_back_what_no_checkpoint_covers_yet_and_nothing_tells(copy_of):
    """Admitted: until the next checkpoint only receipts outside show it."""
    office = copy_of()
    with owning(office) as owner:
        unsealed = EVENT.c.id > owner.sealed_end(), EVENT.c.case_id > 0
        tail = list(owner.run(select(EVENT).where(*unsealed).order_by(EVENT.c.id)))
        owner.remove_entries(tail)
        for case_id in {one.case_id for one in tail}:
            owner.fold_again(case_id)
    assert tail and verify(office).findings == []


def test_what_he_makes_up_is_shown_even_before_it_is_sealed(copy_of):
    office = copy_of()
    with owning(office) as owner:
        victim = chains.append_an_entry(owner)
    first = verify(office).first
    assert (first["code"], first["case"], first["seq"]) == ("forged", victim["case"], victim["seq"])


def test_an_older_copy_is_shorter_than_the_checkpoints_outside(copy_of):
    office = copy_of()
    office.engine.dispose()
    folder = office.settings.secret_file.parent
    shutil.copy(folder / EARLIER, folder / CITY)
    with opened_again(office) as older:
        assert {"log_cut", "checkpoint_newer"} <= codes(older)
        inside = replace(older, settings=older.settings.model_copy(update={"checkpoint_dir": None}))
        assert verify(inside).findings == []


def test_he_can_read_everything(copy_of):
    """Evidence is no secrecy: titles and words lie open."""
    with owning(copy_of()) as owner:
        assert any("背街小巷" in row.payload for row in owner.rows(Event))


def test_the_owner_of_the_host_adds_what_is_untrue_and_no_hash_tells(copy_of):
    """Admitted: through the program, in anybody's name, at the current time."""
    office = copy_of()
    give(office, "滨街2026-003", "comment", OFFICER, LATER, text="并无此事")
    assert verify(office).findings == []


def test_but_not_into_the_past_of_what_is_sealed(copy_of):
    """An entry put between sealed ones, its code right, its chain hashed anew."""
    office = copy_of()
    with owning(office) as owner:
        row = owner.entry()
        chain = owner.chain(row.case_id)
        owner.remove_entries([one for one in chain if one.seq > row.seq])
        owner.add(Event, chains.forged_after(row, office.secret.newest.value))  # the code is right
        owner.move_head(row.case_id)
    assert {"log_event_missing", "root_changed"} & codes(office)


def rewritten(office):
    """Everything made anew with every key of the host: entries, codes, log and signed checkpoints."""
    key, signing = office.secret.newest.value, read_signing_key(office.settings.secret_file)
    with owning(office) as owner:
        row = owner.entry(EVENT.c.kind == "urged")
        owner.change(row, Event, payload=retold(row, actor="R012"), actor="R012")
        owner.hash_again(row.case_id)
        for one in owner.chain(row.case_id):
            owner.change(one, Event, keyed_code=keyed_code(one.hash, key, one.algorithm))
        owner.seal_again()
        resign(owner, signing)


def resign(owner, signing):
    """Every checkpoint over the log as it is now."""
    previous = "0" * 64
    for row in owner.rows(CheckpointMade):
        one = parse(row.text)
        root = tree_of(owner, one.size).root.hex()
        made = signing.sign(replace(one, root=root, previous=previous))
        owner.change(row, CheckpointMade, text=made.text, hash=made.hash)
        previous = made.hash


def test_whoever_holds_host_and_keys_rewrites_all_while_nothing_lies_outside(copy_of):
    """Admitted: so anchor on the first day."""
    office = copy_of()
    rewritten(office)
    inside = replace(office, settings=office.settings.model_copy(update={"checkpoint_dir": None}))
    result = verify(inside)
    assert (result.findings, result.anchored) == ([], False)


def test_once_checkpoints_lie_elsewhere_it_splits_from_them(copy_of):
    office = copy_of()
    rewritten(office)
    assert {"checkpoint_split", "root_changed"} <= codes(office)


def test_everyone_together_with_those_who_hold_the_checkpoints_can_do_anything(copy_of):
    """Admitted: the files outside replaced by those of the table."""
    office = copy_of()
    rewritten(office)
    with owning(office) as owner:
        for file, row in zip(sorted(owner.outside.iterdir()), owner.rows(CheckpointMade), strict=True):
            file.chmod(0o600)
            file.write_text(row.text)
    result = verify(office)
    assert (result.findings, result.anchored) == ([], True)
