"""More time: asked for, agreed to, looked at, granted or refused."""

from collections.abc import Iterator

from states.clocks.clockwork import Clockwork
from states.effects.changes import Changes
from states.effects.urging import PROMISE_MET
from states.facts import CaseFacts
from states.question import Question
from states.vocabulary import Role

NO_EXTENSION = {"extension_to": None, "extension_consented_by": None, "extension_reviewed_by": None}


def overtaken(facts: CaseFacts, changes: Changes) -> Changes:
    """A request the due date has come to, or passed, asks for nothing any more, whatever moved the date."""
    asked_for, due_on = changes.get("extension_to", facts.extension_to), changes.get("due_on")
    return dict(NO_EXTENSION) if asked_for and due_on and due_on >= asked_for else {}


def request_extension(question: Question) -> Changes:
    """Asked by the unit's principal himself, his consent is given with it; his deputy gives it by itself."""
    by_head = Role.UNIT_HEAD in question.actor.roles
    consent = question.actor.person if by_head else None
    asked = {"extension_to": question.details["due_on"], "extension_consented_by": consent}
    return {**NO_EXTENSION, **asked, "doubts": tuple(_undone(question.facts, consent))}


def _undone(former: CaseFacts, consent: str | None) -> Iterator[str]:
    """What was said to the request that another one replaces counts no more."""
    if former.extension_consented_by and consent is None:
        yield f"原申请（延至{former.extension_to}）已由本次申请代替，原同意作废，须重新同意。"
    if former.extension_reviewed_by:
        yield "原审核作废，须重新审核。"


def consent_extension(question: Question) -> Changes:
    return {"extension_consented_by": question.actor.person}


def review_extension(question: Question) -> Changes:
    return {"extension_reviewed_by": question.actor.person}


def grant_extension(question: Question) -> Changes:
    """The new date stands beside the original, which is never overwritten.

    A moved date is a new epoch of the clock, so that its own notices are due again.
    """
    clocks = Clockwork(question)
    due_on = question.details.get("due_on", question.facts.extension_to)
    clocks.extend_headline(due_on)
    granted = {**NO_EXTENSION, **PROMISE_MET, "extensions": question.facts.extensions + 1}
    return {**clocks.changes(), **granted}


def refuse_extension(question: Question) -> Changes:
    return dict(NO_EXTENSION)


EFFECTS = (
    request_extension,
    consent_extension,
    review_extension,
    grant_extension,
    refuse_extension,
)
