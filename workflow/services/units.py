"""The directory of units: reading it from its workbook, and finding a unit by any name it goes by."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.case import office_day
from states.errors import FactInvalid, Refusal
from states.register.directory import UNIT_NAMES, DirectoryReading, read_directory
from states.register.headers import find_header
from states.register.problems import Finding, Problem
from states.register.reformed import as_reformed
from states.register.units import Directory, GroupRecord, UnitRecord
from states.succession import Lineage, lineage
from workflow.errors import NotFound
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.services.staff import Grant, Staff, appoint, staff_of
from workflow.storage import imports, queries, successions
from workflow.storage.directory_models import Unit, UnitGroup
from workflow.storage.session import reading, transaction
from workflow.workbooks.opening import open_workbook


@dataclass(slots=True)
class DirectoryReport:
    """What an import of the directory did, or would do."""

    units: int = 0
    people: int = 0
    groups: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "units": self.units,
            "people": self.people,
            "groups": self.groups,
            "problems": [problem.as_json() for problem in self.problems],
            "notes": [note.as_json() for note in self.notes],
        }


def import_directory(
    office: Office, path: Path, *, by: Signature, at: datetime, dry_run: bool = False
) -> DirectoryReport:
    """Take the units, people and groups of a directory workbook into the installation; safe to repeat.

    Raises a `Refusal` when the file cannot be read; a faulty line is reported and the rest goes in.
    """
    listed = read_directory(open_workbook(path))
    if dry_run:
        with reading(office.engine) as tx:
            return _prepared(tx, as_reformed(listed, directory(tx).on(office_day(at))), by).report
    return write_directory(office, listed, source=path.name, by=by, at=at)


def write_directory(
    office: Office, listed: DirectoryReading, *, source: str, by: Signature, at: datetime
) -> DirectoryReport:
    """Take a directory into the installation; `source` names where it came from in the journal.

    Raises `NotFound` or `Ambiguous` unless the person who signs is in the database or in the directory.
    """
    with transaction(office.engine) as tx:
        listed = as_reformed(listed, directory(tx).on(office_day(at)))
        prepared = _prepared(tx, listed, by)
        _write_units(tx, listed)
        ended = appoint(tx, listed, prepared.staff, office_day(at))
        batch = Batch(tx, office, by)
        batch.note(_entry(prepared, source, ended, at))
        batch.flush()
    return prepared.report


def is_directory(path: Path) -> bool:
    """Whether a workbook is a directory of units rather than a register."""
    return any(find_header(sheet, UNIT_NAMES, frozenset({"code", "name"})) for sheet in open_workbook(path))


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


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A directory ready to be written: its staff, who signs for it, and what will be reported."""

    staff: Staff
    signer: str
    report: DirectoryReport


def _prepared(tx: Connection, listed: DirectoryReading, by: Signature) -> _Prepared:
    staff = staff_of(listed, seats=imports.seats(tx), taken=imports.person_codes(tx))
    counts = len(listed.units), len(staff.people), len(listed.groups)
    report = DirectoryReport(*counts, list(listed.problems), list(listed.notes))
    return _Prepared(staff, _signer(tx, by, staff), report)


def _signer(tx: Connection, by: Signature, staff: Staff) -> str:
    """The code of the person who signs, whom the first directory may bring along; else the machine's."""
    if by.person is None:
        return SYSTEM
    brought = [person.code for person in staff.people if by.person in (person.code, person.name)]
    if len(brought) == 1 and not queries.people_called(tx, by.person):
        return brought[0]
    return str(find_person(tx, by.person).code)


def _entry(prepared: _Prepared, source: str, ended: list[Grant], at: datetime) -> Act:
    report = prepared.report
    counts = {"units": report.units, "people": report.people, "groups": report.groups}
    details = {"file": source, **counts, "ended": [list(grant) for grant in ended]}
    return Act("directory_imported", at, prepared.signer, details)


def _write_units(tx: Connection, listed: DirectoryReading) -> None:
    codes = {unit.code for unit in listed.units}
    aliases = [(alias, unit.code) for unit in listed.units for alias in unit.aliases]
    queries.upsert(tx, Unit, [_unit_row(unit) for unit in listed.units])
    imports.set_aliases(tx, codes, aliases)
    queries.upsert(tx, UnitGroup, [asdict(group) for group in listed.groups])


def _unit_row(unit: UnitRecord) -> dict[str, Any]:
    row = {name: value if value != "" else None for name, value in asdict(unit).items()}
    del row["aliases"]
    return row
