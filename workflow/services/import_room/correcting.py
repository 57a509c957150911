"""Correcting a file on its way in: cells, rows left out, suggestions taken, what its columns are."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactInvalid
from workflow import particulars
from workflow.services.calendars import MAX_SOURCE
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.drafts import Draft
from workflow.services.import_room.examining import change
from workflow.services.import_room.registers import FIELDS
from workflow.services.office import Office, Signature
from workflow.storage import import_drafts
from workflow.storage.session import reading

ALONE = "1"
"""The one column of a file without sheets."""


@dataclass(frozen=True, slots=True)
class Corrected:
    """A line as a form has it: its cells by column, whether it is left out, whether its suggestions are
    taken."""

    cells: Mapping[int, str] = field(default_factory=dict)
    left_out: bool = False
    accepted: bool = False


def correct_lines(
    office: Office, draft: str, given: Mapping[int, Corrected], *, by: Signature, at: datetime
) -> Draft:
    """Correct lines, named by their places.

    Raises `FactInvalid` (`line_unknown`, `cell_unknown`) for what is not in the file, and as `change`.
    """
    with reading(office.engine) as tx:
        lines = import_drafts.lines_at(tx, draft, given.keys())
    return change(office, draft, lambda standing: _corrected(standing, lines, given), by=by, at=at)


def set_columns(
    office: Office,
    draft: str,
    fields: Mapping[int, str],
    *,
    by: Signature,
    at: datetime,
    besides: Callable[[Connection], None] = lambda _: None,
) -> Draft:
    """Say which field stands in which column; an empty one is not read. Raises `FactInvalid` for a field
    nobody knows or that stands in two, and as `change`."""
    chosen = [name for name in fields.values() if name]
    twice = next((name for name in chosen if chosen.count(name) > 1), None)
    if twice is not None:
        message = f"有两列都选了“{FIELDS.get(twice, twice[:20])}”，一项内容只能取自一列。"
        raise FactInvalid(message, code="column_twice", field=twice[:20])
    if unknown := [name for name in chosen if name not in FIELDS]:
        raise FactInvalid("所选的栏目不在列表中，请重新选择。", code="column_unknown", field=unknown[0][:20])
    return change(
        office, draft, lambda standing: _with_columns(standing, fields), by=by, at=at, besides=besides
    )


def set_options(
    office: Office, draft: str, options: Mapping[str, str], *, by: Signature, at: datetime
) -> Draft:
    """Say what a notice's file does not: its source, the day it was known, its year. Raises `FactInvalid`."""
    if options.get("known_since"):
        particulars.read_day(options["known_since"])
    if len(options.get("source", "")) > MAX_SOURCE:
        raise FactInvalid(f"日历依据不得超过{MAX_SOURCE}字。", code="source_invalid", particular="source")
    year = options.get("year", "")
    if year and not (year.isascii() and year.isdigit() and len(year) == 4):
        raise FactInvalid("年份请写四位数字，如2027。", code="year_invalid", particular="year")
    kept = {name: words for name, words in options.items() if words}
    return change(office, draft, lambda standing: replace(standing.changes, options=kept), by=by, at=at)


def _corrected(standing: Draft, lines: Sequence[Row[Any]], given: Mapping[int, Corrected]) -> Changes:
    _check_known(standing, lines, given)
    changes, cells = standing.changes, {}
    left_out, accepted = set(changes.left_out), set(changes.accepted)
    for line in lines:
        one, shown = given[line.place], json.loads(line.cells)
        for column, text in one.cells.items():
            if text.strip() != shown.get(str(column), "").strip():
                cells[line.sheet, line.number, column] = text.strip()
        _set(left_out, (line.sheet, line.number), one.left_out)
        _set(accepted, line.number, one.accepted)
    kept = replace(changes, left_out=frozenset(left_out), accepted=frozenset(accepted))
    return kept.with_cells(cells)


def _check_known(standing: Draft, lines: Sequence[Row[Any]], given: Mapping[int, Corrected]) -> None:
    if unknown := sorted(given.keys() - {line.place for line in lines}):
        raise FactInvalid("文件里没有要更正的这一行，请重新查看。", code="line_unknown", place=unknown[0])
    sheets = {one["name"]: one["headings"] for one in standing.told["sheets"]}
    for line in lines:
        cells, headings = given[line.place].cells, sheets.get(line.sheet, {ALONE: ""})
        known = {int(column) for column in (*headings, *json.loads(line.cells))}
        if foreign := sorted(cells.keys() - known - _found_in(standing, line)):
            message = f"第{line.number}行没有要更正的第{foreign[0]}列，请重新查看。"
            raise FactInvalid(message, code="cell_unknown", place=line.place, column=foreign[0])


def _found_in(standing: Draft, line: Row[Any]) -> set[int]:
    """The columns of a line where something was found or corrected, though nothing stands there now."""
    found = {one["column"] for one in json.loads(line.found) if one["column"]}
    place = (line.sheet, line.number)
    return found | {column for *of, column in standing.changes.cells if tuple(of) == place}


def _set(chosen: set[Any], one: Any, is_in: bool) -> None:
    if is_in:
        chosen.add(one)
    else:
        chosen.discard(one)


def _with_columns(standing: Draft, fields: Mapping[int, str]) -> Changes:
    """The headings of the columns whose field is another one now, under the names the reader knows."""
    columns: Sequence[Mapping[str, Any]] = standing.told.get("columns", ())
    if not columns:
        return standing.changes
    sheet = standing.told["sheets"][0]
    changed = {one["column"]: fields[one["column"]] for one in columns if one["column"] in fields}
    changed = {column: name for column, name in changed.items() if name != _field(columns, column)}
    named = {(sheet["name"], sheet["row"], column): FIELDS.get(name, "") for column, name in changed.items()}
    return standing.changes.with_cells(named)


def _field(columns: Sequence[Mapping[str, Any]], column: int) -> str:
    return next(str(one["field"]) for one in columns if one["column"] == column)
