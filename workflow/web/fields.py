"""A command's particulars as the fields of a form, and what was filled in as services take it.

Made from the lifecycle table, as the command line is, so that an office's own stage has its form without
code.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from starlette.datastructures import FormData

from states.errors import Refusal
from states.escalation import FINDINGS, JUDGEMENTS, SERVICES
from states.escalation.given import Given
from states.lifecycle import CommandRow
from states.office_time import office_minute
from states.papers.deciding import JUDGING
from states.papers.life import COMMANDS as ON_PAPERS
from states.particulars import CLOSED, FILES, MAX_TEXT, SHORT
from states.policy import Rung
from states.vocabulary import Cadence, Labelled, LookbackFinding, Verdict
from states.words import detail_label
from workflow import particulars

AT = "occurred_at"
SHORT_TEXT, CHOSEN = 64, 40
DAYS = frozenset(name for name, reader in particulars.READERS.items() if reader is particulars.read_day)
UNITS = frozenset({"lead_unit", "unit", "former_unit", "successor", "co_units"})
LINES = frozenset({"missing", "nodes"})
"""One thing a line."""

NAMED = frozenset(name for name, reader in particulars.READERS.items() if reader is particulars.read_name)
SHORT_ONES = NAMED | frozenset(
    {"limit", "task", "node", "entry", "completion_rate", "mentions", "accountable_leader"}
)
UNFORMED = frozenset({"children", "split_into", "parent", "child", "origin", "state", "reform"})
"""Particulars no plain field can take; their commands have their own ways."""

HINTS = {
    "limit": "如15个工作日、7天、1个月；与办结日期二者填一",
    "complexity": "没有另写期限、日期的，按此取督办规则规定的期限",
    "rule": "不填的按督办规则",
    "co_units": "几个单位用顿号隔开",
    "mentions": "姓名或人员编码，几个人用顿号隔开",
    "missing": "一行一条",
    "nodes": "一行一个节点，如“完成招标:10:30”（名称:工作日:权重），或“完成招标@2026-08-01”",
    "evidence": "可选几个文件；PDF、Word、Excel、图片、文本或ZIP，每个不超过50MB",
    "completion_rate": "0至100",
    AT: "不填为现在；补记的须写明实际发生的时间，如2026-11-20T09:00",
}
Words = tuple[tuple[str, str], ...]
READ = "read"
"""What a form of a paper says its reader has read."""

OF_PAPERS: Mapping[str, tuple[str, ...]] = {
    "reviewed": ("opinion",),
    "served": ("service", "served_on", "evidence", "reason"),
}
"""What a step of a paper takes beside what it is owed, by the kind of its entry."""

WAYS = {one: label for one, label in SERVICES.items() if one != "signed"}
"""How a paper reaches whom it is to, where the desk enters it; a unit signs by a command of its own."""

WRITTEN_BEFORE = ("question", "ground", "facts")
ON_MEASURES: Mapping[str, Words] = {
    "service": tuple(WAYS.items()),
    "judgement": tuple(JUDGEMENTS.items()),
    "finding": tuple(FINDINGS.items()),
}
"""What is chosen on an escalation."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: what it is called, how it is filled in, and what stands in it now."""

    name: str
    label: str
    kind: str
    owed: bool = False
    choices: Words = ()
    hint: str = ""
    most: int = MAX_TEXT
    value: str = ""
    error: str = ""


def has_form(row: CommandRow) -> bool:
    """Whether a command can be given by a form made from the table: it is owed nothing no field can take."""
    return UNFORMED.isdisjoint(row.needs)


def fields_of(row: CommandRow, offered: Mapping[str, Words]) -> list[Field]:
    """The fields of a command, those it is owed first.

    `offered` are the choices of the office and of the case, by particular: categories, what can be corrected.
    """
    accepted = (name for name in row.accepts if name not in UNFORMED)
    return _fields(row.needs, accepted, lambda name: _choices(row, name, offered))


def fields_of_measure(given: Given, rung: Rung, *, is_drafted: bool = False) -> list[Field]:
    """The fields of a command on an escalation of this rung, those it is owed first.

    Whoever approves what somebody drafted approves that, and writes nothing else; else he owes the words.
    """
    kept = WRITTEN_BEFORE if is_drafted and given.id == "approve" else ()
    needs = given.owed(rung, is_drafted=is_drafted)
    accepted = (name for name in given.accepted(rung) if name not in (*needs, *kept))
    return _fields(needs, accepted, lambda name: ON_MEASURES.get(name, ()))


