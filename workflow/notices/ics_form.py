"""A notice as a calendar file (.ics): one all-day event a stretch of days.

The summary must say whether the days are off or worked. Recurring and timed events are refused: a holiday
arrangement has neither, and guessing at one would move due dates.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from icalendar import Calendar, Event

from states.calendar import ONE_DAY
from states.calendar.notice import check_notice_year
from states.errors import Refusal
from workflow.notices.listing import Listing, Stretch, days_of
from workflow.notices.refusals import NoticeRefused, at_place

RECURRING = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
ONCE = ("DTSTART", "DTEND", "DURATION", "SUMMARY")
SHOWN = 20


def read_ics(text: str) -> Listing:
    """What a calendar file lists. Raises `NoticeRefused` naming the event."""
    try:
        events = Calendar.from_ical(text).walk("VEVENT")
    except Exception as error:  # a damaged file can make the parser raise anything
        message = "文件不是有效的ICS日历，请重新导出后再载入。"
        raise NoticeRefused(message, code="notice_syntax") from error
    return Listing(days_of(_stretches(events)))


def _stretches(events: list[Any]) -> Iterator[Stretch]:
    for number, event in enumerate(events, 1):
        summary = str(event.get("SUMMARY", "")).strip()
        place = f"第{number}个事件“{summary[:SHOWN]}”"
        _refuse_what_is_no_arrangement(place, event)
        first = _date(place, event, "DTSTART")
        yield Stretch(place, first, _last(place, event, first), summary, summary)


def _refuse_what_is_no_arrangement(place: str, event: Event) -> None:
    if any(name in event for name in RECURRING):
        raise _refused(place, "是重复事件，放假安排须逐日列明，请改为单独的全天事件。")
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _refused(place, "已取消，请从文件中删去后再载入。")
    if any(isinstance(event.get(name), list) for name in ONCE):
        raise _refused(place, "的标题或起止日期写了两次，请删去一次。")


def _last(place: str, event: Event, first: date) -> date:
    """The last day: DTEND is the day after it. One that ends as it begins is meant to last a day."""
    if "DTEND" in event:
        end = _date(place, event, "DTEND")
        return end if end == first else end - ONE_DAY
    length = _value(place, event, "DURATION") if "DURATION" in event else ONE_DAY
    if not isinstance(length, timedelta) or length % ONE_DAY or length < ONE_DAY:
        raise _refused(place, "的时长不是整天，请改为全天事件。")
    return first + length - ONE_DAY


def _date(place: str, event: Event, name: str) -> date:
    day = _value(place, event, name)
    if isinstance(day, datetime) or not isinstance(day, date):
        raise _refused(place, "不是全天事件，请改为全天事件。")
    try:
        check_notice_year(day.year)
    except Refusal as refusal:
        raise at_place(place, refusal) from refusal
    return day


def _value(place: str, event: Event, name: str) -> Any:
    """What a property holds; the library keeps one it could not read, and says so in the event's errors."""
    if name in {told for told, _ in event.errors}:
        message = f"{place}：日期“{str(event.get(name))[:SHOWN]}”不存在或无法识别，请核对。"
        raise NoticeRefused(message, code="notice_date_invalid", place=place)
    return getattr(event.get(name), "dt", None)


def _refused(place: str, reason: str) -> NoticeRefused:
    return NoticeRefused(f"{place}{reason}", code="notice_event_invalid", place=place)
