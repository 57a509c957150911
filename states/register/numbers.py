"""Numbers across the rows of a register: one number may stand for one matter only.

Called once all rows are read. A number on two matters makes both wait: the first may keep it, the others
are offered free numbers of the same series. So is a row whose number already stands for another case. Of the
same row twice the first goes in; where the two say different things of their matter, both wait.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from states.register.headers import Column
from states.register.matter import MatterRecord, with_remedies
from states.register.problems import Finding, Problem
from states.register.row import RowReading
from states.register.wording import comparable

_SERIES = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)
NUMBERED = re.compile(r"^(?P<series>.+?)(?P<year>(?:19|20)\d{2})-(?P<serial>\d{1,6})$")
"""A number in the form the office gives them."""

_SAID_BY = {"due_on": ("original_due_on", "open_ended"), "closed": ("closed", "closing_requested")}
"""The fields a column is read into, where they are not of its own name."""

Series = tuple[str, int]
"""A series and the year its numbers are of."""


def highest_serials(numbers: Iterable[str]) -> dict[Series, int]:
    """The highest number of each series and year."""
    highest: dict[Series, int] = {}
    for found in filter(None, map(NUMBERED.match, numbers)):
        key = (found["series"], int(found["year"]))
        highest[key] = max(highest.get(key, 0), int(found["serial"]))
    return highest


def settle_numbers(
    rows: Sequence[RowReading], columns: Mapping[str, Column], known_numbers: Collection[str]
) -> tuple[RowReading, ...]:
    """The rows, with a problem on each that shares its number (or, without one, its fingerprint).

    `known_numbers` are numbers already given out elsewhere; they are never offered.
    """
    taken = _numbers(rows) | set(known_numbers)
    found: dict[int, Finding] = {}
    for same in _sharing(rows):
        found |= _findings(same, columns, taken)
    return tuple(_with(row, found.get(row.row), columns) for row in rows)


def settle_taken(
    rows: Sequence[RowReading],
    columns: Mapping[str, Column],
    taken_rows: Collection[int],
    known_numbers: Collection[str],
) -> tuple[RowReading, ...]:
    """The rows, with a question on those of `taken_rows` (Excel numbers), whose number is another case's.

    Each is offered a free number of its series; `known_numbers` are never offered.
    """
    taken = _numbers(rows) | set(known_numbers)
    found = {
        row.row: _taken(row.matter.number, next(_free_numbers(row.matter.number, taken)))
        for row in rows
        if row.row in taken_rows and row.matter.number
    }
    return tuple(_with(row, found.get(row.row), columns) for row in rows)


def _numbers(rows: Sequence[RowReading]) -> set[str]:
    """The numbers the rows bear, and those they have been offered."""
    offered = (problem.remedy for row in rows for problem in row.problems if problem.remedy)
    numbers = {remedy["number"] for remedy in offered if "number" in remedy}
    return numbers | {row.matter.number for row in rows if row.matter.number}


def _sharing(rows: Sequence[RowReading]) -> list[list[RowReading]]:
    groups: dict[str, list[RowReading]] = defaultdict(list)
    for row in rows:
        groups[row.matter.number or row.fingerprint].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _findings(same: list[RowReading], columns: Mapping[str, Column], taken: set[str]) -> dict[int, Finding]:
    """Row number to finding, for rows that share a number or are the same matter without one."""
    number = same[0].matter.number
    if number is None:  # the first would be known by what it shares with the second: neither goes in
        return {row.row: _alike(_but(same, [row])) for row in same}
    matters, found = _matters(same), dict[int, Finding]()
    offers = chain([number], _free_numbers(number, taken))
    for rows, offered in zip(matters, offers, strict=False):
        found |= _of_one_matter(number, rows, _unlike(rows, columns))
        if len(matters) > 1:
            found.setdefault(rows[0].row, _clash(number, _but(same, rows), offered))
    return found


def _of_one_matter(number: str, rows: list[RowReading], labels: str) -> dict[int, Finding]:
    """All of them, where columns (`labels`) do not say the same; else every row but the first."""
    if labels:
        return {row.row: _unsettled(number, _but(rows, [row]), labels) for row in rows}
    return {row.row: _copy(number, rows[0]) for row in rows[1:]}


def _matters(same: list[RowReading]) -> list[list[RowReading]]:
    """The rows under one number, those of each matter together."""
    matters: dict[str, list[RowReading]] = defaultdict(list)
    for row in same:
        matters[row.fingerprint].append(row)
    return list(matters.values())


def _unlike(rows: list[RowReading], columns: Mapping[str, Column]) -> str:
    """The columns in which rows of one matter do not say the same, as they are headed; 序号 only counts.

    A cell that could not be read is no blank: what is asked of it tells the one from the other.
    """
    matters = [(with_remedies(row.matter, row.problems), row.problems) for row in rows]
    labels = (
        column.label
        for field, column in columns.items()
        if field != "serial"
        and len({(_stated(one, field), _asked(found, column)) for one, found in matters}) > 1
    )
    return "、".join(labels)


def _asked(problems: Iterable[Problem], column: Column) -> frozenset[tuple[str, str]]:
    """What is told of a row's cell."""
    return frozenset((one.code, one.message) for one in problems if one.column == column.letter)


