"""Named conditions a command must meet beyond being permitted; each passes or raises a typed refusal.

A lifecycle table names them; `GUARDS` is the closed list. A guard looks at a `Question` and nothing else.
"""

from collections.abc import Callable, Mapping

from states.clocks.clockwork import suspended_working_days
from states.clocks.recounting import recounted
from states.deadlines import Term, count
from states.errors import FactInvalid, FactMissing, NotPermitted
from states.question import Question
from states.vocabulary import ClockName, Role

MIN_REQUIREMENT = 4


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
    elif not given:
        _policy_has_limit(question)
    if "due_on" in details and details["due_on"] < question.day:
        raise FactInvalid(
            f"办结日期{details['due_on']}早于交办当天，请更正。",
            code="date_in_the_past",
            due_on=details["due_on"].isoformat(),
        )


def _policy_has_limit(question: Question) -> None:
    """Without a limit of its own a matter takes that of its category, by the policy in force."""
    category, policy = question.stated("complexity"), question.policy
    if any(policy.limit_for(category, clock, question.day) for clock in (ClockName.HANDLE, ClockName.PLAN)):
        return
    raise FactMissing(
        "请填写办结期限、办结日期或难易程度（按难易程度取预设期限）。", code="limit_missing", missing="limit"
    )


def known_category(question: Question) -> None:
    """A category is one the policy knows; matters of others would have no limit."""
    category = question.details.get("complexity")
    known = {row.id: row.label for row in question.policy.categories}
    if category is not None and category not in known:
        raise FactInvalid(
            f"现行规则没有“{category}”这一类别，可用的有：{'、'.join(known.values())}。",
            code="complexity_invalid",
            particular="complexity",
            known=list(known),
        )


def known_rule(question: Question) -> None:
    """A counting rule an order names is one that ships or one of the policy's own, and goes with a term."""
    name = question.details.get("rule")
    if name is None:
        return
    question.policy.counting_rule(name)
    if "limit" not in question.details:
        raise FactInvalid(
            "计算规则须与期限一并填写；指定日期不按规则计算。", code="rule_without_limit", rule=name
        )


def other_category(question: Question) -> None:
    """A matter whose plan was made keeps its date: it cannot go back to a category that plans first."""
    category = question.details["complexity"]
    if category == question.facts.complexity:
        raise FactInvalid("该事项已是这一类别，无须调整。", code="category_unchanged")
    if question.facts.state == "handling" and question.policy.plans_first(category, question.day):
        label = question.policy.category_label(category)
        raise FactInvalid(f"该事项已有办理方案，不能再调整为“{label}”。", code="plan_already_made")


def another_policy(question: Question) -> None:
    if question.policy.digest == question.facts.policy:
        raise FactInvalid("该事项已适用这一规则，无须改用。", code="policy_unchanged")
    for clock in question.facts.clocks:
        if clock.is_open and clock.limit is not None:
            question.policy.counting_rule(clock.rule)


