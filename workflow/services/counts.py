"""How many matters stood where on any day: the register of that day, counted."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from states.vocabulary import Labelled, Light
from workflow.services.office import Office
from workflow.services.register import Listed, Listing, list_cases


class By(Labelled):
    """What counts are told apart by."""

    UNIT = "unit", "牵头单位"
    CATEGORY = "category", "类别"
    STATE = "state", "环节"
    LIGHT = "light", "亮灯"


@dataclass(frozen=True, slots=True)
class Count:
    """Some matters: how many there were, how many were overdue, and how many showed each light."""

    matters: int
    overdue: int
    lights: Mapping[Light, int]

    @classmethod
    def of(cls, lines: Iterable[Listed]) -> "Count":
        told = [line.timeliness for line in lines]
        lights = Counter(one.light for one in told)
        return cls(len(told), sum(one.overdue for one in told), {light: lights[light] for light in Light})

    def as_json(self) -> dict[str, Any]:
        lights = {light.value: count for light, count in self.lights.items()}
        return {"matters": self.matters, "overdue": self.overdue, "lights": lights}


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a day, the largest group first; a group has its identifier, or None, and its name."""

    as_of: datetime
    by: By | None
    total: Count
    groups: tuple[tuple[str | None, str, Count], ...]
    unreadable: list[dict[str, Any]]

    def as_json(self) -> dict[str, Any]:
        groups = [{"group": group, "name": name, **count.as_json()} for group, name, count in self.groups]
        return {
            "as_of": self.as_of.isoformat(),
            "by": self.by and self.by.value,
            "total": self.total.as_json(),
            "groups": groups,
            "unreadable": self.unreadable,
        }


def count_matters(office: Office, *, as_of: datetime, by: By | None = None) -> Counts:
    """The matters in the register by an instant, as it was recorded by then and seen on that day.

    Sealed matters count: a number of a past day stays what it was.
    """
    listing = list_cases(office, today=as_of, as_of=as_of)
    groups = _groups(listing, by) if by is not None else ()
    return Counts(as_of, by, Count.of([*listing, *listing.sealed]), groups, listing.unreadable)


def _groups(listing: Listing, by: By) -> tuple[tuple[str | None, str, Count], ...]:
    lines: dict[tuple[str | None, str], list[Listed]] = defaultdict(list)
    for line in [*listing, *listing.sealed]:
        group, name = _GROUP_OF[by](line)
        lines[group, name or NONE[by]].append(line)
    found = [(group, name, Count.of(some)) for (group, name), some in lines.items()]
    return tuple(sorted(found, key=lambda one: (-one[2].matters, one[1], one[0] or "")))


NONE = {By.UNIT: "未定单位", By.CATEGORY: "未定类别", By.STATE: "", By.LIGHT: ""}
"""What those without a unit or a category are called."""

_GROUP_OF: Mapping[By, Callable[[Listed], tuple[str | None, str | None]]] = {
    By.UNIT: lambda line: (line.facts.lead_unit, line.lead_unit),
    By.CATEGORY: lambda line: (line.facts.complexity, line.category),
    By.STATE: lambda line: (line.facts.state, line.state),
    By.LIGHT: lambda line: (line.timeliness.light.value, line.timeliness.light.label),
}
