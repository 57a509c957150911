"""The directory of units in the database: finding a unit by any name it goes by."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection

from states.errors import FactInvalid, Refusal
from states.register.problems import Finding
from states.register.units import Directory, GroupRecord, UnitRecord
from states.succession import Lineage, lineage
from workflow.errors import NotFound
from workflow.storage import queries, successions


def directory(tx: Connection) -> Directory:
    """The directory kept in the database, as the register reader and the desk look names up in it."""
    aliases: dict[str, list[str]] = {}
    for row in queries.unit_aliases(tx):
        aliases.setdefault(row.unit, []).append(row.alias)
    units = tuple(_record(row, tuple(sorted(aliases.get(row.code, ())))) for row in queries.units(tx))
    groups = tuple(
        GroupRecord(name=row.name, aliases=row.aliases, members=row.members)
        for row in queries.unit_groups(tx)
    )
    return Directory(units, groups, lineage=lineage_of(tx))


def lineage_of(tx: Connection) -> Lineage:
    """Which units go on with the work of which."""
    return lineage((row.unit, row.successor, row.on) for row in successions.successions(tx))


def legal_owners(tx: Connection, codes: Iterable[str], day: date) -> dict[str, str | None]:
    """The units legally responsible for the standing groups among these; None for one without."""
    rows = queries.units_by_code(tx, codes)
    groups = sorted(code for code, row in rows.items() if _record(row, ()).is_standing_group)
    if not groups:
        return {}
    book = directory(tx).on(day)
    owners = ((code, book.legal_owner(code)) for code in groups)
    return {code: owner.code if owner else None for code, owner in owners}


def one_by_name(tx: Connection, name: str) -> str:
    """The code of the one unit a name stands for, whether it has ended or not.

    Raises `NotFound` (`unit_unknown`), or `FactInvalid` (`unit_ambiguous`) for a name of several.
    """
    codes = codes_by_name(tx, [name], None)[name]
    if len(codes) != 1:
        raise FactInvalid(f"“{name}”指多个单位，请写一个单位。", code="unit_ambiguous", unit=name)
    return codes[0]


def hold(tx: Connection, codes: Collection[str], day: date) -> None:
    """Keep units from ending until the transaction does; refuses one that has ended meanwhile."""
    gone = [row.code for row in successions.units_held(tx, codes) if _record(row, ()).has_ended(day)]
    if gone and (found := ended(tx, gone[0], day)):
        raise _refusal(found, gone[0])


def ended(tx: Connection, code: str, day: date) -> Finding | None:
    """What is to be said of a unit that has ended by a day; None if it has not, or nobody knows it."""
    row = queries.units_by_code(tx, [code]).get(code)
    if row is None or not _record(row, ()).has_ended(day):
        return None
    return directory(tx).on(day).ended(code)


def codes_by_name(tx: Connection, names: Iterable[str], day: date | None) -> dict[str, tuple[str, ...]]:
    """The codes of the units each name stands for: a code, or any name the directory knows.

    Raises `NotFound` (`unit_unknown`) or `FactInvalid` when a name has no reading, or more than one, or its
    unit has ended by `day`; without a day also units that have ended are found.
    """
    wanted = set(names)
    known = _known(tx, wanted, day)
    found: dict[str, tuple[str, ...]] = {code: (code,) for code in known}
    if wanted - known:
        book = directory(tx).on(day)
        found |= {name: _read(book, name) for name in sorted(wanted - known)}
    return found


def _known(tx: Connection, wanted: Iterable[str], day: date | None) -> frozenset[str]:
    """Which names are codes. Refuses those of units that have ended."""
    rows = queries.units_by_code(tx, wanted)
    for code in sorted(code for code, row in rows.items() if _record(row, ()).has_ended(day)):
        if found := directory(tx).on(day).ended(code):
            raise _refusal(found, code)
    return frozenset(rows)


def _read(book: Directory, name: str) -> tuple[str, ...]:
    found = book.resolve(name)
    if found.problems:
        raise _refusal(found.problems[0], name)
    return found.codes


def _refusal(finding: Finding, name: str) -> Refusal:
    kind = NotFound if finding.code == "unit_unknown" else FactInvalid
    return kind(f"{finding.message}。", code=finding.code, unit=name, suggestion=finding.suggestion)


def _record(row: Any, aliases: tuple[str, ...]) -> UnitRecord:
    values = {name: value for name, value in row._mapping.items() if value is not None}
    return UnitRecord(**{"parent": None, **values, "aliases": aliases})
