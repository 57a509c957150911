"""What becomes of an escalation when its case moves on: one rule for each thing that can happen."""

import pytest

from states.escalation import OVER, STATES
from states.ladder.rearming import fate, inheritance

RUNS, MOVED, ENDED = {"handle": 1}, {"handle": 2}, {}
GONE_OUT = ("issued", "served", "lapsed", "answered")


@pytest.mark.parametrize("clocks", [MOVED, ENDED])
def test_a_proposal_of_a_clock_that_moved_or_ended_is_dropped(clocks):
    assert fate("proposed", "handle", 1, open_clocks=clocks, lasts=False) == "drop"


@pytest.mark.parametrize("state", GONE_OUT)
def test_a_paper_that_went_out_is_concluded_with_its_matter(state):
    assert fate(state, "handle", 1, open_clocks=ENDED, lasts=False) == "end"


@pytest.mark.parametrize("state", GONE_OUT)
def test_what_lasts_beyond_its_matter_is_left_alone(state):
    assert fate(state, "handle", 1, open_clocks=ENDED, lasts=True) is None


@pytest.mark.parametrize("state", GONE_OUT)
def test_a_moved_date_leaves_the_papers_of_the_old_one_to_be_answered(state):
    assert fate(state, "handle", 1, open_clocks=MOVED, lasts=False) is None


@pytest.mark.parametrize("state", STATES)
def test_nothing_happens_while_the_clock_stays_as_it_is(state):
    assert fate(state, "handle", 1, open_clocks=RUNS, lasts=False) is None


@pytest.mark.parametrize("state", sorted(OVER))
def test_what_is_over_stays_over(state):
    assert fate(state, "handle", 1, open_clocks=ENDED, lasts=False) is None


def test_each_clock_has_its_own_fate():
    assert fate("proposed", "acknowledge", 1, open_clocks=RUNS, lasts=False) == "drop"


HEIRS = [
    ("inquiry", "proposed", None, "carry"),
    ("inquiry", "issued", None, "carry"),
    ("inquiry", "served", None, "carry"),
    ("inquiry", "answered", None, "carry"),
    ("inquiry", "answered", "insufficient", "end"),
    ("inquiry", "lapsed", None, "end"),
    ("reminder", "lapsed", None, "carry"),
    ("due_soon", "issued", None, None),
    ("admonition", "proposed", None, "drop"),
    ("admonition", "served", None, None),
    ("admonition", "lapsed", None, None),
]


@pytest.mark.parametrize(("step", "state", "judgement", "expected"), HEIRS)
def test_a_successor_goes_on_with_what_is_owed_and_its_head_with_nothing_personal(
    policy, step, state, judgement, expected
):
    assert inheritance(policy.rung_of[step], state, judgement, policy=policy) == expected


@pytest.mark.parametrize("step", ["due_soon", "reminder", "inquiry", "admonition"])
@pytest.mark.parametrize("state", sorted(OVER))
def test_nothing_that_is_over_passes_to_a_successor(policy, step, state):
    assert inheritance(policy.rung_of[step], state, None, policy=policy) is None
