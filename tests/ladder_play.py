"""What people do in the proof of the ladder: each act on the real office and, with it, on the model.

Nothing here is random; `tests/acceptance/test_ladder_machine.py` draws who does what.
"""

from collections import Counter
from collections.abc import Set
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine

from states.deadlines import Limit
from states.errors import Refusal
from states.vocabulary import LimitUnit
from tests import ladder_model as model
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEADER,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_paper_of_proof,
    at,
    give,
    rows,
    signed,
    stored,
)
from tests.climbing import HANDLER, Offices
from tests.ladder_model import Matter, Measure, Term, the_announced_days
from workflow.services import approving, escalations
from workflow.services.office import Office
from workflow.storage.models import Escalation

FIRST = date(2026, 8, 3)
NONE: frozenset[str] = frozenset()
BEFORE_IT_WAS_RAISED = frozenset({"before_raised", "served_before_issued", "answered_before_served"})
"""What is refused after the machine's clock was ahead of people's."""

GROUND = {"clause": "第十二条", "facts": "多次督办仍未整改"}


class LadderPlay(RuleBasedStateMachine):
    """One office and its model, and the acts of people on both.

    `today` is people's day. `seen` counts what all runs together have come to.
    """

    seen: ClassVar[Counter[str]] = Counter()

    def __init__(self, offices: Offices) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.office: Office = self.stack.enter_context(offices.another())
        self.proof = a_paper_of_proof(self.office)
        self.today, self.working = FIRST, the_announced_days()
        self.matters: list[Matter] = []
        self.turned: list[date] = []
        self.acts = 0
        self.authorised, self.signed_once = True, False

    def teardown(self) -> None:
        self.seen["run"] += 1
        self.stack.close()

    @property
    def now(self) -> datetime:
        """An instant of the morning; no two acts share one."""
        self.acts += 1
        return at(self.today.year, self.today.month, self.today.day, 9) + timedelta(seconds=self.acts)

    def matter(self, which: int, *states: str) -> Matter | None:
        found = [one for one in self.matters if one.state in states]
        return found[which % len(found)] if found else None

    def tell(self, matter: Matter, command: str, by: str, *, refused: Set[str] = NONE, **more: Any) -> bool:
        """Give a command; whether it was done. Only these refusals are allowed, and they change nothing."""
        try:
            give(self.office, matter.number, command, by, self.now, **more)
        except Refusal as refusal:
            assert refusal.code in refused, refusal.message
            self.seen[f"refused: {refusal.code}"] += 1
            return False
        self.seen[command] += 1
        matter.looked = self.today
        return True

    def done(self, matter: Matter, state: str | None = None) -> None:
        """After a command: what hangs on its clocks, and that the row says what the model says."""
        matter.state = state or matter.state
        self.hear_counted_date(matter)
        matter.settle()
        self.agree(matter)

    def hear_counted_date(self, matter: Matter) -> None:
        """Weeks and months are counted, and proved, elsewhere."""
        handle = matter.clocks.get("handle")
        if handle is not None and handle.days is None and handle.stated is None:
            handle.due = stored(self.office, matter.number).facts.due_on or handle.due

    def hand_out_again(self, matter: Matter) -> None:
        self.assign(matter, 6, None, None)

    def assign(self, matter: Matter, days: int, until: int | None, category: str | None) -> None:
        order, term = self.order(days, until, category)
        assert self.tell(matter, "assign", DIRECTOR, lead_unit=LEAD, **order)
        before = matter.clocks.get("acknowledge")
        epoch = before.epoch + 1 if before else 1
        matter.clocks["acknowledge"] = Term(self.today, self.working, epoch, days=1).count()
        matter.open_handle(term)
        self.done(matter, "assigned")

    def order(self, days: int, until: int | None, category: str | None) -> tuple[dict[str, Any], Term]:
        """The limit as the order writes it, and as the model does."""
        if category is not None:
            return {"complexity": category}, Term(self.today, self.working)
        if until is not None:
            day = self.today + timedelta(days=until)
            return {"due_on": day}, Term(self.today, self.working, stated=day)
        return {"limit": Limit(LimitUnit.WORKING_DAYS, days)}, Term(self.today, self.working, days=days)

    def acknowledge(self, matter: Matter) -> None:
        self.tell(matter, "acknowledge", LIAISON)
        matter.clocks["acknowledge"].open = False
        self.done(matter, "registered")

    def begin(self, matter: Matter) -> None:
        self.tell(matter, "begin", LIAISON, plan="分三批抢修")
        self.done(matter, "handling")

    def object(self, matter: Matter) -> None:
        self.tell(matter, "object", LIAISON, reason="不属本单位职责")
        matter.stop()
        matter.clocks.pop("handle")
        self.done(matter, "draft")

    def report(self, matter: Matter) -> None:
        self.tell(matter, "report_completion", LIAISON, result="全部复亮", evidence=[self.proof])
        self.stand(matter)
        matter.asked = None
        self.done(matter, "verifying")

    def send_back(self, matter: Matter) -> None:
        self.tell(matter, "return_for_rework", OFFICER, reason="抽查不亮")
        self.resume_clocks(matter)
        self.done(matter, "handling")

    def close(self, matter: Matter) -> None:
        self.tell(matter, "close_out", DIRECTOR, verification="均亮", evidence=[self.proof])
        matter.stop()
        self.done(matter, "closed")

    def set_aside(self, matter: Matter) -> None:
        order = {"reason": "道路改造", "evidence": [self.proof], "review_on": self.today + timedelta(days=5)}
        if self.tell(matter, "suspend", DIRECTOR, refused={"pause_ceiling"}, **order):
            self.stand(matter)
            matter.came_from = matter.state
            self.done(matter, "suspended")

    def take_up_again(self, matter: Matter) -> None:
        self.tell(matter, "resume", DIRECTOR, reason="道路已通")
        self.resume_clocks(matter)
        self.done(matter, matter.came_from)

    def withdraw(self, matter: Matter) -> None:
        self.tell(matter, "withdraw", DIRECTOR, reason="重复交办")
        matter.stop()
        self.done(matter, "cancelled")

    def reopen(self, matter: Matter) -> None:
        order, term = self.order(6, None, None)
        found = {"method": "document", "finding": "relapsed", "verification": "又有路灯不亮"}
        self.tell(matter, "follow_up", OFFICER, **found)
        self.tell(matter, "reopen", DIRECTOR, reason="回头看未通过", **order)
        matter.open_handle(term)
        self.done(matter, "handling")

    def stand(self, matter: Matter) -> None:
        for term in matter.terms:
            term.stand(self.today)

    def resume_clocks(self, matter: Matter) -> None:
        for term in matter.terms:
            term.go_on(self.today)

    def reclassify(self, matter: Matter) -> None:
        """A limit that is the category's own is counted anew; one that was set stays."""
        handle, category = matter.clocks["handle"], "complex" if self.today.day % 2 else "ordinary"
        counted = handle.days is None and handle.stated is None
        order = {"complexity": category, "reason": "案情复杂"}
        if self.tell(matter, "reclassify", DIRECTOR, refused={"category_unchanged"}, **order):
            if counted:
                matter.open_handle(Term(handle.start, handle.working))
            self.done(matter)

    def restate(self, matter: Matter) -> None:
        """The old register moves the date of a matter nobody has handled here."""
        day = self.today + timedelta(days=matter.epoch * 4 % 15)
        stated = {"state": "handling", "origin": "台账第5行", "due_on": day}
        if self.tell(matter, "restate", OFFICER, refused={"managed_in_system"}, **stated):
            if day != matter.clocks["handle"].due:
                matter.open_handle(Term(self.today, self.working, stated=day))
            self.done(matter)

    def measures(self, *states: str) -> list[tuple[Matter, Measure]]:
        return [(one, raised) for one in self.matters for raised in one.measures if raised.state in states]

    def measure(self, which: int, *states: str) -> tuple[Matter, Measure] | None:
        found = self.measures(*states)
        return found[which % len(found)] if found else None

    def act(
        self,
        matter: Matter,
        measure: Measure,
        command: str,
        by: str,
        refused: Set[str] = NONE,
        **more: Any,
    ) -> bool:
        now = self.now
        try:
            escalations.act(self.office, measure.id, command, by=signed(by, now), at=now, **more)
        except Refusal as refusal:
            assert refusal.code in refused | BEFORE_IT_WAS_RAISED, refusal.message
            self.seen[f"refused: {refusal.code}"] += 1
            return False
        self.seen[f"{command}: {measure.step.name}"] += 1
        matter.looked = self.today
        return True

    def approve(self, matter: Matter, measure: Measure, by_leader: bool) -> None:
        by = {"admonition": PRINCIPAL, "inquiry": LEADER if by_leader else DIRECTOR}.get(
            measure.step.name, DIRECTOR
        )
        told = {"admonition": {"ground": GROUND}, "inquiry": {"question": "为何逾期？"}}.get(
            measure.step.name, {}
        )
        refused = set() if matter.state in model.RUNNING else {"clock_stands"}
        refused |= {"recusal"} if by in measure.recused else set()
        founded = matter.is_founded(measure, self.today, self.working)
        refused |= set() if founded or refused else {"precondition_gone"}
        told = {} if measure.drafted and measure.step.name == "inquiry" else told
        if self.act(matter, measure, "approve", by, refused, **told):
            assert not refused, "nobody approves who stands back, nor what has lost its ground"
            measure.issue(self.today, self.working)
            self.agree(matter)
            measure.paper = self.paper_of(measure)

    def approve_together(self, waiting: list[tuple[Matter, Measure]]) -> None:
        """Several 提醒 in one act of the director, on one paper."""
        now, ids = self.now, [measure.id for _, measure in waiting]
        try:
            approving.approve_all(self.office, ids, by=signed(DIRECTOR, now), at=now)
        except Refusal as refusal:
            assert refusal.code in BEFORE_IT_WAS_RAISED, refusal.message
            return
        for matter, measure in waiting:
            measure.issue(self.today, self.working)
            matter.looked = self.today
            self.agree(matter)
            measure.paper = self.paper_of(measure)
        assert len({measure.paper for _, measure in waiting}) == 1
        self.seen["approved together"] += 1

    def paper_of(self, measure: Measure) -> str | None:
        return next(row.document_id for row in rows(self.office, Escalation) if row.id == measure.id)

    def serve(self, matter: Matter, measure: Measure, by_hand: bool) -> None:
        to_person = measure.step.to_person
        if by_hand:
            by, command, more = HANDLER if to_person else OFFICER, "serve", {"evidence": [self.proof]}
        else:
            by, command, more = UNIT_HEAD if to_person else LIAISON, "sign", {}
        refused = set() if measure.step.numbered else {"not_a_paper", "not_permitted"}
        if self.act(matter, measure, command, by, refused, **more):
            assert not refused, "nobody signs for a plain mail"
            for other, beside in self.on_the_same_paper(measure):
                beside.serve(self.today, self.working)
                self.agree(other)
                self.seen["served with another"] += beside is not measure
                other.looked = self.today

    def on_the_same_paper(self, measure: Measure) -> list[tuple[Matter, Measure]]:
        """The measures one receipt serves: those on a joint paper that are still on their way."""
        issued = self.measures("issued")
        return [one for one in issued if one[1] is measure or one[1].paper == measure.paper is not None]

    def judged(self, measure: Measure, judgement: str | None) -> None:
        if measure.term is not None:
            measure.term.open = False
        measure.state = "answered"
        if judgement == "sufficient" and not measure.step.to_person:
            measure.state = "concluded"
        if judgement == "ask_again":
            measure.state, measure.term = (
                "served",
                Term(self.today, self.working, days=measure.step.reply).count(),
            )
            measure.term.open = measure.step.name == "inquiry"
        elif judgement is not None:
            measure.judgement, measure.judged_on = judgement, self.today

    def recount_category(self, matter: Matter) -> None:
        handle, now = matter.clocks["handle"], stored(self.office, matter.number).facts.due_on
        if handle.days is None and handle.stated is None and now != handle.due:
            matter.epoch += 1
            handle.epoch = matter.epoch

    def agree(self, matter: Matter) -> None:
        """The row and its measures are what the model says."""
        matter.drop_unfounded()
        case = stored(self.office, matter.number)
        handle = matter.clocks.get("handle")
        assert (case.facts.state, case.facts.epoch) == (matter.state, matter.epoch)
        assert case.facts.due_on == (handle.due if handle else None)
        found = {row.id: row for row in rows(self.office, Escalation) if row.case_id == case.id}
        assert {
            one.id: (one.state, one.issued_on, one.served_on, one.judgement) for one in matter.measures
        } == {id_: (row.state, row.issued_on, row.served_on, row.judgement) for id_, row in found.items()}
