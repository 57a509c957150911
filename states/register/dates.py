"""Dates as registers write them: plain, vague, missing a year, open-ended or impossible.

`read_date` gives the one day a cell states, or says why a person must decide and what it would suggest. It
asks no clock: a missing year is filled from the day the matter was dispatched. 前 is read as on or before,
as 民法典 Art. 1259 reads 以内 and 届满.
"""

import re
import unicodedata
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from states.calendar import WorkCalendar
from states.office_time import FIRST_YEAR, LAST_YEAR
from states.register.problems import Finding
from states.register.wording import comparable, is_blank, quoted, text_of
from states.swift import made_swiftly

ONE_WEEK = timedelta(days=7)

_SERIAL_DAY_ZERO = date(1899, 12, 30)  # makes serial 60, the 29 February 1900 Excel invented, come out right
_OPEN_ENDED = frozenset(
    (
        "长期坚持",
        "长期",
        "长期推进",
        "长期任务",
        "持续推进",
        "持续坚持",
        "持续整改",
        "常态化",
        "常态化推进",
        "长期整改",
    )
)
_IMMEDIATE = frozenset(
    ("立行立改", "立即整改", "立即办理", "即知即改", "立查立改", "边查边改", "即时办结", "立即")
)

_BEFORE = r"(?:(?:之|以)?前)?"
_PROVISIONAL = "(暂定)"
"""How our own lists mark a date that may still move."""

_TIME_OF_DAY = re.compile(r"(?<=[\d日号])(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$")
_PLAIN = re.compile(rf"(\d{{4}})([年\-./])(\d{{1,2}})[月\-./](\d{{1,2}})[日号]?{_BEFORE}")
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_MONTH_DAY = re.compile(rf"(\d{{1,2}})月(\d{{1,2}})[日号]?{_BEFORE}")
_MONTH_END = re.compile(rf"(?:(\d{{4}})年)?(\d{{1,2}})月(?:份)?(?:[底末]{_BEFORE})?")
_TEN_DAYS = re.compile(rf"(?:(\d{{4}})年)?(\d{{1,2}})月份?([上中下])旬{_BEFORE}")
_QUARTER = re.compile(rf"(?:(\d{{4}})年)?第?([一二三四1234])季度(?:[底末内]{_BEFORE})?")
_HALF_YEAR = re.compile(rf"(?:(\d{{4}})年)?([上下])半年(?:[底末内]{_BEFORE})?")
_YEAR_END = re.compile(rf"(?:(\d{{4}})|今|本)?年度?年?[底末内]{_BEFORE}")


@made_swiftly
@dataclass(frozen=True, slots=True)
class DateReading:
    """What a cell says about a date: the `day` it states, that it is `open_ended`, or neither.

    With problems the day is None and `suggestion` is the day a person may confirm, where there is one.
    """

    day: date | None = None
    open_ended: bool = False
    suggestion: date | None = None
    problems: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(finding.code for finding in (*self.problems, *self.notes))


def read_date(
    value: object, *, label: str = "日期", reference: date | None = None, calendar: WorkCalendar
) -> DateReading:
    """The date in a cell.

    `reference` is the day the matter was dispatched: it lends a missing year and starts the week suggested
    for 立行立改, which rolls to a working day of `calendar`.
    """
    if is_blank(value):
        return DateReading()
    if isinstance(value, datetime):
        return _stated(value.year, value.month, value.day, text_of(value))
    if isinstance(value, date):
        return _stated(value.year, value.month, value.day, value.isoformat())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _numeric(value)
    if isinstance(value, str):
        return _with_width_note(_written(value.strip(), reference, calendar), value, label)
    return unreadable(text_of(value))


def unreadable(text: str) -> DateReading:
    """The reading of a cell that names no day at all."""
    message = f"{quoted(text)}读不出日期，请改为“2026年9月30日”一类写法"
    return DateReading(problems=(Finding("date_unreadable", message, "请写明年月日"),))


def _written(text: str, reference: date | None, calendar: WorkCalendar) -> DateReading:
    words = comparable(_TIME_OF_DAY.sub("", unicodedata.normalize("NFKC", text)).replace(_PROVISIONAL, ""))
    if words in _OPEN_ENDED:
        return _open_ended(text)
    if words in _IMMEDIATE:
        return _immediate(text, reference, calendar)
    for pattern, read in _SHAPES:
        if match := pattern.fullmatch(words):
            return read(match, text, reference)
    return unreadable(text)


def _plain(match: re.Match[str], text: str, _: date | None) -> DateReading:
    return _stated(int(match[1]), int(match[3]), int(match[4]), text)


def _compact(match: re.Match[str], text: str, _: date | None) -> DateReading:
    return _stated(int(match[1]), int(match[2]), int(match[3]), text)


def _serial(match: re.Match[str], _text: str, _: date | None) -> DateReading:
    return _numeric(float(match[0]))


def _month_day(match: re.Match[str], text: str, reference: date | None) -> DateReading:
    month, day = int(match[1]), int(match[2])
    year = _year_of(None, month, day, reference)
    # A leap year stands in when no year can be told: only what never exists is impossible.
    if impossible := _impossibility(year or 2024, month, day, text):
        return impossible
    return _vague(
        "date_year_missing", text, date(year, month, day) if year else None, "未写年份，按交办时间建议"
    )


