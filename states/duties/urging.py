"""What is owed after a unit was urged: somebody asks again when its promise was not kept."""

from collections.abc import Iterator

from states.duties.duty import OFFICER, Duty, DutyKind
from states.duties.matter import Matter


def of_promise(matter: Matter) -> Iterator[Duty]:
    """The office's, from the day after the one that was promised, while nothing was reported."""
    promised_on = matter.facts.promised_on
    if promised_on is not None and promised_on < matter.day and matter.may("log_urge"):
        yield matter.duty(DutyKind.FOLLOW_PROMISE, OFFICER, since=promised_on)
