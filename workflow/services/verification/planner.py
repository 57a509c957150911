"""Whether the planner still wakes for each case: its next look is no later than it is needed."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime, timedelta
from typing import Any

from states.calendar import WorkCalendar
from states.errors import Refusal
from states.facts import CaseFacts
from states.ladder import OnLadder, Raised, Step, plan
from states.office_time import morning_of, office_day
from states.policy import Policy
from workflow.services.ladder import on_ladder
from workflow.services.replay import Entry, escalations_of
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.rules import Rules
from workflow.services.verification.scheduler import asleep_in
from workflow.services.verification.verdict import Finding, finding

MACHINES = ("document_rendered", "document_unrenderable", "mail_")
"""Entries after which nobody asks the planner: nothing it looks at has changed."""

ASIDE = ("case_set_aside", "case_retried")


@dataclass(frozen=True, slots=True)
class Watch:
    """What the journal tells of the sweeps, and the calendar they count by."""

    calendar: WorkCalendar
    calendar_loaded: datetime | None
    last_sweep: date | None
    held_until: frozenset[datetime]
    set_aside: Mapping[str, datetime] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls, journal: Iterable[Entry], calendar: WorkCalendar, waiting: frozenset[str] = frozenset()
    ) -> "Watch":
        """A sweep that held a case looks at it again the next day; one set aside waits for a person.

        `waiting` are the numbers of the cases that are marked so; `lost` those that should be and are not.
        """
        entries = list(journal)
        sweeps = [(office_day(one.occurred_at), one) for one in entries if one.kind == "swept"]
        loaded = [one.recorded_at for one in entries if one.kind == "calendar_loaded"]
        held = (day for day, one in sweeps if (one.details.model_extra or {}).get("held"))
        return cls(
            calendar,
            max(loaded, default=None),
            max((day for day, _ in sweeps), default=None),
            frozenset(morning_of(day + timedelta(days=1)) for day in held),
            {
                (one.details.model_extra or {})["case"]: one.recorded_at
                for one in entries
                if one.kind in ASIDE
            },
            asleep_in(entries) - waiting,
        )


def check_next_look(dossier: Dossier, facts: CaseFacts, rules: Rules, watch: Watch) -> Iterator[Finding]:
    """A case whose next look was taken away or put off is one the sweep would pass by."""
    acts = [entry for entry in dossier.history if not entry.kind.startswith(MACHINES)]
    if dossier.row is None or not acts:
        return
    last = acts[-1]
    latest = max(entry.occurred_at for entry in acts)  # what is entered late takes no look back
    needed_on = _needed_on(dossier, facts, rules, watch, office_day(latest))
    if needed_on is None or _in_time(dossier.row.next_action_at, needed_on, last, watch):
        return
    set_aside = watch.set_aside.get(dossier.name)
    if set_aside is not None and set_aside >= last.recorded_at:
        yield from _unmarked(dossier, watch, set_aside)
        return
    message = f"巡查安排与规则不符：应于{needed_on}巡查，被取消或推迟"
    yield finding("next_action_changed", message, case=dossier.name, needed_on=needed_on.isoformat())


def _unmarked(dossier: Dossier, watch: Watch, set_aside: datetime) -> Iterator[Finding]:
    """A case that sleeps since it was set aside, and is not marked so: nobody would be told of it."""
    counted_anew = watch.calendar_loaded is not None and watch.calendar_loaded >= set_aside
    asleep = dossier.row is not None and dossier.row.next_action_at is None
    if asleep and dossier.name in watch.lost and not counted_anew:
        message = f"事项{dossier.name}已被巡查搁置，却没有搁置记录：搁置记录被删除"
        yield finding("set_aside_missing", message, case=dossier.name)


def _in_time(stored: datetime | None, needed_on: date, last: Entry, watch: Watch) -> bool:
    if stored is None:
        return False
    counted_anew = watch.calendar_loaded is not None and watch.calendar_loaded > last.recorded_at
    return counted_anew or stored <= morning_of(needed_on) or stored in watch.held_until


def _needed_on(dossier: Dossier, facts: CaseFacts, rules: Rules, watch: Watch, since: date) -> date | None:
    """The first day since then on which the sweep has something to raise; None if unknown."""
    lifecycle = rules.lifecycles.get(facts.lifecycle or "")
    policy = rules.policies.get(facts.policy or "")
    if lifecycle is None or policy is None:
        return None
    seen = on_ladder(facts, lifecycle, policy, _raised(dossier))
    try:
        return _first_step(seen, policy, watch, since)
    except Refusal:
        return None


def _first_step(seen: OnLadder, policy: Policy, watch: Watch, since: date) -> date | None:
    day: date | None = since
    while day is not None:
        found = plan(seen, policy, watch.calendar, day)
        if found.lapses or any(not _lapsed(step, watch) for step in found.steps):
            return day
        day = found.next_on
    return None


def _lapsed(step: Step, watch: Watch) -> bool:
    """Whether a sweep that came late has rightly passed a step over."""
    return step.rung.lapses and watch.last_sweep is not None and watch.last_sweep > step.due_on


def _raised(dossier: Dossier) -> list[Raised]:
    told: Iterable[dict[str, Any]] = escalations_of(dossier.history).values()
    names = [one.name for one in fields(Raised)]
    return [Raised(**{name: one[name] for name in names}) for one in told]
