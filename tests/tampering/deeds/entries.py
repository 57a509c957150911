"""Deeds done to one entry, and to the order of entries."""

import json
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from states.history import PROFILES
from tests.tampering.deeds.victims import (
    FORGER,
    Victim,
    at_entry,
    edit_digits,
    set_entry,
)
from tests.tampering.owner import CASE, EVENT, Owner, copied, retold
from workflow.storage.models import (
    Event,
    Journal,
)
from workflow.storage.queries import table

EASILY_CUT = ("progress_reported", "urged", "commented")


def edit_a_field(owner: Owner) -> Victim:
    row = owner.entry()
    told = json.loads(row.payload)
    name = owner.dice.choice(sorted(name for name, value in told.items() if isinstance(value, str)))
    return set_entry(owner, row, payload=retold(row, **{name: told[name] + "改"}))


def edit_what_was_set(owner: Owner) -> Victim:
    row = owner.entry(EVENT.c.kind == "assigned")
    told = json.loads(row.payload)["set"] | {"due_on": "2027-12-31"}
    return set_entry(owner, row, payload=retold(row, set=told))


def edit_a_character(owner: Owner) -> Victim:
    row = owner.entry()
    place = owner.dice.randrange(len(row.payload))
    changed = row.payload[:place] + chr(ord(row.payload[place]) ^ 1) + row.payload[place + 1 :]
    return set_entry(owner, row, payload=changed)


def edit_white_space(owner: Owner) -> Victim:
    """The same values, other bytes."""
    row = owner.entry()
    return set_entry(owner, row, payload=json.dumps(json.loads(row.payload), ensure_ascii=False))


def edit_the_hash(owner: Owner) -> Victim:
    return edit_digits(owner, "hash")


def edit_the_link(owner: Owner) -> Victim:
    return edit_digits(owner, "previous_hash")


def edit_the_code(owner: Owner) -> Victim:
    return edit_digits(owner, "keyed_code")


def edit_the_key_s_name(owner: Owner) -> Victim:
    return edit_digits(owner, "key_id")


def edit_a_column(owner: Owner) -> Victim:
    row = owner.entry()
    name, value = owner.dice.choice(
        [("actor", "R099"), ("actor_kind", "robot"), ("kind", "archived"), ("acting_for", "R099"),
         ("schema_version", 9)]
    )  # fmt: skip
    return set_entry(owner, row, **{name: value})


def edit_when_it_happened(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, occurred_at=row.occurred_at - timedelta(days=owner.dice.randint(1, 90)))


def edit_when_it_was_recorded(owner: Owner) -> Victim:
    row = owner.entry()
    return set_entry(owner, row, recorded_at=row.recorded_at - timedelta(days=owner.dice.randint(1, 90)))


def name_another_algorithm(owner: Owner) -> Victim:
    row = owner.entry()
    (other,) = {*PROFILES} - {row.algorithm}
    return set_entry(owner, row, algorithm=other)


def name_no_algorithm(owner: Owner) -> Victim:
    return set_entry(owner, owner.entry(), algorithm=owner.dice.choice(["md5", "sha1", "SHA256", ""]))


def edit_the_journal(owner: Owner) -> Victim:
    last = owner.one(select(table(Journal).c.seq))
    row = owner.any_row(Event, EVENT.c.case_id == 0, EVENT.c.seq < last)
    return set_entry(owner, row, payload=retold(row, actor=FORGER))


def delete_in_the_middle(owner: Owner) -> Victim:
    row = owner.entry()
    owner.remove_entries([row])
    return at_entry(owner, row)


def delete_and_close_the_gap(owner: Owner) -> Victim:
    row = owner.entry()
    owner.remove_entries([row])
    owner.renumber(row.case_id, owner.chain(row.case_id))
    return at_entry(owner, row)


def delete_a_mail_attempt(owner: Owner) -> Victim:
    row = owner.entry(EVENT.c.kind.in_(["mail_sent", "mail_failed", "mail_deferred"]))
    owner.remove_entries([row])
    return at_entry(owner, row)


def copy_to_the_end(owner: Owner) -> Victim:
    row = owner.entry()
    last = owner.chain(row.case_id)[-1]
    owner.add(Event, copied(row, seq=last.seq + 1))
    return {**at_entry(owner, row), "seq": last.seq + 1}


def copy_beside(owner: Owner) -> Victim:
    row = owner.entry()
    later = [one for one in owner.chain(row.case_id) if one.seq > row.seq]
    owner.renumber(row.case_id, later, first=row.seq + 2)
    owner.add(Event, copied(row, seq=row.seq + 1))
    return {**at_entry(owner, row), "seq": row.seq + 1}


def swap_two(owner: Owner) -> Victim:
    chain = owner.chain(owner.entry().case_id)
    first, second = sorted(owner.dice.sample(range(1, len(chain) - 1), 2))
    order = list(chain)
    order[first], order[second] = order[second], order[first]
    owner.renumber(chain[0].case_id, order)
    return at_entry(owner, chain[first])


def reorder_a_case(owner: Owner) -> Victim:
    chain = owner.chain(owner.entry().case_id)
    order = list(chain)
    while order == chain:
        owner.dice.shuffle(order)
    owner.renumber(chain[0].case_id, order)
    moved = next(old for old, new in zip(chain, order, strict=True) if old.id != new.id)
    return at_entry(owner, moved)


def move_to_another_case(owner: Owner) -> Victim:
    """An entry taken out of a later case and put at the end of an earlier one: that is where it starts."""
    row = owner.entry(EVENT.c.case_id > 20)
    earlier = owner.dice.randrange(1, 20)
    last = owner.chain(earlier)[-1]
    owner.change(row, Event, case_id=earlier, seq=last.seq + 1)
    return {"case": owner.name(earlier), "seq": last.seq + 1}


def cut_the_tail(owner: Owner) -> Victim:
    row = owner.entry()
    owner.remove_entries([one for one in owner.chain(row.case_id) if one.seq >= row.seq])
    return at_entry(owner, row)


def easy_tail(owner: Owner) -> list[Any]:
    """The last entries of a case, all sealed, of kinds beside which no papers lie."""
    ends = select(EVENT.c.case_id).join(CASE, CASE.c.id == EVENT.c.case_id).where(EVENT.c.seq == CASE.c.seq)
    ends = ends.where(EVENT.c.kind.in_(EASILY_CUT), EVENT.c.id <= owner.sealed_end()).order_by(
        EVENT.c.case_id
    )
    chain = owner.chain(owner.dice.choice(list(owner.run(ends).scalars())))
    easy = next(n for n, one in enumerate(reversed(chain)) if one.kind not in EASILY_CUT)
    return chain[-owner.dice.randint(1, easy) :]


def cut_the_tail_and_the_row(owner: Owner) -> Victim:
    """The case looks as it did before; nothing in it alone tells."""
    tail = easy_tail(owner)
    place = owner.position(tail[0].id)
    owner.remove_entries(tail)
    owner.fold_again(tail[0].case_id)
    return {"position": place}


def cut_it_from_the_log_too(owner: Owner) -> Victim:
    """The same, and the log is built anew over what is left: only roots that lie outside still tell."""
    victim = cut_the_tail_and_the_row(owner)
    owner.seal_again()
    return victim
