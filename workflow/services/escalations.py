"""Deciding on escalations: from the proposal to its conclusion, one command after another.

An approval numbers and issues the paper in the same transaction. When a case's clock stops or moves, what
hangs on it is withdrawn or concluded in the machine's name, by the rules of `states.ladder.rearming`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.case import Decision
from states.errors import FactInvalid
from states.escalation import JUDGEMENTS
from states.ladder.rearming import fate, inheritance
from workflow.services import people
from workflow.services.approving import APPROVE, issue_approved
from workflow.services.attaching import received, with_evidence
from workflow.services.batch import OpenCase
from workflow.services.handling import Handling
from workflow.services.ladder import open_clocks
from workflow.services.measures import Measure, locked
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk
from workflow.services.unprintable import check_exists
from workflow.services.unseen import check_still_as_seen
from workflow.services.withdrawing import WITHDRAW, follow_withdrawal
from workflow.services.work import SUCCEED, Work, begin
from workflow.storage import measure_reads
from workflow.storage.session import reading, transaction

RECEIVING = ("serve", "sign")
ON_ITS_WAY = "issued"
"""The state in which the receipt of a paper is still awaited."""

JUDGING = {"sufficient": "accept", "insufficient": "fault", "ask_again": "ask_again"}
ANSWERING = ("reply", "evidence", "answered_on")


def act(
    office: Office,
    escalation_id: str,
    command: str,
    *,
    seen: int | None = None,
    by: Signature,
    at: datetime,
    **details: Any,
) -> dict[str, Any]:
    """Give a command on one escalation, as `states.escalation.COMMANDS` names it; returns its new standing.

    `judge` stands for the three judgements of a reply, and `answer` takes one at once; `evidence` are
    paths of files to take in. A paper is received once: serving or signing for it serves every escalation on
    it, and `also` names their cases. `seen` is the last entry of its case whoever gives it had before him.
    Raises `NotFound` for an unknown id, `EditConflict` where somebody has acted on the case since, and the
    rule book's refusals, and leaves everything as it was.
    """
    stated = {name: value for name, value in details.items() if value is not None}
    with received(office, stated) as taken, transaction(office.engine) as tx:
        measures = locked(tx, [escalation_id], with_paper=command in (*RECEIVING, WITHDRAW))
        check_still_as_seen(tx, measures[0][0], seen)
        work = begin(tx, office, by=by, at=at)
        actors, given = people.Actors(tx, by.person, work.day), with_evidence(work, taken)
        handlings = [Handling(work, case, row) for case, row in _handled(command, measures)]
        if command in RECEIVING and handlings[0].columns["document_id"]:
            check_exists(tx, handlings[0].columns["document_id"])
        for one in handlings:
            for name, particulars in _one_by_one(command, given):
                one.handle(name, actors.towards(one.case.facts.lead_unit), particulars)
        if command == APPROVE:
            issue_approved(Desk(work, signer=handlings[0].columns["decided_by"], looks_over=True), handlings)
        for one in handlings:
            one.finish()
        first, *others = handlings
        beside = {"also": [one.case.number for one in others]} if others else {}
        if command == WITHDRAW:
            beside = follow_withdrawal(work, measures[0], measures[1:])
        work.batch.flush()
        return {**first.told(), **beside}


def _handled(command: str, measures: Sequence[Measure]) -> list[Measure]:
    """The measures a command is given on: that of its id, and whatever is received with its paper."""
    first, *others = measures
    return [first, *(one for one in others if command in RECEIVING and one[1].state == ON_ITS_WAY)]


def list_all(office: Office, state: str | None = None) -> list[Row[Any]]:
    """Escalations with their cases and papers, oldest first; of one state if named."""
    with reading(office.engine) as tx:
        return measure_reads.list_escalations(tx, state)


def follow(
    work: Work, case: OpenCase, decision: Decision, rows: Iterable[Row[Any]], *, led_by: str | None = None
) -> None:
    """End or drop what hangs on a clock that a decision has ended or moved.

    `led_by` is the unit that led until then. What was raised with it does not outlast a change of hands, but
    passes on to the one that succeeds it.
    """
    raised = list(rows)
    clocks = open_clocks(case.facts, work.lifecycle_of(case)) if raised else {}
    for row in raised:
        handling = Handling(work, case, row)
        lasts = handling.rung.outlives_matter
        changed = row.unit == led_by != case.facts.lead_unit
        handed_on = changed and decision.command != SUCCEED
        command = fate(row.state, row.clock, row.epoch, open_clocks=clocks, lasts=lasts, handed_on=handed_on)
        if command is not None:
            handling.handle(command, people.MACHINE, {"because": decision.event})
        elif changed and not handed_on:
            _pass_on(handling, row, case, decision)


def _pass_on(handling: Handling, row: Row[Any], case: OpenCase, decision: Decision) -> None:
    command = inheritance(handling.rung, row.state, row.judgement, policy=handling.policy)
    if command is not None:
        to = {"unit": case.facts.lead_unit} if command == "carry" else {}
        handling.handle(command, people.MACHINE, {"because": decision.event, **to})


def _one_by_one(command: str, details: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The rule book's commands that a command of this door stands for."""
    if command not in ("answer", "judge"):
        yield command, details
        return
    judgement, rest = details.get("judgement"), {k: v for k, v in details.items() if k != "judgement"}
    if command == "answer":
        yield "answer", {name: value for name, value in rest.items() if name in ANSWERING}
        rest = {name: value for name, value in rest.items() if name not in ANSWERING}
    if command == "judge" or judgement is not None:
        yield _judging(judgement), rest


def _judging(judgement: str | None) -> str:
    if judgement not in JUDGING:
        known = "、".join(f"{name}（{label}）" for name, label in JUDGEMENTS.items())
        raise FactInvalid(f"回复审核结论只能是{known}。", code="judgement_invalid")
    return JUDGING[judgement]
