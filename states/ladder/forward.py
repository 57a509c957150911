"""Running the planner forward over days on which nobody does anything but the machine.

`follow` says what becomes of a step that is taken: how the escalation stands from then on. Everything that
looks ahead, or runs other rules over the past, walks through here.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from states.calendar import ONE_DAY, WorkCalendar
from states.ladder.facts import OnLadder, Raised
from states.ladder.planner import Plan, Step, plan
from states.policy import Policy, Rung
from states.vocabulary import IssueMode

Follow = Callable[[Step, date], Raised]


@dataclass(frozen=True, slots=True)
class Taken:
    """A step as it is taken on a day, and the case as it stands afterwards."""

    step: Step
    on: date
    case: OnLadder


def run(
    case: OnLadder, policy: Policy, calendar: WorkCalendar, since: date, until: date, *, follow: Follow
) -> Iterator[Taken]:
    """The steps of daily sweeps from `since` until `until`, both included, in their order.

    It ends: a step is never planned twice in an epoch, and days only go by.
    """
    day: date | None = since
    while day is not None and day <= until:
        made = plan(case, policy, calendar, day)
        while made.is_due:
            for step in made.steps:
                case = replace(case, raised=(*case.raised, follow(step, day)))
                yield Taken(step, day, case)
            case = lapsed(case, made)
            made = plan(case, policy, calendar, day)
        day = made.next_on and max(made.next_on, day + ONE_DAY)


def lapsed(case: OnLadder, made: Plan) -> OnLadder:
    """The case after the lapses of a plan were written down."""
    if not made.lapses:
        return case
    over = [lapse.raised for lapse in made.lapses]
    raised = tuple(replace(one, state="lapsed") if one in over else one for one in case.raised)
    return replace(case, raised=raised)


def as_issued(step: Step, on: date, calendar: WorkCalendar) -> Raised:
    """How a step stands once it is taken, before anybody does anything: issued, or proposed."""
    rung = step.rung
    if not step.automatic:
        return Raised(rung.step, rung.clock.value, step.epoch, "proposed")
    named = named_reply_day(rung, on, calendar)
    return Raised(rung.step, rung.clock.value, step.epoch, "issued", on, reply_due_on=named)


def as_served(raised: Raised, rung: Rung, on: date, served_on: date, calendar: WorkCalendar) -> Raised:
    """The escalation issued on a day and served on a day; its reply term runs from then."""
    term = rung.reply_working_days
    by_receipt = calendar.add_working_days(served_on, term) if term else None
    return replace(raised, state="served", issued_on=on, served_on=served_on, reply_due_on=by_receipt)


def named_reply_day(rung: Rung, on: date, calendar: WorkCalendar) -> date | None:
    """The reply date a plain notice names as it goes out; an inquiry's term starts with its receipt."""
    by_receipt = rung.mode is not IssueMode.AUTOMATIC or rung.document == "inquiry"
    if rung.reply_working_days is None or by_receipt:
        return None
    return calendar.add_working_days(on, rung.reply_working_days)
