"""The working calendar as a value: which days are worked, when the office is open, which years are known."""

from states.calendar.amending import DayChange, amended, changes_between
from states.calendar.document import as_document, digest, from_document
from states.calendar.hours import Hours, OfficeHours, read_hours
from states.calendar.notice import Notice, NoticeDay, kind_of, read_notice_date
from states.calendar.open_time import ONE_DAY, OpenTime
from states.calendar.work_calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    SHANGHAI,
    DayKind,
    WorkCalendar,
    check_year,
)

__all__ = [
    "FIRST_YEAR",
    "LAST_YEAR",
    "ONE_DAY",
    "SHANGHAI",
    "DayChange",
    "DayKind",
    "Hours",
    "Notice",
    "NoticeDay",
    "OfficeHours",
    "OpenTime",
    "WorkCalendar",
    "amended",
    "as_document",
    "changes_between",
    "check_year",
    "digest",
    "from_document",
    "kind_of",
    "read_hours",
    "read_notice_date",
]
