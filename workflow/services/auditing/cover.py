"""The cover of an audit report: of what and by whom it was made, and on which log and rules it stands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from notifications.report import Cell, Fact
from states.audit import DepartureKind, Period, Recorded, Rulebook
from states.evidence.checkpoint import SHORT, Checkpoint, CheckpointInvalid, parse
from states.office_time import office_minute
from workflow.services.auditing.gathering import Gathered
from workflow.services.auditing.reading import ACTIVATED
from workflow.services.auditing.sections import (
    CHANGES,
    DATING,
    DEPARTURES,
    DEVIATIONS,
    LATE,
    MAILS,
    PASSED,
    READINGS,
)
from workflow.services.journal import RULES
from workflow.signing import on_paper
from workflow.storage import audits, log
from workflow.storage import rules as kept_rules

TITLE = "督查督办审计报告"
SIGNATURES = ("审计人员（签字）", "督查室主任（签字）", "日期")
BOUNDS = (
    "期间按写入时间计，首尾两日均含在内，以北京时间分日；每个事项均从第一条记载起推算。",
    "合规核查依据事项开立时的流程表版本；经改用流程、改用规则的，自该条起依据改用后的版本。",
    "更正原有条目时对前后条目的核对、日历更新后期限应为何日，不能仅由历史判定，不在本报告核查之列；"
    "办理人当时是否任有关职务由duban verify核查，本报告不核查。",
    "本报告只说明记载了什么、是否合乎规则，不证明记载未被改动；记载是否被改动，须以保存在外的检查点"
    "运行duban verify，或以独立核验程序核验。",
)
"""What the report does and does not say; it is printed on the cover."""


@dataclass(frozen=True, slots=True)
class Log:
    """The log a report stands on: entries, how many are sealed, and the last checkpoint if it can be read."""

    entries: int
    sealed: int
    checkpoint: Checkpoint | None

    def as_json(self) -> dict[str, Any]:
        last = self.checkpoint
        told = None if last is None else {"number": last.number, "root": last.root, "hash": last.hash}
        return {
            "entries": self.entries,
            "sealed": self.sealed,
            "checkpoint": told if last is None or told is None else told | {"end": last.end, "key": last.key},
        }


def log_of(tx: Connection) -> Log:
    """The log as it is now."""
    row = log.last_checkpoint(tx)
    return Log(*audits.size_of_log(tx), None if row is None else _parsed(row.text))


def _parsed(text: str) -> Checkpoint | None:
    try:
        return parse(text)
    except CheckpointInvalid:
        return None


def counts(found: Gathered) -> dict[str, int]:
    """How much was looked at, and how much is listed in each section."""
    listed = {name: len(rows) for name, rows in found.rows.items()}
    return {
        "cases": found.cases,
        "entries": found.entries,
        "journal_entries": found.of_the_office,
        "conforming_cases": found.cases - found.deviating,
        "sealed_left_out": found.sealed,
        **listed,
    }


@dataclass(frozen=True, slots=True)
class MadeBy:
    """Which office's report it is, when it was made and by whom, as the cover says it."""

    office: str
    when: str
    by: str


def facts(period: Period, made: MadeBy, logged: Log, found: Gathered) -> list[Fact]:
    """The lines of the cover."""
    told = counts(found)
    return [
        ("单位", made.office),
        ("期间", f"{period.first}至{period.last}（首尾均含，按写入时间）"),
        ("出具", f"{made.when}，{made.by}"),
        *_of_the_log(logged),
        ("核查范围", f"事项{told['cases']}个、记载{told['entries']}条，工作日志{told['journal_entries']}条"),
        *_left_out(found),
        ("流程核查", f"{told['conforming_cases']}个事项全部相符，不符{told[DEVIATIONS]}处"),
        ("例外情况", f"{told[DEPARTURES]}件{_by_kind(found)}"),
        ("补录与预记", f"{told[DATING]}件"),
        ("越级与未发", f"{told[PASSED]}件"),
        ("逾期", _lateness(found)),
        ("未能发出", f"{told[MAILS]}件"),
        ("名录与设置", f"变动{told[CHANGES]}件"),
        ("查看情况", f"{told[READINGS]}人"),
    ]


