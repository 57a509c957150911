"""Which facts of a case can be corrected (更正), how their words are read, and where the others are changed.

A correction names a fact, what the register says of it and what it should say. `FIELDS` is the closed list;
`ROADS` names the command by which a fact that is decided, not stated, is changed instead.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from states.errors import FactInvalid
from states.register.dates import FIRST_YEAR, LAST_YEAR
from states.tasks import clock_label
from states.vocabulary import Outcome
from states.words import detail_label

EMPTY = "（空）"
"""How a fact that is not known is written among the values of a correction."""

EMPTY_WORDS = frozenset({EMPTY, "(空)", "空"})
SEVERAL = re.compile(r"[、,，;；]+")


class Kind(StrEnum):
    """What the value of a fact is."""

    TEXT = "text"
    DAY = "day"
    RATE = "rate"
    UNITS = "units"
    CATEGORY = "category"


CODED = frozenset({Kind.UNITS, Kind.CATEGORY})
"""Kinds whose values are codes that people know by names."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that can be corrected.

    `called` are names it goes by beside its own. One that is `owed` is never made empty; a day nobody stated
    is never made up.
    """

    name: str
    kind: Kind = Kind.TEXT
    called: tuple[str, ...] = ()
    owed: bool = False

    @property
    def label(self) -> str:
        return self.called[0] if self.called else detail_label(self.name)


def _day(name: str, *called: str) -> Field:
    return Field(name, Kind.DAY, called, owed=True)


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("title", called=("事项名称", "事项"), owed=True),
        Field("source", called=("事项来源", "来源"), owed=True),
        Field("basis"),
        Field("requirement", called=("工作要求", "销号标准"), owed=True),
        Field("complexity", Kind.CATEGORY, ("难易程度", "类别"), owed=True),
        Field("accountable_leader"),
        Field("co_units", Kind.UNITS, ("配合单位",)),
        _day("dispatched_on"),
        _day("due_on", "办结期限", "办结日期"),
        _day("original_due_on", "原定期限", "原办结日期"),
        _day("reported_on"),
        _day("closed_on"),
        _day("expected_on"),
        _day("promised_on"),
        Field("completion_rate", Kind.RATE, owed=True),
        Field("detail"),
        Field("measures"),
        Field("milestones"),
        Field("contact_name"),
        Field("contact_phone"),
        Field("progress"),
        Field("difficulty", called=("存在困难", "困难及需协调事项")),
        Field("follow_up"),
        Field("remark"),
        Field("serial"),
    )
}
ROADS: Mapping[str, str] = {
    "lead_unit": "改派（reassign）",
    "lead_group": "改派（reassign）",
    "cadence": "调整反馈周期（set-cadence）",
    "policy": "改用规则（duban policy retarget）",
    "extension_to": "申请延期（request-extension）",
    "review_on": "恢复（resume）后重新挂起（suspend）",
    "merged_into": "合并（merge）",
    "state": "该环节的办理命令",
    "outcome": "更正报结日期、销号时间或办结期限",
    "open_ended": "改派（reassign）或撤销（withdraw）后重新交办",
    "tasks": "协办任务的各项命令",
    "nodes": "阶段节点的各项命令",
}
"""What is decided and not stated: the command that decides it anew."""


def field_called(word: str) -> Field:
    """The field of this name or label.

    Raises `FactInvalid`: `field_not_stated` for a fact another command changes, and names that; else
    `field_unknown` with those that can be corrected.
    """
    found = next(
        (one for one in FIELDS.values() if word in (one.name, detail_label(one.name), *one.called)), None
    )
    if found is not None:
        return found
    road = next((road for name, road in ROADS.items() if word in (name, detail_label(name))), None)
    if road is not None:
        raise FactInvalid(
            f"“{detail_label(word)}”不能更正，请用：{road}。", code="field_not_stated", field=word, road=road
        )
    known = "、".join(one.label for one in FIELDS.values())
    raise FactInvalid(
        f"没有“{word[:40]}”这一可更正的项目，可更正：{known}；其余由系统随办理记载，不能更正。",
        code="field_unknown",
        field=word[:40],
        known=list(FIELDS),
    )


def read(field: Field, given: Any) -> Any:
    """The value in somebody's words; one that has been read already stays as it is.

    Units and a category are left as the names given. Raises `FactInvalid` for words that are no such value.
    """
    if not isinstance(given, str):
        return given
    words = given.strip()
    if words in EMPTY_WORDS:
        return EMPTY
    return _READERS[field.kind](words)


def told(value: Any) -> str:
    """A value as sentences say it."""
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or EMPTY
    return EMPTY if value in (None, "") else str(value)


def told_move(name: str, before: str, after: str) -> str:
    """What else a command changed, as a clause: the date of a clock, the original date, the outcome."""
    if name == "outcome":
        return f"{detail_label(name)}由{Outcome(before).label}改为{Outcome(after).label}"
    called = detail_label(name) if name in FIELDS else f"{clock_label(name)}期限"
    return f"{called}由{before}改为{after}"


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; how a text is broken into lines makes no difference."""
    if isinstance(one, list | tuple) or isinstance(other, list | tuple):
        return set(_known(one) or ()) == set(_known(other) or ())
    if isinstance(one, str) and isinstance(other, str):
        return "".join(one.split()) == "".join(other.split())
    return bool(_known(one) == _known(other))


def value_of(given: Any, empty: Any = None) -> Any:
    """A given value as the fact it stands for: `empty` for one that is to be unknown."""
    return empty if _known(given) is None else given


def _known(value: Any) -> Any:
    return None if value in (EMPTY, None, "", (), []) else value


def _read_day(words: str) -> date:
    try:
        day = date.fromisoformat(words)
    except ValueError as error:
        raise FactInvalid(f"日期“{words[:40]}”无法识别，请写成2026-11-20。", code="date_invalid") from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise FactInvalid(
            f"{day.year}年超出{FIRST_YEAR}至{LAST_YEAR}年，请核对日期。", code="year_out_of_range"
        )
    return day


def _read_rate(words: str) -> int:
    digits = words.removesuffix("%")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 3 or int(digits) > 100:
        raise FactInvalid("完成率请填0至100的整数。", code="rate_invalid")
    return int(digits)


def _read_names(words: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in SEVERAL.split(words) if name.strip())


_READERS: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.DAY: _read_day,
    Kind.RATE: _read_rate,
    Kind.UNITS: _read_names,
    Kind.CATEGORY: str,
}
