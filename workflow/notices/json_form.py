"""A notice as holiday-cn keeps it: {"year", "papers", "days": [{"name", "date", "isOffDay"}]}.

Two keys more are ours: "week" gives weekdays new office hours, "hours" single dates. Any other is refused by
name, because a misspelt key would be a rule nobody follows.
"""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from states.calendar import Hours, NoticeDay, kind_of, read_hours, read_notice_date
from states.calendar.hours import WEEKDAYS
from states.errors import Refusal
from states.validation import complaint, place
from workflow.notices.listing import Listing
from workflow.notices.refusals import NoticeRefused, at_place

IGNORED = ("$schema", "$id")
Spans = list[list[str]]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Day(_Strict):
    date: str
    is_off_day: bool = Field(alias="isOffDay")
    name: str = ""


class _Document(_Strict):
    year: int | None = None
    papers: list[str] = []
    days: list[_Day] = []
    week: dict[str, Spans] = {}
    hours: dict[str, Spans] = {}


def read_json(text: str) -> Listing:
    """What a JSON document lists. Raises `NoticeRefused` naming the line or the entry."""
    values = _parsed(text)
    document = _checked({name: value for name, value in values.items() if name not in IGNORED})
    return Listing(
        tuple(_day(number, day) for number, day in enumerate(document.days, 1)),
        document.year,
        "year" in document.model_fields_set,
        tuple(document.papers),
        {_weekday(name): _hours(f"week.{name}", spans) for name, spans in document.week.items()},
        {_date(f"hours.{text}", text): _hours(f"hours.{text}", s) for text, s in document.hours.items()},
    )


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        values = json.loads(text, object_pairs_hook=_unique)
    except json.JSONDecodeError as error:
        message = f"第{error.lineno}行第{error.colno}列不是有效的JSON，请改正。"
        raise NoticeRefused(message, code="notice_syntax", line=error.lineno) from error
    except (RecursionError, ValueError) as error:
        raise NoticeRefused("JSON嵌套过深或数字过长，请核对文件。", code="notice_syntax") from error
    if not isinstance(values, dict):
        raise NoticeRefused('JSON应为一个对象，如{"year": 2027, "days": […]}。', code="notice_field")
    return values


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key written twice JSON silently keeps the last; here it is refused."""
    values = dict(pairs)
    if len(values) < len(pairs):
        counted = Counter(name for name, _ in pairs)
        twice = next(name for name, count in counted.items() if count > 1)
        raise NoticeRefused(
            f"JSON中“{twice[:40]}”写了两次，请删去一次。", code="notice_field", place=twice[:40]
        )
    return values


def _checked(values: Mapping[str, Any]) -> _Document:
    try:
        return _Document.model_validate(values)
    except ValidationError as error:
        where = place(error)[:80]
        message = f"JSON中“{where}”{complaint(error)}。"
        raise NoticeRefused(message, code="notice_field", place=where) from error


def _day(number: int, told: _Day) -> NoticeDay:
    day = _date(f"第{number}条", told.date)
    return NoticeDay(day, kind_of(day, rest=told.is_off_day), told.name)


def _date(where: str, text: str) -> date:
    try:
        return read_notice_date(text)
    except Refusal as refusal:
        raise at_place(where[:80], refusal) from refusal


def _weekday(name: str) -> int:
    if name not in WEEKDAYS:
        known = "、".join(WEEKDAYS)
        message = f"JSON中“week.{name[:40]}”不是星期，可用的有{known}。"
        raise NoticeRefused(message, code="notice_field", place=f"week.{name[:40]}")
    return WEEKDAYS.index(name)


def _hours(where: str, spans: Spans) -> Hours:
    try:
        return read_hours(spans)
    except Refusal as refusal:
        raise at_place(f"JSON中“{where[:80]}”", refusal) from refusal
