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


Warning = Callable[[CaseFacts, Policy, date, WorkCalendar], Reason | None]
WARNINGS: tuple[Warning, ...] = (late_task,)
"""What warns beside the due date of a matter whose clock runs."""


def reasons(facts: CaseFacts, policy: Policy, day: date, calendar: WorkCalendar) -> tuple[Reason, ...]:
    """What warns of this matter on a day, in the order of the list."""
    found = (warning(facts, policy, day, calendar) for warning in WARNINGS)
    return tuple(one for one in found if one is not None)


def worst(light: Light, warned: Iterable[Reason]) -> Light:
    """The worse of a light and of everything that warns."""
    return max((light, *(one.light for one in warned)), key=SEVERITY.index)
