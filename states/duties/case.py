"""What is owed on a case itself: by its lead unit where its time runs, by the office where it waits for it.

A matter without a date is owed nothing on a day, and one that is struck off nothing but its 回头看.
"""

from collections.abc import Iterator
from datetime import date

from states import lights
from states.deadlines.timeliness import timeliness
from states.duties.checking import looking_back, verification
from states.duties.duty import DIRECTOR, OFFICER, Duty, DutyKind, Whose
from states.duties.matter import Matter
from states.lifecycle import CommandRow
from states.vocabulary import ClockName, Light, Role

DECIDERS = {"director": DIRECTOR, "leader": Whose((Role.LEADER,), (Role.DIRECTOR,))}
KNOWN_WAYS = ("acknowledge", "begin", "report_completion", "close_out")
"""Commands whose absence makes an open state one of the office's own, such as 立项审批."""


def of_case(matter: Matter) -> Iterator[Duty]:
    """Everything owed on the case itself, whoever owes it."""
    if matter.kind == "side":
        yield from _suspended(matter)
    elif matter.kind == "open":
        yield from _of_unit(matter)
        yield from _extension(matter)
        yield from _hard_to_meet(matter)
        yield from _of_office(matter)
    elif matter.kind == "closed":
        yield from looking_back(matter)


def set_aside(matter: Matter, since: date) -> Duty:
    """A case the sweep failed on and left for a person."""
    return matter.duty(DutyKind.SET_ASIDE, OFFICER, since=since)


def _suspended(matter: Matter) -> Iterator[Duty]:
    """Looked at again on the day that was set; at once where an old register set none."""
    review_on = matter.facts.review_on
    if review_on is None or review_on <= matter.day:
        yield matter.duty(DutyKind.RESUME, DIRECTOR, due_on=review_on, since=matter.facts.paused_on)


def _of_unit(matter: Matter) -> Iterator[Duty]:
    if not matter.is_running:
        return
    facts, unit = matter.facts, matter.of_unit(Role.LIAISON, otherwise=(Role.UNIT_HEAD,))
    if matter.may("acknowledge"):
        due_on = _due_on(matter, ClockName.ACKNOWLEDGE)
        yield matter.duty(DutyKind.ACKNOWLEDGE, unit, due_on=due_on, since=facts.dispatched_on)
    if matter.may("begin"):
        due_on = facts.due_on if facts.due_for_plan else _due_on(matter, ClockName.PLAN)
        yield matter.duty(DutyKind.BEGIN, unit, due_on=due_on, since=facts.dispatched_on)
    yield from _handling(matter, unit)
    yield from _feedback(matter, unit)


def _handling(matter: Matter, unit: Whose) -> Iterator[Duty]:
    """Under a yellow or a red light; a matter sent back to be done again under any."""
    facts = matter.facts
    if facts.returns and matter.may("report_completion"):
        yield matter.duty(DutyKind.REWORK, unit, due_on=facts.due_on)
    elif (
        not facts.open_ended and not facts.due_for_plan and _is_lit(matter, facts.due_on, facts.dispatched_on)
    ):
        is_late = facts.due_on is not None and facts.due_on < matter.day
        answers = ["report_completion"] if facts.extension_to or is_late else None
        yield matter.duty(DutyKind.HANDLE, unit, due_on=facts.due_on, answers=answers)


def _feedback(matter: Matter, unit: Whose) -> Iterator[Duty]:
    """A report that was given is its principal's to sign; its clock goes on until he has."""
    clock = matter.clock(ClockName.FEEDBACK)
    if matter.facts.progress_of is not None and matter.may("cosign_progress"):
        head = matter.of_unit(Role.UNIT_HEAD, otherwise=(Role.LIAISON,))
        due_on = clock.due_on if clock else None
        yield matter.duty(DutyKind.COSIGN, head, due_on=due_on, since=matter.facts.progress_on)
    elif clock is not None and not clock.is_paused:
        since = clock.started_at.astimezone(matter.calendar.zone).date()
        if _is_lit(matter, clock.due_on, since):
            yield matter.duty(DutyKind.FEEDBACK, unit, due_on=clock.due_on)


def _extension(matter: Matter) -> Iterator[Duty]:
    """A request for more time, at the hand it lies in: the unit's principal, an officer, who decides."""
    facts, rule = matter.facts, matter.policy.extension
    if facts.extension_to is None or not matter.may("grant_extension"):
        return
    if rule.consent and facts.extension_consented_by is None:
        head = matter.of_unit(Role.UNIT_HEAD, otherwise=(Role.LIAISON,))
        yield matter.duty(DutyKind.CONSENT, head)
    elif rule.review and facts.extension_reviewed_by is None:
        yield matter.duty(DutyKind.REVIEW_EXTENSION, OFFICER)
    else:
        yield matter.duty(DutyKind.DECIDE_EXTENSION, DECIDERS[rule.decider])


def _hard_to_meet(matter: Matter) -> Iterator[Duty]:
    """What cannot be kept is the office's to look into, unless more time was asked for."""
    if matter.is_running and lights.hard_to_meet(matter.facts) and matter.facts.extension_to is None:
        yield matter.duty(DutyKind.STUDY, OFFICER, since=matter.facts.progress_on)


def _of_office(matter: Matter) -> Iterator[Duty]:
    """Verification of what was reported; else, in a state of the office's own, the step that leads on."""
    if matter.may("close_out"):
        yield from verification(matter)
    elif not matter.may(*KNOWN_WAYS):
        onward = _onward(matter)
        if onward is not None:
            whose = Whose(onward.roles)
            yield matter.duty(DutyKind.ADVANCE, whose, label=f"待{onward.label}", answers=[onward.id])


def _onward(matter: Matter) -> CommandRow | None:
    """The first command of the table that brings the case forward, and does not end it."""
    states, here = matter.lifecycle.state_rows, matter.facts.state
    return next((row for row in matter.commands if row.to != here and _is_ahead(states.get(row.to))), None)


def _is_ahead(state: object) -> bool:
    return getattr(state, "kind", "final") in ("open", "closed")


def _due_on(matter: Matter, name: ClockName) -> date | None:
    clock = matter.clock(name)
    return None if clock is None else clock.due_on


def _is_lit(matter: Matter, due_on: date | None, since: date | None) -> bool:
    return timeliness(due_on, since, matter.day, matter.calendar).light is not Light.GREEN
