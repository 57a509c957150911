"""Which facts of a case can be corrected (更正), and how their words are read and told.

A correction names a fact, what the register says of it and what it should say. It is a fact of the matter
(`FIELDS`), of one of its tasks (`TASK_FIELDS`) or milestones (`NODE_FIELDS`), or what one entry of its
history noted (`ENTRY_FIELDS`). `states.roads` names the command by which anything else is put right.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from states.calendar.work_calendar import SHANGHAI
from states.errors import FactInvalid
from states.nodes.correcting import OF_A_NODE, told_consequence
from states.office_time import FIRST_YEAR, LAST_YEAR, office_minute
from states.particulars import FILES
from states.roads import ROADS
from states.tasks import clock_label
from states.vocabulary import CheckMethod, Labelled, Outcome, UrgeMeans
from states.words import detail_label

OCCURRED_AT = "occurred_at"
"""When an entry happened: no particular of any command, and stated with every one."""

EMPTY = "（空）"
"""How a fact that is not known is written among the values of a correction."""

EMPTY_WORDS = frozenset({EMPTY, "(空)", "空"})
SEVERAL = re.compile(r"[、,，;；]+")


class Kind(StrEnum):
    """What the value of a fact is."""

    TEXT = "text"
    DAY = "day"
    RATE = "rate"
    WEIGHT = "weight"
    UNITS = "units"
    CATEGORY = "category"
    WORD = "word"
    MOMENT = "moment"
    FILE = "file"


CODED = frozenset({Kind.UNITS, Kind.CATEGORY, Kind.WORD})
"""Kinds whose values are codes that people know by names."""


@dataclass(frozen=True, slots=True)
class Field:
    """A fact that can be corrected.

    `called` are names it goes by beside its own. One that is `owed` is never made empty; a day nobody stated
    is never made up. `words` is the closed list its value is from. `own` are words of whoever gave the
    command, which nobody else corrects.
    """

    name: str
    kind: Kind = Kind.TEXT
    called: tuple[str, ...] = ()
    owed: bool = False
    words: type[Labelled] | None = None
    own: bool = False

    @property
    def label(self) -> str:
        return self.called[0] if self.called else detail_label(self.name)


def _day(name: str, *called: str) -> Field:
    return Field(name, Kind.DAY, called, owed=True)


def _by_name(*fields: Field) -> Mapping[str, Field]:
    return {field.name: field for field in fields}


FIELDS = _by_name(
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
"""Facts of the matter."""

TASK_FIELDS = _by_name(
    Field("task_title", called=("任务名称", "title"), owed=True),
    _day("due_on", "协办期限", "办结期限"),
    Field("completion_rate", Kind.RATE, owed=True),
)
"""Facts of a co-unit's task."""

NODE_FIELDS = _by_name(
    Field("node_title", called=("节点名称", "名称", "title"), owed=True),
    _day("due_on", "应完成日期", "应完成", "节点日期"),
    Field("weight", Kind.WEIGHT, owed=True),
    Field("reached_on", Kind.DAY, ("完成日期", "完成")),
)
"""Facts of a milestone; one whose reached day is empty was not reached after all."""

ENTRY_FIELDS = _by_name(
    Field(OCCURRED_AT, Kind.MOMENT, ("发生时间", "办理时间"), owed=True),
    Field("leader", called=("批示领导", "领导"), owed=True),
    Field("instruction", called=("批示内容", "内容"), owed=True),
    _day("instructed_on", "批示日期", "日期"),
    Field("means", Kind.WORD, ("催办方式", "方式"), owed=True, words=UrgeMeans),
    Field("spoke_with", called=("催办对象", "对象")),
    Field("answer", called=("答复情况", "答复")),
    Field("promised_on", Kind.DAY),
    Field("reply_by", Kind.DAY),
    Field("method", Kind.WORD, ("核查方式", "方式"), owed=True, words=CheckMethod),
    Field("verified_by_name"),
    Field("channel", owed=True),
    Field("plan", owed=True),
    *(Field(name, Kind.FILE) for name in FILES),
    Field("objection", called=("异议内容", "内容"), owed=True),
    Field("objector", called=("异议提出人", "提出人"), owed=True),
    Field("reform", owed=True),
    Field("minutes", owed=True, own=True),
    Field("verification", owed=True, own=True),
    Field("opinion", owed=True, own=True),
    Field("reason", owed=True, own=True),
)
"""What an entry noted that is no fact of the matter: 催办, 批示, 核查, 公示, 异议, people's own words."""

OF_A_PART: Mapping[str, Mapping[str, Field]] = {
    "entry": ENTRY_FIELDS,
    "task": TASK_FIELDS,
    "node": NODE_FIELDS,
}
"""By the particular that names the part: the fields of an entry, of a task and of a milestone."""


NOTED = FIELDS.keys() & ENTRY_FIELDS.keys()
"""Facts of the matter that are what an entry noted: they are corrected in that entry."""


def field_of(details: Mapping[str, Any]) -> Field:
    """The field a correction with these particulars names: of the part they name, else of the matter."""
    named = (of for name, of in OF_A_PART.items() if details.get(name) is not None)
    return field_called(details["field"], next(named, FIELDS))


