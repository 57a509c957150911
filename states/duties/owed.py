"""Everything owed on a case on a day: on itself, its tasks and escalations, by whoever has to look at it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from states.duties import case, coordinating, urging
from states.duties.duty import Duty, worst_first
from states.duties.escalation import of_escalation
from states.duties.mail import of_mails
from states.duties.matter import Matter
from states.duties.mention import of_mention
from states.duties.nodes import of_nodes
from states.duties.task import of_tasks
from states.policy import Policy

Escalated = tuple[Mapping[Any, Any], Policy]
"""An escalation by its columns, with the policy it was raised under."""


def duties(
    matter: Matter,
    escalations: Iterable[Escalated] = (),
    *,
    set_aside_on: date | None = None,
    mentioned: Iterable[tuple[str, date]] = (),
    undelivered: Sequence[tuple[str, date]] = (),
) -> tuple[Duty, ...]:
    """What is owed on this case on the matter's day, worst first.

    `set_aside_on` is the day the sweep gave up on it and left it for a person; `mentioned` is who is
    mentioned in its comments, and since when; `undelivered` are the kinds and days of mails that did not get
    there.
    """
    owed = (*_owed(matter, escalations, set_aside_on), *of_mails(matter, undelivered))
    return tuple(sorted((*owed, *(of_mention(matter, *one) for one in mentioned)), key=worst_first))


def _owed(matter: Matter, escalations: Iterable[Escalated], set_aside_on: date | None) -> Iterator[Duty]:
    yield from case.of_case(matter)
    yield from urging.of_promise(matter)
    yield from coordinating.of_coordination(matter)
    yield from of_tasks(matter)
    yield from of_nodes(matter)
    for columns, policy in escalations:
        yield from of_escalation(matter, columns, policy)
    if set_aside_on is not None:
        yield case.set_aside(matter, set_aside_on)
