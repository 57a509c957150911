"""What analysts read: views of the tables, each under an English and a Chinese name, its columns alike.

No secret, no account, no name of a person beside the 包保领导 a matter bears, none of people's own words.
What concerns a person is counted and nothing more; of a sealed matter there is its number. The views are
dropped before a migration and made again behind it (`migrations.bring_to`), so that no migration has to know
of them; a view that changes takes a migration of its own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, text

from notifications.facts import kind_label
from states import lifecycle, policy
from states.delivery import MailState
from states.escalation import STATES
from states.handlers import CONFIDENTIAL
from states.vocabulary import (
    ClockName,
    Complexity,
    IssueMode,
    LinkKind,
    LookbackFinding,
    Outcome,
    RetentionClass,
    Verdict,
)

SCHEMA_VERSION = 1
"""Of the columns; it goes up when one changes its meaning or goes."""

Labels = Mapping[str, str]
PARTS: Labels = {"lead": "牵头", "group": "专班", "co": "协办", "task": "协办任务"}
CHANNELS: Labels = {"mail": "邮件"}
REQUESTS: Labels = {
    "extension_requested": "申请",
    "extension_consented": "单位同意",
    "extension_reviewed": "审核",
    "extension_granted": "同意延期",
    "extension_refused": "不予延期",
}


class Kind(StrEnum):
    """What a column holds. On SQLite a day is `2026-07-01`, an instant text in UTC, a truth 0 or 1."""

    TEXT = "text"
    WORD = "word"
    WHOLE = "integer"
    DAY = "date"
    INSTANT = "timestamp"
    FLAG = "boolean"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its two names, what it holds, how it is come by, and what it means.

    `labels`: its words are told in Chinese, one that is not among them as it is.
    """

    name: str
    chinese: str
    kind: Kind
    sql: str
    told: str
    labels: Labels | None = None


@dataclass(frozen=True, slots=True)
class View:
    """A view: its two names, what it tells, the columns, where they come from, and a definite order.

    `recorded` is the column of the instant a row was recorded at, None where rows change or have none.
    """

    name: str
    chinese: str
    told: str
    columns: tuple[Column, ...]
    source: str
    order: tuple[str, ...]
    recorded: str | None = None

    def statement(self, dialect: str, *, chinese: bool = False) -> str:
        """The statement that makes it, under one of its names."""
        names = [(one.chinese if chinese else one.name, _of(one)) for one in self.columns]
        listed = ", ".join(f'{sql} AS "{name}"' for name, sql in names)
        called = self.chinese if chinese else self.name
        return _spelt(f'CREATE VIEW "{called}"{GUARDED[dialect]} AS SELECT {listed} {self.source}', dialect)


GUARDED = {"sqlite": "", "postgresql": " WITH (security_barrier)"}
"""So that no expression of whoever asks is run on a row before the view has said whether it is to be seen."""


def _of(column: Column) -> str:
    if column.labels is None:
        return column.sql
    told = " ".join(f"WHEN '{word}' THEN '{label}'" for word, label in column.labels.items())
    return f"CASE {column.sql} {told} ELSE {column.sql} END"


MARKS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "set": r"date(json_extract(e.payload, '$.set.\1'))",
        "month": r"strftime('%Y-%m', \1)",
        "within": r"instr(\2, \1) > 0",
    },
    "postgresql": {
        "set": r"CAST(e.payload::jsonb #>> '{set,\1}' AS date)",
        "month": r"to_char(\1, 'YYYY-MM')",
        "within": r"strpos(\2, \1) > 0",
    },
}
"""What the two databases spell differently: the day an entry sets a fact to (`@set(fact)`),
`@month(day)`, `@within(part, whole)`."""


def _spelt(statement: str, dialect: str) -> str:
    told = MARKS[dialect]
    statement = re.sub(r"@set\((\w+)\)", told["set"], statement)
    statement = re.sub(r"@month\(([\w.]+)\)", told["month"], statement)
    return re.sub(r"@within\(([\w.]+), ([\w.]+)\)", told["within"], statement)


