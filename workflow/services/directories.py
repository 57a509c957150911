"""Taking in a directory (单位名录): its workbook is read, and its units, people and groups are kept.

Once the three administrators are in office somebody signs for it, and what it would give anybody – roles,
sight by the tree of units or by a name, and what leads notices and new matters to somebody – are proposals,
which the security administrator confirms: one person must not open matters to somebody alone. The rest is
taken in, so that nobody waits for a telephone number. What it takes away ends at once, but for the auditor,
whose end is a proposal too; of the three themselves it ends none, since they need not be of this office.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.administrators import SET_APART, Change, Grant, check_imports
from states.office_time import office_day
from states.register.amending import UNCHANGED, Amendments, amended
from states.register.directory import UNIT_NAMES, DirectoryReading, read_directory
from states.register.directory_changes import GROUPS, PEOPLE, UNITS, Whose
from states.register.headers import find_header
from states.register.problems import Finding, Problem
from states.register.reformed import as_reformed
from states.register.sheet import Sheet
from states.register.units import UnitRecord
from states.register.wording import quoted
from states.vocabulary import ADMINISTRATORS, Role
from workflow.services import directory_record
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.role_desk import (
    Asked,
    RoleDesk,
    SightChange,
    Telling,
    roles_of,
    signer_of,
)
from workflow.services.accounts.sight_changes import moves, names, unmoved
from workflow.services.accounts.value_changes import people_as_they_stand, units_as_they_stand, values
from workflow.services.batch import Batch
from workflow.services.directory_report import DirectoryReport
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.staff import Staff, Turnover, appoint, has_say, staff_of, turnover
from workflow.services.units import directory
from workflow.storage import directory_rows, imports, queries, role_requests
from workflow.storage.directory_models import Unit, UnitGroup
from workflow.storage.session import rehearsal, transaction
from workflow.workbooks.opening import open_workbook


def import_directory(
    office: Office,
    path: Path,
    *,
    by: Signature,
    at: datetime,
    dry_run: bool = False,
    amendments: Amendments = UNCHANGED,
) -> DirectoryReport:
    """Take the units, people and groups of a directory workbook into the installation; safe to repeat.

    `amendments` is what somebody corrected in it. Raises a `Refusal` when the file cannot be read; a faulty
    line is reported and the rest goes in. A dry run does all of it and takes it back.
    """
    listed = read_directory(amended(open_workbook(path), amendments))
    if not dry_run:
        return write_directory(office, listed, source=path.name, by=by, at=at)
    with rehearsal(office.engine) as tx:
        directory_record.stand_in_line_for(tx)
        report = write_within(tx, office, _as_known(tx, listed, at), source=path.name, by=by, at=at)
    return report.rehearsed()


def write_directory(
    office: Office, listed: DirectoryReading, *, source: str, by: Signature, at: datetime
) -> DirectoryReport:
    """Take a directory into the installation; `source` names where it came from in the journal.

    Raises `NotFound` or `Ambiguous` unless the person who signs is in the database or in the directory;
    `FactMissing` or `NotPermitted` unless he may, once the three administrators are in office.
    """
    with transaction(office.engine) as tx:
        directory_record.stand_in_line_for(tx)
        return write_within(tx, office, _as_known(tx, listed, at), source=source, by=by, at=at)


def write_within(
    tx: Connection,
    office: Office,
    listed: DirectoryReading,
    *,
    source: str,
    by: Signature,
    at: datetime,
    staff: Staff | None = None,
) -> DirectoryReport:
    """The same within a transaction of a caller who stands in line with whoever else changes the directory.

    `staff` are the people it names, where they are not simply those its lines name.
    """
    before = directory_rows.kept(tx)
    prepared = _prepared(tx, listed, by, at, staff)
    staff = prepared.staff
    if prepared.proposes:
        staff = replace(staff, people=people_as_they_stand(tx, staff.people))
    _write_units(tx, units_as_they_stand(tx, unmoved(tx, listed)) if prepared.proposes else listed)
    appoint(tx, listed, staff, prepared.change, gives=not prepared.proposes)
    batch = Batch(tx, office, by)
    batch.note(_entry(prepared, source, at))
    if prepared.proposes:
        _lay_before(batch, listed, prepared, at)
    after = directory_record.note_changes(batch, before, at=at, actor=prepared.signer)
    batch.flush()
    return prepared.report.between(before, after, prepared.change.day)


def is_directory(path: Path) -> bool:
    """Whether a workbook is a directory of units rather than a register."""
    return holds_directory(open_workbook(path))


def holds_directory(sheets: Sequence[Sheet]) -> bool:
    """The same of a workbook that was opened already."""
    return any(find_header(sheet, UNIT_NAMES, frozenset({"code", "name"})) for sheet in sheets)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A directory ready to be written: its staff, who signs for it, and what will be reported.

    It only `proposes` the roles it gives once the three administrators are in office.
    """

    staff: Staff
    signer: str
    change: Turnover
    sights: tuple[SightChange, ...]
    proposes: bool
    report: DirectoryReport


