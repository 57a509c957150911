"""What must differ before a limit is counted anew."""

from states.clocks.recounting import recounted
from states.errors import FactInvalid
from states.question import Question

PLANNED = frozenset({"handling", "verifying"})


def other_category(question: Question) -> None:
    category = question.details["complexity"]
    if category == question.facts.complexity:
        raise FactInvalid("该事项已是这一类别，无须调整。", code="category_unchanged")
    keeps_its_plan(question, category)


def keeps_its_plan(question: Question, category: str) -> None:
    """A matter whose plan was made keeps its date: it cannot go back to a category that plans first."""
    stands_in = question.facts.suspended_from or question.facts.state
    if stands_in in PLANNED and question.policy.plans_first(category, question.day):
        label = question.policy.category_label(category)
        raise FactInvalid(f"该事项已有办理方案，不能再调整为“{label}”。", code="plan_already_made")


def another_policy(question: Question) -> None:
    if question.policy.digest == question.facts.policy:
        raise FactInvalid("该事项已适用这一规则，无须改用。", code="policy_unchanged")
    for clock in question.facts.every_clock:
        if clock.is_open and clock.limit is not None:
            question.policy.counting_rule(clock.rule)


def counted_otherwise(question: Question) -> None:
    """There is something to accept or decline only where the calendar in force changes a date of the case."""
    if not recounted(question.facts, question.calendar, question.policy):
        raise FactInvalid("按现行日历重新计算，该事项的期限没有变化。", code="nothing_to_recount")


GUARDS = (
    other_category,
    another_policy,
    counted_otherwise,
)
