"""What the deeds of a database's owner share: each draws its victim, and tells where verification must point.

A deed returns the facts that a finding must bear: `case` and `seq` of an entry, its `position` in the log (a
finding's stretch must hold it), or the key of a row that is no entry.
"""

from collections.abc import Callable
from typing import Any

from tests.tampering.owner import Owner, retold
from workflow.storage.directory_models import Deputy, Person, RoleGrant, Unit, UnitSuccession
from workflow.storage.models import (
    Attachment,
    CaseUnit,
    Event,
    Recusal,
    TimeLimit,
)
from workflow.storage.scheduler_models import DigestSent
from workflow.storage.work_models import Mention

Victim = dict[str, Any]
Deed = Callable[[Owner], Victim]
FORGER = "R012"
HEX = "0123456789abcdef"
DONE = ("changed", "missing", "unrecorded")
TURNS = (
    TimeLimit,
    CaseUnit,
    Attachment,
    Mention,
    Unit,
    Person,
    RoleGrant,
    Deputy,
    Recusal,
    UnitSuccession,
    DigestSent,
)
"""With one seed, each of the three is done to some table; with three, all are to every table."""


def at_entry(owner: Owner, row: Any) -> Victim:
    return {"case": owner.name(row.case_id), "seq": row.seq}


def set_entry(owner: Owner, row: Any, **values: Any) -> Victim:
    owner.change(row, Event, **values)
    return at_entry(owner, row)


def other_hex(owner: Owner, value: str) -> str:
    """A hash with one digit changed."""
    place = owner.dice.randrange(len(value))
    digit = owner.dice.choice([one for one in HEX if one != value[place]])
    return value[:place] + digit + value[place + 1 :]


def of_case(owner: Owner, row: Any) -> Victim:
    return {"case": owner.name(row.case_id)}


def edit_digits(owner: Owner, column: str) -> Victim:
    """One digit of a hash, a code or a key's name."""
    row = owner.entry()
    return set_entry(owner, row, **{column: other_hex(owner, getattr(row, column))})


def retell_the_actor(owner: Owner, row: Any, actor: str) -> Victim:
    """Another actor in an entry, and its whole chain hashed anew."""
    owner.change(row, Event, payload=retold(row, actor=actor), actor=actor)
    owner.hash_again(row.case_id)
    return at_entry(owner, row)


def change_to_one_of(owner: Owner, row: Any, model: Any, *changes: dict[str, Any]) -> None:
    """One of the changes, drawn."""
    owner.change(row, model, **owner.dice.choice(changes))


def by_turns(
    owner: Owner, model: Any, row: Any, changed: dict[str, Any], another: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    """Change a row, remove it, or add another like it, whichever it is this table's turn to have done to it.

    Returns how verification is to call it, and the row that was touched.
    """
    done = DONE[(TURNS.index(model) + owner.turn) % len(DONE)]
    told = row._asdict()
    if done == "changed":
        owner.change(row, model, **changed)
    elif done == "missing":
        owner.remove(row, model)
    else:
        told |= another
        owner.add(model, told)
    return done, told
