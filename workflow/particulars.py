"""Reading a command's particulars from words, as they come on the command line and in forms.

Each particular the lifecycle table may name has a reader here; one the table adds on its own is read as text.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from states.attachments import MAX_FILES
from states.characters import check_characters
from states.deadlines import Limit
from states.errors import FactInvalid
from states.nodes.planning import Step
from states.office_time import FIRST_YEAR, LAST_YEAR, OFFICE_ZONE, morning_of
from states.particulars import MAX_POINTS
from states.register.wording import comparable
from states.secrecy import find_mark
from states.vocabulary import (
    CheckMethod,
    CoordinationLevel,
    Labelled,
    Light,
    LimitUnit,
    LinkKind,
    LookbackFinding,
    Ruling,
    UrgeMeans,
    Verdict,
)
from workflow.node_words import read_node, read_steps
from workflow.settings import SERIES_BOUND

MAX_TEXT = 32_767
MAX_NAME = 64
MAX_UNITS, MAX_PEOPLE, MAX_ROWS, MAX_MEASURES = 200, 20, 50_000, 500
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
SERIES = re.compile(rf"[A-Za-z㐀-䶿一-鿿]{{1,{SERIES_BOUND}}}")


def read_day(text: str) -> date:
    """A day written 2026-11-20."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise FactInvalid(f"日期“{_short(text)}”无法识别，请写成2026-11-20。", code="date_invalid") from error
    check_year(day.year)
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
            f"时间“{_short(text)}”无法识别，请写成2026-11-20 09:00。", code="instant_invalid"
        ) from error
    check_year(moment.year)
    return moment if moment.tzinfo else moment.replace(tzinfo=OFFICE_ZONE)


def read_end(text: str) -> datetime:
    """An instant until which something lasts; a day lasts until its 24:00 in Asia/Shanghai."""
    if len(text.strip()) != len("2026-11-20"):
        return read_instant(text)
    return morning_of(read_day(text) + timedelta(days=1))


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
            f"期限“{_short(text)}”无法识别，请写成15个工作日、7天、2周、1个月、24小时或8个工作小时。",
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
    return _one_of(LinkKind, text, called="关系", code="link_invalid")


def read_means(text: str) -> str:
    """How a unit was urged, by label or identifier."""
    return _one_of(UrgeMeans, text, called="催办方式", code="means_invalid")


def read_level(text: str) -> str:
    """The level a decision is asked for at, by label or identifier."""
    return _one_of(CoordinationLevel, text, called="协调层级", code="level_invalid")


def _one_of(words: type[Labelled], text: str, *, called: str, code: str) -> str:
    for one in words:
        if text in (one.value, one.label):
            return one.value
    known = "、".join(one.label for one in words)
    raise FactInvalid(f"{called}“{_short(text)}”无法识别，可填：{known}。", code=code)


def read_method(text: str) -> str:
    """A way of checking, by label or identifier."""
    return _word(text, CheckMethod)


def read_finding(text: str) -> str:
    """What a check found, by label or identifier; the rule says which of them a command takes."""
    return _word(text, Verdict, LookbackFinding)


def read_ruling(text: str) -> str:
    """What becomes of an objection, by label or identifier."""
    return _word(text, Ruling)


def _word(text: str, *kinds: type[Labelled]) -> str:
    """The identifier of a word given by its label; any other is read as it is, for the rule to refuse."""
    name = str(read_name(text))
    return next((one.value for kind in kinds for one in kind if name == one.label), name)


def read_points(texts: list[str]) -> tuple[str, ...]:
    """Several things in people's words, one by one."""
    _check_count(texts, MAX_POINTS, "尚缺内容")
    return tuple(read_text(text) for text in texts)


def read_light(text: str) -> str:
    """A light by label or identifier."""
    return _one_of(Light, text, called="亮灯", code="light_unknown")


def read_rate(text: str) -> int:
    """A completion rate from 0 to 100, with or without the percent sign, full-width too as in a register."""
    digits = comparable(text).removesuffix("%")
    if not digits.isdecimal() or len(digits) > 3 or int(digits) > 100:
        raise FactInvalid("完成率请填0至100的整数。", code="rate_invalid")
    return int(digits)


def read_serial(text: str) -> int:
    """The number of something within its case, such as a co-unit's task."""
    digits = text.strip()
    if not digits.isdecimal() or len(digits) > 6:
        raise FactInvalid(f"序号“{_short(text)}”无法识别，请填数字，如2。", code="serial_invalid")
    return int(digits)


