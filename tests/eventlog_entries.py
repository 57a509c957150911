"""Entries as payloads, for tests of event logs that need no office: one matter of a June and July of 2026."""

from collections.abc import Callable

from states.calendar import WorkCalendar
from states.eventlog import Names, Pseudonyms, trace_of
from workflow.calendars import base_calendar

CASE, LIFECYCLE, CALENDAR = "滨督2026-001", "standard", base_calendar(2026)


def entry(seq, kind, occurred_at, *, actor="R011", sets=None, case=CASE, **details):
    """A payload as entries store it."""
    more = {"acting_for": details.pop("acting_for")} if "acting_for" in details else {}
    return {
        "case": case,
        "seq": seq,
        "kind": kind,
        "actor": actor,
        "actor_kind": "system" if actor == "system" else "human",
        "occurred_at": occurred_at,
        "recorded_at": occurred_at,
        "before": None,
        "after": (sets or {}).get("state"),
        "set": sets or {},
        "details": details,
        **more,
    }


def names(find: Callable[[str | None], WorkCalendar] = lambda version: CALENDAR) -> Names:
    """What things are called in that matter; unless told otherwise there is one calendar."""
    return Names(
        pseudonyms=Pseudonyms(b"k" * 32),
        units={"BH212": "市城市管理局"},
        labels={LIFECYCLE: {"opened": "拟办", "assigned": "交办"}},
        states={LIFECYCLE: {"draft": "拟办", "assigned": "交办"}},
        calendar=find,
    )


def told(*entries, **options):
    """The trace of these entries."""
    return trace_of(entries, names(**options))


OPENED = entry(1, "opened", "2026-06-30T01:00:00.000000Z", sets={"state": "draft", "lifecycle": LIFECYCLE})
ASSIGNED = entry(
    2,
    "assigned",
    "2026-07-01T01:00:00.000000Z",
    sets={"state": "assigned", "lead_unit": "BH212", "due_on": "2026-07-22", "dispatched_on": "2026-07-01"},
)
