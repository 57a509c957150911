"""Named conditions a command must meet beyond being permitted; each passes or raises a typed refusal.

A lifecycle table names them; `GUARDS` is the closed list. A guard looks at a `Question` and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from states.calendar import WorkCalendar
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.facts import CaseFacts

if TYPE_CHECKING:
    from states.case import Actor
    from states.lifecycle import Lifecycle

MIN_REQUIREMENT = 4


@dataclass(frozen=True, slots=True)
class Question:
    """Everything a rule may look at: the facts, who asks, on which office day, with which particulars."""

    facts: CaseFacts
    actor: Actor
    day: date
    details: Mapping[str, Any]
    lifecycle: Lifecycle
    calendar: WorkCalendar

    def stated(self, name: str) -> Any:
        """A particular given now, or else the fact already known."""
        return self.details.get(name, getattr(self.facts, name))


def measurable_result(question: Question) -> None:
    """四化六可: nothing is dispatched without a result that can be measured and checked."""
    requirement = question.stated("requirement")
    if requirement is not None and 0 < len(requirement.strip()) < MIN_REQUIREMENT:
        raise FactInvalid(
            f"工作要求“{requirement.strip()}”过于笼统，请写明可量化、可考核的结果（至少{MIN_REQUIREMENT}个字）。",
            code="requirement_vague",
        )
    if requirement is None or not requirement.strip():
        raise FactMissing(
            "交办前须写明可量化、可考核的工作要求（销号标准），请补充后再交办。",
            code="requirement_missing",
            missing="requirement",
        )


def one_limit(question: Question) -> None:
    """A limit is a term or a date, not both; a long-term matter has a feedback cadence instead."""
    details = question.details
    given = [name for name in ("limit", "due_on") if name in details]
    if len(given) > 1:
        raise FactInvalid("办结期限和办结日期只能填一个，请去掉其中一个。", code="limit_twice")
    if details.get("open_ended"):
        _open_ended_has_cadence(question, given)
    elif not given and question.facts.complexity is None and "complexity" not in details:
        raise FactMissing(
            "请填写办结期限、办结日期或难易程度（按难易程度取预设期限）。",
            code="limit_missing",
            missing="limit",
        )
    if "due_on" in details and details["due_on"] < question.day:
        raise FactInvalid(
            f"办结日期{details['due_on']}早于交办当天，请更正。",
            code="date_in_the_past",
            due_on=details["due_on"].isoformat(),
        )


def _open_ended_has_cadence(question: Question, given: list[str]) -> None:
    if given:
        raise FactInvalid("长期坚持的事项不设办结期限，请去掉期限。", code="limit_of_open_ended")
    if "cadence" not in question.details:
        raise FactMissing("长期坚持的事项须设定反馈周期。", code="cadence_missing", missing="cadence")


def only_stated_so_far(question: Question) -> None:
    """A register may restate what it stated before, but not what has been witnessed in the system since."""
    if question.facts.witnessed:
        raise FactInvalid(
            "该事项已在系统中办理，以系统记载为准，不再按原台账更新。",
            code="managed_in_system",
            number=question.facts.number,
        )


def suspended_from_somewhere(question: Question) -> None:
    """A matter taken over as set aside must say where it goes on when it is resumed."""
    state = question.lifecycle.state_rows.get(question.details["state"])
    came_from = question.details.get("suspended_from")
    ways_back = {arrow.dest for arrow in question.lifecycle.transitions if state and arrow.source == state.id}
    if came_from is not None and came_from not in ways_back:
        raise FactInvalid(f"不能恢复到“{came_from}”，请填挂起前的环节。", code="suspended_from_invalid")
    if state is not None and state.kind == "side" and came_from is None:
        raise FactMissing(
            f"接续登记为“{state.label}”的事项，须写明恢复后回到哪个环节。",
            code="suspended_from_missing",
            missing="suspended_from",
        )


def lead_is_not_co_unit(question: Question) -> None:
    """Exactly one unit leads; the lead is not its own co-unit."""
    lead = question.details["lead_unit"]
    if lead in question.details.get("co_units", ()):
        raise FactInvalid("牵头单位不能同时是配合单位，请去掉其一。", code="lead_is_co_unit", lead_unit=lead)


def plan_sets_the_date(question: Question) -> None:
    """特别复杂: within a month a plan, and the plan sets the final date. Other dates stand as dispatched."""
    given, awaited = "due_on" in question.details, question.facts.due_for_plan
    if given and not awaited:
        raise FactInvalid("该事项的办结日期已在交办时确定；如需推迟，请申请延期。", code="date_not_by_plan")
    if awaited and not given:
        raise FactMissing(
            "特别复杂的事项由办理方案确定办结日期，请一并填写办结日期。",
            code="due_on_missing",
            missing="due_on",
        )
    if given:
        _not_before_today(question, "due_on")


def has_a_limit(question: Question) -> None:
    if question.facts.due_on is None:
        raise FactInvalid("该事项没有办结期限，无须申请延期。", code="no_limit")


def asked_in_time(question: Question) -> None:
    """An extension is asked for before the due date has passed; a late request counts as overdue."""
    due_on = question.facts.due_on
    if due_on is not None and question.day > due_on:
        raise FactInvalid(
            f"办结期限{due_on}已过，逾期后不能申请延期；请尽快办结或由督查室研究。",
            code="extension_too_late",
            due_on=due_on.isoformat(),
        )


def later_date(question: Question) -> None:
    """An extension moves the due date forward, never back."""
    new, old = question.details.get("due_on", question.facts.extension_to), question.facts.due_on
    if new is not None and new < question.day:
        raise FactInvalid(
            f"延期后的日期{new}已经过去，请另定日期。", code="date_in_the_past", date=new.isoformat()
        )
    if new is not None and old is not None and new <= old:
        raise FactInvalid(
            f"延期后的日期{new}须晚于现期限{old}。",
            code="extension_not_later",
            due_on=old.isoformat(),
            asked=new.isoformat(),
        )


def extension_is_asked(question: Question) -> None:
    if question.facts.extension_to is None:
        raise FactMissing("没有待审批的延期申请。", code="extension_not_asked", missing="extension_to")


def verifier_is_not_reporter(question: Question) -> None:
    """Whoever reported completion does not verify it."""
    if question.actor.person == question.facts.reported_by:
        raise NotPermitted(
            "报结的人不能核查销号，请由另一人办理。",
            code="verifier_is_reporter",
            person=question.actor.person,
        )


def review_is_ahead(question: Question) -> None:
    _not_before_today(question, "review_on")


def survivor_is_another(question: Question) -> None:
    if question.details["surviving"] == question.facts.number:
        raise FactInvalid("事项不能并入自身，请填另一事项的编号。", code="merged_into_itself")


def _not_before_today(question: Question, name: str) -> None:
    day = question.details[name]
    if day < question.day:
        raise FactInvalid(
            f"日期{day}已经过去，请填今天或以后的日期。", code="date_in_the_past", date=day.isoformat()
        )


GUARDS: Mapping[str, Callable[[Question], None]] = {
    rule.__name__: rule
    for rule in (
        measurable_result,
        one_limit,
        only_stated_so_far,
        suspended_from_somewhere,
        lead_is_not_co_unit,
        plan_sets_the_date,
        has_a_limit,
        asked_in_time,
        later_date,
        extension_is_asked,
        verifier_is_not_reporter,
        review_is_ahead,
        survivor_is_another,
    )
}
