"""Units and people as the settings show them: the tree, one unit, one person, and what waits for the second
key. Nothing here tells of any case. `roles` are those of whoever looks."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.office_time import office_day
from states.register.units import Directory, UnitRecord
from states.settings_rights import Section, check_reads
from states.vocabulary import Role
from workflow.services.accounts.role_desk import Telling
from workflow.services.directory_amending import fingerprint, person_of, unit_of
from workflow.services.office import Office
from workflow.services.units import directory
from workflow.storage import directory_people, queries, role_requests, successions
from workflow.storage.session import reading


def tree(
    office: Office, *, words: str = "", ended: bool = False, roles: Collection[Role], at: datetime
) -> list[dict[str, Any]]:
    """The units there are today, each after the one above it and with its `depth`; with `words` those whose
    names or code hold them. Raises `NotPermitted` (`setting_not_yours`)."""
    check_reads(Section.UNITS, roles)
    with reading(office.engine) as tx:
        book = directory(tx).on(office_day(at))
        waiting = {row.unit for row in role_requests.undecided(tx)}
    shown = (one for one in _in_order(book.units) if ended or not one[1].has_ended(book.day))
    wanted = (one for one in shown if not words or _is_called(one[1], words))
    return [_line(book, unit, depth, is_waiting=unit.code in waiting) for depth, unit in wanted]


def unit(office: Office, code: str, *, roles: Collection[Role], at: datetime) -> dict[str, Any]:
    """One unit with its people, its former names and units, and what waits for the second key.

    Raises `NotPermitted` (`setting_not_yours`), `NotFound` (`unit_unknown`).
    """
    day = office_day(at)
    check_reads(Section.UNITS, roles)
    with reading(office.engine) as tx:
        book = directory(tx).on(day)
        found = unit_of(book, code)
        told = [row for row in successions.successions(tx) if code in (row.unit, row.successor)]
        staff = directory_people.staff_at(tx, [code], day)
        held = directory_people.roles_of(tx, [row.code for row in staff], day)
        waiting = _waiting(tx, lambda row: row.unit == code)
    at_it = _roles(held, {code: found.name})
    return {
        **_line(book, found, 0),
        **{name: value for name, value in asdict(found).items() if name not in {"valid_from", "valid_to"}},
        "seen": fingerprint(found),
        "names": sorted(one.name for one in book.units if not one.has_ended(day)),
        "below": [_line(book, one, 0) for one in book.units if one.parent == code],
        "people": [{**row._asdict(), "roles": at_it.get(row.code, [])} for row in staff],
        "successions": [_succession(book, row) for row in told],
        "waiting": waiting,
    }


def people(
    office: Office,
    *,
    words: str = "",
    after: str | None = None,
    most: int,
    roles: Collection[Role],
    at: datetime,
) -> list[dict[str, Any]]:
    """So many people by code, with their posts and roles of today. Raises `NotPermitted`."""
    day = office_day(at)
    check_reads(Section.UNITS, roles)
    with reading(office.engine) as tx:
        found = directory_people.listed(tx, words or None, after, most)
        codes = [row.code for row in found]
        posts = directory_people.posts_of(tx, codes, day)
        held = directory_people.roles_of(tx, codes, day)
        units = {row.code: row.name for row in queries.units(tx)}
    places, titles = _posts(posts, units), _roles(held, units)
    return [
        {**row._asdict(), "posts": places.get(row.code, []), "roles": titles.get(row.code, [])}
        for row in found
    ]


def person(office: Office, code: str, *, roles: Collection[Role], at: datetime) -> dict[str, Any]:
    """One person with every post and role he has or had, and what waits for the second key.

    Raises `NotPermitted` (`setting_not_yours`), `NotFound` (`person_unknown`).
    """
    check_reads(Section.UNITS, roles)
    with reading(office.engine) as tx:
        found = person_of(tx, code, office_day(at))
        posts, held = directory_people.posts_of(tx, [code]), directory_people.roles_of(tx, [code])
        units = {row.code: row.name for row in queries.units(tx)}
        waiting = _waiting(tx, lambda row: row.person == code)
    return {
        **asdict(found),
        "seen": fingerprint(found),
        "posts": _posts(posts, units).get(code, []),
        "roles": _roles(held, units).get(code, []),
        "waiting": waiting,
    }


def _in_order(units: Sequence[UnitRecord]) -> Iterator[tuple[int, UnitRecord]]:
    """Each unit after the one above it, by code; what hangs on nothing stands among the first."""
    known, below = {one.code for one in units}, defaultdict[str, list[UnitRecord]](list)
    for one in units:
        below[one.parent if one.parent in known else ""].append(one)
    stack = [(0, one) for one in reversed(below[""])]
    while stack:
        depth, unit = stack.pop()
        yield depth, unit
        stack += [(depth + 1, one) for one in reversed(below[unit.code])]


def _is_called(unit: UnitRecord, words: str) -> bool:
    said = (unit.code, *unit.spellings, unit.head_name, unit.liaison_name)
    return any(words.casefold() in one.casefold() for one in said)


def _line(book: Directory, unit: UnitRecord, depth: int, *, is_waiting: bool = False) -> dict[str, Any]:
    """A unit as lists tell of it."""
    owner = book.legal_owner(unit.code) if unit.is_standing_group else None
    names = ("code", "name", "kind", "head_name", "liaison_name", "email", "valid_from", "valid_to")
    return {
        **{name: getattr(unit, name) for name in names},
        "depth": depth,
        "ended": unit.has_ended(book.day),
        "heirs": [book.unit(code).name for code in book.heirs(unit.code)],
        "parent_name": next((one.name for one in book.units if one.code == unit.parent), None),
        "owner_name": owner.name if owner else None,
        "waits": is_waiting,
    }


def _succession(book: Directory, row: Row[Any]) -> dict[str, Any]:
    units = {one.code: one.name for one in book.units}
    return {
        "former": units.get(row.unit, row.unit),
        "heir": units.get(row.successor, row.successor),
        "is_renamed": row.unit == row.successor,
        "on": row.on,
        "basis": row.basis,
    }


def _posts(rows: Iterable[Row[Any]], units: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict[str, list[dict[str, Any]]](list)
    for row in rows:
        found[row.person].append({**row._asdict(), "unit_name": units.get(row.unit, row.unit)})
    return found


def _roles(rows: Iterable[Row[Any]], units: Mapping[str, str]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict[str, list[dict[str, Any]]](list)
    for row in rows:
        told = {"label": Role(row.role).label, "unit_name": units.get(row.unit, row.unit)}
        found[row.person].append({**told, "valid_from": row.valid_from, "valid_to": row.valid_to})
    return found


def _waiting(tx: Connection, is_about: Any) -> list[dict[str, Any]]:
    rows = [row for row in role_requests.undecided(tx) if is_about(row)]
    return Telling(tx).proposals(row._asdict() for row in rows) if rows else []
