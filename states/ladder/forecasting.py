"""What will happen on the ladder if nobody does anything, and what would if what is awaited happens.

Foreseen for certain are the steps the sweep takes by itself. Those that wait for a service, an approval or
the end of a reply are foreseen under a condition, each told with all it supposes.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from states.calendar import WorkCalendar
from states.ladder.facts import OnLadder, Raised
from states.ladder.forward import as_issued, as_served, run
from states.ladder.planner import EXTENDABLE, Step
from states.policy import Policy, Rung
from states.vocabulary import ClockName

HOPELESS = frozenset({"rejected", "withdrawn", "concluded"})
"""States from which nothing more comes of an escalation."""

FORECASTS_KEPT = 512
"""A matter's page is asked for more than once a day, and its forecast is of the day."""

UNSERVED = frozenset({"proposed", "approved", "issued"})
Key = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A rung that will be reached on a day; `conditional_on` tells what must happen first, None for nothing.

    `silence` tells of a reply that is awaited now and must not come. `automatic`: it will go out by itself,
    else it will be proposed.
    """

    rung: Rung
    clock: ClockName
    epoch: int
    due_on: date
    on: date
    automatic: bool
    conditional_on: str | None = None
    silence: str | None = None

    @property
    def condition(self) -> str | None:
        """What it depends on, also where that is only that a unit goes on saying nothing."""
        return self.conditional_on or self.silence


@lru_cache(FORECASTS_KEPT)
def forecast(
    case: OnLadder, policy: Policy, calendar: WorkCalendar, since: date, until: date
) -> tuple[Foreseen, ...]:
    """The rungs a case will reach from one day until another, both included, earliest first.

    Nobody does anything meanwhile: what is certain is exactly what daily sweeps would do. Never raises on
    well-typed facts.
    """
    walked = run(case, policy, calendar, since, until, follow=lambda step, on: as_issued(step, on, calendar))
    steps = [(_foreseen(one.step, one.on), _silence(one.step, case, policy)) for one in walked]
    certain = [replace(foreseen, silence=silence) for foreseen, silence in steps]
    known = {(one.rung.step, one.clock, one.epoch) for one in certain}
    likely = [one for one in _Hoping(case, policy, calendar, since).run(until) if _key(one) not in known]
    return tuple(sorted((*certain, *likely), key=lambda one: (one.on, one.conditional_on is not None)))


def _silence(step: Step, case: OnLadder, policy: Policy) -> str | None:
    """The reply a step supposes will not come, where the unit may still give it."""
    after = step.rung.after
    if after is None or after.fact != "unanswered":
        return None
    before = case.raised_as(after.step, step.rung.clock, step.epoch)
    if before is None or before.state != "served" or before.reply_due_on is None:
        return None
    day = before.reply_due_on
    return f"若“{policy.rung_of[after.step].label}”至{day.month}月{day.day}日未复"


def _foreseen(step: Step, on: date, conditional_on: str | None = None) -> Foreseen:
    return Foreseen(step.rung, step.rung.clock, step.epoch, step.due_on, on, step.automatic, conditional_on)


def _key(one: Foreseen) -> Key:
    return one.rung.step, one.clock, one.epoch


@dataclass(frozen=True, slots=True)
class _Supposed:
    """What is supposed of an escalation: that it is approved and served on a day, or its reply found bad."""

    on: date
    approval: bool
    judged: bool = False

    def words(self, label: str, fact: str) -> str | None:
        """What of it a gate asks for; None where that has happened already."""
        day = f"{self.on.month}月{self.on.day}日"
        if self.judged:
            return f"“{label}”的回复被认定不符合要求" if fact == "unanswered" else None
        if fact == "issued":
            return f"“{label}”于{day}获批" if self.approval else None
        unanswered = "后逾期未复" if fact == "unanswered" else ""
        return f"“{label}”于{day}{'获批并' if self.approval else ''}送达{unanswered}"


class _Hoping:
    """The same days if everything that is awaited happens at once, and no reply is any good."""

    def __init__(self, case: OnLadder, policy: Policy, calendar: WorkCalendar, since: date) -> None:
        self.policy, self.calendar, self.since = policy, calendar, since
        self.asks_for_time = case.extension_pending
        self.supposed: dict[Key, _Supposed] = {}
        self.known = {_place(one) for one in case.raised}
        raised = tuple(self._hoped(one) for one in case.raised)
        self.case = replace(case, raised=raised, extension_pending=False)

    def run(self, until: date) -> Iterator[Foreseen]:
        """What comes under a condition, and only that."""
        walked = run(self.case, self.policy, self.calendar, self.since, until, follow=self._follow)
        for one in walked:
            told = list(self._conditions(one.step))
            if told:
                yield _foreseen(one.step, one.on, f"若{'，'.join(told)}")

    def _follow(self, step: Step, on: date) -> Raised:
        return self._happened(as_issued(step, on, self.calendar), step.rung, on)

    def _hoped(self, raised: Raised) -> Raised:
        """An escalation raised before, as it would stand if what it waits for happened today."""
        rung = self.policy.rung_of.get(raised.step)
        if rung is None or raised.state in HOPELESS:
            return raised
        if raised.state == "answered" and raised.judgement is None:
            self.supposed[_place(raised)] = _Supposed(self.since, approval=False, judged=True)
            return replace(raised, judgement="insufficient", judged_on=self.since)
        if raised.served_on is not None or raised.state not in UNSERVED:
            return raised
        return self._happened(raised, rung, self.since)

    def _happened(self, raised: Raised, rung: Rung, on: date) -> Raised:
        """The escalation approved and served on a day; a plain mail is sent, and never served."""
        self.supposed[_place(raised)] = _Supposed(on, approval=raised.state != "issued")
        if not rung.is_numbered:
            return replace(raised, state="issued", issued_on=raised.issued_on or on)
        return as_served(raised, rung, raised.issued_on or on, on, self.calendar)

    def _conditions(self, step: Step) -> Iterator[str]:
        """What a step supposes: what the one before it does, and what becomes of that one."""
        if self.asks_for_time and step.rung.offset > 0 and step.rung.clock in EXTENDABLE:
            yield "延期申请未获同意"
        yield from self._chain(step.rung, step.epoch)

    def _chain(self, rung: Rung, epoch: int) -> Iterator[str]:
        if rung.after is None:
            return
        before = self.policy.rung_of[rung.after.step]
        place = (before.step, rung.clock.value, epoch)
        if place not in self.known:
            yield from self._chain(before, epoch)
        supposed = self.supposed.get(place)
        words = supposed.words(before.label, rung.after.fact) if supposed else None
        if words:
            yield words


def _place(raised: Raised) -> Key:
    return raised.step, raised.clock, raised.epoch
