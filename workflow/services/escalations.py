"""Deciding on escalations: from the proposal to its conclusion, one command after another.

An approval numbers and issues the paper in the same transaction. When a case's clock stops or moves, what
hangs on it is withdrawn or concluded in the machine's name, by the rules of `states.ladder.rearming`.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor, Decision, office_day
from states.clocks import reply
from states.deadlines import Deadline
from states.errors import FactInvalid
from states.escalation import JUDGEMENTS, EscalationDecision, EscalationFacts, decide
from states.ladder.rearming import fate
from workflow.errors import Ambiguous, NotFound
from workflow.services import files, people
from workflow.services.batch import OpenCase, opened
from workflow.services.drafts import drafted_words
from workflow.services.entries import Act
from workflow.services.escalation_facts import facts_of, own_facts
from workflow.services.ladder import holds_reply_clock, look_again, open_clocks, seen
from workflow.services.limits import keep_limits
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk, Issued
from workflow.services.people import approved_by
from workflow.services.raising import paper_of, prior_papers, reply_due_on
from workflow.services.work import Work, begin
from workflow.storage import queries
from workflow.storage.models import Attachment, Escalation, Recusal
from workflow.storage.session import reading, transaction

SHORTEST_ID = 6
"""An escalation may be named by the beginning of its id, as lists print it."""

JUDGING = {"sufficient": "accept", "insufficient": "fault", "ask_again": "ask_again"}
ANSWERING = ("reply", "evidence", "answered_on")


def act(
    office: Office, escalation_id: str, command: str, *, by: Signature, at: datetime, **details: Any
) -> dict[str, Any]:
    """Give a command on one escalation, as `states.escalation.COMMANDS` names it; returns its new standing.

    `judge` stands for the three judgements of a reply, and `answer` takes one at once; `evidence` are
    paths of files to take in. Raises `NotFound` for an unknown id and the rule book's refusals, and
    leaves everything as it was.
    """
    given = {name: value for name, value in details.items() if value is not None}
    with transaction(office.engine) as tx:
        case, row = _locked(tx, escalation_id)
        actor = people.Actors(tx, by.person, office_day(at)).towards(case.facts)
        handling = Handling(begin(tx, office, by=by, at=at), case, row)
        for name, particulars in _one_by_one(command, given):
            handling.handle(name, actor, particulars)
        handling.finish()
        handling.work.batch.flush()
        return handling.told()


def list_all(office: Office, state: str | None = None) -> list[Row[Any]]:
    """Escalations with their cases and papers, oldest first; of one state if named."""
    with reading(office.engine) as tx:
        return queries.list_escalations(tx, state)


def follow(work: Work, case: OpenCase, decision: Decision, rows: Iterable[Row[Any]]) -> None:
    """End or drop what hangs on a clock that a decision has ended or moved."""
    clocks = open_clocks(case.facts, work.lifecycle_of(case))
    for row in rows:
        handling = Handling(work, case, row)
        lasts = handling.rung.outlives_matter
        command = fate(row.state, row.clock, row.epoch, open_clocks=clocks, lasts=lasts)
        if command is not None:
            handling.handle(command, people.MACHINE, {"because": decision.event})


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


class Handling:
    """Commands on one escalation on their way through decision and record; `finish()` wakes the planner."""

    def __init__(self, work: Work, case: OpenCase, row: Row[Any]) -> None:
        self.work, self.case = work, case
        self.columns: dict[str, Any] = row._asdict()
        self.policy = work.office.policy(work.tx, row.policy)
        self.rung = self.policy.rung_of[row.step]

    def handle(self, command: str, actor: Actor, details: dict[str, Any]) -> None:
        """Decide one command and enter what follows from it."""
        details = self._taken_in(details)
        known = own_facts(self.columns, self.rung) if actor is people.MACHINE else self._facts()
        decision = decide(known, command, actor, self.work.day, calendar=self.work.calendar, **details)
        if command == "approve":
            self._clock_runs()
        self._record(decision, actor, details)
        if command == "recuse":
            recused = {"escalation_id": self.columns["id"], "person": actor.person}
            self.work.batch.add(Recusal, **recused, declared_on=self.work.day)
        if command == "approve":
            self._issue(approved_by(self.work.tx, actor.person, decision.acting_for), details)

    def finish(self) -> None:
        """Tell the sweep when the case wants to be looked at again."""
        rows = queries.escalations_of(self.work.tx, [self.case.id])
        raised = [seen(self.columns if row.id == self.columns["id"] else row._mapping) for row in rows]
        self.work.batch.wake(self.case, look_again(self.work, self.case, raised))

    def told(self) -> dict[str, Any]:
        """The escalation as it stands, for whoever gave the command."""
        shown = {name: value for name, value in self.columns.items() if name not in ("id", "case_id")}
        return {"escalation": self.columns["id"], "case": self.case.number, **_plain(shown)}

    def _facts(self) -> EscalationFacts:
        return facts_of(self.work, self.columns, self.rung)

    def _taken_in(self, details: dict[str, Any]) -> dict[str, Any]:
        """Files of evidence are kept in the store, and stand in the entry by hash and name."""
        if "evidence" not in details:
            return details
        folder, at = self.work.office.settings.files, self.work.batch.signature.recorded_at
        kept = [files.take_in(self.work.tx, folder, path, at=at) for path in details["evidence"]]
        evidence = [{"sha256": one.sha256, "size": one.size, "name": one.name} for one in kept]
        return {**details, "evidence": evidence}

    def _clock_runs(self) -> None:
        """No paper goes out on a matter that is under verification or set aside; the proposal waits."""
        lifecycle, state = self.work.lifecycle_of(self.case), self.case.facts.state
        if lifecycle.clock(state) != "running":
            raise FactInvalid(
                f"事项当前为“{lifecycle.label(state)}”，计时已停，暂不签发；退回重办或恢复后再审批。",
                code="clock_stands",
                state=state,
            )

    def _issue(self, approver: str, details: dict[str, Any]) -> None:
        """Number and freeze the paper that was approved, in the machine's name."""
        known = own_facts(self.columns, self.rung)
        decision = decide(known, "issue", people.MACHINE, self.work.day, calendar=self.work.calendar)
        issued = self._paper(approver, details)
        named = {"reply_due_on": reply_due_on(self.work, self.rung)}
        changes = {**decision.changes, **named, "document_id": issued.id}
        self._enter(decision.event, people.MACHINE, changes, issued.as_details())

    def _paper(self, approver: str, details: dict[str, Any]) -> Issued:
        desk = Desk(self.work)
        desk.know([self.case])
        prior = prior_papers(self.work.tx, [self.case.id]).get(self.case.id, [])
        drafted = drafted_words(self.work.tx, self.case.id, self.columns["id"])
        words = {
            "question": details.get("question") or drafted.get("question"),
            "ground": details.get("ground") or drafted.get("ground"),
            "approved_by": approver,
            "approved_on": self.work.day.isoformat(),
        }
        paper = paper_of(
            desk, self.case, self.rung, self.policy, prior, person=self.columns["object_person"], words=words
        )
        return desk.issue(self.case, paper)

    def _record(self, decision: EscalationDecision, actor: Actor, details: dict[str, Any]) -> None:
        clocks, deadlines = self._reply_clock(decision)
        if deadlines:
            details = {**details, "deadlines": {name: one.as_json() for name, one in deadlines.items()}}
        seq = self._enter(
            decision.event, actor, dict(decision.changes), details, clocks, acting_for=decision.acting_for
        )
        keep_limits(self.work.batch, self.case, seq, deadlines)
        self._attach(seq, details)

    def _enter(
        self,
        event: str,
        actor: Actor,
        changes: dict[str, Any],
        details: dict[str, Any],
        facts: dict[str, Any] | None = None,
        *,
        acting_for: str | None = None,
    ) -> int:
        """One entry and the row's new columns, which say the same."""
        self.work.batch.amend(Escalation, self.columns["id"], **changes)
        self.columns |= changes
        told = {"escalation": self.columns["id"], "step": self.columns["step"], **details, **_plain(changes)}
        state = self.case.facts.state
        act = Act(event, self.work.at, actor.person, told, facts or {}, state, state, acting_for=acting_for)
        return self.work.batch.enter(self.case, act)

    def _attach(self, seq: int, details: dict[str, Any]) -> None:
        unique = {one["sha256"]: one["name"] for one in details.get("evidence", ())}
        for sha256, name in unique.items():
            self.work.batch.add(Attachment, case_id=self.case.id, seq=seq, sha256=sha256, name=name)

    def _reply_clock(self, decision: EscalationDecision) -> tuple[dict[str, Any], dict[str, Deadline]]:
        """An inquiry's service opens the clock of its reply, what ends it stops it: facts and deadline."""
        clocks, term = self.case.facts.clocks, self.rung.reply_working_days
        if self.rung.document != "inquiry" or term is None:
            return {}, {}
        if decision.after == "served":
            since = decision.changes.get("served_on", self.work.day)
            row = self.policy.limit_for(self.case.facts.complexity, reply.REPLY, since)
            rule = self.policy.counting_rule(row.rule) if row else reply.RULE
            clocks, deadline = reply.opened(clocks, since, term, self.work.calendar, rule)
            return {"clocks": clocks}, {reply.REPLY.value: deadline}
        ends = decision.after in ("answered", "withdrawn", "concluded") and reply.runs(clocks)
        if ends and not self._another_runs():
            return {"clocks": reply.stopped(clocks, self.work.at)}, {}
        return {}, {}

    def _another_runs(self) -> bool:
        """Whether the reply's clock runs for a later inquiry, of a date that was set anew."""
        rows = queries.escalations_of(self.work.tx, [self.case.id])
        raised = [seen(row._mapping) for row in rows if row.id != self.columns["id"]]
        return any(
            one.epoch > self.columns["epoch"] and holds_reply_clock(one, raised, self.policy)
            for one in raised
        )


def _locked(tx: Connection, beginning: str) -> tuple[OpenCase, Row[Any]]:
    """The escalation with its case, which is locked first, as every other writer does."""
    found = queries.escalations_starting(tx, beginning) if len(beginning) >= SHORTEST_ID else []
    if not found:
        raise NotFound(
            f"没有编号为“{beginning}”的督办措施。", code="escalation_unknown", escalation=beginning
        )
    if len(found) > 1:
        raise Ambiguous(f"有多件措施的编号以“{beginning}”开头，请多写几位。", code="escalation_ambiguous")
    case = opened(queries.case_by_id_for_update(tx, found[0].case_id))
    return case, queries.escalation_for_update(tx, found[0].id)


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in changes.items()}
