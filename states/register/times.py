"""The days of a row: dispatched, due, extended, closed, and whether it is closed at all.

Called by the row reader. The limit in force is the extension where there is one; 长期坚持 stands only where a
limit would.
"""

from dataclasses import replace
from datetime import date
from typing import Any

from states.register.cells import read_closing
from states.register.dates import DateReading, unreadable
from states.register.line import Line
from states.register.problems import NOTHING, Finding, Findings, asked, found_in, noted

BLANK = DateReading()


def read_times(line: Line) -> tuple[dict[str, Any], Findings]:
    """Dispatch, limit, extension and closing. A year left out is told from the day of dispatch."""
    return line.alike(_read, "dispatched_on", "due_on", "extended_to", "closed", "closed_on")


def _read(line: Line) -> tuple[dict[str, Any], Findings]:
    dispatched = _day(line, "dispatched_on", None)
    due, extended = _day(line, "due_on", dispatched.day), _day(line, "extended_to", dispatched.day)
    found = _report("dispatched_on", dispatched, "dispatched_on")
    found += _report("due_on", due, "original_due_on", *(() if extended.day else ("due_on",)))
    found += _report("extended_to", extended, "extended_to", "due_on")
    closing, more = _closing(line, dispatched.day)
    limits = {
        "dispatched_on": dispatched.day,
        "original_due_on": due.day,
        "extended_to": extended.day,
        "due_on": extended.day or due.day,
        "open_ended": due.open_ended and not extended.day,
    }
    return {**limits, **closing}, found + more


def _closing(line: Line, dispatched_on: date | None) -> tuple[dict[str, Any], Findings]:
    """Whether and when the matter was closed; a mark without a date waits for the date."""
    mark, closed_on = read_closing(line.value("closed")), _day(line, "closed_on", dispatched_on)
    found = found_in("closed", mark) + _report("closed_on", closed_on, "closed_on")
    if mark.closed and not (closed_on.day or closed_on.problems or line.is_unusable("closed_on")):
        message = f"已标“是否销号：{line.text('closed')}”但缺销号时间，请补填或改为未销号"
        remedy = {"closed": False, "closing_requested": True}
        found += asked("closed_on", Finding("closed_without_date", message, "按未销号、待审批导入", remedy))
    return {"closed": mark.closed, "closing_requested": mark.requested, "closed_on": closed_on.day}, found


def _day(line: Line, field: str, reference: date | None) -> DateReading:
    value = line.value(field)
    if value is None:
        return BLANK
    reading = line.page.read_day(value, line.label(field), reference)
    if reading.day or field == "due_on" or not (reading.open_ended or "date_immediate" in reading.codes):
        return reading
    return unreadable(line.text(field))


def _report(field: str, reading: DateReading, *remedied: str) -> Findings:
    if not (reading.problems or reading.notes):
        return NOTHING
    remedy = dict.fromkeys(remedied, reading.suggestion) if reading.suggestion else None
    questions = (replace(finding, remedy=remedy) for finding in reading.problems)
    return asked(field, *questions) + noted(field, *reading.notes)
