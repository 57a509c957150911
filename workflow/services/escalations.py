"""Deciding on escalations: approve, reject, register service and reply, withdraw.

An approval numbers and issues the paper in the same transaction. When a case's clock stops or moves, the
proposals of the old clock are withdrawn in the machine's name.
"""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.case import Actor, Decision, office_day
from states.clocks import reply
from states.deadlines import Deadline
from states.errors import FactInvalid
from states.escalation import EscalationDecision, EscalationFacts, decide
from states.vocabulary import Role
from workflow.errors import Ambiguous, NotFound
from workflow.services import people
from workflow.services.batch import OpenCase, opened
from workflow.services.entries import SYSTEM, Act
from workflow.services.ladder import look_again, raised_by_case
from workflow.services.limits import keep_limits
from workflow.services.office import Office, Signature
from workflow.services.papers import Desk, Issued
from workflow.services.raising import paper_of, prior_papers
from workflow.services.work import Work, begin
from workflow.storage import queries
from workflow.storage.models import Escalation
from workflow.storage.session import reading, transaction

SHORTEST_ID = 6
"""An escalation may be named by the beginning of its id, as lists print it."""


def act(
    office: Office, escalation_id: str, command: str, *, by: Signature, at: datetime, **details: Any
) -> dict[str, Any]:
    """Give a command on one escalation (approve, reject, serve, answer, withdraw); returns its new standing.

    Raises `NotFound` for an unknown id and the rule book's refusals, and leaves everything as it was.
    """
    given = {name: value for name, value in details.items() if value is not None}
    with transaction(office.engine) as tx:
        case, row = _locked(tx, escalation_id)
        actor = people.Actors(tx, by.person, office_day(at)).towards(case.facts)
        return _Handling(begin(tx, office, by=by, at=at), case, row, actor).handle(command, given)


def list_all(office: Office, state: str | None = None) -> list[Row[Any]]:
    """Escalations with their cases and papers, oldest first; of one state if named."""
    with reading(office.engine) as tx:
        return queries.list_escalations(tx, state)


def follow(work: Work, case: OpenCase, decision: Decision, rows: Iterable[Row[Any]]) -> None:
    """Withdraw the proposals of a clock that a decision has ended or moved; a mere pause keeps them."""
    ended = work.lifecycle_of(case).clock(decision.after) == "none"
    for row in rows:
        if row.state == "proposed" and (ended or row.epoch != case.facts.epoch):
            work.batch.amend(Escalation, row.id, state="withdrawn")
            details = {"escalation": row.id, "step": row.step, "because": decision.event}
            state = case.facts.state
            act = Act("escalation_withdrawn", work.at, SYSTEM, details, before=state, after=state)
            work.batch.enter(case, act)