def _stated(matter: MatterRecord, field: str) -> tuple[object, ...]:
    """What a matter says in a column, in the form spellings are compared in."""
    values = (getattr(matter, name, None) for name in _SAID_BY.get(field, (field,)))
    return tuple(comparable(value) if isinstance(value, str) else value for value in values)


def _but(rows: list[RowReading], left_out: list[RowReading]) -> str:
    return _named([row for row in rows if row not in left_out])


def _named(rows: list[RowReading]) -> str:
    return "、".join(f"第{row.row}行" for row in rows)


def _alike(others: str) -> Finding:
    message = f"未编号的事项与{others}重复，请删除多余的行后重新导入"
    return Finding("matter_duplicate", message, "删除多余的行")


def _copy(number: str, first: RowReading) -> Finding:
    message = f"编号“{number}”和事项与第{first.row}行重复，本行不导入，请删除多余的行"
    return Finding("number_duplicate", message, "删除多余的行")


def _unsettled(number: str, others: str, labels: str) -> Finding:
    message = f"编号“{number}”与{others}是同一事项，但{labels}不同，均暂不导入，请核对后只留一行"
    return Finding("number_duplicate", message, "核对后只留一行")


def _clash(number: str, others: str, offered: str) -> Finding:
    message = f"编号“{number}”与{others}重复且事项不同，均暂不导入，请人工改号"
    advice = f"保留编号“{number}”" if offered == number else f"改用空号“{offered}”"
    return Finding("number_duplicate", message, advice, {"number": offered})


def _taken(number: str, free: str) -> Finding:
    message = f"编号“{number}”在系统中是另一事项，暂不导入，请人工核对编号"
    return Finding("number_taken", message, f"改用空号“{free}”", {"number": free})


def _free_numbers(number: str, taken: set[str]) -> Iterator[str]:
    """Unused numbers of the series, upwards from this one; each is given out once."""
    match = _SERIES.fullmatch(number)
    prefix, digits = (match[1], match[2]) if match else (f"{number}-", "1")
    serial = int(digits)
    while True:
        serial += 1
        candidate = f"{prefix}{serial:0{len(digits)}d}"
        if candidate not in taken:
            taken.add(candidate)
            yield candidate


def _with(row: RowReading, finding: Finding | None, columns: Mapping[str, Column]) -> RowReading:
    if finding is None:
        return row
    column = columns.get("number") or columns["title"]
    return replace(row, problems=(*row.problems, finding.at(row.sheet, row.row, column.letter, column.label)))