def read_names(texts: list[str]) -> tuple[str, ...]:
    """Several names, given one by one or joined by 、 or commas."""
    names = _names(texts)
    _check_count(names, MAX_UNITS, "单位")
    return names


def read_measures(texts: list[str]) -> tuple[str, ...]:
    """Several escalations by their ids or the beginnings of them, as typed one by one or joined."""
    names = _names(texts)
    _check_count(names, MAX_MEASURES, "措施")
    return names


def read_people(texts: list[str]) -> tuple[str, ...]:
    """Several people by name or code, given one by one or joined by 、 or commas."""
    people = _names(texts)
    _check_count(people, MAX_PEOPLE, "人员")
    return people


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


def read_nodes(texts: list[str]) -> tuple[Step, ...]:
    """Milestones as a plan is asked for, each such as 完成招标:10:30."""
    return read_steps([read_text(text) for text in texts])


READERS: Mapping[str, Callable[[Any], Any]] = {
    "due_on": read_day,
    "original_due_on": read_day,
    "dispatched_on": read_day,
    "closed_on": read_day,
    "review_on": read_day,
    "until": read_day,
    "promised_on": read_day,
    "reply_by": read_day,
    "instructed_on": read_day,
    "means": read_means,
    "level": read_level,
    "child": read_name,
    "served_on": read_day,
    "answered_on": read_day,
    "expected_on": read_day,
    "cadence": read_name,
    **dict.fromkeys(("hard_to_meet", "as_before", "over_cap"), bool),
    "limit": read_limit,
    "series": read_series,
    "complexity": read_name,
    "rule": read_name,
    "target": read_name,
    "completion_rate": read_rate,
    **dict.fromkeys(("task", "entry"), read_serial),
    "lead_unit": read_name,
    "unit": read_name,
    "former_unit": read_name,
    "successor": read_name,
    "surviving": read_name,
    "parent": read_name,
    "field": read_name,
    "link": read_link,
    "state": read_name,
    "service": read_name,
    "judgement": read_name,
    "finding": read_finding,
    "suspended_from": read_name,
    "co_units": read_names,
    "mentions": read_people,
    "evidence": read_paths,
    "evidence_before": read_paths,
    "evidence_after": read_paths,
    "method": read_method,
    "ruling": read_ruling,
    "public_until": read_day,
    "campaign": read_name,
    "missing": read_points,
    "nodes": read_nodes,
    "node": read_node,
    "occurred_at": read_instant,
    "open_ended": bool,
    "reissue": bool,
}
SEVERAL = frozenset(
    {"co_units", "evidence", "evidence_before", "evidence_after", "missing", "nodes", "mentions"}
)
FORMS = {
    "nodes": "，一个节点一个--node：名称:工作日:权重，或名称@日期:权重；前置另加:after=序号，权重可都不写"
}
"""How a particular is written, where its name does not tell."""

FLAGS = frozenset({"open_ended", "hard_to_meet", "as_before", "over_cap", "reissue"})
SHORT_NAMES = {
    "lead_unit": ("--lead",),
    "co_units": ("--co",),
    "due_on": ("--due",),
    "means": ("--method",),
    "task_title": ("--title",),
    "nodes": ("--node",),
    "mentions": ("--mention",),
}


def read(name: str, value: Any) -> Any:
    """A particular as services take it, from the words given for it; None stays None."""
    if value in (None, [], False):
        return None
    return READERS.get(name, read_text)(value)


def with_ground(details: Mapping[str, Any]) -> dict[str, Any]:
    """Particulars in which a ground is one: a clause and the facts under it, picked by a person."""
    clause, facts = details.get("ground"), details.get("facts")
    rest = {name: value for name, value in details.items() if name not in ("ground", "facts")}
    return {**rest, "ground": {"clause": clause, "facts": facts}} if clause or facts else rest


def _names(texts: list[str]) -> tuple[str, ...]:
    return tuple(name.strip() for text in texts for name in WORDS.split(read_text(text)) if name.strip())


def _check_count(given: Sequence[str], most: int, what: str) -> None:
    if len(given) > most:
        raise FactInvalid(f"{what}一次最多{most}个，请分次办理。", code="too_many", count=len(given))


def check_year(year: int) -> None:
    """Raises `FactInvalid` (`year_out_of_range`): years beyond these are slips of the pen, and reckoning from
    them would run off the calendar."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise FactInvalid(f"{year}年超出{FIRST_YEAR}至{LAST_YEAR}年，请核对日期。", code="year_out_of_range")


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
