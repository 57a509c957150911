"""A unit's reports between the dispatch and the completion: given, signed, and how often they are asked for.

Where the policy asks for the principal's signature, a liaison's report waits for it. Until it is signed it
answers no clock, turns no light and its rate does not count: 难以按期 comes with the signature of the report
that says so, and goes with that of one that no longer does.
"""

from states.clocks.cadence import LIMITS, cadence_of
from states.clocks.clockwork import Clockwork
from states.deadlines import CIVIL_CODE
from states.effects.changes import Changes, blank, facts_among
from states.effects.urging import PROMISE_MET
from states.hard_to_meet import foretold
from states.question import Question
from states.vocabulary import ClockName, Role

FEEDBACK = ClockName.FEEDBACK
NOTHING_REPORTED: Changes = {
    "progress_of": None,
    "rate_waiting": None,
    "hard_to_meet": False,
    "expected_on": None,
}
"""What a report leaves open, once the matter is reported complete."""

NEVER_REPORTED: Changes = {
    **NOTHING_REPORTED,
    **blank(("progress", "progress_on", "completion_rate", "difficulty", "returns")),
}
"""Another hand, or another round, has no report behind it, and was sent nothing back."""


def report_progress(question: Question) -> Changes:
    """What the unit says now; 沿用上次 leaves standing what it said before.

    Without that a report stands for itself: a difficulty it does not name is over, 难以按期 as well. The rate
    stays until another is given; that of a report that waits is kept beside it.
    """
    facts, given = question.facts, question.details
    said, waits = foretold(question), _waits(question)
    clocks = Clockwork(question)
    if not waits:
        _answered(question, clocks)
    return {
        **({} if given.get("as_before") else {"difficulty": None}),
        **facts_among(given),
        **_rated(question, waits=waits),
        "progress_on": question.day,
        "progress_of": question.actor.person if waits else None,
        "hard_to_meet": facts.hard_to_meet if waits else said.hard,
        "expected_on": said.expected_on,
        "doubts": _falling(facts.completion_rate, given.get("completion_rate")),
        **({} if waits else PROMISE_MET),
        **clocks.changes(),
    }


def cosign_progress(question: Question) -> Changes:
    """The principal signs the report that waits: it answers the feedback clock from now on.

    One that says 难以按期 names a day; without a day what an earlier one said of it is gone now.
    """
    clocks = Clockwork(question)
    _answered(question, clocks)
    still_hard = question.facts.expected_on is not None
    return {
        "progress_of": None,
        "hard_to_meet": still_hard,
        **_rate(question, question.facts.rate_waiting),
        **PROMISE_MET,
        **clocks.changes(),
    }


def send_back_progress(question: Question) -> Changes:
    """The report counts for nothing; its words stay as a start for the next one, its rate is gone.

    The day of the report before it, and the one that named, are in the history alone.
    """
    return {"progress_of": None, "rate_waiting": None, "progress_on": None, "expected_on": None}


def set_cadence(question: Question) -> Changes:
    """The next report is due one term from now; under 不定期 none is."""
    clocks = Clockwork(question)
    clocks.stop(FEEDBACK)
    ask_next_report(question, clocks)
    return {**own_cadence(question), **clocks.changes()}


def own_cadence(question: Question) -> Changes:
    """The cadence an order names, by the one word papers and lists tell it with."""
    cadence = cadence_of(question.details.get("cadence"))
    return {"cadence": cadence.label} if cadence else {}


def ask_first_report(question: Question, clocks: Clockwork, event: str) -> None:
    """Open the feedback clock: by the case's own cadence from 签收, else as the policy's limit starts."""
    own = cadence_of(question.stated("cadence"))
    if own is None:
        clocks.open_by_policy(event, FEEDBACK)
    elif event == "acknowledged":
        ask_next_report(question, clocks)


def ask_next_report(question: Question, clocks: Clockwork) -> None:
    """Open the feedback clock by the case's own cadence, else by the policy's where it asks again."""
    own = cadence_of(question.stated("cadence"))
    if own is None:
        ask_by_policy(clocks, again=True)
    elif own in LIMITS:
        clocks.open(FEEDBACK, LIMITS[own], rule=CIVIL_CODE)


def ask_by_policy(clocks: Clockwork, *, again: bool) -> None:
    """Open the feedback clock by the policy's limit; `again`: unless that asks for a first report only."""
    limit = clocks.policy_limit(FEEDBACK)
    if limit is not None and not (again and limit.once):
        clocks.open_by_policy(limit.starts, FEEDBACK)


def ask_by_other_rules(question: Question, clocks: Clockwork) -> None:
    """Under another category or policy a matter that asked for no reports may ask for them from now on."""
    here = question.lifecycle.commands_from(question.facts.state)
    may_report = any(row.effect == report_progress.__name__ for row in here)
    if may_report and not clocks.runs(FEEDBACK) and cadence_of(question.facts.cadence) is None:
        ask_by_policy(clocks, again=question.facts.progress_on is not None)


def _answered(question: Question, clocks: Clockwork) -> None:
    if clocks.runs(FEEDBACK):
        clocks.stop(FEEDBACK)
        ask_next_report(question, clocks)


def _waits(question: Question) -> bool:
    """Whether a report needs another hand: not the principal's own, which he signs by giving it."""
    return question.policy.feedback.cosign and Role.UNIT_HEAD not in question.actor.roles


def _rated(question: Question, *, waits: bool) -> Changes:
    """The rate a report gives, or takes 沿用上次 from the one that waits: for later, or from now on."""
    facts, given = question.facts, question.details
    said = given.get("completion_rate", facts.rate_waiting if given.get("as_before") else None)
    if not waits:
        return _rate(question, said)
    return {"rate_waiting": said, "completion_rate": facts.completion_rate}


def _rate(question: Question, said: int | None) -> Changes:
    """The rate that counts: the one said now, else the one it was."""
    return {"rate_waiting": None, "completion_rate": question.facts.completion_rate if said is None else said}


def _falling(before: int | None, now: int | None) -> tuple[str, ...]:
    if before is None or now is None or now >= before:
        return ()
    return (f"完成率由{before}%降为{now}%，请核对；确有回落的，请在进展情况中说明原因。",)


EFFECTS = (
    report_progress,
    cosign_progress,
    send_back_progress,
    set_cadence,
)
