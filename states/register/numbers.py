"""Numbers across the rows of a register: one number may stand for one matter only.

Called once all rows are read. A number on two matters makes both wait: the first may keep it, the others
are offered free numbers of the same series. So is a row whose number already stands for another case.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from states.register.headers import Column
from states.register.problems import Finding
from states.register.row import RowReading

_SERIES = re.compile(r"(.*?)(\d{1,9})", re.DOTALL)
NUMBERED = re.compile(r"^(?P<series>.+?)(?P<year>(?:19|20)\d{2})-(?P<serial>\d{1,6})$")
"""A number in the form the office gives them."""

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
        found |= _findings(same, taken)
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


def _findings(same: list[RowReading], taken: set[str]) -> dict[int, Finding]:
    """Row number to finding, for rows that share a number or are the same matter without one."""
    first, number = same[0], same[0].matter.number
    free = _free_numbers(number, taken) if number else iter(())
    found = {}
    for row in same:
        others = "、".join(f"第{other.row}行" for other in same if other is not row)
        is_copy = row is not first and row.fingerprint == first.fingerprint
        if number is None or is_copy:
            found[row.row] = _copy(number, others)
        else:
            found[row.row] = _clash(number, others, number if row is first else next(free))
    return found


def _copy(number: str | None, others: str) -> Finding:
    what = f"编号“{number}”和事项" if number else "未编号的事项"
    message = f"{what}与{others}重复，请删除多余的行后重新导入"
    return Finding("number_duplicate" if number else "matter_duplicate", message, "删除多余的行")


def _clash(number: str, others: str, suggested: str) -> Finding:
    message = f"编号“{number}”与{others}重复且事项不同，均暂不导入，请人工改号"
    advice = f"保留编号“{number}”" if suggested == number else f"改用空号“{suggested}”"
    return Finding("number_duplicate", message, advice, {"number": suggested})


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
