"""A sample anybody can draw again: its size, its strata, and that nothing but the seed decides."""

import json
from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import FactMissing, Refusal
from states.lookbacks import (
    FOLLOWED_UP,
    REOPENED,
    SCHEDULED,
    Candidate,
    Criteria,
    Drawing,
    LeftOut,
    Told,
    candidate,
    draw,
    progress,
    reviews,
)
from tests.states.matters import facts_in

SINCE, UNTIL = date(2026, 1, 1), date(2026, 6, 30)
PERIOD = Criteria(since=SINCE, until=UNTIL)
UNITS, CATEGORIES = ("BH201", "BH212", "BH213", ""), ("ordinary", "complex", "")
matters = st.lists(
    st.tuples(st.integers(0, 999), st.sampled_from(UNITS), st.sampled_from(CATEGORIES)),
    min_size=1, max_size=60, unique_by=lambda one: one[0],
).map(lambda rows: [Candidate(f"滨督2026-{n:03}", unit, category) for n, unit, category in rows])  # fmt: skip
pers = st.sampled_from(((), ("unit",), ("category",), ("unit", "category")))
seeds = st.text(min_size=1, max_size=8)


def stratum(one, per):
    return tuple(getattr(one, name) for name in per)


@st.composite
def samples(draw_):
    """A population, and criteria it can be sampled by."""
    population, per = draw_(matters), draw_(pers)
    least = len({stratum(one, per) for one in population})
    sample = draw_(st.integers(least, len(population)))
    return population, replace(PERIOD, sample=sample, seed=draw_(seeds), per=per)


@given(samples())
def test_a_sample_has_its_size_no_matter_twice_and_something_of_every_stratum(given_):
    population, criteria = given_
    drawn = draw(population, criteria).drawn
    assert (len(drawn), len(set(drawn))) == (criteria.sample, criteria.sample)
    assert set(drawn) <= {one.number for one in population}
    every, taken = (
        {stratum(one, criteria.per) for one in population if one.number in numbers}
        for numbers in ({one.number for one in population}, drawn)
    )
    assert every == taken


@given(samples(), st.randoms())
def test_the_order_of_the_rows_decides_nothing(given_, dice):
    population, criteria = given_
    shuffled = dice.sample(population, len(population))
    assert draw(shuffled, criteria) == draw(population, criteria)


@given(samples())
def test_a_drawing_is_drawn_again_from_what_is_kept_of_it(given_):
    kept = json.loads(json.dumps(draw(*given_).as_json()))
    again = Drawing.from_json(kept)
    assert again.is_reproduced
    assert again.as_json() == kept


@given(samples())
def test_a_list_that_was_changed_is_not_reproduced(given_):
    drawing = draw(*given_)
    others = {one.number for one in drawing.population} - set(drawing.drawn)
    changed = replace(drawing, drawn=drawing.drawn[1:] + tuple(sorted(others)[:1]))
    assert changed.is_reproduced is False


@given(samples())
def test_a_larger_stratum_never_gets_less_than_a_smaller_one(given_):
    population, criteria = given_
    drawn = draw(population, criteria).drawn
    sizes = Counter(stratum(one, criteria.per) for one in population)
    shares = Counter(stratum(one, criteria.per) for one in population if one.number in drawn)
    by_size = [shares[name] for name in sorted(sizes, key=lambda name: (sizes[name], shares[name]))]
    assert by_size == sorted(by_size)


MANY = [Candidate(f"滨督2026-{n:03}", UNITS[n % 3], CATEGORIES[n % 2]) for n in range(120)]
TEN = replace(PERIOD, sample=10, seed="2026上半年", per=("unit",))


def test_another_seed_draws_others():
    samples_ = {draw(MANY, replace(TEN, seed=f"种子{n}")).drawn for n in range(20)}
    assert len(samples_) == 20


def test_the_same_is_drawn_on_every_machine():
    """Fixed once and for all: what was drawn years ago must be drawn again."""
    assert [number[-3:] for number in draw(MANY, TEN).drawn] == [
        "010", "034", "041", "054", "059", "063", "069", "082", "092", "096",
    ]  # fmt: skip


def test_every_matter_is_drawn_about_as_often_as_any_other():
    counts = Counter(one for n in range(600) for one in draw(MANY, replace(TEN, seed=str(n))).drawn)
    assert len(counts) == 120
    assert min(counts.values()) >= 25 and max(counts.values()) <= 80  # 50 each, give or take chance


REFUSED = [
    ([], PERIOD, "population_empty"),
    (MANY, replace(TEN, sample=121), "sample_too_large"),
    (MANY, replace(TEN, sample=2), "sample_too_small"),
    ([Candidate(str(n)) for n in range(10_001)], PERIOD, "campaign_too_large"),
]


@pytest.mark.parametrize("example", REFUSED, ids=lambda one: one[2])
def test_what_cannot_be_drawn_is_refused_by_name(example):
    candidates, criteria, code = example
    with pytest.raises(Refusal) as refused:
        draw(candidates, criteria)
    assert refused.value.code == code


