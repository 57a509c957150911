"""Reading a command's particulars from words on the command line.

Each particular the lifecycle table may name has a reader here; one the table adds on its own is read as text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from states.case import OFFICE_ZONE
from states.characters import is_deceptive
from states.deadlines import Limit
from states.errors import FactInvalid
from states.secrecy import find_mark
from states.vocabulary import Light, LimitUnit, LinkKind
from workflow.settings import SERIES_BOUND

MAX_TEXT = 32_767
MAX_NAME = 64
MAX_FILES, MAX_UNITS, MAX_ROWS = 50, 200, 50_000
WORDS = re.compile(r"[、,，;；]+")
LIMIT = re.compile(r"^\s*(-?\d{1,9})\s*([a-z_]+|[个工作日天周月小时分钟]+)\s*$")
UNITS = {
    "d": LimitUnit.DAYS, "days": LimitUnit.DAYS, "日": LimitUnit.DAYS, "天": LimitUnit.DAYS,
    "wd": LimitUnit.WORKING_DAYS, "working_days": LimitUnit.WORKING_DAYS, "个工作日": LimitUnit.WORKING_DAYS,
    "工作日": LimitUnit.WORKING_DAYS,
    "w": LimitUnit.WEEKS, "weeks": LimitUnit.WEEKS, "周": LimitUnit.WEEKS,
    "h": LimitUnit.HOURS, "hours": LimitUnit.HOURS, "小时": LimitUnit.HOURS, "个小时": LimitUnit.HOURS,
    "wh": LimitUnit.WORKING_HOURS, "working_hours": LimitUnit.WORKING_HOURS,
    "个工作小时": LimitUnit.WORKING_HOURS, "工作小时": LimitUnit.WORKING_HOURS,
    "min": LimitUnit.MINUTES, "minutes": LimitUnit.MINUTES, "分钟": LimitUnit.MINUTES,
    "wmin": LimitUnit.WORKING_MINUTES, "working_minutes": LimitUnit.WORKING_MINUTES,
    "m": LimitUnit.MONTHS, "months": LimitUnit.MONTHS, "个月": LimitUnit.MONTHS, "月": LimitUnit.MONTHS,
}  # fmt: skip
NINE_O_CLOCK = time(9)
FIRST_YEAR, LAST_YEAR = 1990, 2100
SERIES = re.compile(rf"[A-Za-z㐀-䶿一-鿿]{{1,{SERIES_BOUND}}}")


def read_day(text: str) -> date:
    """A day written 2026-11-20."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise FactInvalid(f"日期“{_short(text)}”无法识别，请写成2026-11-20。", code="date_invalid") from error
    _check_year(day.year)
    return day


def read_instant(text: str) -> datetime:
    """An instant in ISO 8601; without a zone it is Asia/Shanghai, without a time nine o'clock there."""
    try:
        if len(text.strip()) == len("2026-11-20"):
            moment = datetime.combine(date.fromisoformat(text.strip()), NINE_O_CLOCK, OFFICE_ZONE)
        else:
            moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise FactInvalid(
            f"时间“{_short(text)}”无法识别，请写成2026-11-20T09:00:00+08:00。", code="instant_invalid"
        ) from error
    _check_year(moment.year)
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_ZONE)


def read_series(text: str) -> str:
    """A series of case numbers, such as 滨督."""
    series = read_text(text)
    if not SERIES.fullmatch(series):
        raise FactInvalid(f"编号系列应为1至{SERIES_BOUND}个汉字或字母，如“滨督”。", code="series_invalid")
    return series


def read_limit(text: str) -> Limit:
    """A limit such as 15wd, 7d, 1w, 1m, 24h, 8wh (working hours), or 15个工作日."""
    found = LIMIT.match(text)
    if found is None or found[2] not in UNITS:
        raise FactInvalid(
            f"期限“{_short(text)}”无法识别，请写成15wd（工作日）、7d、1w、1m、24h或8wh（工作小时）。",
            code="limit_invalid",
        )
    return Limit(UNITS[found[2]], int(found[1]))


def read_text(text: str) -> str:
    """People's words, bounded; what neither a database nor this system may hold is refused at the door."""
    if len(text) > MAX_TEXT:
        raise FactInvalid(f"文字超过{MAX_TEXT}字，请精简或改为附件。", code="text_too_long", length=len(text))
    check_characters(text)
    if find_mark(text) is not None:
        raise FactInvalid("文字带有国家秘密标志，不得录入本系统，请改走涉密渠道。", code="state_secret")
    return text.strip()