def fields_of_paper(step: str, *, is_personal: bool = False) -> list[Field]:
    """The fields of a step of a paper, with the hash of what was read where it is judged.

    To a person nothing is served by mail.
    """
    row = ON_PAPERS[step]
    ways = {name: label for name, label in WAYS.items() if name != "mail" or not is_personal}
    made = _fields(row.needs, OF_PAPERS.get(row.event, ()), lambda name: _ways(name, ways))
    return [*made, *([Field(READ, "", "hidden", most=CHOSEN)] if step in JUDGING else [])]


def _ways(name: str, ways: Mapping[str, str]) -> Words:
    return tuple(ways.items()) if name == "service" else ()


def time_field() -> Field:
    """When it happened, where that is not now."""
    return Field(AT, detail_label(AT), "text", hint=HINTS[AT], most=CHOSEN)


def filled(
    fields: Iterable[Field], form: FormData | Mapping[str, Any], errors: Mapping[str, str]
) -> list[Field]:
    """The fields with what was filled in, and what is wrong with it beside it."""
    return [replace(one, value=_words(form, one.name), error=errors.get(one.name, "")) for one in fields]


def read(fields: Iterable[Field], form: FormData) -> tuple[dict[str, Any], dict[str, str]]:
    """What was filled in, as services take it, and the errors by the fields they are about.

    Files are left out: who takes them in decides where they lie until then.
    """
    details: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for one in fields:
        if one.kind == "files":
            continue
        try:
            details[one.name] = particulars.read(one.name, _given(one, form))
        except Refusal as refusal:
            errors[one.name] = refusal.message
    return {name: value for name, value in details.items() if value is not None}, errors


def ahead(at: datetime | None, now: datetime) -> dict[str, str]:
    """What is wrong with the time of what is entered afterwards: it has to be over. None is now."""
    if at is None or at <= now:
        return {}
    return {AT: f"现在是{office_minute(now)}，不能写将来的发生时间；补记只写已经发生的，正在办理的不填。"}


def field_of(refusal: Refusal, fields: Iterable[Field], form: FormData) -> str | None:
    """The field a refusal is about, if it names one of these, or the unit that was written in it."""
    named = {refusal.facts.get("particular"), refusal.facts.get("missing")}
    named.add(refusal.code.removesuffix("_invalid"))
    unit = str(refusal.facts.get("unit") or "")
    for one in fields:
        if one.name in named or (unit and one.name in UNITS and unit in _words(form, one.name)):
            return one.name
    return None


def _fields(needs: Iterable[str], accepts: Iterable[str], choices: Callable[[str], Words]) -> list[Field]:
    owed = ((name, True) for name in needs)
    return [
        _field(name, choices(name), owed=one) for name, one in (*owed, *((name, False) for name in accepts))
    ]


def _field(name: str, choices: Words, *, owed: bool) -> Field:
    kind = "choice" if choices else _kind(name)
    most = SHORT.get(name, SHORT_TEXT if name in SHORT_ONES else MAX_TEXT)
    return Field(name, detail_label(name), kind, owed and kind != "flag", choices, HINTS.get(name, ""), most)


def _kind(name: str) -> str:
    kinds = {
        "flag": particulars.FLAGS,
        "files": FILES,
        "day": DAYS,
        "unit": UNITS,
        "lines": LINES,
        "text": SHORT_ONES | SHORT.keys(),
    }
    return next((kind for kind, names in kinds.items() if name in names), "long")


def _choices(row: CommandRow, name: str, offered: Mapping[str, Words]) -> Words:
    if name in offered:
        return offered[name]
    kinds: dict[str, type[Labelled]] = {**CLOSED, "cadence": Cadence}
    kinds["finding"] = LookbackFinding if row.event == "followed_up" else Verdict
    return tuple((one.value, one.label) for one in kinds.get(name, ()))


def _given(one: Field, form: FormData) -> Any:
    text = _words(form, one.name)
    if one.kind == "flag":
        return bool(text)
    if one.kind == "lines":
        return [line for line in text.splitlines() if line.strip()]
    several = one.name in particulars.SEVERAL
    return [text] if several and text else text or None


def _words(form: FormData | Mapping[str, Any], name: str) -> str:
    """A browser ends lines as a network does, which people's words do not."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""
