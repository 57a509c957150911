"""Taking over an office's own register: an Excel file in, cases with the dates it states out.

The rule book reads and sorts every row first (`states.register`); what may go in goes in, in one transaction,
what needs a person is reported with a suggestion, and nothing is back-dated or invented.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.office_time import office_day
from states.register.amending import UNCHANGED, Amendments, amended
from states.register.numbers import NUMBERED, Series, highest_serials
from states.register.problems import Finding, Problem
from states.register.rows import RegisterReading, RowReading, Skipped, read_register
from states.register.sheet import Sheet
from states.register.sorting import Answer, Fate, Known, SortedRow, Sorting, answers, sorted_rows
from workflow.collector import uncollected
from workflow.services import cases, column_mappings, files, people, register_returns
from workflow.services.batch import opened
from workflow.services.cases import Order, Progress
from workflow.services.entries import Act
from workflow.services.letterheads import CASE_SERIES, case_serials, code_in_use
from workflow.services.office import Office, Signature
from workflow.services.register_returns import Back
from workflow.services.series import own_series
from workflow.services.units import directory
from workflow.storage import imports, queries, serials
from workflow.storage.session import REGISTERS, reading, rehearsal, stand_in_line, transaction
from workflow.workbooks.container import kind_of
from workflow.workbooks.opening import open_workbook

STATING = ("taken_over", "restated")
"""The kinds of entry that come out of a register."""

HEADINGS = frozenset({"header_alias", "column_unknown"})
"""What is noted of the columns of a register that never left the house."""

CORRECTED = "cell_corrected"
"""How an entry says that a cell was corrected before its row went in. What stood there is in the file."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or would do. `rows` counts the matters the sheet holds.

    A row that waits or is rejected may have several problems; `rows_waiting` and `rows_rejected` count rows.
    """

    rows: int
    imported: int = 0
    corrected: int = 0
    updated: int = 0
    unchanged: int = 0
    needs_person: tuple[Problem, ...] = ()
    rejected: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def rows_waiting(self) -> int:
        return len({problem.row for problem in self.needs_person})

    @property
    def rows_rejected(self) -> int:
        return len({problem.row for problem in self.rejected})

    def as_json(self) -> dict[str, Any]:
        return {
            "rows": self.rows,
            "imported": self.imported,
            "corrected": self.corrected,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "needs_person": [problem.as_json() for problem in self.needs_person],
            "rejected": [problem.as_json() for problem in self.rejected],
            "notes": [note.as_json() for note in self.notes],
            "skipped": [{"row": one.row, "reason": one.reason} for one in self.skipped],
        }


@dataclass(frozen=True, slots=True)
class Source:
    """The file a register came in, and what was corrected in it before it was read."""

    file: files.Kept
    amendments: Amendments = UNCHANGED


@uncollected()
def import_register(
    office: Office,
    path: Path,
    *,
    by: Signature,
    at: datetime,
    accept: Collection[int] = (),
    dry_run: bool = False,
    progress: Progress | None = None,
    reason: str = "",
    mapping: str = "",
) -> ImportReport:
    """Take over the register in a workbook; `accept` names rows whose suggestion a person takes.

    Of a register that was taken out of this office and edited, the edits are corrected, with `reason`; its
    new rows are taken over. `mapping` names the source whose columns are read as they were kept.

    Safe to repeat. With `dry_run` the report is the same and nothing is written. `progress` is told rows done
    and rows in all. Raises a `Refusal` when nobody is known by the name that signs, or the file as a whole
    cannot be read; then nothing is written.
    """
    with reading(office.engine) as tx:
        people.signer(tx, by.person)
    sheets = open_workbook(path)
    if mapping:
        sheets = amended(sheets, column_mappings.amendments(office, sheets, mapping))
    back = returned(office, sheets, accept, by=by)
    if back is None:
        return _take_over_all(
            office, path, sheets, by=by, at=at, accept=accept, dry_run=dry_run, progress=progress
        )
    why = register_returns.reason_for(path.name, reason)
    settle = register_returns.tried if dry_run else register_returns.corrected
    back = settle(office, back, by=by, at=at, reason=why)
    if back.rest is None:
        return _with_returned(ImportReport(0), back)
    new = {row for row in accept if row not in {one.row for one in back.rows}}
    report = _take_over_all(
        office, path, back.rest, by=by, at=at, accept=new, dry_run=dry_run, progress=progress
    )
    return _with_returned(report, back)


def returned(
    office: Office, sheets: Sequence[Sheet], accept: Collection[int], *, by: Signature
) -> Back | None:
    """What came back of a register that was taken out of this office; None for any other."""
    with rehearsal(office.engine) as tx:
        return register_returns.read_back(tx, office, sheets, accept, by=by)


def _take_over_all(
    office: Office,
    path: Path,
    sheets: Sequence[Sheet],
    *,
    by: Signature,
    at: datetime,
    accept: Collection[int],
    dry_run: bool,
    progress: Progress | None,
) -> ImportReport:
    with transaction(office.engine) as tx:
        if not dry_run:
            stand_in_line_to_import(tx)
        register = read(tx, office, sheets, at)
        sorting = sort(tx, register, accept)
        told = _changed_series(tx, office, register, sorting, at)
        if not dry_run:
            source = Source(keep(tx, office, path, by))
            bring_in((tx, office), register, sorting, source, by=by, at=at, progress=progress)
    return _report(register, sorting, told)


def _with_returned(report: ImportReport, back: Back) -> ImportReport:
    """The report of what came back, with that of its new rows."""
    waiting, rejected = (
        tuple(problem for one in back.of(fate) for problem in one.problems)
        for fate in (Fate.WAITING, Fate.REJECTED)
    )
    return replace(
        report,
        rows=report.rows + len(back.rows),
        corrected=len(back.of(Fate.CHANGED)),
        unchanged=report.unchanged + len(back.of(Fate.UNCHANGED)),
        needs_person=(*waiting, *report.needs_person),
        rejected=(*rejected, *report.rejected),
        notes=(*back.notes, *(one for one in report.notes if one.code not in HEADINGS)),
    )


def stand_in_line_to_import(tx: Connection) -> None:
    """Nobody else takes a register over before the transaction ends: what is known stays all there is."""
    stand_in_line(tx, REGISTERS)


def read(tx: Connection, office: Office, sheets: Sequence[Sheet], at: datetime) -> RegisterReading:
    """The register in the sheets, its units, days and numbers read by what the office knows."""
    return read_register(
        sheets,
        directory=directory(tx),
        calendar=office.calendar(tx),
        as_of=office_day(at),
        known_numbers=queries.known_numbers(tx),
    )


def sort(
    tx: Connection,
    register: RegisterReading,
    accept: Collection[int],
    rows: Sequence[RowReading] | None = None,
) -> Sorting:
    """The rows of a register, or some of them, with what becomes of each; their cases are locked."""
    part = register if rows is None else replace(register, rows=tuple(rows))
    known = _known(tx, part)
    return sorted_rows(part, replace(known, numbers=known.numbers | register.numbers), accept)


def keep(tx: Connection, office: Office, path: Path, by: Signature) -> files.Kept:
    """Keep the workbook a register came in."""
    folder, content = office.settings.files, path.read_bytes()
    media = kind_of(path).media
    return files.keep(tx, folder, content, name=path.name, media_type=media, at=by.recorded_at)


def bring_in(
    desk: tuple[Connection, Office],
    register: RegisterReading,
    sorting: Sorting,
    source: Source,
    *,
    by: Signature,
    at: datetime,
    progress: Progress | None = None,
) -> int:
    """Give the commands that bring sorted rows in, with the journal's entry; returns how many."""
    orders = _orders(desk, register, sorting, source, at)
    told = _entry(register.sheet, sorting, source, len(orders))
    note = Act("register_imported", at, people.signer(desk[0], by.person), told)
    cases.perform_within(*desk, orders, by=by, at=at, note=note, progress=progress)
    return len(orders)


