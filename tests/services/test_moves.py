"""Whatever is handed on, split, merged, corrected, set aside and taken up: history proves every row.

`DUBAN_MOVES_EXAMPLES` plays longer.
"""

import os
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as play

from states.corrections import EMPTY, FIELDS, Kind
from states.errors import Refusal
from states.vocabulary import Complexity
from tests.builders import (
    DIRECTOR,
    OPENED,
    a_case,
    a_paper_of_proof,
    at,
    give,
    history,
    rows,
    signed,
    stored,
    suspended,
    sweep_on,
)
from workflow.services import splitting
from workflow.services.replay import facts_of, read
from workflow.services.splitting import Part
from workflow.services.verification import verify
from workflow.storage.models import Case

EXAMPLES = {"sqlite": int(os.environ.get("DUBAN_MOVES_EXAMPLES", "12")), "postgresql": 3}
UNITS = ("市城市管理局", "市水务局", "市公安局", "市交通运输局")
WHICH, DAYS = st.integers(0, 9), st.integers(-6, 20)
WORDS = st.sampled_from(["路灯", "望海街道路灯成片不亮且影响出行", EMPTY, "60"])
EXPECTED = {
    "transition_refused", "unit_unchanged", "lead_is_co_unit", "before_last_act", "limit_of_open_ended",
    "merged_into_itself", "survivor_ended", "merge_circle", "parts_missing", "pause_ceiling",
    "correction_breaks_document", "correction_unchanged", "correction_empty", "nothing_to_correct",
    "dates_out_of_order", "date_in_the_future", "date_against_clock", "date_in_the_past", "requirement_vague",
    "rate_invalid", "limit_was_decided", "promise_in_the_past", "expected_in_time", "original_after_due",
    "plan_already_made",
}  # fmt: skip
"""The refusals this play may meet."""