def make(tx: Connection) -> None:
    """Make every view, under both names."""
    for one in views():
        for chinese in (False, True):
            tx.exec_driver_sql(one.statement(tx.dialect.name, chinese=chinese))


def drop(tx: Connection) -> None:
    """Drop those there are: before a migration changes the tables below them."""
    for name in names():
        tx.exec_driver_sql(f'DROP VIEW IF EXISTS "{name}"')


def are_there(tx: Connection) -> bool:
    """Whether there is one of them, which all of them were made with."""
    kept = (
        "sqlite_master WHERE type = 'view' AND name"
        if tx.dialect.name == "sqlite"
        else "pg_views WHERE viewname"
    )
    return tx.execute(text(f"SELECT 1 FROM {kept} = 'v_cases'")).first() is not None  # noqa: S608


def names() -> list[str]:
    """What they are called, in both languages."""
    return [name for one in views() for name in (one.name, one.chinese)]


T, W, N, D, I, F = Kind.TEXT, Kind.WORD, Kind.WHOLE, Kind.DAY, Kind.INSTANT, Kind.FLAG  # noqa: E741


@cache
def views() -> tuple[View, ...]:
    """Every view there is."""
    table, rules = lifecycle.parse(_packaged("standard.toml")), policy.parse(_packaged("default_policy.toml"))
    states = {one.id: one.label for one in table.states}
    steps = {one.step: one.label for one in rules.rungs}
    private = private_steps()
    acts = {row.event: row.label for row in table.commands}
    return (
        _cases(states), _case_units(), _deadlines(), _events(acts), _measures(steps, private),
        _person_measures(steps, private), _extensions(), _mails(), _units(),
    )  # fmt: skip


@cache
def private_steps() -> tuple[str, ...]:
    """The rungs of the packaged policy that concern a person."""
    rules = policy.parse(_packaged("default_policy.toml"))
    return tuple(one.step for one in rules.rungs if one.addressee == "person")


def _packaged(name: str) -> str:
    return (files("states") / "tables" / name).read_text(encoding="utf-8")


def _labels(words: type) -> Labels:
    return {str(one.value): str(one.label) for one in words}  # type: ignore[attr-defined]


