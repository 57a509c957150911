"""The columns the register can show, on the page and in a workbook alike."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from states.office_time import office_minute
from workflow.services.register import Listed

NOTHING = "—"
WHY = "why"
"""The column that asks what a light comes from."""

TELLING = frozenset({"progress", WHY})
"""Columns that tell what a matter says: whoever is shown them has looked into it."""

OF_THE_WHOLE = frozenset({"changed"})
"""Columns for those who see the whole of a matter: others would learn of entries that are kept from them."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its heading, its width in Chinese characters, and what stands in a line of it."""

    id: str
    title: str
    width: int
    told: Callable[[Listed], str]


def _day(day: date | None) -> str:
    return NOTHING if day is None else day.isoformat()


def _light(line: Listed) -> str:
    late = line.timeliness.working_days_late
    return line.timeliness.light.label + (f"，逾{late}工作日" if line.timeliness.overdue and late else "")


def _due(line: Listed) -> str:
    if line.facts.open_ended:
        return "长期坚持"
    return _day(line.facts.due_on) + ("（暂定）" if line.facts.provisional else "")


def _rate(line: Listed) -> str:
    return NOTHING if line.facts.completion_rate is None else f"{line.facts.completion_rate}%"


COLUMNS = (
    Column("number", "编号", 9, lambda line: line.facts.number or NOTHING),
    Column("title", "事项", 30, lambda line: line.facts.title or NOTHING),
    Column("state", "环节", 6, lambda line: line.state),
    Column("light", "亮灯", 8, _light),
    Column("unit", "牵头单位", 12, lambda line: line.lead_group or line.lead_unit or NOTHING),
    Column("due", "期限", 9, _due),
    Column("category", "类别", 6, lambda line: line.category or NOTHING),
    Column("leader", "包保领导", 8, lambda line: line.facts.accountable_leader or NOTHING),
    Column("co_units", "配合单位", 14, lambda line: "、".join(line.co_units) or NOTHING),
    Column("dispatched", "交办日期", 8, lambda line: _day(line.facts.dispatched_on)),
    Column("rate", "完成率", 5, _rate),
    Column("progress", "最近进展", 24, lambda line: line.facts.progress or NOTHING),
    Column(WHY, "亮灯原因", 20, lambda line: "；".join(one.words for one in line.reasons) or NOTHING),
    Column(
        "changed", "最近变动", 10, lambda line: office_minute(line.changed_at) if line.changed_at else NOTHING
    ),
)
ALWAYS = frozenset({"number", "title"})
"""Without these nobody knows which matter a line is."""

USUAL = frozenset({"number", "title", "state", "light", "unit", "due"})


def offered(*, whole: bool) -> tuple[Column, ...]:
    """The columns there are for somebody who sees the whole of every matter, or for others."""
    return tuple(one for one in COLUMNS if whole or one.id not in OF_THE_WHOLE)


def shown(chosen: Collection[str], *, whole: bool) -> tuple[Column, ...]:
    """The columns chosen, in their order, with those that are always there; unknown names are passed over."""
    there = offered(whole=whole)
    wanted = ALWAYS | ({one.id for one in there if one.id in chosen} or USUAL)
    return tuple(one for one in there if one.id in wanted)
