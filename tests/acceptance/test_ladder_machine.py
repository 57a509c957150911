"""The ladder against a second opinion: whatever people, calendars and clocks do, the sweep does what it must.

A Hypothesis machine plays random commands, decisions, notices and sweeps on a real office and on the model of
`tests/ladder_model.py`. No rung is raised twice, none is passed over without its name, none is lost, no old
epoch goes on, no proposal promotes itself, and the history proves every row.

`DUBAN_LADDER_EXAMPLES` and `DUBAN_LADDER_STEPS` play longer.
"""

import json
import os
from collections import Counter
from contextlib import ExitStack
from datetime import date, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as play

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
    REQUIREMENT,
    TITLE,
    UNIT_HEAD,
    a_paper_of_proof,
    at,
    give,
    rows,
    signed,
    stored,
)
from tests.climbing import HANDLER, Offices, a_longer_ladder, load_days, offices_under
from tests.ladder_model import Matter, Measure, Term, the_announced_days, working_day
from workflow.services import authorisation, cases, escalations
from workflow.services.office import Office
from workflow.services.sweep import sweep
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation, Event

FIRST, LAST = date(2026, 8, 3), date(2026, 11, 20)
EXAMPLES = {"sqlite": 30, "postgresql": 6}
STEPS = int(os.environ.get("DUBAN_LADDER_STEPS", "50"))
MOST_MATTERS, MOST_NOTICES = 5, 3

WHICH = st.integers(0, MOST_MATTERS - 1)
MEASURE = CHOICE = st.integers(0, 30)
LATER = st.integers(1, 25)

TOO_LATE_TO_ASK = {"extension_too_late", "extension_ceiling", "extension_times", "date_in_the_past",
                   "extension_not_later"}  # fmt: skip
BEFORE_IT_WAS_RAISED = {"before_raised", "served_before_issued", "answered_before_served"}
"""What is refused after the machine's clock was ahead of people's."""

MOVES = {
    "draft": ("hand_out_again",),
    "assigned": ("acknowledge", "acknowledge", "acknowledge", "object", "set_aside", "reclassify"),
    "registered": ("begin", "begin", "begin", "set_aside", "reclassify"),
    "handling": ("report", "report", "set_aside", "restate", "reclassify", "withdraw"),
    "verifying": ("send_back", "send_back", "close"),
    "suspended": ("take_up_again",),
    "closed": ("reopen",),
}
"""What people may do next, by state; the likelier the oftener."""

GROUND = {"clause": "第十二条", "facts": "多次督办仍未整改"}


