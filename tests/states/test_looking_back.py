"""回头看: who looks, what it sets, and what a relapse leads to."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.case import Actor
from states.duties import DutyKind, Matter, duties
from states.errors import NotPermitted, Refusal
from states.facts import fold, to_json
from states.vocabulary import Role
from tests.builders import at
from tests.states.matters import DEFAULT, LATER, TODAY, decided, facts_in, holding

STRUCK_OFF = {"closed_on": date(2026, 7, 10), "closed_by": "R010", "reported_by": "BH212-L"}
OTHER = holding(*Role, person="R011")
RELAPSED = {"lookback_finding": "relapsed", "lookback_on": date(2026, 7, 14)}


@pytest.fixture
def give(lifecycle, calendar):
    """The decision on a matter struck off, by somebody who had no part in it."""

    def given(command, actor=OTHER, known=(), **more):
        facts = facts_in("closed", **{**STRUCK_OFF, **dict(known)})
        return decided(lifecycle, calendar, facts, command, actor=actor, **more)

    return given


def test_a_review_answers_the_one_that_was_due_and_stays_in_its_round(give):
    due = {"lookback_due_on": LATER, "lookback_campaign": "上半年", "lookbacks": 1}
    set_ = give("follow_up", known=due).changes
    assert (set_["lookback_on"], set_["lookback_finding"], set_["lookbacks"]) == (TODAY.date(), "held", 2)
    assert set_["lookback_due_on"] is None
    assert "lookback_campaign" not in set_


@pytest.mark.parametrize("person", ["R010", "BH212-L"])
def test_neither_who_reported_nor_who_struck_it_off_looks_whether_it_held(give, person):
    for actor in (holding(*Role, person=person), Actor("R009", deputising={Role.OFFICER: (person,)})):
        with pytest.raises(NotPermitted) as refused:
            give("follow_up", actor)
        assert refused.value.code == "reviewer_is_involved"


def test_another_day_leaves_a_due_review_in_its_round_and_a_new_one_is_in_none(give):
    due = {"lookback_due_on": date(2026, 7, 20), "lookback_campaign": "上半年"}
    assert "lookback_campaign" not in give("schedule_lookback", known=due).changes
    done = {"lookback_due_on": None, "lookback_campaign": "上半年"}
    assert give("schedule_lookback", known=done).changes["lookback_campaign"] is None
    assert give("schedule_lookback", known=done, campaign="下半年").changes["lookback_campaign"] == "下半年"


def test_a_relapse_is_counted_and_named_when_the_matter_is_taken_up_again(give):
    decision = give("reopen", known={**RELAPSED, "relapses": 1})
    assert (decision.changes["relapses"], decision.changes["closed_by"]) == (2, None)
    assert decision.details["relapsed_on"] == date(2026, 7, 14)


def test_a_matter_struck_off_again_is_looked_at_anew(lifecycle, calendar):
    set_ = decided(lifecycle, calendar, facts_in("verifying", **RELAPSED), "close_out").changes
    assert (set_["lookback_finding"], set_["lookback_on"]) == (None, None)


def test_a_finding_that_was_wrong_is_corrected_by_looking_again(give):
    held = give("follow_up", known=RELAPSED)
    assert held.changes["lookback_finding"] == "held"
    with pytest.raises(Refusal) as refused:
        give("reopen", known={**RELAPSED, "lookback_finding": "held"})
    assert refused.value.code == "relapse_missing"


def owed(lifecycle, calendar, day, state="closed", **known):
    matter = Matter(facts_in(state, **STRUCK_OFF, **known), lifecycle, DEFAULT, calendar, day)
    return [(one.kind, one.due_on, one.overdue, one.whose.roles) for one in duties(matter)]


def test_a_review_is_the_officers_by_its_day_and_a_relapse_the_director_s(lifecycle, calendar):
    due = {"lookback_due_on": LATER}
    officer, director = (Role.OFFICER,), (Role.DIRECTOR,)
    assert owed(lifecycle, calendar, LATER, **due) == [(DutyKind.LOOK_BACK, LATER, False, officer)]
    assert owed(lifecycle, calendar, date(2026, 8, 6), **due) == [(DutyKind.LOOK_BACK, LATER, True, officer)]
    assert owed(lifecycle, calendar, LATER, **RELAPSED) == [(DutyKind.REOPEN, None, False, director)]
    assert owed(lifecycle, calendar, LATER) == []


STEPS = st.sampled_from(("schedule_lookback", "held", "relapsed", "reopen", "archive"))


@given(st.lists(STEPS, max_size=8))
def test_no_relapse_is_filed_away_and_the_facts_are_the_fold_of_what_happened(lifecycle, calendar, steps):
    facts = facts_in("closed", **STRUCK_OFF)
    entries = [{"set": to_json({name: getattr(facts, name) for name in facts.__dataclass_fields__})}]
    for step in steps:
        command = "follow_up" if step in ("held", "relapsed") else step
        words = {"finding": step} if command == "follow_up" else {}
        try:
            set_ = decided(
                lifecycle, calendar, facts, command, actor=OTHER, when=at(2026, 7, 15), **words
            ).changes
        except Refusal:
            continue
        facts = replace(facts, **set_)
        entries.append({"set": to_json(set_)})
    assert fold(entries) == facts
    if facts.state == "archived":
        assert (facts.lookback_due_on, facts.lookback_finding) in ((None, None), (None, "held"))
    assert (facts.state == "handling") == bool(facts.relapses)
