"""Completion, its verification, and the ends a matter comes to."""

from states.clocks.clockwork import VERIFYING, Clockwork
from states.effects.changes import Changes, ended, outcome
from states.effects.coordinating import NO_COORDINATION
from states.effects.extending import NO_EXTENSION
from states.effects.looking_back import NOT_LOOKED_BACK
from states.effects.reporting import NOTHING_REPORTED, ask_next_report
from states.effects.urging import PROMISE_MET
from states.effects.verifying import NOT_VERIFIED
from states.question import Question
from states.vocabulary import ClockName, Outcome

PLAN, FEEDBACK = ClockName.PLAN, ClockName.FEEDBACK


def report_completion(question: Question) -> Changes:
    clocks = Clockwork(question)
    clocks.stop(PLAN, FEEDBACK)
    clocks.pause(VERIFYING)
    return {
        **clocks.changes(),
        **NO_EXTENSION,
        **NOTHING_REPORTED,
        **NOT_VERIFIED,
        **NO_COORDINATION,
        **PROMISE_MET,
        "progress": question.details["result"],
        "reported_by": question.actor.person,
        "reported_on": question.day,
    }


def return_for_rework(question: Question) -> Changes:
    """Same clock, same epoch; the time under verification is not charged to the unit."""
    clocks = Clockwork(question)
    clocks.resume()
    ask_next_report(question, clocks)
    nobody = {"reported_by": None, "reported_on": None}
    return {**clocks.changes(), **nobody, **NOT_VERIFIED, "returns": question.facts.returns + 1}


def close_out(question: Question) -> Changes:
    """Struck off. The matter was on time if completion was reported by the due date."""
    done_on = question.facts.reported_on or question.day
    return {
        **ended(question),
        **NOT_LOOKED_BACK,
        "closed_on": question.day,
        "closed_by": question.actor.person,
        "outcome": outcome(question.facts.due_on, done_on),
    }


def withdraw(question: Question) -> Changes:
    return {**ended(question), **NO_COORDINATION, "outcome": Outcome.WITHDRAWN.value}


def merge(question: Question) -> Changes:
    return {**ended(question), **NO_COORDINATION, "merged_into": question.details["surviving"]}


def archive(question: Question) -> Changes:
    """Filed for as long as the policy has it, unless somebody set the term already."""
    facts = question.facts
    usual = question.policy.retention.class_for(facts.complexity, facts.source)
    return {} if facts.retention else {"retention": usual.value}


EFFECTS = (
    report_completion,
    return_for_rework,
    close_out,
    withdraw,
    merge,
    archive,
)