def _cases(states: Labels) -> View:
    columns = (
        Column("title", "标题", T, "c.title", "what the matter is"),
        Column("state", "环节代码", W, "c.state", "where it stands, by the table's identifier"),
        Column("state_label", "环节", W, "c.state", "the same in Chinese, for the standard table", states),
        Column("source", "来源", T, "c.source", "where it came from"),
        Column("category", "类别", W, "c.complexity", "ordinary, complex, very complex", _labels(Complexity)),
        Column("accountable_leader", "包保领导", T, "c.accountable_leader", "who answers for it"),
        Column("lead_unit", "牵头单位代码", W, "c.lead_unit", "the unit that leads, by code"),
        Column("lead_unit_name", "牵头单位", W, "u.name", "its name"),
        Column("parent", "来自事项", T, "c.parent", "the number of the matter it came out of"),
        Column("link", "来自方式", W, "c.link", "how it came out of it", _labels(LinkKind)),
        Column("merged_into", "并入事项", T, "c.merged_into", "the number of the matter it was merged into"),
        Column("dispatched_on", "交办日期", D, "c.dispatched_on", "when it was handed out"),
        Column("due_on", "办结期限", D, "c.due_on", "its limit as it stands"),
        Column("original_due_on", "原定期限", D, "c.original_due_on", "its first limit"),
        Column("open_ended", "长期坚持", F, "c.open_ended", "whether it has no limit"),
        Column("paused_on", "挂起日期", D, "c.paused_on", "since when it is set aside"),
        Column("review_on", "复查日期", D, "c.review_on", "when one set aside is looked at again"),
        Column("completion_rate", "完成率", N, "c.completion_rate", "percent, as last reported"),
        Column("reported_on", "报结日期", D, "c.reported_on", "when completion was reported"),
        Column("verified_on", "核查日期", D, "c.verified_on", "when that was verified"),
        Column("verdict", "核查结论", W, "c.verdict", "what the verification found", _labels(Verdict)),
        Column("closed_on", "销号日期", D, "c.closed_on", "when it was struck off"),
        Column("outcome", "办结结果", W, "c.outcome", "on time, late or withdrawn", _labels(Outcome)),
        Column("extensions", "延期次数", N, "c.extensions", "extensions granted"),
        Column("returns", "退回次数", N, "c.returns", "reports of completion sent back in this round"),
        Column("urges", "催办次数", N, "c.urges", "催办 since it was handed out"),
        Column("lookback_due_on", "回头看期限", D, "c.lookback_due_on", "when it is looked at again"),
        Column("lookback_on", "回头看日期", D, "c.lookback_on", "when it last was"),
        Column("lookback_finding", "回头看结果", W, "c.lookback_finding", "result", _labels(LookbackFinding)),
        Column("relapses", "反弹次数", N, "c.relapses", "how often it relapsed"),
        Column("retention", "保管期限", W, "c.retention", "how long it is kept", _labels(RetentionClass)),
        Column("recorded_at", "最近记载时间", I, "c.recorded_at", "its last entry"),
    )  # fmt: skip
    shown = tuple(_unsealed(one) for one in columns)
    number = Column("number", "编号", T, "c.number", "its number; the key of this view")
    sealed = Column(
        "is_sealed", "已封存", F, "(c.sealed_on IS NOT NULL)", "of such a one there is its number alone"
    )
    source = "FROM cases c LEFT JOIN units u ON u.code = c.lead_unit"
    told = "matters as they stand, one row each"
    return View("v_cases", "台账视图", told, (number, sealed, *shown), source, ("number",), "recorded_at")


def _unsealed(column: Column) -> Column:
    sql = f"(CASE WHEN c.sealed_on IS NULL THEN {column.sql} END)"
    return Column(column.name, column.chinese, column.kind, sql, column.told, column.labels)


NUMBER = Column("number", "编号", T, "c.number", "the matter")
UNSEALED = "JOIN cases c ON c.id = {0}.case_id AND c.sealed_on IS NULL"


def _case_units() -> View:
    columns = (
        NUMBER,
        Column("unit", "单位代码", W, "p.unit", "a unit it concerns, by code"),
        Column("unit_name", "单位", W, "u.name", "its name"),
        Column("part", "角色", W, "p.part", "lead, group, co-unit, or a task alone", PARTS),
    )
    source = f"FROM case_units p {UNSEALED.format('p')} LEFT JOIN units u ON u.code = p.unit"
    return View(
        "v_case_units", "事项单位视图", "which units a matter concerns", columns, source, ("number", "unit")
    )


def _deadlines() -> View:
    columns = (
        NUMBER,
        Column("seq", "记载序号", N, "l.seq", "the entry of the history that set it"),
        Column("clock", "时钟", W, "l.clock", "which clock; `task:3` is a co-unit's", _labels(ClockName)),
        Column("epoch", "轮次", N, "l.epoch", "the times the clock was set anew"),
        Column("due_on", "期限", D, "l.due_on", "the day set"),
        Column("recorded_at", "记载时间", I, "e.recorded_at", "when that was recorded"),
    )
    entry = "JOIN events e ON e.case_id = l.case_id AND e.seq = l.seq"
    source = f"FROM limits l {UNSEALED.format('l')} {entry}"
    told = "every due date a matter ever had; the last of a clock is in force"
    return View("v_deadlines", "期限视图", told, columns, source, ("number", "seq", "clock"), "recorded_at")


