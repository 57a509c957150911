"""What holds for a comment within the office."""

from states.errors import FactInvalid
from states.question import Question


def mentions_others(question: Question) -> None:
    """Somebody is mentioned so that he looks at it; the author has."""
    if question.actor.person in question.details.get("mentions", ()):
        raise FactInvalid("批注不必提及本人，请只写需要查看的其他人员。", code="mention_of_oneself")


GUARDS = (mentions_others,)