class LadderMachine(RuleBasedStateMachine):
    """One office and its model. `today` is people's day; sweeps may run by a clock that is wrong."""

    seen: ClassVar[Counter[str]] = Counter()
    """What all runs together have come to, so that the proof can show it was no idle one."""

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

    # people and their clock

    @property
    def now(self) -> datetime:
        """An instant of the morning; no two acts share one."""
        self.acts += 1
        return at(self.today.year, self.today.month, self.today.day, 9) + timedelta(seconds=self.acts)

    @rule(days=st.integers(1, 8))
    def days_pass(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), LAST)

    @rule(days=st.integers(3, 12), by_leader=st.booleans())
    def things_take_their_course(self, days: int, by_leader: bool) -> None:
        """Whatever waits is approved and served, and then some days pass: the way up the ladder."""
        for matter, measure in self.measures("proposed"):
            self.approve(matter, measure, by_leader)
        for matter, measure in self.measures("issued"):
            self.serve(matter, measure, by_leader)
        self.days_pass(days)
        self.sweep(0, 1, 500)

    @rule(days=st.integers(1, 8))
    def days_pass_with_their_sweeps(self, days: int) -> None:
        for _ in range(days):
            self.days_pass(1)
            self.sweep(0, 1, 500)

    def matter(self, which: int, *states: str) -> Matter | None:
        found = [one for one in self.matters if one.state in states]
        return found[which % len(found)] if found else None

    def tell(
        self, matter: Matter, command: str, by: str, *, refused: set[str] = frozenset(), **more: Any
    ) -> bool:
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

    # matters

    @initialize(days=st.integers(3, 12))
    def two_matters_are_there(self, days: int) -> None:
        for _ in range(2):
            self.hand_out(days, None, None)
            self.acknowledge(self.matters[-1])
            self.begin(self.matters[-1])

    @precondition(lambda self: len(self.matters) < MOST_MATTERS)
    @rule(
        days=st.integers(1, 15),
        until=st.none() | st.integers(0, 30),
        category=st.sampled_from([None, None, "ordinary", "complex"]),
    )
    def hand_out(self, days: int, until: int | None, category: str | None) -> None:
        matter = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT}
        now = self.now
        drafted = cases.open_matter(self.office, by=signed(OFFICER, now), at=now, **matter)
        self.matters.append(Matter(drafted.number, "draft", self.today))
        self.assign(self.matters[-1], days, until, category)

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

    @precondition(lambda self: len(self.matters) < MOST_MATTERS)
    @rule(due=st.integers(-20, 20))
    def take_over(self, due: int) -> None:
        day = self.today + timedelta(days=due)
        matter = {
            "title": TITLE,
            "source": "来信",
            "lead_unit": LEAD,
            "state": "handling",
            "origin": "台账第5行",
        }
        now = self.now
        taken = cases.create(self.office, "take_over", by=signed(OFFICER, now), at=now, due_on=day, **matter)
        self.matters.append(Matter(taken.number, "handling", self.today))
        self.matters[-1].open_handle(Term(self.today, self.working, stated=day))
        self.done(self.matters[-1])

    @rule(which=WHICH, choice=CHOICE)
    def a_command_is_given(self, which: int, choice: int) -> None:
        matter = self.matters[which % len(self.matters)]
        if possible := MOVES.get(matter.state):
            getattr(self, possible[choice % len(possible)])(matter)

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

    # more time

    @rule(which=WHICH, more=LATER)
    def ask_for_time(self, which: int, more: int) -> None:
        matter = self.matter(which, "registered", "handling")
        if matter is None or matter.asked is not None:
            return
        until = matter.clocks["handle"].due + timedelta(days=more)
        if self.tell(
            matter, "request_extension", LIAISON, refused=TOO_LATE_TO_ASK, due_on=until, reason="灯具到货推迟"
        ):
            matter.asked = until
            self.tell(matter, "consent_extension", UNIT_HEAD)
            self.tell(matter, "review_extension", OFFICER, opinion="属实")
            self.done(matter)

    @precondition(lambda self: any(one.asked for one in self.matters))
    @rule(which=WHICH, granted=st.booleans())
    def decide_on_time(self, which: int, granted: bool) -> None:
        asking = [one for one in self.matters if one.asked and one.state in ("registered", "handling")]
        if not asking:
            return
        matter = asking[which % len(asking)]
        if granted:
            if self.tell(matter, "grant_extension", DIRECTOR, refused=TOO_LATE_TO_ASK):
                matter.extend(matter.asked)
        else:
            self.tell(matter, "refuse_extension", DIRECTOR, reason="理由不足")
            matter.asked = None
        self.done(matter)

    # measures

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
        refused: set[str] = frozenset(),
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

    @precondition(lambda self: self.measure(0, "proposed"))
    @rule(which=MEASURE, by_leader=st.booleans())
    def somebody_approves(self, which: int, by_leader: bool) -> None:
        if found := self.measure(which, "proposed"):
            self.approve(*found, by_leader)

    def approve(self, matter: Matter, measure: Measure, by_leader: bool) -> None:
        by = {"admonition": PRINCIPAL, "inquiry": LEADER if by_leader else DIRECTOR}.get(
            measure.step.name, DIRECTOR
        )
        told = {"admonition": {"ground": GROUND}, "inquiry": {"question": "为何逾期？"}}.get(
            measure.step.name, {}
        )
        refused = set() if matter.state in model.RUNNING else {"clock_stands"}
        refused |= {"recusal"} if by in measure.recused else set()
        if self.act(matter, measure, "approve", by, refused, **told):
            assert not refused, "nobody approves who stands back, and nothing goes out while the clock stands"
            measure.issue(self.today, self.working)
            self.agree(matter)

    @precondition(lambda self: self.measure(0, "proposed"))
    @rule(which=MEASURE, command=st.sampled_from(["reject", "snooze", "draft", "recuse", "withdraw"]))
    def do_something_else_with_a_proposal(self, which: int, command: str) -> None:
        if not (found := self.measure(which, "proposed")):
            return
        matter, measure = found
        name = measure.step.name
        approver = PRINCIPAL if name == "admonition" else DIRECTOR
        reason, until = {"reason": "先行约谈"}, working_day(self.working, self.today, 3)
        by, more, refused = {
            "reject": (approver, reason, {"recusal"} if approver in measure.recused else set()),
            "snooze": (
                approver,
                {**reason, "until": until},
                {"recusal"} if approver in measure.recused else set(),
            ),
            "draft": (HANDLER if name == "admonition" else OFFICER, {"question": "何时修复？"}, set()),
            "recuse": (approver, reason, {"recusal"}),
            "withdraw": (approver, reason, set()),
        }[command]
        if command == "recuse" and name != "inquiry":
            return  # nobody else could decide then
        if self.act(matter, measure, command, by, refused, **more):
            measure.recused |= {by} if command == "recuse" else set()
            measure.state = {"reject": "rejected", "withdraw": "withdrawn"}.get(command, measure.state)
            self.agree(matter)

    @precondition(lambda self: self.measure(0, "issued"))
    @rule(which=MEASURE, by_hand=st.booleans())
    def somebody_serves(self, which: int, by_hand: bool) -> None:
        if found := self.measure(which, "issued"):
            self.serve(*found, by_hand)

    def serve(self, matter: Matter, measure: Measure, by_hand: bool) -> None:
        to_person = measure.step.to_person
        if by_hand:
            by, command, more = HANDLER if to_person else OFFICER, "serve", {"evidence": [self.proof]}
        else:
            by, command, more = UNIT_HEAD if to_person else LIAISON, "sign", {}
        if self.act(matter, measure, command, by, **more):
            measure.serve(self.today, self.working)
            self.agree(matter)

    @precondition(lambda self: self.measure(0, "served", "lapsed"))
    @rule(which=MEASURE, judgement=st.sampled_from([None, "sufficient", "insufficient", "ask_again"]))
    def answer(self, which: int, judgement: str | None) -> None:
        if not (found := self.measure(which, "served", "lapsed")):
            return
        matter, measure = found
        words = {"reply": "正在整改", "judgement": judgement}
        words |= {"reason": "避而不答"} if judgement == "insufficient" else {}
        words |= {"question": "何时完成？"} if judgement == "ask_again" else {}
        unasked = {"no_reply_term"} if measure.step.reply is None and judgement == "ask_again" else set()
        by = HANDLER if measure.step.to_person else OFFICER
        if self.act(matter, measure, "answer", by, unasked, **words):
            self.judged(measure, judgement)
            self.agree(matter)

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

    @precondition(lambda self: self.measure(0, "answered"))
    @rule(which=MEASURE, judgement=st.sampled_from(["sufficient", "insufficient"]))
    def judge(self, which: int, judgement: str) -> None:
        if not (found := self.measure(which, "answered")):
            return
        matter, measure = found
        by = HANDLER if measure.step.to_person else OFFICER
        if self.act(matter, measure, "judge", by, judgement=judgement, reason="核实"):
            self.judged(measure, judgement)
            self.agree(matter)

    @precondition(lambda self: self.measure(0, *model.PENDING))
    @rule(which=MEASURE, command=st.sampled_from(["conclude", "withdraw"]))
    def end_measure(self, which: int, command: str) -> None:
        if which % 4 or not (found := self.measure(which, *model.PENDING)):
            return
        matter, measure = found
        to_person = measure.step.to_person
        by = {
            "conclude": HANDLER if to_person else OFFICER,
            "withdraw": PRINCIPAL if to_person else DIRECTOR,
        }[command]
        owed = {"review_owed"} if to_person and measure.served_on else set()
        if self.act(matter, measure, command, by, owed, reason="另案处理"):
            measure.state = "concluded" if command == "conclude" else "withdrawn"
            if measure.term is not None:
                measure.term.open = False
            self.agree(matter)

    # rules and calendars

    @rule(signs=st.booleans())
    def sign_or_take_back(self, signs: bool) -> None:
        """The director's standing authorisation. Without it automatic papers are proposed."""
        now = self.now
        by = signed(DIRECTOR, now)
        if signs:
            authorisation.authorise(self.office, by=by, at=now)
            self.authorised = self.signed_once = True
        elif self.signed_once and self.authorised:
            authorisation.revoke(self.office, by=by, at=now, reason="集中整治结束")
            self.authorised = False

    @precondition(lambda self: len(self.turned) < MOST_NOTICES)
    @rule(ahead=st.integers(1, 20))
    def a_notice_turns_a_day(self, ahead: int) -> None:
        day = self.today + timedelta(days=ahead)
        worked = day not in self.working
        load_days(self.office, self.now, {day: worked})
        self.working = self.working | {day} if worked else self.working - {day}
        self.turned.append(day)
        self.seen["notice"] += 1
        for matter in self.matters:
            matter.looked = self.today

    @precondition(lambda self: self.turned)
    @rule(which=WHICH, accepted=st.booleans())
    def settle_a_notice(self, which: int, accepted: bool) -> None:
        matter = self.matter(which, *model.RUNNING, *model.STANDING)
        if matter is None:
            return
        if not accepted:
            self.tell(matter, "decline_recount", OFFICER, refused={"nothing_to_recount"}, reason="维持原期限")
        elif self.tell(matter, "recount", OFFICER, refused={"nothing_to_recount"}):
            moved = matter.recount(self.working)
            self.recount_category(matter)
            self.seen["recount moved"] += bool(moved)
            self.done(matter)

    def recount_category(self, matter: Matter) -> None:
        handle, now = matter.clocks["handle"], stored(self.office, matter.number).facts.due_on
        if handle.days is None and handle.stated is None and now != handle.due:
            matter.epoch += 1
            handle.epoch = matter.epoch

    # the machine

    @rule(
        slip=st.sampled_from([0, 0, 0, 0, -9, -3, -1, 1, 4, 12]),
        times=st.integers(1, 2),
        size=st.sampled_from([1, 2, 500]),
    )
    def a_sweep_runs(self, slip: int, times: int, size: int) -> None:
        self.sweep(slip, times, size)

    def sweep(self, slip: int, times: int, size: int) -> None:
        """A sweep on people's day, or by a clock that is days behind or ahead; perhaps once more at once."""
        day = self.today + timedelta(days=slip)
        as_of = at(day.year, day.month, day.day, 11)
        for time in range(times):
            before = {row.id for row in rows(self.office, Escalation)}
            report = sweep(self.office, as_of=as_of, by=signed(None, as_of), batch_size=size)
            assert report.held == []
            assert time == 0 or report.steps == []
            new = [row for row in rows(self.office, Escalation) if row.id not in before]
            assert len(report.steps) == len(new)
            for matter in self.matters:
                self.swept(matter, day, new)

    def swept(self, matter: Matter, day: date, new: list[Any]) -> None:
        """The sweep did exactly what the model says; or nothing yet, if it runs behind the last look."""
        case_id = stored(self.office, matter.number).id
        mine = {(row.step, row.clock, row.epoch): row for row in new if row.case_id == case_id}
        behind = day < matter.looked
        if behind and not mine and not self.lapsed_since(matter):
            return
        raised, _ = matter.look(day, self.working, authorised=self.authorised)
        assert {one.key for one in raised} == mine.keys(), (matter, day)
        told = passed_over(self.office, case_id)
        for measure in raised:
            measure.id = mine[measure.key].id
            assert told[measure.id] == measure.passed_over
            self.seen[f"{mine[measure.key].mode} {measure.step.name}"] += 1
        matter.looked = max(matter.looked, day)
        self.agree(matter)

    def lapsed_since(self, matter: Matter) -> bool:
        states = {row.id: row.state for row in rows(self.office, Escalation)}
        return any(one.state == "served" and states[one.id] == "lapsed" for one in matter.measures)

    # what must hold

    def agree(self, matter: Matter) -> None:
        """The row and its measures are what the model says."""
        case = stored(self.office, matter.number)
        handle = matter.clocks.get("handle")
        assert (case.facts.state, case.facts.epoch) == (matter.state, matter.epoch)
        assert case.facts.due_on == (handle.due if handle else None)
        found = {row.id: row for row in rows(self.office, Escalation) if row.case_id == case.id}
        assert {
            one.id: (one.state, one.issued_on, one.served_on, one.judgement) for one in matter.measures
        } == {id_: (row.state, row.issued_on, row.served_on, row.judgement) for id_, row in found.items()}

    @invariant()
    def no_rung_is_raised_twice_and_no_proposal_has_a_paper(self) -> None:
        raised = rows(self.office, Escalation)
        assert all(n == 1 for n in Counter((r.case_id, r.clock, r.epoch, r.step) for r in raised).values())
        assert not [row.id for row in raised if (row.state in ("proposed", "rejected")) and row.document_id]
        approved = [row for row in raised if row.mode == "on_approval" and row.issued_on]
        assert all(row.decided_by for row in approved), "no proposal promotes itself"

    @invariant()
    def the_history_proves_every_row(self) -> None:
        assert verify(self.office).findings == []


def passed_over(office: Office, case_id: int) -> dict[str, frozenset[str]]:
    """What each raised escalation says was passed over, by its id."""
    raising = [
        row for row in rows(office, Event) if row.case_id == case_id and row.kind.startswith("escalation_")
    ]
    told = [json.loads(row.payload)["details"] for row in raising]
    return {one["escalation"]: frozenset(one["passed_over"]) for one in told if "passed_over" in one}


def numbers_without_gaps(office: Office) -> bool:
    numbers = [row.number for row in rows(office, Document) if row.number]
    return len(numbers) == len(set(numbers))


@pytest.mark.timeout(3_600)
def test_the_ladder_does_what_a_second_opinion_says(home, tmp_path):
    with offices_under(a_longer_ladder(), home, tmp_path) as offices:
        engine = offices.url.partition(":")[0]
        examples = int(os.environ.get("DUBAN_LADDER_EXAMPLES", EXAMPLES[engine]))
        LadderMachine.seen = Counter()
        play(
            lambda: LadderMachine(offices),
            settings=settings(
                max_examples=examples,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize="DUBAN_LADDER_RANDOM" not in os.environ,
                phases=[Phase.generate],
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(sorted(LadderMachine.seen.items()))