class _Handling:
    """One command on one escalation on its way through decision and record."""

    def __init__(self, work: Work, case: OpenCase, row: Row[Any], actor: Actor) -> None:
        self.work, self.case, self.row, self.actor = work, case, row, actor
        self.policy = work.office.policy(work.tx, row.policy)
        self.rung = self.policy.rung_of[row.step]

    def handle(self, command: str, details: dict[str, Any]) -> dict[str, Any]:
        decision = decide(
            self._facts(), command, self.actor, self.work.day, calendar=self.work.calendar, **details
        )
        changes = {"state": decision.after, **decision.changes}
        if decision.after == "issued":
            issued = self._issue(details)
            changes["document_id"] = issued.id
            details = {**details, **issued.as_details()}
        self._record(decision, changes, details)
        self.work.batch.flush()
        return {"escalation": self.row.id, "case": self.case.number, "step": self.row.step, **_plain(changes)}

    def _facts(self) -> EscalationFacts:
        row = self.row
        return EscalationFacts(row.state, self.rung, SYSTEM, row.raised_on, self._objects(), row.issued_on)

    def _objects(self) -> frozenset[str]:
        """Who must stand back: the heads of the unit, and whoever bears the name of the person concerned.

        One person may go by several codes, and a name is all a paper knows; so a namesake stands back too.
        """
        heads = queries.holders_at(self.work.tx, Role.UNIT_HEAD.value, self.row.unit, self.work.day)
        names = {self.row.object_person, *(row.name for row in heads)} - {None}
        return frozenset(row.code for name in names for row in queries.people_called(self.work.tx, name))

    def _clock_runs(self) -> None:
        """No paper goes out on a matter that is under verification or set aside; the proposal waits."""
        lifecycle, state = self.work.lifecycle_of(self.case), self.case.facts.state
        if lifecycle.clock(state) != "running":
            raise FactInvalid(
                f"事项当前为“{lifecycle.label(state)}”，计时已停，暂不签发；退回重办或恢复后再审批。",
                code="clock_stands",
                state=state,
            )

    def _issue(self, details: dict[str, Any]) -> Issued:
        self._clock_runs()
        desk = Desk(self.work)
        desk.know([self.case])
        prior = prior_papers(self.work.tx, [self.case.id]).get(self.case.id, [])
        words = {
            "question": details.get("question"),
            "ground": details.get("ground"),
            "approved_by": people.find_person(self.work.tx, self.actor.person).name,
            "approved_on": self.work.day.isoformat(),
        }
        paper = paper_of(
            desk, self.case, self.rung, self.policy, prior, person=self.row.object_person, words=words
        )
        return desk.issue(self.case, paper)

    def _record(self, decision: EscalationDecision, changes: dict[str, Any], details: dict[str, Any]) -> None:
        self.work.batch.amend(Escalation, self.row.id, **changes)
        facts = {"escalation": self.row.id, "step": self.row.step, **details, **_plain(changes)}
        clocks, deadlines = self._reply_clock(decision)
        if deadlines:
            facts["deadlines"] = {name: one.as_json() for name, one in deadlines.items()}
        state = self.case.facts.state
        act = Act(decision.event, self.work.at, self.actor.person, facts, clocks, before=state, after=state)
        seq = self.work.batch.enter(self.case, act)
        keep_limits(self.work.batch, self.case, seq, deadlines)
        self.work.batch.wake(self.case, self._next_look(changes))

    def _reply_clock(self, decision: EscalationDecision) -> tuple[dict[str, Any], dict[str, Deadline]]:
        """An inquiry's service opens the clock of its reply, what ends it stops it: facts and deadline."""
        clocks, term = self.case.facts.clocks, self.rung.reply_working_days
        if self.rung.document != "inquiry" or term is None:
            return {}, {}
        if decision.after == "served":
            served_on = decision.changes["served_on"]
            row = self.policy.limit_for(self.case.facts.complexity, reply.REPLY, served_on)
            rule = self.policy.counting_rule(row.rule) if row else reply.RULE
            clocks, deadline = reply.opened(clocks, served_on, term, self.work.calendar, rule)
            return {"clocks": clocks}, {reply.REPLY.value: deadline}
        if decision.after in ("answered", "withdrawn"):
            return {"clocks": reply.stopped(clocks, self.work.at)}, {}
        return {}, {}

    def _next_look(self, changes: dict[str, Any]) -> datetime | None:
        rows = queries.escalations_of(self.work.tx, [self.case.id])
        raised = raised_by_case(rows)[self.case.id]
        now = [_changed(one, changes) if _is(one, self.row) else one for one in raised]
        return look_again(self.work, self.case, now)


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


def _is(raised: Any, row: Row[Any]) -> bool:
    return (raised.step, raised.clock, raised.epoch) == (row.step, row.clock, row.epoch)


def _changed(raised: Any, changes: dict[str, Any]) -> Any:
    names = {one.name for one in fields(raised)}
    return replace(raised, **{name: value for name, value in changes.items() if name in names})


def _plain(changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in changes.items()}
