"""When a stated fact may be corrected: it stands as the officer says, and the new value can be true."""

from datetime import date
from typing import Any

from states import particulars
from states.clocks.clockwork import VERIFYING, known_clocks
from states.corrections import Kind, field_called, same, told, value_of
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.guards.dispatching import check_measurable
from states.question import Question
from states.vocabulary import ClockName, Role

IN_ORDER = (
    ("dispatched_on", "reported_on"),
    ("dispatched_on", "closed_on"),
    ("reported_on", "closed_on"),
    ("dispatched_on", "due_on"),
    ("dispatched_on", "original_due_on"),
)
"""Days of which the first is never after the second."""

HAPPENED = frozenset({"dispatched_on", "reported_on", "closed_on"})


def correctable(question: Question) -> None:
    """The fact can be corrected, and may have this value."""
    field, new = field_called(question.details["field"]), question.details["new"]
    if value_of(new) is None:
        if field.owed:
            raise FactInvalid(
                f"{field.label}不能更正为空，请填写正确的内容。", code="correction_empty", field=field.name
            )
        return
    particulars.check(field.name, new)
    if field.name == "requirement":
        check_measurable(new)
    if field.name == "co_units" and question.leads & set(new):
        raise FactInvalid(
            "牵头单位不能同时是配合单位，请去掉其一。",
            code="lead_is_co_unit",
            lead_unit=question.facts.lead_unit,
        )


def old_value_stands(question: Question) -> None:
    """Two officers never overwrite each other: whoever corrects has seen what the register says."""
    details = question.details
    field = field_called(details["field"])
    present = getattr(question.facts, field.name)
    if field.kind is Kind.DAY and present is None:
        raise FactMissing(
            f"该事项没有{field.label}，无可更正；请用相应的办理命令。",
            code="nothing_to_correct",
            missing=field.name,
        )
    if not same(present, details["old"]):
        raise FactInvalid(
            f"{field.label}现为“{told(present)}”，与所填原记载“{told(details['old'])}”不符；请核对后按现记载更正。",
            code="correction_stale",
            field=field.name,
            present=_plain(present),
        )
    if value_of(details["new"]) == value_of(present):
        raise FactInvalid(
            f"{field.label}已是“{told(present)}”，无须更正。", code="correction_unchanged", field=field.name
        )


def possible_dates(question: Question) -> None:
    """What has happened is not ahead, and one thing follows the other."""
    field, new = field_called(question.details["field"]), question.details["new"]
    if field.kind is not Kind.DAY:
        return
    if field.name in HAPPENED and new > question.day:
        raise FactInvalid(
            f"{field.label}{new}还没有到，请核对。", code="date_in_the_future", date=new.isoformat()
        )
    for first, second in IN_ORDER:
        if field.name in (first, second):
            _in_order(question, {field.name: new}, first, second)
    if field.name == "dispatched_on":
        _before_what_followed(question, new)
    if field.name == "reported_on":
        _after_what_went_before(question, new)


def _in_order(question: Question, corrected: dict[str, date], first: str, second: str) -> None:
    earlier, later = (corrected.get(name, getattr(question.facts, name)) for name in (first, second))
    if _is_counted(question, second) or earlier is None or later is None or earlier <= later:
        return
    raise FactInvalid(
        f"{field_called(second).label}{later}早于{field_called(first).label}{earlier}，请核对日期。",
        code="dates_out_of_order",
        first=first,
        second=second,
    )


def _is_counted(question: Question, name: str) -> bool:
    """Whether a due date comes out anew with the dispatch it is counted from."""
    if name not in ("due_on", "original_due_on") or question.details["field"] != "dispatched_on":
        return False
    return any(one.name in (ClockName.HANDLE, ClockName.PLAN) and one.limit for one in question.facts.clocks)


def _before_what_followed(question: Question, dispatched_on: date) -> None:
    """A matter is dispatched before it is received, set aside or reported."""
    zone, former = question.calendar.zone, question.facts.dispatched_on
    of_tasks = (task.clock for task in question.facts.tasks)
    for clock in (*known_clocks(question.facts, question.calendar), *of_tasks):
        first, *rest = clock.moments
        began = first.astimezone(zone).date()
        days = [*([] if began == former else [began]), *(one.astimezone(zone).date() for one in rest)]
        for day in days:
            _refuse_unless(dispatched_on <= day, dispatched_on, "晚于", day)


def _after_what_went_before(question: Question, reported_on: date) -> None:
    """Completion is reported after the clock was last started or went on."""
    for clock in question.facts.every_clock:
        if clock.is_paused and clock.pauses[-1].cause == VERIFYING:
            last = [moment.astimezone(question.calendar.zone).date() for moment in clock.moments][-2]
            _refuse_unless(last <= reported_on, reported_on, "早于", last)


def _refuse_unless(possible: bool, given: date, how: str, day: date) -> None:
    if not possible:
        raise FactInvalid(
            f"更正后的日期{given}{how}该事项{day}的计时变动，请核对日期。",
            code="date_against_clock",
            date=given.isoformat(),
            clock=day.isoformat(),
        )


def reissued_by_director(question: Question) -> None:
    """A paper that goes out anew goes out by the hand that sent the first."""
    if question.details.get("reissue") and not question.actor.holds({Role.DIRECTOR}):
        raise NotPermitted(
            f"重新印发文书只能由{Role.DIRECTOR.label}办理，请由其更正。",
            code="reissue_not_permitted",
            person=question.actor.person,
        )


def _plain(value: Any) -> Any:
    return (
        value.isoformat() if isinstance(value, date) else list(value) if isinstance(value, tuple) else value
    )


GUARDS = (
    correctable,
    old_value_stands,
    possible_dates,
    reissued_by_director,
)
