"""A unit's reports between the dispatch and the completion."""

from states.clocks.cadence import cadence_limit
from states.clocks.clockwork import Clockwork
from states.deadlines import CIVIL_CODE
from states.effects.changes import Changes, facts_among
from states.effects.urging import PROMISE_MET
from states.question import Question
from states.vocabulary import ClockName

FEEDBACK = ClockName.FEEDBACK


def report_progress(question: Question) -> Changes:
    """A report answers the feedback clock, and opens its next epoch."""
    clocks = Clockwork(question)
    if clocks.runs(FEEDBACK):
        clocks.stop(FEEDBACK)
        await_report(question, clocks)
    return {**facts_among(question.details), **clocks.changes(), **PROMISE_MET}


def await_report(question: Question, clocks: Clockwork) -> None:
    """Open the feedback clock by the case's own cadence, else by the policy's."""
    limit = cadence_limit(question.stated("cadence"))
    if limit is not None:
        clocks.open(FEEDBACK, limit, rule=CIVIL_CODE)
    else:
        clocks.open_by_policy("acknowledged", FEEDBACK)


EFFECTS = (report_progress,)
