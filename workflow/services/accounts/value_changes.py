"""What of a directory leads notices and new matters to somebody: addresses, the names of units, their heads.

Once the three administrators are in office one person alone must not have notices sent elsewhere, nor let a
unit pass for another. So what a directory says otherwise of somebody known waits for the security
administrator, with what stands left as it is; also where it says nothing any more.

What it says of somebody new stands at once: nothing is sent to a person before a role of his is confirmed,
and nothing to a unit before somebody hands it a matter. Only the address of a new unit that goes by a name
of a known one waits, since that matter may be meant for the other.
"""

import secrets
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.administrators import Change
from states.errors import FactInvalid
from states.register.directory import DirectoryReading, PersonRecord
from states.register.units import UnitRecord
from workflow.services.accounts.role_desk import RoleDesk, SightChange
from workflow.services.units import directory
from workflow.storage import directory_rows, imports, role_requests

People = tuple[PersonRecord, ...]


def values(tx: Connection, listed: DirectoryReading, people: People, day: date) -> list[SightChange]:
    """What a directory says otherwise of people and units that are known."""
    found = (*_of_people(tx, people, day), *_of_units(tx, listed, day))
    waiting = _Waiting(tx)
    return [replace(one, value=waiting.value_of(one) or secrets.token_hex(4)) for one in found]


def units_as_they_stand(tx: Connection, listed: DirectoryReading) -> DirectoryReading:
    """The same directory with what waits as it stands now."""
    book = directory(tx)
    known = {one.code: one for one in book.units}
    new = {one.code for one in listed.units if one.code not in known and _shares_a_name(book.known_as, one)}
    units = (_standing(one, known.get(one.code), is_namesake=one.code in new) for one in listed.units)
    return replace(listed, units=tuple(units))


def people_as_they_stand(tx: Connection, people: People) -> People:
    """The same people with the addresses they have now."""
    known = imports.addresses(tx)
    return tuple(replace(one, email=known.get(one.code, one.email) or "") for one in people)


def carry_out(desk: RoleDesk, asked: SightChange, request: str) -> None:
    """Write what was confirmed. Raises `FactInvalid` (`asked_values_missing`)."""
    said = role_requests.asked_values(desk.tx).get(request)
    if said is None:
        raise FactInvalid(
            "提请的内容已不在，不能核准：请不予核准，重新导入名录，并请运维人员核验记载。",
            code="asked_values_missing",
            request=request,
        )
    table, key = ("people", asked.person) if asked.person else ("units", asked.unit)
    if asked.change is Change.CALLED:
        named = {"name": said.name, "short_name": said.short_name}
        directory_rows.put(desk.tx, table, (key,), named)
        imports.set_aliases(desk.tx, {key}, [(alias, key) for alias in said.aliases or ()])
        return
    column = "email" if asked.change is Change.MAIL else "head_name"
    directory_rows.put(desk.tx, table, (key,), {column: getattr(said, column)})


class _Waiting:
    """The proposals that wait with what they ask for."""

    def __init__(self, tx: Connection) -> None:
        self._rows = [row for row in role_requests.undecided(tx) if Change(row.change).has_values]
        self._asked = role_requests.asked_values(tx) if self._rows else {}

    def value_of(self, one: SightChange) -> str | None:
        """What tells the proposal that asks for the very same from the next."""
        return next((row.value for row in self._rows if self._is(row, one)), None)

    def _is(self, row: Row[Any], one: SightChange) -> bool:
        asked = self._asked.get(row.id)
        if asked is None or (row.change, row.person, row.unit) != (one.change, one.person, one.unit):
            return False
        return all(getattr(asked, name) == value for name, value in one.values.items())


def _of_people(tx: Connection, people: People, day: date) -> Iterator[SightChange]:
    known = imports.addresses(tx)
    for one in people:
        if one.code in known and (known[one.code] or "") != one.email:
            yield SightChange(Change.MAIL, day, person=one.code, values={"email": one.email or None})


def _of_units(tx: Connection, listed: DirectoryReading, day: date) -> Iterator[SightChange]:
    book = directory(tx)
    known = {one.code: one for one in book.units}
    for one in listed.units:
        if one.code in known:
            for change in (Change.MAIL, Change.CALLED, Change.HEAD):
                if _values(change, one) != _values(change, known[one.code]):
                    yield SightChange(change, day, unit=one.code, values=_values(change, one))
        elif one.email and _shares_a_name(book.known_as, one):
            yield SightChange(Change.MAIL, day, unit=one.code, values=_values(Change.MAIL, one))


def _values(change: Change, unit: UnitRecord) -> Mapping[str, Any]:
    """What a change of a unit is about, as it is kept."""
    if change is Change.MAIL:
        return {"email": unit.email or None}
    if change is Change.HEAD:
        return {"head_name": unit.head_name or None}
    aliases = tuple(sorted(set(unit.aliases)))
    return {"name": unit.name, "short_name": unit.short_name or None, "aliases": aliases}


def _shares_a_name(known_as: Any, unit: UnitRecord) -> bool:
    return any(known_as(name) for name in unit.spellings)


def _standing(unit: UnitRecord, known: UnitRecord | None, *, is_namesake: bool) -> UnitRecord:
    if known is None:
        return replace(unit, email="") if is_namesake else unit
    return replace(
        unit,
        name=known.name,
        short_name=known.short_name,
        aliases=known.aliases,
        email=known.email,
        head_name=known.head_name,
    )
