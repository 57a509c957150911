"""What a leader's written instruction (批示) may say of itself, and of the matter that comes out of it."""

from states.errors import FactInvalid
from states.question import Question


def instructed_by_now(question: Question) -> None:
    day = question.details["instructed_on"]
    if day > question.day:
        raise FactInvalid(
            f"批示日期{day}晚于登记当天（{question.day}），请按批示件上的日期更正。",
            code="instruction_in_the_future",
            instructed_on=day.isoformat(),
        )


def child_is_another(question: Question) -> None:
    if question.details["child"] == question.facts.number:
        raise FactInvalid("另行交办的是一个新事项，不能是原事项自身。", code="child_is_itself")


GUARDS = (
    instructed_by_now,
    child_is_another,
)