def _known(tx: Connection, register: RegisterReading) -> Known:
    """What the office holds of the matters a register speaks of; their cases are locked."""
    by_print, numbers = queries.cases_by_fingerprint(tx), queries.known_numbers(tx)
    found = queries.cases_for_update(tx, sorted(numbers & _numbers(register.rows, by_print)))
    in_question = [row for row in register.rows if row.problems]
    return Known(
        cases={row.number: opened(row).facts for row in found},
        answers=_answers(tx, _numbers(in_question, by_print)),
        by_print=by_print,
        numbers=numbers,
    )


def _numbers(rows: Iterable[RowReading], by_print: Mapping[str, str]) -> set[str]:
    """Every number a case of these rows may have: the sheet's own, and the one known by its fingerprint."""
    numbers = {row.matter.number for row in rows}
    if by_print:
        numbers |= {by_print.get(row.fingerprint) for row in rows}
    return {number for number in numbers if number is not None}


def _answers(tx: Connection, numbers: Collection[str]) -> dict[str, frozenset[Answer]]:
    """What was accepted of each case's rows before, as its history tells."""
    accepted: dict[str, frozenset[Answer]] = {}
    for row in imports.entries_of(tx, numbers, STATING):
        told = json.loads(row.payload)["details"].get("accepted", ())
        found = frozenset((one["code"], one["suggestion"]) for one in told)
        accepted[row.number] = accepted.get(row.number, frozenset()) | found
    return accepted


