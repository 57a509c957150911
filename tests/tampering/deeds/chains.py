"""Deeds done to whole chains hashed anew, to whole cases, and with entries made up."""

from dataclasses import replace
from typing import Any

from states.evidence.checkpoint import parse
from states.history import PROFILES, chain_hash, keyed_code
from tests.tampering.deeds.victims import FORGER, Victim, at_entry, retell_the_actor
from tests.tampering.owner import EVENT, WRONG_KEY, Owner, copied, retold
from workflow.signing import SigningKey
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import (
    Event,
)

NO_ROLE_OF_THE_DESK = "R022"


def rehash(owner: Owner) -> Victim:
    return retell_the_actor(owner, owner.entry(), FORGER)


def rehash_with_a_key_of_one_s_own(owner: Owner) -> Victim:
    row = owner.entry()
    victim = retell_the_actor(owner, row, FORGER)
    for one in owner.chain(row.case_id):
        if one.seq >= row.seq:
            owner.change(one, Event, keyed_code=keyed_code(one.hash, WRONG_KEY, one.algorithm))
    return victim


def rehash_and_seal_again(owner: Owner) -> Victim:
    victim = rehash_with_a_key_of_one_s_own(owner)
    owner.seal_again()
    return victim


def rehash_in_the_other_algorithm(owner: Owner) -> Victim:
    """From its first entry on."""
    row = owner.entry()
    (other,) = {*PROFILES} - {row.algorithm}
    owner.hash_again(row.case_id, other)
    return {**at_entry(owner, row), "seq": 1}


def give_an_act_to_somebody_without_the_role(owner: Owner) -> Victim:
    """The auditor strikes off and assigns, in a chain hashed anew."""
    kinds, person = EVENT.c.kind.in_(["assigned", "closed_out"]), EVENT.c.actor_kind == "human"
    row = owner.entry(kinds, person, EVENT.c.acting_for.is_(None))
    return retell_the_actor(owner, row, NO_ROLE_OF_THE_DESK)


def remove_a_case(owner: Owner) -> Victim:
    row = owner.entry()
    place = owner.position(owner.chain(row.case_id)[0].id)
    owner.remove_case(row.case_id)
    return {"position": place}


def remove_a_case_and_its_place(owner: Owner) -> Victim:
    """With its places in the log, the tree built anew over the rest."""
    victim = remove_a_case(owner)
    owner.seal_again()
    return victim


def append(owner: Owner, **told: Any) -> Victim:
    """A well-hashed entry at the end of a case, its code made with another key; the row remembers it."""
    last = owner.chain(owner.entry().case_id)[-1]
    values = forged_after(last, **told)
    owner.add(Event, values)
    owner.move_head(last.case_id)
    return {"case": owner.name(last.case_id), "seq": last.seq + 1}


def forged_after(last: Any, key: bytes = WRONG_KEY, **told: Any) -> dict[str, Any]:
    """An entry that goes on from another as the format asks, its code made with a key."""
    said = {"seq": last.seq + 1, "kind": "commented", "before": None, "after": None, "set": {}, "details": {}}
    payload = retold(last, **said, personal=None, **told)
    own = chain_hash(payload, last.hash, last.algorithm)
    columns = {"seq": last.seq + 1, "kind": "commented", "payload": payload, "previous_hash": last.hash,
               "hash": own, "keyed_code": keyed_code(own, key, last.algorithm)}  # fmt: skip
    return copied(last, **columns)


def append_an_entry(owner: Owner) -> Victim:
    return append(owner)


def append_a_backdated_entry(owner: Owner) -> Victim:
    return append(owner, occurred_at="2026-07-02T01:00:00.000000Z")


def insert_in_the_middle(owner: Owner) -> Victim:
    """A made-up entry between two, and the whole chain hashed anew."""
    row = owner.entry()
    later = [one for one in owner.chain(row.case_id) if one.seq > row.seq]
    owner.renumber(row.case_id, later, first=row.seq + 2)
    owner.add(Event, forged_after(row))
    owner.hash_again(row.case_id)
    return {**at_entry(owner, row), "seq": row.seq + 1}


def seal_what_is_forged(owner: Owner) -> Victim:
    """Edited, hashed anew, sealed anew, and every checkpoint signed anew with a key of one's own."""
    victim = rehash_and_seal_again(owner)
    key, previous = SigningKey(bytes(range(32))), "0" * 64
    for row in owner.rows(CheckpointMade):
        forged = key.sign(replace(parse(row.text), key=key.public, previous=previous))
        owner.change(row, CheckpointMade, text=forged.text, hash=forged.hash)
        previous = forged.hash
    return victim