CONTRADICTIONS = [
    ({"until": date(2025, 12, 31)}, True, "period_reversed"),
    ({}, False, "all_or_sample"),
    ({"sample": 5, "seed": "甲"}, True, "all_or_sample"),
    ({"seed": "甲"}, True, "sample_missing"),
    ({"per": ("unit",)}, True, "sample_missing"),
    ({"sample": 5}, False, "seed_missing"),
    ({"sample": 5, "seed": "甲" * 65}, False, "seed_too_long"),
    ({"sample": 0, "seed": "甲"}, False, "sample_out_of_range"),
    ({"sample": 5, "seed": "甲", "per": ("colour",)}, False, "per_invalid"),
]


@pytest.mark.parametrize("example", CONTRADICTIONS, ids=lambda one: one[2])
def test_criteria_that_contradict_themselves_are_refused_by_name(example):
    asked, everything, code = example
    with pytest.raises(Refusal) as refused:
        replace(PERIOD, **asked).check(everything=everything)
    assert refused.value.code == code
    assert isinstance(refused.value, FactMissing) == code.startswith("seed_missing")


CLOSED = {"closed_on": UNTIL}
OUTSIDE = [
    ("closed", {"closed_on": date(2026, 7, 1)}, PERIOD),
    ("closed", {"closed_on": date(2025, 12, 31)}, PERIOD),
    ("closed", {"closed_on": None}, PERIOD),
    ("handling", CLOSED, PERIOD),
    ("cancelled", CLOSED | {"outcome": "withdrawn"}, PERIOD),
    ("closed", CLOSED, replace(PERIOD, units=("BH213",))),
    ("closed", CLOSED, replace(PERIOD, category="complex")),
]


@pytest.mark.parametrize("example", OUTSIDE)
def test_only_matters_struck_off_in_the_period_are_in_question(lifecycle, example):
    state, known, criteria = example
    assert candidate(facts_in(state, **known), lifecycle, criteria) is None


@pytest.mark.parametrize(
    ("state", "known", "why"),
    [
        ("archived", {}, LeftOut.ARCHIVED),
        ("closed", {"lookback_due_on": UNTIL}, LeftOut.DUE),
        ("closed", {"lookback_finding": "relapsed"}, LeftOut.RELAPSED),
    ],
)
def test_what_is_struck_off_and_not_in_question_is_counted_with_its_reason(lifecycle, state, known, why):
    found = candidate(facts_in(state, **CLOSED, **known), lifecycle, PERIOD)
    drawing = draw([*MANY, found], PERIOD)
    assert (found, drawing.left_out) == (why, {why.value: 1})
    assert Drawing.from_json(drawing.as_json()).left_out == drawing.left_out


def test_a_period_with_nothing_in_question_says_what_it_holds():
    with pytest.raises(FactMissing) as refused:
        draw([LeftOut.ARCHIVED] * 3, PERIOD)
    assert "已归档3件" in refused.value.message


@pytest.mark.parametrize("day", [SINCE, UNTIL])
def test_both_ends_of_the_period_belong_to_it(lifecycle, day):
    criteria = replace(PERIOD, units=("BH212",), category="ordinary")
    found = candidate(facts_in("closed", closed_on=day), lifecycle, criteria)
    assert found == Candidate("滨督2026-001", "BH212", "ordinary")


def told(effect, campaign=None, day=20, number="甲", **more):
    due = {"due_on": date(2026, 7, 31)} if effect == SCHEDULED else {}
    return Told(number, effect, date(2026, 7, day), campaign=campaign, **due, **more)


def test_a_round_counts_what_was_found_until_its_matter_is_taken_up_again():
    entries = [
        told(SCHEDULED, "一"), told(FOLLOWED_UP, "一", finding="relapsed"), told(REOPENED, "一"),
        told(FOLLOWED_UP, "一", finding="held"),
        told(SCHEDULED, "一", number="乙"), told(FOLLOWED_UP, "一", number="乙", finding="held"),
        told(SCHEDULED, "一", number="丙"),
        told(SCHEDULED, "二", number="丁"), told(FOLLOWED_UP, "二", number="丁", finding="held"),
    ]  # fmt: skip
    counts = progress(reviews(entries, "一"), date(2026, 8, 1))
    assert (counts.listed, counts.reviewed, counts.held, counts.relapsed) == (3, 2, 1, 1)
    assert (counts.due, counts.overdue, counts.relapse_percent) == (1, 1, "50.0")
    assert progress(reviews(entries, "三"), date(2026, 8, 1)).relapse_percent is None


def test_a_relapse_stays_counted_in_its_round_whatever_is_found_or_arranged_later():
    entries = [told(SCHEDULED, "一"), told(FOLLOWED_UP, "一", finding="relapsed"),
               told(FOLLOWED_UP, "一", finding="held")]  # fmt: skip
    (looked,) = reviews(entries, "一")
    counts = progress([looked], date(2026, 8, 1))
    assert (looked.finding, counts.reviewed, counts.held, counts.relapsed) == ("held", 1, 0, 1)
    again = progress(reviews([*entries, told(SCHEDULED, "一")], "一"), date(2026, 7, 21))
    assert (again.reviewed, again.relapsed, again.due, again.relapse_percent) == (1, 1, 1, "100.0")


def test_a_later_round_takes_nothing_from_an_earlier_one():
    entries = [told(SCHEDULED, "一"), told(FOLLOWED_UP, "一", finding="relapsed"), told(SCHEDULED, "二"),
               told(FOLLOWED_UP, "二", finding="held")]  # fmt: skip
    assert [one.finding for name in ("一", "二") for one in reviews(entries, name)] == ["relapsed", "held"]