def field_of_entry(word: str, stated: Collection[str]) -> Field:
    """The field of an entry that states these, by its name, its label or the short name people use.

    A word is first one of what the entry states: 方式 is that of a 催办 or of a check. Raises as
    `field_called`, with what can be corrected in this entry.
    """
    here = {name: field for name, field in ENTRY_FIELDS.items() if name in stated}
    return _named(word, here) or _named(word, ENTRY_FIELDS) or field_called(word, here)


def _named(word: str, among: Mapping[str, Field]) -> Field | None:
    names = ((one, (one.name, detail_label(one.name), *one.called)) for one in among.values())
    return next((one for one, called in names if word in called), None)


def field_called(word: str, among: Mapping[str, Field] = FIELDS) -> Field:
    """The field of this name or label.

    Raises `FactInvalid`: `field_not_stated` for a fact another command changes, and names that; else
    `field_unknown` with those that can be corrected.
    """
    found = _named(word, among)
    if found is not None:
        return found
    road = next((road for name, road in ROADS.items() if word in (name, detail_label(name))), None)
    if road is not None:
        raise FactInvalid(
            f"“{detail_label(word)}”不能更正，请用：{road}。", code="field_not_stated", field=word, road=road
        )
    known = "、".join(one.label for one in among.values()) or "无"
    raise FactInvalid(
        f"没有“{word[:40]}”这一可更正的项目，可更正：{known}；其余由系统随办理记载，不能更正。",
        code="field_unknown",
        field=word[:40],
        known=list(among),
    )


def read(field: Field | None, given: Any) -> Any:
    """The value in somebody's words; one that has been read already, or is of no field, stays as it is.

    Units and a category are left as the names given. Raises `FactInvalid` for words that are no such value.
    """
    if field is None or not isinstance(given, str):
        return given
    words = given.strip()
    if words in EMPTY_WORDS:
        return EMPTY
    if field.words is not None:
        return next((one.value for one in field.words if words == one.label), words)
    return _READERS[field.kind](words)


def told(value: Any) -> str:
    """A value as sentences say it."""
    if isinstance(value, list | tuple):
        return "、".join(map(str, value)) or EMPTY
    return EMPTY if value in (None, "") else str(value)


def told_of(field: Field, value: Any, names: Mapping[str, str]) -> str:
    """A value of a field as sentences say it; `names` are those of units and categories by code."""
    if field.kind is Kind.MOMENT and _known(value) is not None:
        return office_minute(_read_moment(value) if isinstance(value, str) else value)
    called = {one.value: one.label for one in field.words or ()} or names
    if field.kind not in CODED:
        return told(value)
    if isinstance(value, list | tuple):
        return told([called.get(one, one) for one in value])
    return called.get(str(value), told(value))


def told_move(name: str, before: str, after: str) -> str:
    """What else a command changed, as a clause: a date, the outcome, something of a milestone, 序时进度."""
    if name == "outcome":
        return f"{detail_label(name)}由{Outcome(before).label}改为{Outcome(after).label}"
    return f"{_called(name)}由{before}改为{after}"


def _called(name: str) -> str:
    if name.startswith(OF_A_NODE):
        return told_consequence(name)
    return _MOVED_WITH.get(name) or (detail_label(name) if name in FIELDS else f"{clock_label(name)}期限")


def told_corrected(entries: Sequence[int]) -> str:
    """By which later entries something was put right, in brackets; nothing where by none."""
    return f"（已更正，见第{'、'.join(map(str, entries))}条）" if entries else ""


def same(one: Any, other: Any) -> bool:
    """Whether two values say the same; how a text is broken into lines makes no difference."""
    if isinstance(one, datetime) and isinstance(other, datetime):
        return office_minute(one) == office_minute(other)
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


def _read_moment(words: str) -> datetime:
    on_the_hour = f"{words}T09:00" if len(words) == len("2026-11-20") else words
    try:
        moment = datetime.fromisoformat(on_the_hour)
    except ValueError as error:
        raise FactInvalid(
            f"时间“{words[:40]}”无法识别，请写成2026-11-20T09:00。", code="instant_invalid"
        ) from error
    _read_day(moment.date().isoformat())
    return moment if moment.tzinfo else moment.replace(tzinfo=SHANGHAI)


def _read_rate(words: str) -> int:
    digits = words.removesuffix("%")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 3 or int(digits) > 100:
        raise FactInvalid("完成率请填0至100的整数。", code="rate_invalid")
    return int(digits)


def _read_names(words: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in SEVERAL.split(words) if name.strip())


def _read_weight(words: str) -> int:
    digits = words.removesuffix("%")
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 3:
        raise FactInvalid("权重请填1至100的整数。", code="weights_wrong")
    return int(digits)


_MOVED_WITH = {"planned": "序时进度应完成", "done": "序时进度已完成"}
_READERS: Mapping[Kind, Any] = {
    Kind.TEXT: str,
    Kind.DAY: _read_day,
    Kind.RATE: _read_rate,
    Kind.WEIGHT: _read_weight,
    Kind.UNITS: _read_names,
    Kind.CATEGORY: str,
    Kind.MOMENT: _read_moment,
    Kind.FILE: str,
}
