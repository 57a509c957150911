"""A holiday notice as a value: the days it makes rest or work, and office hours it changes.

Read from a file elsewhere and made part of a calendar by `amending`. A notice that contradicts itself cannot
be made: building one is checking it, and the refusal names the day.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from states.calendar.hours import Hours, written
from states.calendar.work_calendar import FIRST_YEAR, LAST_YEAR, DayKind
from states.characters import is_deceptive
from states.errors import RuleInvalid

MAX_DAYS, MAX_NAME = 400, 64
MAX_PAPERS, MAX_PAPER = 20, 200
DECEMBER, SATURDAY = 12, 5
DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日|(\d{2})(\d{2}))"
)


@dataclass(frozen=True, slots=True)
class NoticeDay:
    """What a notice says of one date: its kind, and what the day is called."""

    date: date
    kind: DayKind
    name: str = ""


@dataclass(frozen=True)
class Notice:
    """The arrangement of a year, or a local order that only adds to one.

    With a `year` it announces that year whole, and may touch the December before. Without, it changes the
    days it lists and no others. `week` gives new hours to the weekdays it names (0 is Monday; no hours close
    the day), `hours` to single dates. `papers` are the documents it rests on.

    Raises `RuleInvalid`: `notice_contradicts` for a date both rest and worked, `notice_repeats` for one
    listed twice, `notice_date_outside` for one the notice cannot speak of, `notice_empty` for a year without
    a rest day or an order that changes nothing, `notice_date_invalid` for a year nothing is counted in,
    `notice_too_long` beyond 400 days, `notice_text_invalid` for a name or paper nobody can read,
    `hours_invalid` for a date with no hours.
    """

    year: int | None
    papers: tuple[str, ...] = ()
    days: tuple[NoticeDay, ...] = ()
    week: Mapping[int, Hours] = field(default_factory=dict)
    hours: Mapping[date, Hours] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check_size(self)
        _check_years(self)
        _check_repeats(self.days)
        _check_hours(self)
        _check_not_empty(self)
        _check_texts(self)


def kind_of(day: date, *, rest: bool) -> DayKind:
    """The kind of a day that a notice makes rest or work: work at a weekend is made up for another day."""
    if rest:
        return DayKind.REST
    return DayKind.MAKE_UP if day.weekday() >= SATURDAY else DayKind.WORKING


def read_notice_date(text: str) -> date:
    """A date as notices write it: 2026-10-01, 2026/10/1, 2026年10月1日 or 20261001.

    Raises `RuleInvalid` (`notice_date_invalid`) for a date that does not exist or that nothing is counted on.
    """
    found = DATE.fullmatch(text.strip())
    numbers = [int(part) for part in found.groups() if part] if found else []
    try:
        day = date(*numbers) if numbers else None
    except ValueError:
        day = None
    if day is None:
        message = f"日期“{text.strip()[:40]}”不存在或无法识别，请写成2026-10-01。"
        raise RuleInvalid(message, code="notice_date_invalid", date=text.strip()[:40])
    check_notice_year(day.year)
    return day


def check_notice_year(year: int) -> None:
    """Raises `RuleInvalid` (`notice_date_invalid`) for a year that nothing is counted in."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        message = f"{year}年超出{FIRST_YEAR}至{LAST_YEAR}年，请核对通知中的日期。"
        raise RuleInvalid(message, code="notice_date_invalid", year=year)


def _check_size(notice: Notice) -> None:
    count = max(len(notice.days), len(notice.hours))
    if count > MAX_DAYS:
        message = f"通知列了{count}天，最多{MAX_DAYS}天，请按年度分开载入。"
        raise RuleInvalid(message, code="notice_too_long", count=count)


def _check_years(notice: Notice) -> None:
    if notice.year is not None:
        check_notice_year(notice.year)
    for day in _dates(notice):
        check_notice_year(day.year)
        if notice.year is not None and not _may_speak_of(notice.year, day):
            message = f"{day}不在{notice.year}年：年度通知只能列当年和上年12月的日期，请核对。"
            raise RuleInvalid(message, code="notice_date_outside", date=str(day), year=notice.year)


def _may_speak_of(year: int, day: date) -> bool:
    """A year's notice may move days of the December before: 2019's had 2018-12-29 worked for 12-31."""
    return day.year == year or (day.year == year - 1 and day.month == DECEMBER)


def _check_repeats(days: Iterable[NoticeDay]) -> None:
    seen: dict[date, NoticeDay] = {}
    for day in days:
        other = seen.get(day.date)
        seen[day.date] = day
        if other is None:
            continue
        if (other.kind is DayKind.REST) != (day.kind is DayKind.REST):
            message = f"{day.date}既列为放假又列为上班，请核对通知原文后改正。"
            raise RuleInvalid(message, code="notice_contradicts", date=str(day.date))
        raise RuleInvalid(f"{day.date}列了两次，请删去一次。", code="notice_repeats", date=str(day.date))


def _check_hours(notice: Notice) -> None:
    if not set(notice.week) <= set(range(7)):
        raise RuleInvalid("办公时间的星期只能是周一至周日，请核对。", code="hours_invalid")
    rest = {day.date for day in notice.days if day.kind is DayKind.REST}
    for day, hours in notice.hours.items():
        if not hours:
            message = f"{day}没有写办公时间；整天不办公的，请把这一天列为放假。"
            raise RuleInvalid(message, code="hours_invalid", date=str(day))
        if day in rest:
            first, last = written(hours)[0][0], written(hours)[-1][1]
            message = f"{day}列为放假，又写了办公时间{first}至{last}，请核对后改正。"
            raise RuleInvalid(message, code="notice_contradicts", date=str(day))


def _check_not_empty(notice: Notice) -> None:
    """A year's file may exist before its notice does: holiday-cn ships empty ones."""
    if notice.year is None:
        if not (notice.days or notice.week or notice.hours):
            raise RuleInvalid("文件没有列出任何日期或办公时间，未作改动，请核对文件。", code="notice_empty")
        return
    if not any(day.kind is DayKind.REST and day.date.year == notice.year for day in notice.days):
        message = f"文件没有{notice.year}年的任何放假日期，该年安排可能尚未公布；请待通知发布后再载入。"
        raise RuleInvalid(message, code="notice_empty", year=notice.year)


def _check_texts(notice: Notice) -> None:
    for day in notice.days:
        if not _is_readable(day.name, MAX_NAME):
            message = f"{day.date}的名称超过{MAX_NAME}字或有看不见的字符，请改正。"
            raise RuleInvalid(message, code="notice_text_invalid", date=str(day.date))
    if len(notice.papers) > MAX_PAPERS or not all(_is_readable(one, MAX_PAPER) for one in notice.papers):
        message = f"通知依据最多{MAX_PAPERS}件，每件不超过{MAX_PAPER}字，且不得有看不见的字符，请改正。"
        raise RuleInvalid(message, code="notice_text_invalid")


def _is_readable(text: str, bound: int) -> bool:
    return len(text) <= bound and not any(is_deceptive(one) or one in "\n\t" for one in text)


def _dates(notice: Notice) -> Iterable[date]:
    yield from (day.date for day in notice.days)
    yield from notice.hours
