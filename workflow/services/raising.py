"""Raising escalations: what the planner asked for becomes an entry, a row, a number, a paper and its mails.

All of it goes into the caller's batch, so it commits with the case or not at all. Called by the sweep for
automatic rungs and proposals, and by an approval for the rest.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from states.errors import FactMissing
from states.escalation import raised_state
from states.ladder import Raised, Step
from states.ladder.forward import named_reply_day
from states.ladder.stale import mode_of
from states.papers.kinds import PAPERS
from states.policy import Policy, Rung
from workflow.services.batch import OpenCase
from workflow.services.entries import SYSTEM, Act
from workflow.services.letterheads import OFFICE, ORGANIZATION
from workflow.services.objects import object_code
from workflow.services.paper_values import Issued, Paper
from workflow.services.papers import Desk
from workflow.services.work import Work
from workflow.storage import measure_reads
from workflow.storage.models import Escalation

TOLD = ("state", "step", "clock", "epoch", "mode", "policy", "unit", "due_on", "reached_on", "raised_on",
        "issued_on", "reply_due_on")  # fmt: skip
"""What of an escalation's row its entry repeats; the person it concerns stands in the paper alone."""

UNWRITTEN: Mapping[str, Any] = dict.fromkeys(("question", "ground", "approved_by", "approved_on"))
"""What people write for a paper, before they have."""

Prior = dict[str, Any]
"""A paper issued before, as later ones cite it: step, number, issued_on."""


def raise_step(
    desk: Desk,
    case: OpenCase,
    step: Step,
    policy: Policy,
    prior: list[Prior],
    *,
    shared: Issued | None = None,
) -> Raised:
    """Raise one planned step: issued at once if it is automatic, else proposed to its approver.

    `shared` is the paper it goes out on with other matters, if it was issued already.
    Raises `FactMissing` (`head_missing`) when a person is to be addressed and the directory names none.
    """
    person = object_of(desk, case, step.rung)
    alone = step.automatic and shared is None
    paper = paper_of(desk, case, step.rung, policy, prior, automatic=True) if alone else None
    issued = desk.issue(case, paper) if paper else shared
    raising = _Raising(case, step, policy, person, desk.work, issued, prior)
    row = raising.row()
    desk.work.batch.add(Escalation, **row)
    desk.work.batch.enter(case, raising.act(row))
    return Raised(
        step.rung.step,
        step.rung.clock,
        step.epoch,
        row["state"],
        row["issued_on"],
        reply_due_on=row["reply_due_on"],
    )


def object_of(desk: Desk, case: OpenCase, rung: Rung) -> str | None:
    """The person a person-level rung concerns: the lead unit's 主要负责人 on the day it is raised."""
    if rung.addressee != "person":
        return None
    unit = desk.unit(case.facts.lead_unit)
    if not unit.head_name:
        raise FactMissing(
            f"单位名录中“{unit.name}”没有主要负责人，请先补登。", code="head_missing", missing="head"
        )
    return str(unit.head_name)


def paper_of(
    desk: Desk,
    case: OpenCase,
    rung: Rung,
    policy: Policy,
    prior: list[Prior],
    *,
    automatic: bool = False,
    person: str | None = None,
    words: Mapping[str, Any] | None = None,
) -> Paper:
    """The paper of a rung: to the unit, or to `person`, to be delivered by the named handlers.

    `words` are what people wrote for it and who approved it; one on automatic asks the policy's question.
    """
    unit, to_person = desk.unit(case.facts.lead_unit), rung.addressee == "person"
    particulars = {
        "prior": prior,
        "reply_working_days": rung.reply_working_days,
        "reply_by": _reply_by(desk, rung),
        "effect_months": rung.effect_months,
        "authority": desk.authority(policy) if automatic and rung.is_numbered else None,
        "person": {"name": person, "post": unit.head_post, "unit": unit.name} if to_person else None,
    }
    written = {**UNWRITTEN} | ({"question": rung.question} if automatic else {}) | dict(words or {})
    return Paper(
        kind=rung.document,
        series=rung.series,
        addressee=f"{person}同志" if to_person else desk.lead_name(case.facts),
        recipients=desk.handlers() if to_person else desk.liaison(unit.code),
        issuer=ORGANIZATION if to_person else OFFICE,
        particulars=particulars | written,
    )


@dataclass(frozen=True, slots=True)
class _Raising:
    """One escalation as it comes into being: the same facts make its row and its entry."""

    case: OpenCase
    step: Step
    policy: Policy
    person: str | None
    work: Work
    issued: Issued | None
    prior: list[Prior]

    def row(self) -> dict[str, Any]:
        """The escalation as it is stored."""
        rung, day = self.step.rung, self.work.day
        return {
            "id": secrets.token_hex(16),
            "case_id": self.case.id,
            "clock": rung.clock,
            "epoch": self.step.epoch,
            "step": rung.step,
            "state": raised_state(automatic=self.step.automatic),
            "mode": mode_of(self.step).value,
            "policy": self.policy.digest,
            "unit": self.case.facts.lead_unit,
            "object_person": self.person,
            "due_on": self.step.due_on,
            "reached_on": self.step.reached_on,
            "raised_on": day,
            "reason": self.step.reason,
            "issued_on": day if self.issued else None,
            "reply_due_on": named_reply_day(rung, day, self.work.calendar) if self.issued else None,
            "document_id": self.issued.id if self.issued else None,
        }

    def act(self, row: dict[str, Any]) -> Act:
        """The entry: the row it makes, why, by which calendar, and the paper it sends.

        A proposal tells its approver what was sent before.
        """
        why = {
            "escalation": row["id"],
            "calendar": self.work.calendar.version,
            "reason_text": row["reason"],
            "passed_over": list(self.step.passed_over),
        }
        if self.person is not None:
            why["object_code"] = object_code(self.work.batch.hand, self.person)
        details = {name: row[name] for name in TOLD} | why
        details |= self.issued.as_details() if self.issued else {"prior": self.prior}
        state = self.case.facts.state
        kind = f"escalation_{row['state']}"
        return Act(kind, self.work.at, SYSTEM, details, before=state, after=state)


def prior_papers(tx: Connection, case_ids: list[int]) -> dict[int, list[Prior]]:
    """The numbered papers each case's ladder has issued to its unit, oldest first, as later papers cite them.

    One about a person is cited by none: it is another organ's, and not for the unit to be told of.
    """
    papers: dict[int, list[Prior]] = {}
    for row in measure_reads.issued_escalations(tx, case_ids):
        if not PAPERS[row.kind].is_confidential:
            paper = {"step": row.step, "number": row.number, "issued_on": row.issued_on.isoformat()}
            papers.setdefault(row.case_id, []).append(paper)
    return papers


def _reply_by(desk: Desk, rung: Rung) -> str | None:
    """The same as the paper prints it. Into a year that is not announced it has no date, only its days."""
    work = desk.work
    day = named_reply_day(rung, work.day, work.calendar)
    if day is None or work.calendar.is_provisional(work.day, day):
        return None
    return day.isoformat()
