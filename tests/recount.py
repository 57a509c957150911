"""Statistics counted once more, by hand and from nothing but the entries of the history.

A slow second opinion on `duban statistics` that shares no code with the rule book. Entries come as an export
writes them, one JSON payload a line; their `set` is folded, all else follows from their kinds, their days and
the states they lead to. It knows the standard table (an office's own state has to be named in `RUNNING` or
`STILL`) and the year 2026. The dates themselves, and a suspension beyond its ceiling, are not judged.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE, DAY = ZoneInfo("Asia/Shanghai"), timedelta(days=1)
RUNNING, STILL = {"assigned", "registered", "handling"}, {"verifying", "suspended"}
GROUPS = {"unit": "lead_unit", "category": "complexity", "leader": "accountable_leader"}
OFF = ("0101-0103", "0215-0223", "0404-0406", "0501-0505", "0619-0621", "0925-0927", "1001-1007")
ON = ("0104", "0214", "0228", "0509", "0920", "1010")
"""国务院办公厅关于2026年部分节假日安排的通知: days off, and the weekend days worked instead."""


def is_worked(day: date) -> bool:
    assert day.year == 2026, f"the notice of {day.year} is not written down here"
    written = f"{day:%m%d}"
    is_off = any(span[:4] <= written <= span[5:] for span in OFF)
    return written in ON or (day.weekday() < 5 and not is_off)


@dataclass
class Life:
    """What the entries of one matter come to; `still` are days it stood still before it went on."""

    facts: dict[str, Any] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)
    still: set[date] = field(default_factory=set)
    since: date | None = None
    done: date | None = None
    stated_later: bool = False
    came_back: bool = False

    def live(self, entry: dict[str, Any]) -> None:
        kind, before, after = entry["kind"], entry["before"], entry["after"]
        day = datetime.fromisoformat(entry["occurred_at"]).astimezone(ZONE).date()
        self.facts |= entry["set"]
        self.kinds.add(kind)
        self.came_back |= kind == "reopened" or entry["details"].get("finding") == "relapsed"
        if before in STILL and after in RUNNING and self.since:
            self.still |= {self.since + DAY * n for n in range((day - self.since).days)}
        if before != after:
            self.since = day if after in STILL and "origin" not in entry["set"] else None
        if kind in ("completion_reported", "returned_for_rework", "reopened"):
            self.done = day if kind == "completion_reported" else None
        if kind in ("taken_over", "restated", "assigned", "reopened"):
            later = bool(self.due and self.original and self.due > self.original)
            self.stated_later = later and kind in ("taken_over", "restated")

    def day(self, name: str) -> date | None:
        return date.fromisoformat(self.facts[name]) if self.facts.get(name) else None

    dispatched = property(lambda self: self.day("dispatched_on"))
    due = property(lambda self: self.day("due_on"))
    original = property(lambda self: self.day("original_due_on") or self.due)
    stated = property(lambda self: self.facts.get("origin") is not None)
    closed = property(lambda self: self.facts["state"] in ("closed", "archived"))
    ended = property(lambda self: self.done or (self.day("closed_on") if self.closed else None))
    extended = property(lambda self: self.stated_later or "extension_granted" in self.kinds)

    def left_out(self, since: date | None, until: date | None) -> str | None:
        if not self.dispatched and (not self.stated or self.facts["state"] == "draft"):
            return "draft"
        days = [day for day in (self.dispatched, self.due, self.original) if day]
        if (since or until) and not any((since or day) <= day <= (until or day) for day in days):
            return "outside" if days else "undated"
        if self.facts.get("merged_into"):
            return "merged"
        return "withdrawn" if self.facts["state"] == "cancelled" else None

    def late(self, due: date | None, at: datetime) -> bool | None:
        unknown = self.closed or (self.facts["state"] == "suspended" and not self.since)
        until = self.ended or (None if unknown else self.since or at.astimezone(ZONE).date())
        if not (self.due and due and until):
            return None
        hours = [one["due_at"] for one in self.facts.get("clocks", ()) if one["name"] == "handle"]
        past = any(at > datetime.fromisoformat(hour) for hour in hours if hour)
        return until > due or (until == due == self.due and past and self.facts["state"] in RUNNING)

    def of_its_dates(self, at: datetime, within: "Within") -> Iterator[tuple[str, bool]]:
        """What is asked of the matters due in a period, by the one date and by the other."""
        for due, suffix in ((self.due, ""), (self.original, "_originally")):
            if not within(due):
                continue
            late = self.late(due, at)
            if late is not None:
                yield f"overdue{suffix}", late
            if late or (self.closed and late is not None):
                yield f"on_time{suffix}", not late
            if self.due:
                yield f"extended{suffix}", self.extended

    def of_its_handling(self) -> Iterator[tuple[str, bool]]:
        """What is asked of the matters accepted in a period, which is to say handed out in it."""
        yield "closed", self.closed
        returned, again = "returned_for_rework" in self.kinds, "reopened" in self.kinds
        if "completion_reported" in self.kinds:
            yield "returned", returned
            if self.closed:
                yield "first_time", not (returned or again)
        if self.came_back or self.facts.get("lookbacks"):
            yield "relapsed", self.came_back

    def marks(self) -> Iterator[str]:
        if self.facts.get("open_ended"):
            yield from ("long_term", "long_term_closed") if self.closed else ("long_term",)
            return
        shifted, undated = self.due != self.original and not self.extended, self.closed and not self.ended
        told = {"matters": True, "stated": self.stated, "shifted": shifted, "undated": undated}
        told |= {"reopened": "reopened" in self.kinds}
        yield from (mark for mark, holds in told.items() if holds)

    def took(self) -> set[date] | None:
        if not (self.closed and self.dispatched and self.ended) or "reopened" in self.kinds:
            return None
        span = (self.ended - self.dispatched).days
        return {self.dispatched + DAY * n for n in range(1, span + 1)} - self.still


Within = Callable[[date | None], bool]


def recount(
    lines: Iterable[str],
    *,
    at: datetime,
    since: Any = None,
    until: Any = None,
    by: str = "",
    off: Collection[date] = (),
) -> Any:
    """The whole, its groups and why matters are left out, for those dispatched or due in a period.

    Of a period, 办结率 = closed / accepted in it and 按期办结率 = closed by the date / due in it: what is of
    dates is asked of the matters due in it, everything else of those dispatched in it.
    `off` are days a local order made days off.
    """
    lives, groups = defaultdict[str, Life](Life), defaultdict[Any, list[Life]](list)
    for entry in map(json.loads, lines):
        if entry["case"] != "office":
            lives[entry["case"]].live(entry)
    reasons = {number: life.left_out(since, until) for number, life in lives.items()}
    kept = [life for number, life in lives.items() if reasons[number] is None]
    for life in kept:
        groups[group_of(life, by)].append(life)

    def within(day: date | None) -> bool:
        bounded = since is not None or until is not None
        return not bounded or (day is not None and (since or day) <= day <= (until or day))

    apart = {group: counted(some, at, off, within) for group, some in groups.items()}
    return counted(kept, at, off, within), apart, Counter(filter(None, reasons.values()))


def group_of(life: Life, by: str) -> str | None:
    told = f"{life.dispatched or ''}"[:7] if by == "month" else life.facts.get(GROUPS.get(by))
    return (told or "").strip() or None


def counted(lives: list[Life], at: datetime, off: Collection[date], within: Within) -> Any:
    """How often each mark and each part of each share; matters, stated, days and working days they took."""
    short, parts = [life for life in lives if not life.facts.get("open_ended")], Counter[tuple[str, str]]()
    for life in short:
        handled = life.of_its_handling() if within(life.dispatched) else ()
        for name, yes in (*life.of_its_dates(at, within), *handled):
            parts.update({(name, "numerator"): yes, (name, "denominator"): 1, (name, "stated"): life.stated})
    handed_out = [life for life in short if within(life.dispatched)]
    took = [(days, life.stated) for life in handed_out if (days := life.took()) is not None]
    worked = sum(is_worked(day) and day not in off for days, _ in took for day in days)
    duration = (len(took), sum(stated for _, stated in took), sum(len(days) for days, _ in took), worked)
    return Counter(mark for life in lives for mark in life.marks()), +parts, duration
