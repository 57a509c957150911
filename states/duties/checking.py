"""What is owed while a result is verified, and on a matter struck off: the next step, and whose it is."""

from collections.abc import Iterator

from states.duties.duty import DIRECTOR, OFFICER, Duty, DutyKind, Whose
from states.duties.matter import Matter
from states.vocabulary import LookbackFinding, Role, Verdict

VERIFIERS = Whose((Role.OFFICER, Role.DIRECTOR))


def verification(matter: Matter) -> Iterator[Duty]:
    """What was reported waits for whoever comes next: verifier, notice, objections, who strikes it off."""
    facts, since = matter.facts, matter.facts.verified_on or matter.facts.reported_on
    if facts.public_objections:
        yield matter.duty(DutyKind.OBJECTION, OFFICER, since=since)
    elif facts.verdict is None:
        yield matter.duty(DutyKind.VERIFY, VERIFIERS, since=since)
    elif facts.verdict == Verdict.FAILED:
        answers = ["return_for_rework"]
        yield matter.duty(DutyKind.VERIFY, OFFICER, label="待退回重办", since=since, answers=answers)
    else:
        yield _passed(matter)


def _passed(matter: Matter) -> Duty:
    """Published where that is asked, and struck off once the notice is over."""
    facts, since = matter.facts, matter.facts.verified_on
    until = facts.public_until
    if until is None and matter.policy.verification.notice_for(facts.complexity):
        return matter.duty(DutyKind.PUBLISH, OFFICER, since=since)
    if until is not None and matter.day <= until:
        label = f"公示至{until}，期满待销号"
        return matter.duty(DutyKind.CLOSE, DIRECTOR, label=label, since=since, answers=())
    return matter.duty(DutyKind.CLOSE, DIRECTOR, since=since)


def looking_back(matter: Matter) -> Iterator[Duty]:
    """A relapse is taken up again; a 回头看 that was arranged is done by its day."""
    facts = matter.facts
    if facts.lookback_finding == LookbackFinding.RELAPSED and matter.may("reopen"):
        yield matter.duty(DutyKind.REOPEN, DIRECTOR, since=facts.lookback_on)
    elif facts.lookback_due_on is not None:
        yield matter.duty(DutyKind.LOOK_BACK, OFFICER, due_on=facts.lookback_due_on, since=facts.closed_on)
