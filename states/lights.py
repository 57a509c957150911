"""The light of a matter: by its due date, and by whatever else warns that it goes wrong.

The date alone gives a light (`states.deadlines.timeliness`). A warning can only make it worse and says why in
words, so that no light rests on colour or arithmetic alone.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from states.calendar import WorkCalendar
from states.facts import CaseFacts
from states.policy import Policy
from states.tasks import late_tasks
from states.vocabulary import Light

SEVERITY = (Light.GREY, Light.GREEN, Light.YELLOW, Light.RED)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a light is at least this bad, as a Chinese clause without a full stop.

    The words name a unit by its code, and `unit` is that code: whoever shows them puts the name.
    """

    light: Light
    words: str
    unit: str | None = None


def late_task(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """A co-unit that is late with its task."""
    late = late_tasks(facts.tasks, day)
    if not late:
        return None
    worst, *others = late
    more = f"，另有{len(others)}项协办任务逾期" if others else ""
    words = f"协办单位{worst.unit}的任务{worst.id}应于{worst.clock.due_on}办结，已逾期{more}"
    return Reason(Light.YELLOW, words, worst.unit)


def broken_promise(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """The day the unit promised when it was urged has passed, and it has not reported since."""
    if facts.promised_on is None or day <= facts.promised_on:
        return None
    return Reason(Light.YELLOW, f"催办时承诺的日期{facts.promised_on}已过，承诺未兑现")


Warning = Callable[[CaseFacts, Policy, date, WorkCalendar], Reason | None]


def hard_to_meet(facts: CaseFacts) -> bool:
    """Whether the unit holds it cannot keep the due date; not once that reaches the day it named instead."""
    expected_on, due_on = facts.expected_on, facts.due_on
    return facts.hard_to_meet and not (expected_on and due_on and expected_on <= due_on)


def _said_by_the_unit(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> Reason | None:
    """难以按期 is red, whatever time is left (台账亮灯惯例)."""
    if not hard_to_meet(facts):
        return None
    instead = f"，预计{facts.expected_on}完成" if facts.expected_on else ""
    return Reason(Light.RED, f"承办单位反馈难以按期办结{instead}")


WARNINGS: tuple[Warning, ...] = (
    _said_by_the_unit,
    broken_promise,
    late_task,
)
"""What warns beside the due date of a matter whose clock runs."""


def reasons(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> tuple[Reason, ...]:
    """What warns of this matter on a day, in the order of the list."""
    found = (warning(facts, policy, day, calendar) for warning in WARNINGS)
    return tuple(one for one in found if one is not None)


def worst(light: Light, warned: Iterable[Reason]) -> Light:
    """The worse of a light and of everything that warns."""
    return max((light, *(one.light for one in warned)), key=SEVERITY.index)