def counted_otherwise(question: Question) -> None:
    """There is something to accept or decline only where the calendar in force changes a date of the case."""
    if not recounted(question.facts, question.calendar, question.policy):
        raise FactInvalid("按现行日历重新计算，该事项的期限没有变化。", code="nothing_to_recount")


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
    due_on, ahead = question.facts.due_on, question.policy.extension.ask_before_working_days
    if due_on is None:
        return
    last = question.calendar.add_working_days(due_on, -ahead)
    if question.day > last:
        notice = f"到期前{ahead}个工作日" if ahead else "到期前"
        raise FactInvalid(
            f"延期须在{notice}（{last}以前）提出，现期限{due_on}，逾期申请不予受理"
            f"（{question.policy.reference}）；请尽快办结或由督查室研究。",
            code="extension_too_late",
            due_on=due_on.isoformat(),
            last_day=last.isoformat(),
            rule=question.policy.reference,
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


def within_extension_ceiling(question: Question) -> None:
    """A policy may bound how often a date is extended, and how far beyond the original one."""
    rule, new = question.policy.extension, question.details.get("due_on", question.facts.extension_to)
    if rule.max_times is not None and question.facts.extensions >= rule.max_times:
        raise FactInvalid(
            f"已延期{question.facts.extensions}次，达到上限（{question.policy.reference}），不能再延。",
            code="extension_times",
            extensions=question.facts.extensions,
        )
    original = question.facts.original_due_on
    if rule.ceiling is None or original is None or new is None:
        return
    term = Term(rule.ceiling.unit, rule.ceiling.amount)
    last = count(original, term, question.calendar).due_on
    if new > last:
        raise FactInvalid(
            f"延期后的日期{new}超过上限：最多到{last}（原定{original}后{rule.ceiling.term}，"
            f"{question.policy.reference}）。",
            code="extension_ceiling",
            last_day=last.isoformat(),
        )


def extension_is_consented(question: Question) -> None:
    """The unit's principal agrees before the office looks at a request."""
    if question.policy.extension.consent and question.facts.extension_consented_by is None:
        raise FactMissing(
            "延期申请还没有承办单位主要负责人同意，请其先行同意。",
            code="consent_missing",
            missing="extension_consented_by",
        )


def extension_is_reviewed(question: Question) -> None:
    """An officer looks at a request before it is decided."""
    if question.policy.extension.review and question.facts.extension_reviewed_by is None:
        raise FactMissing(
            "延期申请还没有经督查员审核，请先审核。", code="review_missing", missing="extension_reviewed_by"
        )


def decided_by_the_right_hand(question: Question) -> None:
    """Where the policy says so, only the leader who gave the matter decides on more time."""
    decider = Role(question.policy.extension.decider)
    if decider is Role.LEADER and not question.actor.holds({Role.LEADER}):
        raise NotPermitted(
            f"延期须由{decider.label}决定（{question.policy.reference}）。",
            code="decider_is_leader",
            person=question.actor.person,
        )


def extension_is_asked(question: Question) -> None:
    if question.facts.extension_to is None:
        raise FactMissing("没有待审批的延期申请。", code="extension_not_asked", missing="extension_to")


def verifier_is_not_reporter(question: Question) -> None:
    """Whoever reported completion does not verify it, nor does a deputy in his place."""
    reporter = question.facts.reported_by
    if reporter is not None and reporter in (question.actor.person, question.acting_for):
        raise NotPermitted(
            "报结的人不能核查销号，请由另一人办理。",
            code="verifier_is_reporter",
            person=question.actor.person,
        )


def review_is_ahead(question: Question) -> None:
    _not_before_today(question, "review_on")


def pause_is_proved(question: Question) -> None:
    """A suspension rests on a document, where the policy asks for one."""
    if question.policy.pause.evidence and not question.details.get("evidence"):
        raise FactMissing(
            "挂起须附依据材料（批示、会议纪要或有关函件），请补充后再办。",
            code="evidence_missing",
            missing="evidence",
        )


def pause_within_ceiling(question: Question) -> None:
    """What a suspension may take from the term is bounded; so is the day it is looked at again."""
    ceiling, calendar = question.policy.pause.ceiling_working_days, question.calendar
    if ceiling is None:
        return
    used = max((suspended_working_days(clock, calendar) for clock in question.facts.clocks), default=0)
    last = calendar.add_working_days(question.day, max(ceiling - used, 0))
    if question.details["review_on"] > last:
        raise FactInvalid(
            f"挂起累计不得超过{ceiling}个工作日，已用{used}个；复查日期最迟为{last}（{question.policy.reference}）。",
            code="pause_ceiling",
            last_day=last.isoformat(),
            used=used,
        )


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
        within_extension_ceiling,
        extension_is_asked,
        extension_is_consented,
        extension_is_reviewed,
        decided_by_the_right_hand,
        known_category,
        known_rule,
        other_category,
        another_policy,
        counted_otherwise,
        pause_is_proved,
        pause_within_ceiling,
        verifier_is_not_reporter,
        review_is_ahead,
        survivor_is_another,
    )
}