def _left_out(found: Gathered) -> Iterator[Fact]:
    """What is missing from a report of somebody for whom matters are sealed."""
    if found.sealed:
        yield "封存未列", f"{found.sealed}个事项已封存，出具人不能查看，未核查、未列入"


def _by_kind(found: Gathered) -> str:
    kinds = [f"{kind.label}{found.departed[kind]}" for kind in DepartureKind if found.departed[kind]]
    return f"（{'，'.join(kinds)}）" if kinds else ""


def _lateness(found: Gathered) -> str:
    return f"{len(found.rows[LATE])}件，其中期末未办{found.outstanding}件"


def _of_the_log(logged: Log) -> Iterator[Fact]:
    yield "记载总数", f"{logged.entries}条，已封存{logged.sealed}条"
    last = logged.checkpoint
    if last is None:
        yield "检查点", "尚无可读的检查点，本报告所据的记载没有锚定在系统之外"
        return
    yield "检查点", f"第{last.number}号，{office_minute(last.time)}，封存至第{last.end}条"
    yield "短码", f"检查点{last.short}，根哈希{last.root[:SHORT]}（{last.algorithm}）"
    yield "签名公钥", on_paper(last.key)


def rules_in_force(
    tx: Connection,
    period: Period,
    rules: Rulebook,
    journal: Sequence[Recorded],
    under: Mapping[str, int],
) -> list[tuple[Cell, ...]]:
    """Every table, policy and calendar in force in the period, or by which an entry in it was judged."""
    rows = audits.rules_kept(tx)
    used = {row.digest for row in rows if under.get(row.digest)}
    alive = _in_force(period, journal, rows)
    told = [_rule(row, rules, under) for row in rows if row.digest in used | alive]
    return [*told, *_calendars(tx, period, rules)]


def _rule(row: Row[Any], rules: Rulebook, under: Mapping[str, int]) -> tuple[Cell, ...]:
    known = rules.lifecycles.get(row.digest) or rules.policies.get(row.digest)
    title = f"《{known.title}》" if known else row.name
    entries: Cell = under.get(row.digest, 0) if row.kind == "lifecycle" else ""
    note = "" if known else "正文与哈希不符，不能作为依据"
    since = office_minute(row.activated_at)
    kind = RULES.get(row.kind, row.kind)
    return (kind, title, f"第{row.version}版", row.digest, since, entries, note)


def _in_force(period: Period, journal: Sequence[Recorded], rows: Sequence[Row[Any]]) -> frozenset[str]:
    """The rules that came into force in the period, and of each kind the one in force as it began."""
    kinds = {row.digest: row.kind for row in rows}
    before: dict[str, str] = {}
    found = set()
    for entry in (one for one in journal if one.kind == ACTIVATED and one.recorded_at < period.before):
        digest = str(entry.details.get("digest"))
        if entry.recorded_at < period.since:
            before[kinds.get(digest, "")] = digest
        else:
            found.add(digest)
    return frozenset(found | set(before.values()))


def _calendars(tx: Connection, period: Period, rules: Rulebook) -> Iterator[tuple[Cell, ...]]:
    """Those that were in force at some instant of the period."""
    loaded = {one.since for one in rules.years if period.holds(one.since)}
    instants = sorted({period.since, *loaded})
    in_force = {one.version for at in instants if (one := rules.calendar_at(at)) is not None}
    for row in kept_rules.kept_calendars(tx):
        if row.version in in_force or row.version not in rules.calendars:
            note = "" if row.version in rules.calendars else "内容与哈希不符，不能作为依据"
            yield ("工作日历", row.source, row.version, row.digest, office_minute(row.loaded_at), "", note)
