"""What a matter waits for while no step of the ladder lies ahead: what is owed, by whom, until when."""

from collections.abc import Iterator

from states.duties import Duty, DutyKind, Matter, duties
from states.ladder.turning import NOTHING_AHEAD
from states.vocabulary import ClockName
from workflow.services.narrating import day_in_words
from workflow.services.outlook import Outlook

TOLD_TO_UNITS = frozenset(
    {
        *(DutyKind.ACKNOWLEDGE, DutyKind.BEGIN, DutyKind.HANDLE, DutyKind.REWORK, DutyKind.FEEDBACK),
        *(DutyKind.COSIGN, DutyKind.SIGN, DutyKind.REPLY, DutyKind.CONSENT, DutyKind.NODE, DutyKind.REPLAN),
        *(DutyKind.ACKNOWLEDGE_TASK, DutyKind.TASK, DutyKind.REWORK_TASK),
        *(DutyKind.ADVANCE, DutyKind.VERIFY, DutyKind.CLOSE, DutyKind.LOOK_BACK, DutyKind.RESUME),
        *(DutyKind.REVIEW_EXTENSION, DutyKind.DECIDE_EXTENSION),
    }
)
"""What the people of a matter's units are told of: their own duties, and where else it lies."""


MOST = 6
"""So many are told, the most urgent."""


def owing(outlook: Outlook) -> list[str]:
    """What a matter waits for, in sentences, the most urgent first; that nothing is ahead where it is so.

    What concerns a person is counted and never named, and those who are not of the office are not told of it.
    """
    case, view = outlook.case, outlook.view
    matter = Matter(case.facts, outlook.lifecycle, outlook.policy, view.calendar, view.day)
    raised = [(row._mapping, view.office.policy(outlook.tx, row.policy)) for row in outlook.rows]
    found = duties(matter, raised)
    named = [_told(outlook, one) for one in found if not one.confidential and _is_told(outlook, one)]
    private = 0 if outlook.drawn.is_drawn else sum(one.confidential for one in found)
    counted = [f"另有{private}件待办的干部监督事项"] if private else []
    return [*(named[:MOST] or _in_time(matter)), *counted] or [NOTHING_AHEAD]


def _is_told(outlook: Outlook, duty: Duty) -> bool:
    return not outlook.drawn.is_drawn or duty.kind in TOLD_TO_UNITS


def _told(outlook: Outlook, duty: Duty) -> str:
    """待核查：督查员、督查室主任，自2026年7月10日起."""
    label = duty.kind.label if outlook.drawn.is_drawn and duty.step is None else duty.label
    unit = outlook.view.names.get(duty.whose.unit or "", "")
    who = f"{unit}{'、'.join(role.label for role in duty.whose.roles)}"
    return "，".join(filter(None, (f"{label}：{who}", _when(duty))))


def _when(duty: Duty) -> str:
    if duty.due_on is not None:
        late = f"（已逾期{duty.working_days_late}个工作日）" if duty.overdue else ""
        return f"期限{day_in_words(duty.due_on)}{late}"
    return f"自{day_in_words(duty.since)}起" if duty.since else ""


def _in_time(matter: Matter) -> list[str]:
    """What comes next where nothing is owed yet: the day a matter set aside is looked at again, a report."""
    return [*_set_aside(matter), *_reported(matter)]


def _set_aside(matter: Matter) -> Iterator[str]:
    if matter.kind == "side" and matter.facts.review_on is not None:
        yield f"挂起至{day_in_words(matter.facts.review_on)}，届时复查"


def _reported(matter: Matter) -> Iterator[str]:
    clock = matter.clock(ClockName.FEEDBACK)
    if clock is not None and not clock.is_paused:
        yield f"{DutyKind.FEEDBACK.label}：期限{day_in_words(clock.due_on)}"
    due_on = matter.facts.due_on
    if matter.is_running and due_on is not None and not matter.facts.open_ended:
        yield f"{DutyKind.HANDLE.label}：期限{day_in_words(due_on)}"
