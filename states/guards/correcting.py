"""When a stated fact may be corrected: it stands as the officer says, and the new value can be true."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from states import particulars
from states.clocks.clockwork import VERIFYING, known_clocks
from states.corrections import OF_A_PART, Field, Kind, field_called, field_of, same, told_of, value_of
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.guards.correcting_nodes import fits_node
from states.guards.correcting_parts import fits_entry, fits_task, present
from states.guards.dispatching import check_category, check_measurable
from states.guards.recounting import keeps_its_plan
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

LIMITS = frozenset({"due_on", "original_due_on"})
DATED = (ClockName.HANDLE, ClockName.PLAN)
"""The clocks that may set the date of a matter."""

HAPPENED = frozenset({"dispatched_on", "reported_on", "closed_on"})


def correctable(question: Question) -> None:
    """The fact can be corrected, and may have this value."""
    _of_one_thing(question.details)
    field, new = field_of(question.details), value_of(question.details["new"])
    if new is None and field.owed:
        raise FactInvalid(
            f"{field.label}不能更正为空，请填写正确的内容。", code="correction_empty", field=field.name
        )
    if new is not None:
        particulars.check(field.name, new)
    if "entry" in question.details:
        fits_entry(question, field, new)
    elif "task" in question.details:
        fits_task(question, field, new)
    elif "node" in question.details:
        fits_node(question, field, new)
    elif new is not None:
        _fits_matter(question, field, new)


def _of_one_thing(details: Mapping[str, Any]) -> None:
    if len(OF_A_PART.keys() & details.keys()) > 1:
        raise FactInvalid(
            "协办任务序号、节点编号、历史条目序号只能写一个，请分次更正。", code="correction_of_two_things"
        )


def _fits_matter(question: Question, field: Field, new: Any) -> None:
    if field.name == "requirement":
        check_measurable(new)
    if field.kind is Kind.CATEGORY:
        check_category(question, new)
        keeps_its_plan(question, new)
    if field.name == "co_units" and question.leads & set(new):
        raise FactInvalid(
            "牵头单位不能同时是配合单位，请去掉其一。",
            code="lead_is_co_unit",
            lead_unit=question.facts.lead_unit,
        )


def old_value_stands(question: Question) -> None:
    """Two officers never overwrite each other: whoever corrects has seen what the register says."""
    details = question.details
    field = field_of(details)
    standing = present(question, field)
    if field.kind is Kind.DAY and standing is None:
        raise FactMissing(
            f"没有{field.label}，无可更正；请用相应的办理命令。",
            code="nothing_to_correct",
            missing=field.name,
        )
    if not same(standing, details["old"]):
        now, given = (_told(question, field, value) for value in (standing, details["old"]))
        raise FactInvalid(
            f"{field.label}现为“{now}”，与所填原记载“{given}”不符；请核对后按现记载更正。",
            code="correction_stale",
            field=field.name,
            present=_plain(standing),
        )
    if value_of(details["new"]) == value_of(standing):
        raise FactInvalid(
            f"{field.label}已是“{_told(question, field, standing)}”，无须更正。",
            code="correction_unchanged",
            field=field.name,
        )


def _told(question: Question, field: Field, value: Any) -> str:
    """A value of a fact as people say it."""
    return told_of(field, value, {one.id: one.label for one in question.policy.categories})


def possible_dates(question: Question) -> None:
    """What has happened is not ahead, and one thing follows the other."""
    field, new = field_of(question.details), question.details["new"]
    if field.kind is not Kind.DAY or not _is_of_the_matter(question):
        return
    if field.name in HAPPENED and new > question.day:
        raise FactInvalid(
            f"{field.label}{new}还没有到，请核对。", code="date_in_the_future", date=new.isoformat()
        )
    for first, second in IN_ORDER:
        if field.name in (first, second):
            _in_order(question, {field.name: new}, first, second)
    if field.name in _FORETOLD:
        _FORETOLD[field.name](question, new)
    if field.name == "dispatched_on":
        _before_what_followed(question, new)
    if field.name == "reported_on":
        _after_what_went_before(question, new)


def _is_of_the_matter(question: Question) -> bool:
    """Whether it is a fact of the matter itself that is corrected."""
    return not OF_A_PART.keys() & question.details.keys()


def _expected_too_late(question: Question, expected_on: date) -> None:
    due_on = question.facts.due_on
    if due_on is not None and expected_on <= due_on:
        raise FactInvalid(
            f"预计办结日期{expected_on}不晚于办结期限{due_on}；能按期办结的，请承办单位重新反馈（report-progress）。",
            code="expected_in_time",
            due_on=due_on.isoformat(),
        )


def _promised_ahead(question: Question, promised_on: date) -> None:
    if promised_on < question.day:
        raise FactInvalid(
            f"承诺日期{promised_on}早于更正当天（{question.day}），请核对；"
            "是补录以前的催办，请用log-urge并以--at写明催办的时间。",
            code="promise_in_the_past",
            promised_on=promised_on.isoformat(),
        )


def _original_by_due_date(question: Question, original_due_on: date) -> None:
    due_on = question.facts.due_on
    if due_on is not None and original_due_on > due_on:
        raise FactInvalid(
            f"原定期限{original_due_on}晚于办结期限{due_on}；办结期限有误的，请先更正办结期限。",
            code="original_after_due",
            due_on=due_on.isoformat(),
        )


_FORETOLD: Mapping[str, Callable[[Question, date], None]] = {
    "expected_on": _expected_too_late,
    "promised_on": _promised_ahead,
    "original_due_on": _original_by_due_date,
}
"""What a day that is ahead, or was set, has to keep to."""


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
    return any(one.name in DATED and one.limit for one in question.facts.clocks)


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


def limits_by_director(question: Question) -> None:
    """Who sets a date corrects it and what it runs by; one set later here moves later by that road only."""
    field, new = field_of(question.details), question.details["new"]
    if not _is_of_the_matter(question) or not (field.name in LIMITS or _runs_by(question, field)):
        return
    if not question.actor.holds({Role.DIRECTOR}):
        raise NotPermitted(
            f"{field.label}只能由{Role.DIRECTOR.label}更正，请由其办理；需要更多时间的，请申请延期（request-extension）。",
            code="limit_correction_not_permitted",
            person=question.actor.person,
        )
    present = question.facts.due_on
    if field.name == "due_on" and present is not None and new > present and _is_decided(question):
        raise FactInvalid(
            f"办结期限{present}是延期、协调或改派时定的，不能更正为更晚的日期；"
            "请用申请延期（request-extension），或提请协调（request-coordination）后由会议另定。",
            code="limit_was_decided",
            due_on=present.isoformat(),
        )


def _runs_by(question: Question, field: Field) -> bool:
    """Whether time runs that the policy measures by this fact."""
    return field.kind is Kind.CATEGORY and any(clock.is_open for clock in question.facts.clocks)


def _is_decided(question: Question) -> bool:
    """Whether the date was set later here than the one the matter was handed out with."""
    facts = question.facts
    first, stated = facts.original_due_on, (one.stated_on for one in facts.clocks if one.name in DATED)
    set_later = first is not None and any(day is not None and day > first for day in stated)
    return facts.extensions > 0 or (set_later and facts.origin is None)


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
    limits_by_director,
    reissued_by_director,
)
