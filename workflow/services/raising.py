"""Raising escalations: what the planner asked for becomes an entry, a row, a number, a paper and its mails.

All of it goes into the caller's batch, so it commits with the case or not at all. Called by the sweep for
automatic rungs and proposals, and by an approval for the rest.
"""

import secrets
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from states.ladder import Raised, Step
from states.policy import Policy, Rung
from states.vocabulary import IssueMode
from workflow.services.batch import OpenCase
from workflow.services.entries import SYSTEM, Act
from workflow.services.letterheads import OFFICE, ORGANIZATION
from workflow.services.papers import Desk, Paper
from workflow.storage import queries
from workflow.storage.models import Escalation

Prior = dict[str, Any]
"""A paper issued before, as later ones cite it: step, number, issued_on."""


def raise_step(desk: Desk, case: OpenCase, step: Step, policy: Policy, prior: list[Prior]) -> Raised:
    """Raise one planned step: issued at once if automatic, else proposed to its approver."""
    day = desk.work.day
    unit = desk.unit(case.facts.lead_unit)
    document_id = number = None
    if step.automatic:
        document_id, number = desk.issue(case, paper_of(desk, case, step.rung, policy, prior))
    state = "issued" if step.automatic else "proposed"
    escalation_id = secrets.token_hex(16)
    desk.work.batch.add(
        Escalation,
        id=escalation_id,
        case_id=case.id,
        clock=step.rung.clock,
        epoch=step.epoch,
        step=step.rung.step,
        state=state,
        mode=step.rung.mode.value,
        policy=policy.digest,
        unit=unit.code,
        object_person=unit.head_name if step.rung.addressee == "person" else None,
        due_on=step.due_on,
        raised_on=day,
        reason=step.reason,
        issued_on=day if step.automatic else None,
        document_id=document_id,
    )
    details = {
        "escalation": escalation_id,
        "step": step.rung.step,
        "clock": step.rung.clock,
        "epoch": step.epoch,
        "due_on": step.due_on,
        "policy": policy.digest,
        "calendar": desk.work.calendar.version,
        "reason_text": step.reason,
        "document": document_id,
        "document_number": number,
        "passed_over": list(step.passed_over),
    }
    state_now = case.facts.state
    desk.work.batch.enter(
        case, Act(f"escalation_{state}", desk.work.at, SYSTEM, details, before=state_now, after=state_now)
    )
    return Raised(step.rung.step, step.rung.clock, step.epoch, state, day if step.automatic else None)


def paper_of(
    desk: Desk,
    case: OpenCase,
    rung: Rung,
    policy: Policy,
    prior: list[Prior],
    *,
    words: Mapping[str, Any] | None = None,
) -> Paper:
    """The paper of a rung: to the unit, or, for a person, to be delivered by the named handlers."""
    unit = desk.unit(case.facts.lead_unit)
    to_person = rung.addressee == "person"
    return Paper(
        kind=rung.document,
        series=rung.series,
        addressee=f"{unit.head_name}同志" if to_person else unit.name,
        recipients=desk.handlers() if to_person else desk.liaison(unit.code),
        issuer=ORGANIZATION if to_person else OFFICE,
        particulars={
            "prior": prior,
            "reply_working_days": rung.reply_working_days,
            "reply_by": _reply_by(desk, rung),
            "authority": _authority(rung, policy),
            "person": {"name": unit.head_name, "post": unit.head_post, "unit": unit.name}
            if to_person
            else None,
            **{"question": None, "ground": None, "approved_by": None, "approved_on": None, **(words or {})},
        },
    )


def prior_papers(tx: Connection, case_ids: list[int]) -> dict[int, list[Prior]]:
    """The numbered papers each case's ladder has issued, oldest first, as later papers cite them."""
    papers: dict[int, list[Prior]] = {}
    for row in queries.issued_escalations(tx, case_ids):
        paper = {"step": row.step, "number": row.number, "issued_on": row.issued_on.isoformat()}
        papers.setdefault(row.case_id, []).append(paper)
    return papers


def _reply_by(desk: Desk, rung: Rung) -> str | None:
    """A plain notice names its reply date; an inquiry's term starts with receipt and so has none yet."""
    if rung.reply_working_days is None or rung.mode is not IssueMode.AUTOMATIC:
        return None
    return desk.work.calendar.add_working_days(desk.work.day, rung.reply_working_days).isoformat()


def _authority(rung: Rung, policy: Policy) -> str | None:
    return f"依据{policy.reference}由督办系统自动签发" if rung.mode is IssueMode.AUTOMATIC else None
