"""When a stated fact may be corrected: it stands as the officer says, and the new value can be true."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from states import particulars
from states.clocks.clockwork import VERIFYING
from states.corrections import OF_A_PART, Field, Kind, field_of, same, told_of, value_of
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.guards.correcting_days import DATED, HAPPENED, counts_from_dispatch, of_the_matter
from states.guards.correcting_nodes import fits_node
from states.guards.correcting_parts import fits_entry, fits_task, present
from states.guards.dispatching import check_category, check_measurable
from states.guards.recounting import keeps_its_plan
from states.question import Question
from states.vocabulary import Outcome, Role

LIMITS = frozenset({"due_on", "original_due_on"})


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


def limits_by_director(question: Question) -> None:
    """Who sets a date corrects it and what it runs by; one set later here moves later by that road only."""
    field, new = field_of(question.details), question.details["new"]
    if not of_the_matter(question) or not _is_the_director_s(question, field):
        return
    if not question.actor.holds({Role.DIRECTOR}):
        raise NotPermitted(
            f"{field.label}只能由{Role.DIRECTOR.label}更正{_because(field)}，请由其办理；"
            "需要更多时间的，请申请延期（request-extension）。",
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


def _is_the_director_s(question: Question, field: Field) -> bool:
    """Whether a limit, or whether the matter was late, hangs on this fact."""
    return field.name in LIMITS or _runs_by(question, field) or _tells_lateness(question, field)


def _because(field: Field) -> str:
    return "（期限或者办结情况随之改变）" if field.name in HAPPENED else ""


def _tells_lateness(question: Question, field: Field) -> bool:
    """Whether a running limit or the outcome of what was witnessed comes out otherwise by this day."""
    facts = question.facts
    if field.name == "dispatched_on":
        return counts_from_dispatch(question)
    if field.name not in HAPPENED or not (facts.reported_by or facts.closed_by):
        return False
    stands_still = any(one.is_paused and one.pauses[-1].cause == VERIFYING for one in facts.every_clock)
    return (field.name == "reported_on" and stands_still) or _turns_outcome(question, field)


def _turns_outcome(question: Question, field: Field) -> bool:
    """Whether a matter that has ended was late by this day and on time by the one it has, or the reverse."""
    facts, days = question.facts, {field.name: question.details["new"]}
    done_on = days.get("reported_on", facts.reported_on) or days.get("closed_on", facts.closed_on)
    is_late = bool(facts.due_on and done_on and done_on > facts.due_on)
    return facts.outcome in (Outcome.ON_TIME, Outcome.LATE) and is_late != (facts.outcome == Outcome.LATE)


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
    limits_by_director,
    reissued_by_director,
)
