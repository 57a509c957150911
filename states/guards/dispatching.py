"""What a matter must have before it is handed out, and what its plan may set."""

from states.errors import FactInvalid, FactMissing
from states.guards.days import not_before_today
from states.question import Question
from states.vocabulary import ClockName

MIN_REQUIREMENT = 4


def measurable_result(question: Question) -> None:
    """四化六可: nothing is dispatched without a result that can be measured and checked."""
    requirement = question.stated("requirement")
    if requirement is not None and requirement.strip():
        check_measurable(requirement)
    else:
        raise FactMissing(
            "交办前须写明可量化、可考核的工作要求（销号标准），请补充后再交办。",
            code="requirement_missing",
            missing="requirement",
        )


def check_measurable(requirement: str) -> None:
    """Refuse a result that is too short to say anything one could measure."""
    if len(requirement.strip()) < MIN_REQUIREMENT:
        raise FactInvalid(
            f"工作要求“{requirement.strip()}”过于笼统，请写明可量化、可考核的结果（至少{MIN_REQUIREMENT}个字）。",
            code="requirement_vague",
        )


def one_limit(question: Question) -> None:
    """A limit is a term or a date, not both; a long-term matter has a feedback cadence instead.

    One that is taken up again stays long-term without a limit.
    """
    given, facts = _limits_given(question), question.facts
    stays_long_term = facts.open_ended and facts.lookback_finding is not None
    if question.details.get("open_ended"):
        _open_ended_has_cadence(question, given)
    elif not given and not stays_long_term:
        _policy_has_limit(question)


def one_new_limit(question: Question) -> None:
    """Handing a matter on may set it a new limit; without one its date stands."""
    if _limits_given(question) and question.facts.open_ended:
        raise FactInvalid("长期坚持的事项不设办结期限，请去掉期限。", code="limit_of_open_ended")


def _limits_given(question: Question) -> list[str]:
    """The limit or the date an order names, which has not passed yet."""
    details = question.details
    given = [name for name in ("limit", "due_on") if name in details]
    if len(given) > 1:
        raise FactInvalid("办结期限和办结日期只能填一个，请去掉其中一个。", code="limit_twice")
    if "due_on" in details and details["due_on"] < question.day:
        raise FactInvalid(
            f"办结日期{details['due_on']}早于交办当天，请更正。",
            code="date_in_the_past",
            due_on=details["due_on"].isoformat(),
        )
    return given


def _policy_has_limit(question: Question) -> None:
    """Without a limit of its own a matter takes that of its category, by the policy in force."""
    category, policy = question.stated("complexity"), question.policy
    if any(policy.limit_for(category, clock, question.day) for clock in (ClockName.HANDLE, ClockName.PLAN)):
        return
    raise FactMissing(
        "请填写办结期限、办结日期或难易程度（按难易程度取预设期限）。", code="limit_missing", missing="limit"
    )


def _open_ended_has_cadence(question: Question, given: list[str]) -> None:
    if given:
        raise FactInvalid("长期坚持的事项不设办结期限，请去掉期限。", code="limit_of_open_ended")
    if "cadence" not in question.details:
        raise FactMissing("长期坚持的事项须设定反馈周期。", code="cadence_missing", missing="cadence")


def known_category(question: Question) -> None:
    if "complexity" in question.details:
        check_category(question, question.details["complexity"])


def check_category(question: Question, category: str) -> None:
    """A category is one the policy knows; matters of others would have no limit."""
    known = {row.id: row.label for row in question.policy.categories}
    if category not in known:
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


def lead_is_not_co_unit(question: Question) -> None:
    """Exactly one unit leads; neither it nor the group it leads through is its own co-unit."""
    if question.leads & set(question.details.get("co_units", ())):
        raise FactInvalid(
            "牵头单位不能同时是配合单位，请去掉其一。",
            code="lead_is_co_unit",
            lead_unit=question.details["lead_unit"],
        )


def another_unit(question: Question) -> None:
    """A matter is handed on to another unit than the one that leads."""
    if question.details["lead_unit"] == question.facts.lead_unit:
        raise FactInvalid(
            "改派后的牵头单位与现牵头单位相同；只改期限请用申请延期，只改配合单位请用更正。",
            code="unit_unchanged",
            lead_unit=question.facts.lead_unit,
        )


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
        not_before_today(question, "due_on")


GUARDS = (
    measurable_result,
    one_limit,
    one_new_limit,
    known_category,
    known_rule,
    lead_is_not_co_unit,
    another_unit,
    plan_sets_the_date,
)