def _events(acts: Labels) -> View:
    columns = (
        NUMBER,
        Column("seq", "记载序号", N, "e.seq", "its place in the matter's history"),
        Column("kind", "事件代码", W, "e.kind", "what happened, by identifier"),
        Column("kind_label", "事件", W, "e.kind", "in Chinese", acts),
        Column("by_machine", "系统所为", F, "(e.actor_kind = 'system')", "whether the machine acted"),
        Column("by_deputy", "代理所为", F, "(e.acting_for IS NOT NULL)", "whether for another"),
        Column("occurred_at", "发生时间", I, "e.occurred_at", "when it happened, as stated"),
        Column("recorded_at", "记载时间", I, "e.recorded_at", "when it was written down"),
    )  # fmt: skip
    source = f"FROM events e {UNSEALED.format('e')} WHERE {_about_nobody()}"
    told = "the histories, entry by entry, without contents; entries about persons are left out"
    return View("v_events", "历史视图", told, columns, source, ("number", "seq"), "recorded_at")


def _about_nobody() -> str:
    """That an entry is of no measure and no paper about a person. Only matters that have one are searched."""
    measure = (
        "SELECT 1 FROM escalations m WHERE m.case_id = e.case_id AND m.object_person IS NOT NULL "
        "AND (@within(m.id, e.payload) OR @within(m.document_id, e.payload))"
    )
    paper = (
        f"SELECT 1 FROM paper_lives p WHERE p.case_id = e.case_id AND p.kind IN ({_listed(CONFIDENTIAL)}) "  # noqa: S608
        "AND @within(p.id, e.payload)"
    )
    return f"NOT EXISTS ({measure}) AND NOT EXISTS ({paper})"