class Moves(RuleBasedStateMachine):
    """People move matters about, a day at a time; the machine sweeps between."""

    office: Any
    seen: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.today = OPENED.date()
        self.mine: list[str] = []

    @property
    def now(self):
        return at(self.today.year, self.today.month, self.today.day, 12)

    @initialize()
    def two_matters_are_in_hand(self) -> None:
        self.mine = [a_case(self.office, co_units=(UNITS[1],)).number for _ in range(2)]

    @rule(days=st.integers(1, 6))
    def days_pass(self, days: int) -> None:
        self.today += timedelta(days=days)
        sweep_on(self.office, self.now)

    @rule(which=WHICH, unit=st.sampled_from(UNITS), days=st.none() | DAYS)
    def hand_on(self, which: int, unit: str, days: int | None) -> None:
        due = {} if days is None else {"due_on": self.today + timedelta(days=days)}
        self.give(which, "reassign", lead_unit=unit, **due)

    @rule(which=WHICH, count=st.integers(0, 2), end=st.booleans())
    def split(self, which: int, count: int, end: bool) -> None:
        parts = [Part(f"分项{n}", UNITS[n], self.today + timedelta(days=20)) for n in range(count)]
        number, by = self.mine[which % len(self.mine)], signed(DIRECTOR, self.now)
        order = {"reason": "一事一单", "end": end, "by": by, "at": self.now}
        done = self.expecting("split", lambda: splitting.split(self.office, number, parts, **order))
        self.mine += [child.number for child in (done or [])[1:]]

    @rule(which=WHICH, other=WHICH)
    def merge(self, which: int, other: int) -> None:
        self.give(which, "merge", surviving=self.mine[other % len(self.mine)])

    @rule(which=WHICH)
    def set_aside_and_take_up(self, which: int) -> None:
        proof = [a_paper_of_proof(self.office)]
        review = {"review_on": self.today + timedelta(days=7), "evidence": proof}
        self.give(which, "suspend", **review)
        self.today += timedelta(days=2)
        if self.today.day % 3:
            self.give(which, "resume")

    @rule(which=WHICH)
    def give_up(self, which: int) -> None:
        if which == 0:
            self.give(which, "withdraw")

    @rule(which=WHICH, command=st.sampled_from(["acknowledge", "begin"]))
    def the_unit_goes_on(self, which: int, command: str) -> None:
        case = stored(self.office, self.mine[which % len(self.mine)])
        plan = {"plan": "分三批抢修"} if command == "begin" else {}
        self.expecting(
            command,
            lambda: give(self.office, case, command, f"{case.facts.lead_unit}-L", self.now, **plan),
        )

    @rule(which=WHICH, field=st.sampled_from(sorted(FIELDS)), days=DAYS, words=WORDS)
    def correct(self, which: int, field: str, days: int, words: str) -> None:
        facts, kind = stored(self.office, self.mine[which % len(self.mine)]).facts, FIELDS[field].kind
        day: date = self.today + timedelta(days=days)
        category = list(Complexity)[days % 3].value
        of_kind = {Kind.DAY: day, Kind.UNITS: (UNITS[days % len(UNITS)],), Kind.CATEGORY: category}
        new = of_kind.get(kind, words)
        old = getattr(facts, field)
        given = {"field": field, "old": EMPTY if old in (None, ()) else old, "new": new}
        self.give(which, "correct", reissue=True, **given)

    def give(self, which: int, command: str, **details: Any) -> None:
        number = self.mine[which % len(self.mine)]
        order = {"reason": "核实", **details}
        self.expecting(command, lambda: give(self.office, number, command, DIRECTOR, self.now, **order))

    def expecting(self, command: str, act: Any) -> Any:
        """Done, or refused by one of the names this play may meet; then nothing was written."""
        before = [(row.number, row.version) for row in rows(self.office, Case)]
        try:
            done = act()
        except Refusal as refusal:
            assert refusal.code in EXPECTED, refusal.code
            assert [(row.number, row.version) for row in rows(self.office, Case)] == before
            self.seen[refusal.code] += 1
            return None
        self.seen[command] += 1
        return done

    @invariant()
    def history_is_the_register(self) -> None:
        for number in self.mine:
            case = stored(self.office, number)
            assert facts_of(read(event) for event in history(self.office, case)) == case.facts
            assert case.number == number
            names = [clock.name for clock in case.facts.clocks]
            assert len(names) == len(set(names))
            if case.facts.state in ("assigned", "registered", "handling", "suspended"):
                assert case.facts.lead_unit and case.facts.lead_unit not in case.facts.co_units
            else:
                assert not any(clock.is_open for clock in case.facts.clocks)

    def teardown(self) -> None:
        assert verify(self.office).findings == []


def test_whatever_moves_history_proves_every_row(office):
    engine = office.engine.dialect.name
    played = type("Played", (Moves,), {"office": office, "seen": Counter()})
    quick = settings(
        max_examples=EXAMPLES[engine],
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    play(played, settings=quick)
    if engine == "sqlite":
        assert {"reassign", "split", "merge", "suspend", "resume", "correct"} <= played.seen.keys()


@pytest.mark.parametrize(
    "command", ["suspend", "resume", "withdraw", "merge", "reassign", "split", "correct"]
)
def test_no_move_goes_without_its_reason(office, command):
    case = a_case(office)
    if command == "resume":
        case = suspended(office, case, OPENED, date(2026, 7, 10))
    details = {
        "suspend": {"review_on": date(2026, 7, 10)},
        "merge": {"surviving": a_case(office).number},
        "reassign": {"lead_unit": "市水务局"},
        "correct": {"field": "remark", "old": EMPTY, "new": "补记"},
    }.get(command, {})
    with pytest.raises(Refusal) as refused:
        if command == "split":
            parts = [Part("箱变更新", "供电公司", date(2026, 8, 5))]
            splitting.split(office, case.number, parts, reason="", by=signed(DIRECTOR), at=OPENED)
        give(office, case, command, DIRECTOR, **details)
    assert refused.value.code == "reason_missing"
