"""Taking in a directory (单位名录): its workbook is read, and its units, people and groups are kept."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.office_time import office_day
from states.register.directory import UNIT_NAMES, DirectoryReading, read_directory
from states.register.headers import find_header
from states.register.problems import Problem
from states.register.reformed import as_reformed
from states.register.units import UnitRecord
from workflow.services import directory_record
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.staff import Grant, Staff, appoint, staff_of
from workflow.services.units import directory
from workflow.storage import directory_rows, imports, queries
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
        directory_record.stand_in_line_for(tx)
        before = directory_rows.kept(tx)
        listed = as_reformed(listed, directory(tx).on(office_day(at)))
        prepared = _prepared(tx, listed, by)
        _write_units(tx, listed)
        ended = appoint(tx, listed, prepared.staff, office_day(at))
        batch = Batch(tx, office, by)
        batch.note(_entry(prepared, source, ended, at))
        directory_record.note_changes(batch, before, at=at, actor=prepared.signer)
        batch.flush()
    return prepared.report


def is_directory(path: Path) -> bool:
    """Whether a workbook is a directory of units rather than a register."""
    return any(find_header(sheet, UNIT_NAMES, frozenset({"code", "name"})) for sheet in open_workbook(path))


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
    brought = [person.code for person in staff.people if by.person in (person.code, person.name)]
    if len(brought) == 1 and not queries.people_called(tx, str(by.person)):
        return brought[0]
    return signer(tx, by.person)


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
