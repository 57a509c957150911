"""Taking over an office's own register: an Excel file in, cases with the dates it states out.

The rule book reads every row first (`states.register`); what it finds importable goes in, in one transaction,
what needs a person is reported with a suggestion, and nothing is back-dated or invented. A row is known again
by its number, or, where a person or the system gave the number, by its fingerprint.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.case import office_day
from states.errors import Refusal
from states.facts import FACT_NAMES, CaseFacts
from states.register.matter import MatterRecord, fingerprint
from states.register.problems import Problem, Verdict
from states.register.rows import RegisterReading, RowReading, read_register
from states.vocabulary import Complexity
from workflow.services import cases, files
from workflow.services.batch import opened
from workflow.services.cases import Order, Progress
from workflow.services.entries import Act
from workflow.services.letterheads import CASE_SERIES, FALLBACK_CODE, register_code
from workflow.services.office import Office, Signature
from workflow.services.units import directory
from workflow.storage import queries
from workflow.storage.session import transaction
from workflow.workbooks.opening import open_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
NUMBERED = re.compile(r"^(?P<series>.+?)(?P<year>(?:19|20)\d{2})-(?P<serial>\d{1,6})$")
COMPLEXITIES = {one.label: one.value for one in Complexity}
STATED_FACTS = tuple(
    name
    for name in MatterRecord.__dataclass_fields__
    if name in FACT_NAMES and name not in ("number", "complexity")
)


@dataclass(slots=True)
class ImportReport:
    """What an import did, or would do. `rows` counts the matters the sheet holds."""

    rows: int
    imported: int = 0
    updated: int = 0
    unchanged: int = 0
    needs_person: list[Problem] = field(default_factory=list)
    rejected: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    skipped: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "imported": self.imported,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "needs_person": [problem.as_json() for problem in self.needs_person],
            "rejected": [problem.as_json() for problem in self.rejected],
            "notes": [note.as_json() for note in self.notes],
            "skipped": self.skipped,
        }


def import_register(
    office: Office,
    path: Path,
    *,
    by: Signature,
    at: datetime,
    accept: Collection[int] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Take over the register in a workbook; `accept` names rows whose suggestion a person takes.

    Safe to repeat. With `dry_run` the report is the same and nothing is written. `progress` is told rows done
    and rows in all. Raises a `Refusal` when the file as a whole cannot be read, and then nothing is written.
    """
    sheets = open_workbook(path)
    with transaction(office.engine) as tx:
        known = queries.known_numbers(tx)
        reading = read_register(
            sheets,
            directory=directory(tx),
            calendar=office.calendar(tx),
            as_of=office_day(at),
            known_numbers=known,
        )
        takeover = _Takeover(tx, reading, set(accept), known)
        if not dry_run:
            takeover.write(office, path, by=by, at=at, progress=progress)
    return takeover.report


@dataclass(frozen=True, slots=True)
class _Ready:
    """A row that goes in: its matter, and whether its number is not the sheet's own."""

    row: RowReading
    matter: MatterRecord
    known_by_print: bool


