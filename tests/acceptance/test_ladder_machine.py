"""The ladder against a second opinion: whatever people, calendars and clocks do, the sweep does what it must.

A Hypothesis machine plays random commands, decisions, notices and sweeps on a real office and on the model of
`tests/ladder_model.py`. No rung is raised twice, none is passed over without its name, none is lost, no old
epoch goes on, no proposal promotes itself, and the history proves every row.

`DUBAN_LADDER_EXAMPLES` and `DUBAN_LADDER_STEPS` play longer.
"""

import json
import os
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as play

from tests import ladder_model as model
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    REQUIREMENT,
    TITLE,
    UNIT_HEAD,
    at,
    rows,
    signed,
    stored,
)
from tests.climbing import HANDLER, a_longer_ladder, load_days, offices_under
from tests.ladder_model import Matter, Term, working_day
from tests.ladder_play import LadderPlay
from workflow.services import authorisation, cases
from workflow.services.office import Office
from workflow.services.sweep import sweep
from workflow.services.verification import verify
from workflow.storage.models import Escalation, Event

LAST = date(2026, 11, 20)
EXAMPLES = {"sqlite": 20, "postgresql": 4}
STEPS = int(os.environ.get("DUBAN_LADDER_STEPS", "50"))
MOST_MATTERS, MOST_NOTICES = 5, 3

WHICH = st.integers(0, MOST_MATTERS - 1)
MEASURE = CHOICE = st.integers(0, 30)
LATER = st.integers(1, 25)

TOO_LATE_TO_ASK = {"extension_too_late", "extension_ceiling", "extension_times", "date_in_the_past",
                   "extension_not_later"}  # fmt: skip
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


class LadderMachine(LadderPlay):
    """Draws who does what; sweeps may run by a clock that is wrong."""

    @rule(days=st.integers(1, 8))
    def days_pass(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), LAST)

    @rule(days=st.integers(3, 12), by_leader=st.booleans())
    def things_take_their_course(self, days: int, by_leader: bool) -> None:
        """Whatever waits is approved and served, and then some days pass: the way up the ladder."""
        for matter, measure in self.measures("proposed"):
            self.approve(matter, measure, by_leader)
        for matter, measure in self.measures("issued"):
            if measure.state == "issued":  # it may have been served with another a moment ago
                self.serve(matter, measure, by_leader)
        self.days_pass(days)
        self.sweep(0, 1, 500)

    @rule(days=st.integers(1, 8))
    def days_pass_with_their_sweeps(self, days: int) -> None:
        for _ in range(days):
            self.days_pass(1)
            self.sweep(0, 1, 500)

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

    @precondition(lambda self: self.measure(0, "proposed"))
    @rule(which=MEASURE, choice=CHOICE)
    def a_matter_moves_under_its_proposal(self, which: int, choice: int) -> None:
        """What waits for a decision is dropped, or goes on waiting, by rule."""
        matter, _ = self.measure(which, "proposed")
        if possible := MOVES.get(matter.state):
            getattr(self, possible[choice % len(possible)])(matter)

    @precondition(lambda self: self.measure(0, "proposed"))
    @rule(which=MEASURE, by_leader=st.booleans())
    def somebody_approves(self, which: int, by_leader: bool) -> None:
        if found := self.measure(which, "proposed"):
            self.approve(*found, by_leader)

    @precondition(lambda self: len(self.measures("proposed")) > 1)
    @rule()
    def the_director_approves_together(self) -> None:
        """What he has not authorised the machine to issue, he may approve in one go."""
        waiting = [
            (matter, measure)
            for matter, measure in self.measures("proposed")
            if measure.step.name == "reminder" and matter.state in model.RUNNING
        ]
        if len({id(matter) for matter, _ in waiting}) == len(waiting) > 1:
            self.approve_together(waiting)

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
                {"snooze_out_of_bounds"} | ({"recusal"} if approver in measure.recused else set()),
            ),
            "draft": (HANDLER if name == "admonition" else OFFICER, {"question": "何时修复？"}, set()),
            "recuse": (approver, reason, {"already_recused"} if approver in measure.recused else set()),
            "withdraw": (approver, reason, set()),
        }[command]
        if command == "recuse" and name != "inquiry":
            return  # nobody else could decide then
        if self.act(matter, measure, command, by, refused, **more):
            measure.recused |= {by} if command == "recuse" else set()
            measure.drafted |= command == "draft"
            measure.state = {"reject": "rejected", "withdraw": "withdrawn"}.get(command, measure.state)
            self.agree(matter)

    @precondition(lambda self: self.measure(0, "issued"))
    @rule(which=MEASURE, by_hand=st.booleans())
    def somebody_serves(self, which: int, by_hand: bool) -> None:
        if found := self.measure(which, "issued"):
            self.serve(*found, by_hand)

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
            measure.id, measure.paper = mine[measure.key].id, mine[measure.key].document_id
            assert told[measure.id] == measure.passed_over
            self.seen[f"{mine[measure.key].mode} {measure.step.name}"] += 1
        matter.looked = max(matter.looked, day)
        self.agree(matter)

    def lapsed_since(self, matter: Matter) -> bool:
        states = {row.id: row.state for row in rows(self.office, Escalation)}
        return any(one.state == "served" and states[one.id] == "lapsed" for one in matter.measures)

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
                phases=[Phase.generate, Phase.shrink],
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    print(sorted(LadderMachine.seen.items()))
    assert LadderMachine.seen["run"] >= examples
    assert LadderMachine.seen["on_approval inquiry"] > 0, "a proof that never climbs proves nothing"
    assert LadderMachine.seen["served with another"] > 0, (
        "nor one in which no paper is that of several matters"
    )
