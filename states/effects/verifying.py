"""Whether what was reported is so: verification, public notice, objections."""

from states.effects.changes import Changes
from states.guards.verifying import last_day_asked
from states.question import Question
from states.vocabulary import Ruling, Verdict

NOT_VERIFIED: Changes = {
    "verdict": None,
    "verified_by": None,
    "verified_on": None,
    "public_until": None,
    "public_objections": 0,
}
"""A report nobody has verified yet."""


def record_verification(question: Question) -> Changes:
    """The last one counts; what was published of an earlier one has to be published again."""
    return {
        "verdict": question.details["finding"],
        "verified_by": question.actor.person,
        "verified_on": question.day,
        "public_until": None,
    }


def publish_result(question: Question) -> Changes:
    """The notice runs to the day that was given, else for the policy's working days; today does not count."""
    return {"public_until": question.details.get("public_until") or last_day_asked(question)}


def record_objection(question: Question) -> Changes:
    return {"public_objections": question.facts.public_objections + 1}


def settle_objection(question: Question) -> Changes:
    """An objection that holds turns the verdict, and ends the notice."""
    settled: Changes = {"public_objections": question.facts.public_objections - 1}
    if question.details["ruling"] == Ruling.UPHELD:
        settled |= {"verdict": Verdict.FAILED.value, "public_until": None}
    return settled


EFFECTS = (
    record_verification,
    publish_result,
    record_objection,
    settle_objection,
)