def read_name(text: str | None) -> str | None:
    """What somebody or something goes by: a case's number, a person, a state. None stays None."""
    if text is None:
        return None
    if len(text) > MAX_NAME:
        raise FactInvalid(
            f"“{_short(text)}”超过{MAX_NAME}字，请核对。", code="text_too_long", length=len(text)
        )
    return read_text(text)


def read_link(text: str) -> str:
    """How a matter came out of another, by label or identifier."""
    for one in LinkKind:
        if text in (one.value, one.label):
            return one.value
    known = "、".join(one.label for one in LinkKind)
    raise FactInvalid(f"关系“{_short(text)}”无法识别，可填：{known}。", code="link_invalid")


def read_light(text: str) -> str:
    """A light by label or identifier."""
    for one in Light:
        if text in (one.value, one.label):
            return one.value
    known = "、".join(one.label for one in Light)
    raise FactInvalid(f"亮灯“{_short(text)}”无法识别，可填：{known}。", code="light_unknown")


def check_characters(text: str) -> None:
    """Raises `FactInvalid` for characters nobody sees: controls, direction overrides, lone surrogates."""
    if any(is_deceptive(character) for character in text):
        raise FactInvalid("文字中有看不见的控制字符，请重新输入。", code="text_invalid")


def read_rate(text: str) -> int:
    """A completion rate from 0 to 100, with or without the percent sign."""
    digits = text.strip().removesuffix("%")
    if not digits.isdecimal() or int(digits) > 100:
        raise FactInvalid("完成率请填0至100的整数。", code="rate_invalid")
    return int(digits)


def read_names(texts: list[str]) -> tuple[str, ...]:
    """Several names, given one by one or joined by 、 or commas."""
    names = tuple(name.strip() for text in texts for name in WORDS.split(read_text(text)) if name.strip())
    _check_count(names, MAX_UNITS, "单位")
    return names


def read_rows(texts: list[str]) -> frozenset[int]:
    """Row numbers, given one by one or joined by commas."""
    words = [word for text in texts for word in re.split(r"[\s、,，;；]+", text) if word]
    if not all(word.isdecimal() and len(word) < 8 for word in words):
        raise FactInvalid("行号请填Excel中的行号，如17或17,28。", code="row_invalid")
    _check_count(words, MAX_ROWS, "行号")
    return frozenset(int(word) for word in words)


def read_paths(texts: list[str]) -> tuple[Path, ...]:
    _check_count(texts, MAX_FILES, "文件")
    return tuple(Path(text) for text in texts)


READERS: Mapping[str, Callable[[Any], Any]] = {
    "due_on": read_day,
    "original_due_on": read_day,
    "dispatched_on": read_day,
    "closed_on": read_day,
    "review_on": read_day,
    "until": read_day,
    "served_on": read_day,
    "answered_on": read_day,
    "limit": read_limit,
    "series": read_series,
    "complexity": read_name,
    "rule": read_name,
    "target": read_name,
    "completion_rate": read_rate,
    "lead_unit": read_name,
    "former_unit": read_name,
    "successor": read_name,
    "surviving": read_name,
    "parent": read_name,
    "link": read_link,
    "state": read_name,
    "service": read_name,
    "judgement": read_name,
    "finding": read_name,
    "suspended_from": read_name,
    "co_units": read_names,
    "evidence": read_paths,
    "open_ended": bool,
}
SEVERAL = frozenset({"co_units", "evidence"})
FLAGS = frozenset({"open_ended"})
SHORT_NAMES = {"lead_unit": ("--lead",), "co_units": ("--co",), "due_on": ("--due",)}


def read(name: str, value: Any) -> Any:
    """A particular as services take it, from the words given for it; None stays None."""
    if value in (None, [], False):
        return None
    return READERS.get(name, read_text)(value)


def _check_count(given: Sequence[str], most: int, what: str) -> None:
    if len(given) > most:
        raise FactInvalid(f"{what}一次最多{most}个，请分次办理。", code="too_many", count=len(given))


def _check_year(year: int) -> None:
    """Years beyond these are slips of the pen, and reckoning from them would run off the calendar."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise FactInvalid(f"{year}年超出{FIRST_YEAR}至{LAST_YEAR}年，请核对日期。", code="year_out_of_range")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
