"""A register on its way in: how its columns are read, and what becomes of each row."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from states.corrections import EMPTY
from states.office_time import days_in_words
from states.register.amending import amended
from states.register.headers import REGISTER_NAMES, nearest_header
from states.register.returned import Settled
from states.register.rows import HeaderMissing, RegisterReading
from states.register.sheet import Sheet, column_letter
from states.register.sorting import Fate, SortedRow, Sorting
from workflow.services import importing, register_returns
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.lines import Found, Line, found_in, headed, noted, texts
from workflow.services.import_room.updating import Updates
from workflow.services.office import Office, Signature
from workflow.services.register_returns import Back
from workflow.storage.session import reading, transaction
from workflow.workbooks.opening import open_workbook

SHOWN = ("number", "title", "lead_unit", "due_on")
"""The fields a page shows of every row; others where something is wrong."""

RETURNED = ("number", "title")
"""The columns it shows of a register of ours; others where something was edited."""

ISO_DAY = len("2026-07-01")
COMES_BACK = "这是由本系统导出的台账：只更正改动之处，删去的行不作处理，没有编号的行作为新事项"

FIELDS = {field: names[0] for field, names in REGISTER_NAMES.items()}


def examine(office: Office, path: Path, changes: Changes, *, by: Signature, at: datetime) -> Found:
    """What is in the register as it was corrected. Raises a `Refusal` when the file cannot be read."""
    raw = open_workbook(path)
    sheets = amended(raw, changes.amendments)
    back = importing.returned(office, sheets, changes.accepted, by=by)
    if back is None:
        return _taken_over(office, raw, sheets, changes, at=at)
    return _returned(office, raw, sheets, changes, back, by=by, at=at, name=path.name)


def _returned(
    office: Office,
    raw: Sequence[Sheet],
    sheets: Sequence[Sheet],
    changes: Changes,
    back: Back,
    *,
    by: Signature,
    at: datetime,
    name: str,
) -> Found:
    """A register of ours: its edits, and its new rows as those of any other."""
    reason = register_returns.reason_for(name)
    back = register_returns.tried(office, back, by=by, at=at, reason=reason)
    ours = back.returned
    sheet = next(one for one in sheets if one.name == ours.sheet.name)
    lines = [_line(one, sheet) for one in back.rows]
    before = next(one for one in raw if one.name == sheet.name)
    kept_out = [row for name, row in changes.left_out if name == sheet.name]
    lines += [Line(row, sheet.name, row, "left_out", texts(before, row)) for row in kept_out]
    shown = [ours.columns[one].number for one in RETURNED if one in ours.columns]
    notes = [COMES_BACK, *(one.message for one in back.notes)]
    told: dict[str, Any] = {"sheets": [headed(before, ours.row, shown)], "notes": notes}
    if back.rest is not None:
        new = _taken_over(office, raw, back.rest, changes, at=at)
        told["notes"] += [note for note in new.told["notes"] if "不认识" not in note]
        told |= {one: new.told[one] for one in ("refusal",) if one in new.told}
        there = {one.row for one in lines}
        lines += [one for one in new.lines if one.row not in there]
    return Found(told, tuple(sorted(lines, key=lambda one: one.place)))


def _line(one: Settled, sheet: Sheet) -> Line:
    """A row that came back, with what is to be corrected in it."""
    edits = one.edits if one.fate is Fate.CHANGED else ()
    found = [noted(edit.column.number, "edited", _edited(edit.old, edit.new)) for edit in edits]
    found += found_in(one.problems, asks=True)
    return Line(one.row, sheet.name, one.row, one.fate.value, texts(sheet, one.row), tuple(found))


def _edited(old: str, new: str) -> str:
    was, becomes = (days_in_words(one) if len(one) == ISO_DAY else one or EMPTY for one in (old, new))
    return f"由“{was}”更正为“{becomes}”"


def _taken_over(
    office: Office, raw: Sequence[Sheet], sheets: Sequence[Sheet], changes: Changes, *, at: datetime
) -> Found:
    try:
        with reading(office.engine) as tx:
            register = importing.read(tx, office, sheets, at)
    except HeaderMissing as missing:
        return _without_heading(raw, sheets, missing)
    with transaction(office.engine) as tx:
        accept = changes.accepted & {row.row for row in register.rows}
        sorting = importing.sort(tx, register, accept)
        updates = Updates(tx, office, register.columns)
    before, sheet = (next(one for one in book if one.name == register.sheet) for book in (raw, sheets))
    shown = [register.columns[field].number for field in SHOWN if field in register.columns]
    told = {
        "sheets": [headed(before, register.header_row, shown)],
        "columns": _columns(before, register.header_row, {c.number: f for f, c in register.columns.items()}),
        "notes": [days_in_words(note.message) for note in register.notes],
    }
    return Found(told, tuple(_lines((before, sheet), register, sorting, changes, updates)))


def _without_heading(raw: Sequence[Sheet], sheets: Sequence[Sheet], missing: HeaderMissing) -> Found:
    """The row most like a heading, for a person to say what its columns are."""
    headers = [nearest_header(sheet, REGISTER_NAMES) for sheet in sheets]
    best = max(range(len(sheets)), key=lambda place: len(headers[place].columns))
    header, sheet = headers[best], raw[best]
    row = header.row or min(sheet.rows)
    told = {
        "sheets": [headed(sheet, row, list(texts(sheet, row))[:6])],
        "columns": _columns(sheet, row, {c.number: f for f, c in header.columns.items()}),
        "notes": [],
        "refusal": missing.message,
    }
    lines = (Line(number, sheet.name, number, "skipped", texts(sheet, number)) for number in sheet.rows)
    return Found(told, tuple(lines))


def _columns(sheet: Sheet, row: int, fields: dict[int, str]) -> list[dict[str, Any]]:
    """Every column of the heading: as the sheet writes it, and the field it is read as."""
    headings = {column: " ".join(text.split()) for column, text in texts(sheet, row).items()}
    return [
        {
            "column": column,
            "letter": column_letter(column),
            "heading": headings.get(column, ""),
            "field": fields.get(column, ""),
        }
        for column in sorted({*headings, *fields})
    ]


def _lines(
    books: tuple[Sheet, Sheet],
    register: RegisterReading,
    sorting: Sorting,
    changes: Changes,
    updates: Updates,
) -> Iterator[Line]:
    """The lines of a sheet as it was handed in and as it was corrected."""
    raw, sheet = books
    sorted_ones = {one.row.row: one for one in sorting.rows}
    skipped = {one.row: one.reason for one in register.skipped}
    for row in sorted({*raw.rows, *skipped}):
        if (raw.name, row) in changes.left_out:
            yield Line(row, raw.name, row, "left_out", texts(raw, row))
        elif row in sorted_ones:
            one = sorted_ones[row]
            yield Line(
                row, raw.name, row, one.fate.value, texts(sheet, row), (*updates.of(one), *_found(one))
            )
        elif row in skipped:
            yield Line(row, raw.name, row, "skipped", texts(raw, row), (noted(0, "", skipped[row]),))


def _found(one: SortedRow) -> Iterator[dict[str, Any]]:
    yield from found_in(one.problems, asks=True)
    for taken in found_in(one.accepted, asks=False):
        yield {**taken, "message": f"已采纳建议：{taken['advice']}", "advice": ""}
    yield from found_in(one.notes, asks=False)