class _Takeover:
    """One reading on its way into the register."""

    def __init__(
        self, tx: Connection, reading: RegisterReading, accept: set[int], known: frozenset[str]
    ) -> None:
        self.tx = tx
        self.known = known
        self.reading = reading
        self.by_print = queries.cases_by_fingerprint(tx)
        self.report = ImportReport(len(reading.rows))
        self.report.skipped = [{"row": one.row, "reason": one.reason} for one in reading.skipped]
        self.report.notes = list(reading.notes)
        ready = [one for row in reading.rows if (one := self._sorted(row, accept))]
        self.new, self.changed = self._compared(ready)
        _refuse_rows_unknown(reading, accept)

    def write(
        self,
        office: Office,
        path: Path,
        *,
        by: Signature,
        at: datetime,
        progress: Progress | None,
    ) -> None:
        kept = files.keep(
            self.tx,
            office.settings.files,
            path.read_bytes(),
            name=path.name,
            media_type=WORKBOOK,
            at=by.recorded_at,
        )
        _raise_numbers(self.tx, self.reading)
        orders = [self._take_over(one, kept, at) for one in self.new]
        orders += [self._restate(one, number, kept) for one, number in self.changed]
        counts = {"rows": self.report.rows, "cases": len(orders)}
        note = Act(
            "register_imported", at, details={"file": kept.sha256, "sheet": self.reading.sheet, **counts}
        )
        cases.perform_within(self.tx, office, orders, by=by, at=at, note=note, progress=progress)

    def _sorted(self, row: RowReading, accept: set[int]) -> _Ready | None:
        """The row if it may go in; else its problems go into the report."""
        self.report.notes += row.notes
        print_ = fingerprint(row.matter)
        if row.verdict is Verdict.IMPORTABLE:
            return _Ready(row, row.matter, row.matter.number is None)
        if row.verdict is Verdict.NEEDS_PERSON and (row.row in accept or print_ in self.by_print):
            try:
                return _Ready(row, row.accepted().matter, True)
            except Refusal as refusal:
                self.report.needs_person += [
                    _with_message(problem, refusal.message) for problem in row.problems
                ]
                return None
        rejected = row.verdict is Verdict.REJECTED
        (self.report.rejected if rejected else self.report.needs_person).extend(row.problems)
        return None

    def _compared(self, ready: list[_Ready]) -> tuple[list[_Ready], list[tuple[_Ready, str]]]:
        """Rows not in the register yet, and rows whose case the sheet now states differently."""
        numbers = [number for one in ready if (number := self._known_number(one))]
        stored = {row.number: opened(row).facts for row in _rows(self.tx, numbers)}
        new, changed = [], []
        for one in ready:
            number = self._known_number(one)
            if number is None or number not in stored:
                new.append(one)
            elif _differs(one.matter, stored[number]) and self._may_restate(one, stored[number]):
                changed.append((one, number))
            else:
                self.report.unchanged += 1
        self.report.imported, self.report.updated = len(new), len(changed)
        return new, changed

    def _known_number(self, one: _Ready) -> str | None:
        if one.known_by_print:
            return self.by_print.get(fingerprint(one.row.matter))
        return one.matter.number

    def _may_restate(self, one: _Ready, facts: CaseFacts) -> bool:
        if not facts.witnessed and facts.state not in ("closed", "archived", "cancelled"):
            return True
        message = f"第{one.row.row}行：事项“{facts.number}”已在系统中办理，以系统记载为准，未按台账更新"
        self.report.notes.append(_note(one.row, "managed_in_system", message))
        return False

    def _take_over(self, one: _Ready, kept: files.Kept, at: datetime) -> Order:
        number = one.matter.number
        if number is None or (one.known_by_print and number in self.known):
            number = cases.next_number(self.tx, _series(self.tx, self.reading), office_day(at).year)
        return Order(
            "take_over",
            details={**_stated(one.matter), "origin": self._origin(one, kept)},
            new_number=number,
            fingerprint=fingerprint(one.row.matter) if one.known_by_print else None,
        )

    def _restate(self, one: _Ready, number: str, kept: files.Kept) -> Order:
        return Order("restate", number, {**_stated(one.matter), "origin": self._origin(one, kept)})

    def _origin(self, one: _Ready, kept: files.Kept) -> str:
        return f"{kept.name}·{one.row.sheet}·第{one.row.row}行（sha256:{kept.sha256}）"


def _stated(matter: MatterRecord) -> dict[str, Any]:
    """The facts a row states, as the take-over command takes them."""
    facts = {name: getattr(matter, name) for name in STATED_FACTS}
    facts["complexity"] = COMPLEXITIES.get(matter.complexity)
    facts["state"] = _state(matter)
    return {name: value for name, value in facts.items() if value not in (None, "", (), False)}


def _state(matter: MatterRecord) -> str:
    """销号 is closed; 待销号 waits for verification; anything else is being handled."""
    if matter.closed:
        return "closed"
    return "verifying" if matter.closing_requested else "handling"


def _differs(matter: MatterRecord, facts: CaseFacts) -> bool:
    return any(getattr(facts, name) != value for name, value in _stated(matter).items())


def _rows(tx: Connection, numbers: list[str]) -> Iterable[Any]:
    return queries.cases_for_update(tx, numbers) if numbers else ()


def _raise_numbers(tx: Connection, reading: RegisterReading) -> None:
    """Numbers go on after the highest the sheet shows, waiting rows included."""
    highest: dict[tuple[str, int], int] = {}
    for row in reading.rows:
        found = NUMBERED.match(row.matter.number or "")
        if found:
            key = (found["series"], int(found["year"]))
            highest[key] = max(highest.get(key, 0), int(found["serial"]))
    for (series, year), serial in highest.items():
        queries.raise_number(tx, CASE_SERIES + series, year, serial)


def _series(tx: Connection, reading: RegisterReading) -> str:
    """The series most rows of the sheet use, for rows without a number."""
    used = [found["series"] for row in reading.rows if (found := NUMBERED.match(row.matter.number or ""))]
    return max(set(used), key=used.count) if used else register_code(tx) or FALLBACK_CODE


def _refuse_rows_unknown(reading: RegisterReading, accept: set[int]) -> None:
    unknown = sorted(accept - {row.row for row in reading.rows})
    if unknown:
        rows = "、".join(str(row) for row in unknown)
        raise Refusal(f"第{rows}行不是事项行，请核对要采纳建议的行号。", code="row_unknown", rows=unknown)


def _with_message(problem: Problem, message: str) -> Problem:
    return Problem(
        sheet=problem.sheet,
        row=problem.row,
        column=problem.column,
        code=problem.code,
        message=message,
        suggestion=problem.suggestion,
        header=problem.header,
    )


def _note(row: RowReading, code: str, message: str) -> Problem:
    return Problem(sheet=row.sheet, row=row.row, column="", code=code, message=message, suggestion="")
