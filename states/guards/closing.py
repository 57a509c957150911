"""What keeps a matter from its end."""

from states.errors import FactInvalid, NotPermitted
from states.question import Question


def verifier_is_not_reporter(question: Question) -> None:
    """Whoever reported completion does not verify it, nor does a deputy in his place."""
    reporter = question.facts.reported_by
    if reporter is not None and reporter in (question.actor.person, question.acting_for):
        raise NotPermitted(
            "报结的人不能核查销号，请由另一人办理。",
            code="verifier_is_reporter",
            person=question.actor.person,
        )


def survivor_is_another(question: Question) -> None:
    if question.details["surviving"] == question.facts.number:
        raise FactInvalid("事项不能并入自身，请填另一事项的编号。", code="merged_into_itself")


GUARDS = (
    verifier_is_not_reporter,
    survivor_is_another,
)
