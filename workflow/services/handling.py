"""Commands on one escalation on their way through decision and record."""

from typing import Any

from sqlalchemy import Row

from states.audit.passed_over import LOST_ITS_GROUND
from states.case import Actor
from states.clocks import reply
from states.deadlines import Deadline
from states.escalation import EscalationDecision, EscalationFacts, decide
from states.ladder.forward import named_reply_day
from states.ladder.rearming import lost_its_ground
from states.papers.lives import SERVED, WITHDRAWN
from workflow.services import people
from workflow.services.attaching import attach, check_room
from workflow.services.batch import OpenCase
from workflow.services.documents.telling import plain
from workflow.services.drafts import drafted_words
from workflow.services.entries import Act
from workflow.services.escalation_facts import facts_of, own_facts
from workflow.services.issuing import check_issuable
from workflow.services.ladder import holds_reply_clock, look_again, seen
from workflow.services.limits import keep_limits
from workflow.services.lives import LivesAtWork
from workflow.services.paper_values import Issued, Paper
from workflow.services.papers import Desk
from workflow.services.raising import Prior, paper_of
from workflow.services.stated_times import check_not_ahead
from workflow.services.work import Work
from workflow.storage import queries
from workflow.storage.models import Escalation, Recusal


class Handling:
    """Commands on one escalation on their way through decision and record; `finish()` wakes the planner."""

    def __init__(self, work: Work, case: OpenCase, row: Row[Any]) -> None:
        self.work, self.case = work, case
        self.columns: dict[str, Any] = row._asdict()
        self.policy = work.office.policy(work.tx, row.policy)
        self.rung = self.policy.rung_of[row.step]
        self.words: dict[str, Any] = {}

    def handle(self, command: str, actor: Actor, details: dict[str, Any]) -> None:
        """Decide one command and enter what follows from it; what was approved is issued with `issue`."""
        check_not_ahead(self.work, self.case, actor)
        known = own_facts(self.columns, self.rung) if actor is people.MACHINE else self._facts()
        decision = decide(known, command, actor, self.work.day, calendar=self.work.calendar, **details)
        if command == "approve":
            check_issuable(self.work, self.case, self.columns, self.policy)
        self._record(decision, actor, details)
        if command == "recuse":
            recused = {"escalation_id": self.columns["id"], "person": actor.person}
            self.work.batch.add(Recusal, **recused, declared_on=self.work.day)
        if command == "approve":
            self.words = self._words(
                people.approved_by(self.work.tx, actor.person, decision.acting_for), details
            )

    def finish(self) -> None:
        """Drop proposals that have lost their ground, and tell the sweep when to look at the case again."""
        rows = queries.escalations_of(self.work.tx, [self.case.id])
        columns = [self.columns if row.id == self.columns["id"] else row._asdict() for row in rows]
        for place, row in enumerate(rows):
            if self._rests_on_nothing(columns, place):
                other = Handling(self.work, self.case, row)
                other.handle("drop", people.MACHINE, {"because": LOST_ITS_GROUND})
                columns[place] = other.columns
        raised = [seen(one) for one in columns]
        self.work.batch.wake(self.case, look_again(self.work, self.case, raised))

    def _rests_on_nothing(self, columns: list[dict[str, Any]], place: int) -> bool:
        """Whether a proposal's predecessor can never again be what it must have come to."""
        one = seen(columns[place])
        rung = self.work.office.policy(self.work.tx, columns[place]["policy"]).rung_of[one.step]
        if one.state != "proposed" or rung.after is None:
            return False
        key = (rung.after.step, one.clock, one.epoch)
        before = next((other for other in map(seen, columns) if other.key == key), None)
        return lost_its_ground(rung, before)

    def told(self) -> dict[str, Any]:
        """The escalation as it stands, for whoever gave the command."""
        shown = {name: value for name, value in self.columns.items() if name not in ("id", "case_id")}
        return {"escalation": self.columns["id"], "case": self.case.number, **plain(shown)}

    def _facts(self) -> EscalationFacts:
        return facts_of(self.work, self.columns, self.rung)

    def issue(self, issued: Issued) -> None:
        """Enter that what was approved has gone out as this paper, in the machine's name."""
        known = own_facts(self.columns, self.rung)
        decision = decide(known, "issue", people.MACHINE, self.work.day, calendar=self.work.calendar)
        named = {"reply_due_on": named_reply_day(self.rung, self.work.day, self.work.calendar)}
        changes = {**decision.changes, **named, "document_id": issued.id}
        self._enter(decision.event, people.MACHINE, changes, issued.as_details())

    def paper(self, desk: Desk, prior: list[Prior]) -> Paper:
        """The paper of what was approved, with the words people wrote for it."""
        person = self.columns["object_person"]
        return paper_of(desk, self.case, self.rung, self.policy, prior, person=person, words=self.words)

    def _words(self, approver: str, details: dict[str, Any]) -> dict[str, Any]:
        """What people wrote for the paper, and who approved it."""
        drafted = drafted_words(self.work.tx, self.case.id, self.columns["id"])
        return {
            "question": details.get("question") or drafted.get("question"),
            "ground": details.get("ground") or drafted.get("ground"),
            "approved_by": approver,
            "approved_on": self.work.day.isoformat(),
        }

    def _record(self, decision: EscalationDecision, actor: Actor, details: dict[str, Any]) -> None:
        clocks, deadlines = self._reply_clock(decision)
        if decision.command == "reply":
            details = {**details, "received": "account"}
        if deadlines:
            details = {**details, "deadlines": {name: one.as_json() for name, one in deadlines.items()}}
        seq = self._enter(
            decision.event, actor, dict(decision.changes), details, clocks, acting_for=decision.acting_for
        )
        keep_limits(self.work.batch, self.case, seq, deadlines)
        check_room(self.work.tx, {self.case.id: attach(self.work.batch, self.case.id, seq, details)})

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
        if event in (SERVED, WITHDRAWN):
            lives = LivesAtWork(self.work)
            lives.follow_measure(self.case, self.columns["document_id"], event, changes)
        told = {"escalation": self.columns["id"], "step": self.columns["step"], **details, **plain(changes)}
        state = self.case.facts.state
        act = Act(event, self.work.at, actor.person, told, facts or {}, state, state, acting_for=acting_for)
        return self.work.batch.enter(self.case, act)

    def _reply_clock(self, decision: EscalationDecision) -> tuple[dict[str, Any], dict[str, Deadline]]:
        """An inquiry's service opens the clock of its reply, what ends it stops it: facts and deadline."""
        clocks, term = self.case.facts.clocks, self.rung.reply_working_days
        if self.rung.document != "inquiry" or term is None or decision.after == self.columns["state"]:
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