def _orders(
    desk: tuple[Connection, Office],
    register: RegisterReading,
    sorting: Sorting,
    source: Source,
    at: datetime,
) -> list[Order]:
    """The commands that bring the sorted rows in; a matter without a number gets the next of its series."""
    tx, office = desk
    new, changed = sorting.of(Fate.NEW), sorting.of(Fate.CHANGED)
    for (series, year), serial in _highest(register, sorting).items():
        serials.raise_to(tx, CASE_SERIES + series, year, serial)
    unnumbered = sum(one.matter.number is None for one in new)
    numbers = iter(_next_numbers(tx, office, register, at, unnumbered) if unnumbered else ())
    orders = [_take_over(one, one.matter.number or next(numbers), source) for one in new]
    return orders + [_restate(one, source) for one in changed]


def _take_over(one: SortedRow, number: str, source: Source) -> Order:
    known_by = one.fingerprint
    if source.amendments.columns(one.row.sheet, one.row.row):
        known_by = known_by or one.row.fingerprint
    return Order("take_over", details=_particulars(one, source), new_number=number, fingerprint=known_by)


def _restate(one: SortedRow, source: Source) -> Order:
    return Order("restate", one.case.number, _particulars(one, source))


def _particulars(one: SortedRow, source: Source) -> dict[str, Any]:
    """What the row states, where it stands, what a person accepted of it and which cells he corrected."""
    row, kept = one.row, source.file
    taken = sorted(answers(one.accepted)) if one.accepted else ()
    accepted = [{"code": code, "suggestion": suggestion} for code, suggestion in taken]
    columns = source.amendments.columns(row.sheet, row.row)
    accepted += [{"code": CORRECTED, "suggestion": f"{letter}列导入时更正"} for letter in columns]
    origin = f"{kept.name}·{row.sheet}·第{row.row}行（sha256:{kept.sha256}）"
    return {**one.stated.particulars(one.case), "origin": origin, "accepted": accepted}


def _highest(register: RegisterReading, sorting: Sorting) -> dict[Series, int]:
    """The highest number of each series and year, those of waiting rows included: numbers go on after it."""
    given = {one.matter.number for one in sorting.of(Fate.NEW) if one.matter.number}
    news = highest_serials(given - register.numbers)
    return {key: max(register.highest.get(key, 0), news.get(key, 0)) for key in {**register.highest, **news}}


def _next_numbers(
    tx: Connection, office: Office, register: RegisterReading, at: datetime, count: int
) -> list[str]:
    """Numbers of the series most rows of the sheet use, else of the office's own."""
    year = office_day(at).year
    matches = filter(None, (NUMBERED.match(row.matter.number or "") for row in register.rows))
    used = Counter(found["series"] for found in matches)
    series = used.most_common(1)[0][0] if used else own_series(tx, office, year)
    return cases.next_numbers(tx, series, year, count)


def _changed_series(
    tx: Connection, office: Office, register: RegisterReading, sorting: Sorting, at: datetime
) -> tuple[Problem, ...]:
    """Where the office never said which series is its own, a register may bring a busier one: that is told,
    for new matters and papers are numbered in it from then on."""
    if office.settings.office_code:
        return ()
    given, year = case_serials(tx), office_day(at).year
    former, merged = code_in_use(given, year), dict(given)
    for key, serial in _highest(register, sorting).items():
        merged[key] = max(merged.get(key, 0), serial)
    now = code_in_use(merged, year)
    if former in (None, now):
        return ()
    message = (
        f"本单位此前用编号系列“{former}”，台账中“{now}”用得更多，今后新的事项和文号改用“{now}”："
        f"仍用“{former}”的，请设置DUBAN_OFFICE_CODE={former}"
    )
    return (Finding("series_changed", message).at(register.sheet, register.header_row),)


def _entry(sheet: str, sorting: Sorting, source: Source, count: int) -> dict[str, Any]:
    return {"file": source.file.sha256, "sheet": sheet, "rows": len(sorting.rows), "cases": count}


def _report(register: RegisterReading, sorting: Sorting, told: tuple[Problem, ...]) -> ImportReport:
    return ImportReport(
        rows=len(register.rows),
        imported=len(sorting.of(Fate.NEW)),
        updated=len(sorting.of(Fate.CHANGED)),
        unchanged=len(sorting.of(Fate.UNCHANGED)),
        needs_person=sorting.problems(Fate.WAITING),
        rejected=sorting.problems(Fate.REJECTED),
        notes=(*told, *register.notes, *(note for one in sorting.rows for note in one.notes)),
        skipped=register.skipped,
    )