def _as_known(tx: Connection, listed: DirectoryReading, at: datetime) -> DirectoryReading:
    """The directory with what reforms changed, and without codes that fit nobody new."""
    reformed = as_reformed(listed, directory(tx).on(office_day(at)))
    return reformed.with_codes_that_fit(imports.person_codes(tx))


def _prepared(
    tx: Connection, listed: DirectoryReading, by: Signature, at: datetime, named: Staff | None = None
) -> _Prepared:
    staff = named or staff_of(listed, seats=imports.seats(tx), taken=imports.person_codes(tx))
    if proposes := are_in_office(tx):
        check_imports(roles_of(tx, signer_of(tx, by), office_day(at)))
    change = turnover(tx, listed, staff, office_day(at), spares_administrators=proposes)
    problems = [*listed.problems, *(_set_apart(listed, staff, one) for one in sorted(change.clashing))]
    report = DirectoryReport(_named(listed, staff), problems, list(listed.notes), ended=change.ended)
    sights: list[SightChange] = []
    if proposes:
        sights = [*moves(tx, listed, change.day), *names(tx, staff.people, change.day)]
        sights += values(tx, listed, staff.people, change.day)
    else:
        report.given = sorted(change.new)
    return _Prepared(staff, _signer(tx, by, staff), change, tuple(sights), proposes, report)


def _named(listed: DirectoryReading, staff: Staff) -> dict[Whose, str]:
    """Whom a directory names, and at which unit each person is."""
    units = {(UNITS, one.code): one.code for one in listed.units}
    people = {(PEOPLE, one.code): one.unit or "" for one in staff.people}
    return {**units, **people, **{(GROUPS, one.name): "" for one in listed.groups}}


def _set_apart(listed: DirectoryReading, staff: Staff, grant: Grant) -> Problem:
    """An administrator or auditor with another role: neither directory nor database has that."""
    person, role, unit = grant
    name = next(one.name for one in staff.people if one.code == person)
    message = f"{quoted(name)}不能任{Role(role).label}：{SET_APART}；该职责未授予"
    found = Finding("role_set_apart", message, "请另定人选，或先终止其现任职责、撤销其代理")
    return found.at(*listed.place_of_role(person, unit))


def _lay_before(batch: Batch, listed: DirectoryReading, prepared: _Prepared, at: datetime) -> None:
    """Propose the new roles and sights; what waits and this directory does not give waits no more."""
    desk, told = RoleDesk(batch, at=at), Telling(batch.tx).looking_ahead()
    waiting = role_requests.undecided(batch.tx)
    stale = [row for row in waiting if _is_stale(row, listed, prepared)]
    laid = desk.lay_before([*_asked(prepared.change), *prepared.sights])
    prepared.report.proposed = told.proposals(laid)
    prepared.report.withdrawn = told.proposals(desk.withdraw(stale))


def _asked(change: Turnover) -> list[Asked]:
    given = [
        Asked(person, Role(role), unit, Change.GRANT, change.day) for person, role, unit in sorted(change.new)
    ]
    ended = [Asked(row.person, Role(row.role), row.unit, Change.END, change.day) for row in change.leaving]
    return [*given, *ended]


def _is_stale(request: Row[Any], listed: DirectoryReading, prepared: _Prepared) -> bool:
    if request.change == Change.MOVE:
        placed = {one.code: one.parent or "" for one in listed.units}
        return bool(placed.get(request.unit, request.value) != request.value)
    if request.change in {Change.NAME, Change.CODE}:
        return (request.person, request.change) in {(one.person, one.change) for one in prepared.sights}
    if Change(request.change).has_values:
        return _says_otherwise(request, listed, prepared)
    if request.role in ADMINISTRATORS and request.change == Change.END:
        return False
    named = (request.person, request.role, request.unit) in prepared.staff.grants
    return has_say(listed, request.unit) and named == (request.change == Change.END)


def _says_otherwise(request: Row[Any], listed: DirectoryReading, prepared: _Prepared) -> bool:
    """Whether a directory tells of whom or what it is about, and does not ask for the very same."""
    told = {one.code for one in (prepared.staff.people if request.person else listed.units)}
    asked = {(one.change, one.value) for one in prepared.sights}
    is_told = (request.person or request.unit) in told
    return is_told and (Change(request.change), request.value) not in asked


def _signer(tx: Connection, by: Signature, staff: Staff) -> str:
    """The code of the person who signs, whom the first directory may bring along; else the machine's."""
    brought = [person.code for person in staff.people if by.person in (person.code, person.name)]
    if len(brought) == 1 and not queries.people_called(tx, str(by.person)):
        return brought[0]
    return signer(tx, by.person)


def _entry(prepared: _Prepared, source: str, at: datetime) -> Act:
    report = prepared.report
    counts = {"units": report.units, "people": report.people, "groups": report.groups}
    details = {"file": source, **counts, "ended": [list(grant) for grant in report.ended]}
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