def _month_end(match: re.Match[str], text: str, reference: date | None) -> DateReading:
    return _end_of(match[1], int(match[2]), text, reference, code="date_month_end")


def _ten_days(match: re.Match[str], text: str, reference: date | None) -> DateReading:
    return _end_of(
        match[1], int(match[2]), text, reference, code="date_vague", day={"上": 10, "中": 20}.get(match[3])
    )


def _quarter(match: re.Match[str], text: str, reference: date | None) -> DateReading:
    quarter = "一二三四".find(match[2]) + 1 or int(match[2])
    return _end_of(match[1], quarter * 3, text, reference, code="date_vague")


def _half_year(match: re.Match[str], text: str, reference: date | None) -> DateReading:
    return _end_of(match[1], 6 if match[2] == "上" else 12, text, reference, code="date_vague")


def _year_end(match: re.Match[str], text: str, reference: date | None) -> DateReading:
    return _end_of(match[1], 12, text, reference, code="date_year_end")


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], str, date | None], DateReading]], ...] = (
    (_PLAIN, _plain),
    (_COMPACT, _compact),
    (_SERIAL, _serial),
    (_MONTH_DAY, _month_day),
    (_MONTH_END, _month_end),
    (_TEN_DAYS, _ten_days),
    (_QUARTER, _quarter),
    (_HALF_YEAR, _half_year),
    (_YEAR_END, _year_end),
)


def _stated(year: int, month: int, day: int, text: str) -> DateReading:
    return _impossibility(year, month, day, text) or DateReading(day=date(year, month, day))


def _numeric(number: int | float) -> DateReading:
    """An Excel serial number, or eight digits such as 20260930; anything else is no date."""
    text = text_of(number)
    if match := _COMPACT.fullmatch(text):
        return _stated(int(match[1]), int(match[2]), int(match[3]), text)
    if not 0 < number < 100_000:
        return unreadable(text)
    day = _SERIAL_DAY_ZERO + timedelta(days=int(number))
    return DateReading(day=day) if FIRST_YEAR <= day.year <= LAST_YEAR else unreadable(text)


def _impossibility(year: int, month: int, day: int, text: str) -> DateReading | None:
    """The rejection of a date that does not exist or lies outside the years a register can speak of."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        reason = f"{quoted(text)}的年份不在{FIRST_YEAR}—{LAST_YEAR}之间"
        return _rejected("date_out_of_range", reason, "请核对年份")
    if not 1 <= month <= 12:
        return _rejected("date_impossible", f"{quoted(text)}不存在（没有{month}月）", "请核对月份")
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        reason = f"{quoted(text)}不存在（{month}月只有{days}天）"
        return _rejected("date_impossible", reason, f"请核对；{year}年{month}月最后一天是{days}日")
    return None


def _rejected(code: str, reason: str, advice: str) -> DateReading:
    return DateReading(problems=(Finding(code, f"{reason}，该行不导入，请更正后重新导入", advice),))


def _end_of(
    year_text: str | None, month: int, text: str, reference: date | None, *, code: str, day: int | None = None
) -> DateReading:
    """A period named instead of a day: its last day is suggested (月底 is the last day of the month)."""
    known = _year_of(year_text, month, day, reference)
    year = known or 2024
    last = day or (monthrange(year, month)[1] if 1 <= month <= 12 else 1)
    if impossible := _impossibility(year, month, last, text):
        return impossible
    return _vague(code, text, date(year, month, last) if known else None, "建议按")


def _year_of(year_text: str | None, month: int, day: int | None, reference: date | None) -> int | None:
    """The year written, else the first in which the date does not come before the matter was dispatched."""
    if year_text:
        return int(year_text)
    if reference is None:
        return None
    return reference.year + ((month, day or 31) < (reference.month, reference.day))


def _vague(code: str, text: str, suggestion: date | None, reason: str) -> DateReading:
    if suggestion is None:
        message = f"{quoted(text)}不是确定的日期，且没有交办时间可供推算，请写明年月日"
        return DateReading(problems=(Finding(code, message, "请写明年月日"),))
    message = f"{quoted(text)}{reason}{suggestion}，请人工确认"
    return DateReading(suggestion=suggestion, problems=(Finding(code, message, f"按{suggestion}"),))


def _immediate(text: str, reference: date | None, calendar: WorkCalendar) -> DateReading:
    """立行立改 says how, not when; the preset for ordinary matters, one week, is suggested."""
    if reference is None:
        message = f"{quoted(text)}不是日期，且没有交办时间可供推算，请写明年月日"
        return DateReading(problems=(Finding("date_immediate", message, "请写明年月日"),))
    suggestion = calendar.roll_forward(reference + ONE_WEEK)
    message = f"{quoted(text)}不是日期；按“一般问题1周”建议{suggestion}，请人工确认"
    return DateReading(
        suggestion=suggestion, problems=(Finding("date_immediate", message, f"按{suggestion}"),)
    )


def _open_ended(text: str) -> DateReading:
    message = f"{quoted(text)}转为长期事项，不设期限，请设定反馈周期"
    return DateReading(open_ended=True, notes=(Finding("date_ongoing", message),))


def _with_width_note(reading: DateReading, text: str, label: str) -> DateReading:
    if reading.day is None or not any("０" <= char <= "９" for char in text):
        return reading
    return DateReading(day=reading.day, notes=(Finding("fullwidth", f"{label}识别为{reading.day}"),))
