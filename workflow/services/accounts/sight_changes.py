"""What of a directory lets people see matters and is no role: the tree of units, and people's names.

Once the three administrators are in office one person alone must not open matters to somebody, so what a
directory changes of these waits for the security administrator, as does what leads mail and matters to
somebody (`value_changes`); everything else of it is taken in. A unit stays under its former one until its
move is confirmed. A new name is written, but matters that name their accountable leader (包保领导) are shown
by it only when it is confirmed: of somebody who goes by another name now, of somebody new whom a matter names
already, by name or code, and of whoever is left alone with a name.

Proposals, like the entries that tell of them, hold codes and no names, which could not be redacted there.
"""

import re
import secrets
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection

from states.accounts.administrators import Change
from states.errors import FactInvalid
from states.register.directory import DirectoryReading, PersonRecord
from states.visibility import SEPARATORS
from workflow.services.accounts import value_changes
from workflow.services.accounts.role_desk import RoleDesk, SightChange
from workflow.services.people import ancestors
from workflow.storage import directory_rows, queries, searches


def moves(tx: Connection, listed: DirectoryReading, day: date) -> list[SightChange]:
    """The units a directory has under another one than before."""
    parents = queries.unit_parents(tx)
    return [
        SightChange(Change.MOVE, day, unit=one.code, value=one.parent or "")
        for one in listed.units
        if one.code in parents and parents[one.code] != one.parent
    ]


def unmoved(tx: Connection, listed: DirectoryReading) -> DirectoryReading:
    """The same directory with every known unit where it stands now."""
    parents = queries.unit_parents(tx)
    units = (replace(one, parent=parents.get(one.code, one.parent)) for one in listed.units)
    return replace(listed, units=tuple(units))


def names(tx: Connection, people: tuple[PersonRecord, ...], day: date) -> list[SightChange]:
    """The people whose names a directory gives a meaning they had not."""
    before = queries.names_of_people(tx)
    written = {one.code: one.name for one in people}
    changed = {code for code, name in written.items() if code in before and before[code] != name}
    left = {before[code] for code in changed}
    alone = {code for code, name in before.items() if name in left and code not in changed}
    new = {code: name for code, name in written.items() if code not in before}
    named = _named_by_matters(tx) if new else frozenset[str]()
    meant = changed | alone | {code for code, name in new.items() if name in named}
    asked = [*((Change.NAME, code) for code in meant), *((Change.CODE, code) for code in new.keys() & named)]
    return [SightChange(what, day, person=code, value=secrets.token_hex(4)) for what, code in sorted(asked)]


def carry_out(desk: RoleDesk, asked: SightChange, request: str) -> SightChange:
    """Do what was confirmed; a name counts by its confirmation alone. Returns what was done.

    Raises `FactInvalid` (`unit_placed`, `unit_in_circle`) where units have come to stand otherwise,
    (`asked_values_missing`) where nobody can tell any more what was asked for.
    """
    if asked.change.has_values:
        value_changes.carry_out(desk, asked, request)
    if asked.change is Change.MOVE:
        _check_move(desk.tx, asked)
        directory_rows.put(desk.tx, "units", (asked.unit,), {"parent": asked.value or None})
    return replace(asked, valid_from=max(asked.valid_from, desk.day))


def _check_move(tx: Connection, asked: SightChange) -> None:
    parents = queries.unit_parents(tx)
    if parents[asked.unit] == (asked.value or None):
        raise FactInvalid(
            "该单位的隶属关系已经如此，无须再调整；请不予核准。", code="unit_placed", unit=asked.unit
        )
    if asked.unit in ancestors(parents, asked.value or None):
        raise FactInvalid(
            "照此调整，两个单位将互为上下级；请先核准其上级单位的调整。",
            code="unit_in_circle",
            unit=asked.unit,
        )


def _named_by_matters(tx: Connection) -> frozenset[str]:
    """The names and codes by which matters name their accountable leaders."""
    return frozenset(name for cell in searches.leaders_named(tx) for name in re.split(SEPARATORS, cell))
