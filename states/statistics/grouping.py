"""Telling matters apart: by lead unit, category, accountable leader, or the month they were handed out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from states.statistics.matter import Matter
from states.vocabulary import Labelled


class By(Labelled):
    """What matters are told apart by."""

    UNIT = "unit", "牵头单位"
    CATEGORY = "category", "类别"
    LEADER = "leader", "包保领导"
    MONTH = "month", "交办月份"


@dataclass(frozen=True, slots=True)
class Group:
    """What the matters of a line have in common. `id` None: they have none of it, and `name` says so."""

    id: str | None
    name: str


NOTHING: Mapping[By, str] = {
    By.UNIT: "未定牵头单位",
    By.CATEGORY: "未定类别",
    By.LEADER: "未定包保领导",
    By.MONTH: "交办日期不明",
}
"""The line of the matters that have no such thing."""


def group_of(matter: Matter, by: By, names: Mapping[str, str]) -> Group:
    """The line a matter belongs to, exactly one; `names` are those of the units, by code.

    Several leaders named together are a line of their own, so that no matter is counted twice.
    """
    id = ID_OF[by](matter)
    if id is None:
        return Group(None, NOTHING[by])
    named = {By.UNIT: names.get(id), By.CATEGORY: matter.category}.get(by)
    return Group(id, named or id)


def _month(matter: Matter) -> str | None:
    day = matter.facts.dispatched_on
    return f"{day:%Y-%m}" if day else None


ID_OF: Mapping[By, Callable[[Matter], str | None]] = {
    By.UNIT: lambda matter: matter.facts.lead_unit,
    By.CATEGORY: lambda matter: matter.facts.complexity,
    By.LEADER: lambda matter: (matter.facts.accountable_leader or "").strip() or None,
    By.MONTH: _month,
}