def _listed(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{one}'" for one in words) or "''"


def _of_units(private: tuple[str, ...]) -> str:
    return f"m.object_person IS NULL AND m.step NOT IN ({_listed(private)})"


def _measures(steps: Labels, private: tuple[str, ...]) -> View:
    columns = (
        NUMBER,
        Column("measure", "措施标识", T, "m.id", "the measure; the key of this view"),
        Column("step", "级别代码", W, "m.step", "the rung, by identifier"),
        Column("step_label", "级别", W, "m.step", "the same in Chinese, for the packaged policy", steps),
        Column("clock", "时钟", W, "m.clock", "the clock that reached it", _labels(ClockName)),
        Column("epoch", "轮次", N, "m.epoch", "of that clock"),
        Column("mode", "发出方式", W, "m.mode", "by the machine, or on approval", _labels(IssueMode)),
        Column("state", "状态", W, "m.state", "where it stands", STATES),
        Column("unit", "单位代码", W, "m.unit", "the unit it is raised on, by code"),
        Column("unit_name", "单位", W, "u.name", "its name"),
        Column("due_on", "所逾期限", D, "m.due_on", "the limit it was raised on"),
        Column("reached_on", "达到日期", D, "m.reached_on", "when the clock reached the rung"),
        Column("raised_on", "提出日期", D, "m.raised_on", "when it was proposed or issued"),
        Column("issued_on", "印发日期", D, "m.issued_on", "when it was issued"),
        Column("served_on", "送达日期", D, "m.served_on", "when it was served"),
        Column("reply_due_on", "回复期限", D, "m.reply_due_on", "when the reply is due"),
        Column("answered_on", "回复日期", D, "m.answered_on", "when the unit replied"),
        Column("judged_on", "审核日期", D, "m.judged_on", "when the reply was judged"),
        Column("judgement", "审核结论", W, "m.judgement", "how, by identifier"),
        Column("concluded_on", "了结日期", D, "m.concluded_on", "when it was concluded"),
        Column("paper", "文号", T, "d.number", "the number of its paper"),
    )  # fmt: skip
    joined = "LEFT JOIN units u ON u.code = m.unit LEFT JOIN documents d ON d.id = m.document_id"
    source = f"FROM escalations m {UNSEALED.format('m')} {joined} WHERE {_of_units(private)}"
    return View("v_measures", "措施视图", "measures about units, one row each", columns, source, ("measure",))


def _person_measures(steps: Labels, private: tuple[str, ...]) -> View:
    columns = (
        Column("month", "月份", T, "@month(m.raised_on)", "the month they were raised in, 2026-07"),
        Column("step", "级别代码", W, "m.step", "the rung, by identifier"),
        Column("step_label", "级别", W, "m.step", "the same in Chinese, for the packaged policy", steps),
        Column("measures", "件数", N, "count(*)", "how many there were"),
    )
    source = (
        f"FROM escalations m {UNSEALED.format('m')} WHERE NOT ({_of_units(private)}) "
        "GROUP BY @month(m.raised_on), m.step"
    )
    told = "measures about persons, counted by month; nothing of them is told"
    return View("v_person_measures", "涉人措施统计视图", told, columns, source, ("month", "step"))


def _extensions() -> View:
    kinds = _listed(tuple(REQUESTS))
    columns = (
        NUMBER,
        Column("seq", "记载序号", N, "e.seq", "its place in the matter's history"),
        Column("step", "办理", W, "e.kind", "asked, consented, reviewed, granted or refused", REQUESTS),
        Column("asked_until", "申请延至", D, "@set(extension_to)", "the day asked for, where asked"),
        Column("due_on", "延期后期限", D, "@set(due_on)", "the new limit, where granted"),
        Column("occurred_at", "发生时间", I, "e.occurred_at", "when it happened"),
        Column("recorded_at", "记载时间", I, "e.recorded_at", "when it was written down"),
    )
    source = f"FROM events e {UNSEALED.format('e')} WHERE e.kind IN ({kinds})"
    told = "requests for more time, step by step"
    return View("v_extensions", "延期视图", told, columns, source, ("number", "seq"), "recorded_at")


def _mails() -> View:
    kinds = ("digest", "due_soon", "urge", "reassigned", "checkpoint", "trial", "assignment", "reminder")
    papers = (*kinds, "inquiry", "close_out", "supervision_order")
    mails = {one: kind_label(one) for one in papers}
    columns = (
        Column("number", "编号", T, "c.number", "the matter; none of a digest"),
        Column("kind", "种类代码", W, "o.kind", "what was sent, by identifier"),
        Column("kind_label", "种类", W, "o.kind", "the same in Chinese", mails),
        Column("channel", "渠道", W, "o.channel", "mail, or the channel of a copy", CHANNELS),
        Column("state", "结果", W, "o.state", "what became of it", _labels(MailState)),
        Column("attempts", "尝试次数", N, "o.attempts", "how often it was tried"),
        Column("dated", "成文时间", I, "o.dated", "the date it bears"),
        Column("sent_at", "发出时间", I, "o.sent_at", "when the relay took it"),
    )  # fmt: skip
    joined = "LEFT JOIN cases c ON c.id = o.case_id"
    source = (
        f"FROM outbox o {joined} WHERE c.sealed_on IS NULL AND o.kind NOT IN ({_listed(CONFIDENTIAL)}) "  # noqa: S608
        "AND NOT EXISTS (SELECT 1 FROM escalations m WHERE m.document_id = o.document_id "
        "AND m.object_person IS NOT NULL)"
    )
    told = "what became of every mail; never to whom, nor what it said"
    return View("v_mails", "邮件结果视图", told, columns, source, ("dated", "number", "kind"), "dated")


def _units() -> View:
    columns = (
        Column("code", "单位代码", W, "u.code", "the unit; the key of this view"),
        Column("name", "单位", T, "u.name", "its name"),
        Column("short_name", "简称", T, "u.short_name", "its short name"),
        Column("kind", "类型", W, "u.kind", "what kind of unit it is"),
        Column("parent", "上级代码", W, "u.parent", "the unit above it, by code"),
        Column("valid_from", "设立日期", D, "u.valid_from", "its first day, where known"),
        Column("valid_to", "撤销日期", D, "u.valid_to", "its last day, none while it exists"),
    )
    told = "the directory of units, without people, addresses and telephones"
    return View("v_units", "单位视图", told, columns, "FROM units u", ("code",))
