"""Shares by both due dates: small worlds counted by hand, and what must hold of any world."""

from dataclasses import astuple, replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.clocks import Pause
from states.errors import FactInvalid
from states.facts import CaseFacts
from states.statistics import (
    BASES,
    NOTHING,
    By,
    LeftOut,
    Matter,
    Measure,
    Period,
    Rate,
    Stage,
    stage_of,
    statistics,
)
from states.statistics.shares import SHARES
from states.statistics.tally import MARKS
from tests.builders import LEAD, LEAD_CODE, at
from tests.states.matters import DUE_ON, LATER, facts_in, running
from workflow.calendars import base_calendar

REAL = base_calendar(2026)
FRIDAY = at(2026, 7, 24)
"""Two working days after the matter was due, well before its extension is."""

RUNNING, PAUSED, IDLE, CLOSED = Stage.RUNNING, Stage.PAUSED, Stage.IDLE, Stage.CLOSED
IN_TIME, AFTER = date(2026, 7, 21), date(2026, 7, 27)
ORIGINAL = {"original_due_on": DUE_ON}
EXTENDED = {**ORIGINAL, "due_on": LATER, "extensions": 1, "clocks": (running(LATER, stated_on=LATER),)}
STATED = {"origin": "台账第5行"}
BOTH_ON_TIME = {"on_time": True, "on_time_originally": True, "overdue": False, "overdue_originally": False}
NOT_LATE = {"overdue": False, "overdue_originally": False}
BOTH_LATE = {name: not verdict for name, verdict in BOTH_ON_TIME.items()}
ON_TIME_BY_EXTENSION = {**BOTH_ON_TIME, "on_time_originally": False, "overdue_originally": True}
LATE_BUT_FOR_EXTENSION = {"overdue": False, "on_time_originally": False, "overdue_originally": True}
CAME_BACK = {"relapsed": True}
NEVER_RETURNED = {"returned": False, "first_time": True}


def a_matter(stage=RUNNING, *, reopened=False, extended=False, **changes):
    """The street-light matter, dispatched on 2026-07-01 and due on 2026-07-22, with these facts changed."""
    facts = facts_in("handling", **{"clocks": (running(),), **ORIGINAL, **changes})
    return Matter(facts, stage, reopened=reopened, extended=extended)


def closed(reported_on, **changes):
    """The matter closed three days after its unit reported it done."""
    done = {"reported_by": "BH212-L", "reported_on": reported_on}
    return a_matter(CLOSED, closed_on=reported_on + timedelta(days=3), **{**done, **changes})


def counted(*matters, when=FRIDAY, **options):
    return statistics(matters, at=when, calendar=REAL, **options)


def verdicts(matter, when=FRIDAY):
    """What a matter counts as, under each measure it counts for."""
    rates = counted(matter, when=when).total.rates
    return {one.value: bool(rate.numerator) for one, rate in rates.items() if rate.denominator}


WORLDS = {
    "open before its date": (a_matter(due_on=LATER, original_due_on=LATER), NOT_LATE),
    "open past its date": (a_matter(), BOTH_LATE),
    "asked for an extension nobody granted": (a_matter(extension_to=LATER), BOTH_LATE),
    "extended and open": (a_matter(**EXTENDED), {**LATE_BUT_FOR_EXTENSION, "extended": True}),
    "closed in time": (closed(IN_TIME), {**BOTH_ON_TIME, **NEVER_RETURNED}),
    "closed on the very day": (closed(DUE_ON), {**BOTH_ON_TIME, **NEVER_RETURNED}),
    "closed late": (closed(AFTER), {**BOTH_LATE, **NEVER_RETURNED}),
    "extended and closed in time": (closed(AFTER, **EXTENDED),
                                    {**ON_TIME_BY_EXTENSION, **NEVER_RETURNED, "extended": True}),
    "put off by a pause": (closed(AFTER, due_on=LATER), {**ON_TIME_BY_EXTENSION, **NEVER_RETURNED}),
    "reported in time, not verified yet": (a_matter(PAUSED, reported_by="BH212-L", reported_on=IN_TIME),
                                           {**NOT_LATE, "returned": False}),
    "returned and in hand again": (a_matter(returns=1), {**BOTH_LATE, "returned": True}),
    "returned once, then closed": (closed(IN_TIME, returns=1),
                                   {**BOTH_ON_TIME, "returned": True, "first_time": False}),
    "closed after it was reopened": (closed(IN_TIME, reopened=True),
                                     {**BOTH_ON_TIME, "returned": False, "first_time": False, **CAME_BACK}),
    "reopened after an extension": (a_matter(reopened=True, extended=True),
                                    {**BOTH_LATE, "extended": True, **CAME_BACK}),
    "looked back at, and it holds": (closed(IN_TIME, lookbacks=1, lookback_finding="held"),
                                     {**BOTH_ON_TIME, **NEVER_RETURNED, "relapsed": False}),
    "found to have come back, not taken up yet": (closed(IN_TIME, lookbacks=1, lookback_finding="relapsed"),
                                                  {**BOTH_ON_TIME, **NEVER_RETURNED, **CAME_BACK}),
    "come back, closed again, and it holds": (closed(IN_TIME, lookbacks=2, relapses=1,
                                                     lookback_finding="held", reopened=True),
                                              {**BOTH_ON_TIME, "returned": False, "first_time": False,
                                               **CAME_BACK}),
    "due to be looked back at": (closed(IN_TIME, lookback_due_on=LATER), {**BOTH_ON_TIME, **NEVER_RETURNED}),
    "suspended in time": (a_matter(PAUSED, paused_on=IN_TIME, suspended_from="handling"), NOT_LATE),
    "suspended when late already": (a_matter(PAUSED, paused_on=date(2026, 7, 23)), BOTH_LATE),
    "stated as suspended, since nobody knows when": (a_matter(PAUSED, suspended_from="handling"), {}),
    "without a limit": (a_matter(due_on=None, clocks=(), original_due_on=None), None),
    "stated as closed": (a_matter(CLOSED, closed_on=IN_TIME, **STATED), BOTH_ON_TIME),
    "stated as closed on an unknown day": (a_matter(CLOSED, **STATED), {}),
    "stated as extended": (a_matter(**{**EXTENDED, "extensions": 0}, **STATED),
                           {**LATE_BUT_FOR_EXTENSION, "extended": True}),
}  # fmt: skip


@pytest.mark.parametrize(("matter", "expected"), WORLDS.values(), ids=list(WORLDS))
def test_a_matter_counts_as(matter, expected):
    has_limit = expected is not None
    common = {"closed": matter.stage is CLOSED, **({"extended": False} if has_limit else {})}
    found = {**common, **(expected or {})}
    twice = {"extended_originally": found["extended"]} if has_limit else {}
    assert verdicts(matter) == {**found, **twice}


@pytest.mark.parametrize(("hour", "overdue"), [(10, False), (12, True)])
def test_a_limit_in_hours_is_overdue_once_its_hour_has_passed(hour, overdue):
    matter = a_matter(clocks=(running(due_at=at(2026, 7, 22, 11)),))
    assert verdicts(matter, at(2026, 7, 22, hour))["overdue"] is overdue


NO_DATES = {"dispatched_on": None, "due_on": None, "original_due_on": None, "clocks": ()}
LEFT_OUT = {
    "a draft": (a_matter(IDLE, **NO_DATES), LeftOut.DRAFT),
    "a draft an old register states": (a_matter(IDLE, **NO_DATES, **STATED), LeftOut.DRAFT),
    "withdrawn": (a_matter(Stage.CANCELLED, outcome="withdrawn"), LeftOut.WITHDRAWN),
    "stated as withdrawn": (a_matter(Stage.CANCELLED, **STATED), LeftOut.WITHDRAWN),
    "merged": (a_matter(Stage.CANCELLED, merged_into="滨督2026-002"), LeftOut.MERGED),
}


@pytest.mark.parametrize(("matter", "reason"), LEFT_OUT.values(), ids=list(LEFT_OUT))
def test_what_is_no_matter_of_the_units_is_left_out_with_its_reason(matter, reason):
    found = counted(matter, a_matter())
    assert found.total.matters == 1
    assert {one for one, count in found.left_out.items() if count} == {reason}


def test_long_term_matters_are_counted_apart():
    total = counted(a_matter(open_ended=True), a_matter(CLOSED, open_ended=True), a_matter()).total
    assert (total.matters, total.long_term, total.long_term_closed) == (1, 2, 1)
    assert total.rates[Measure.CLOSED].denominator == 1


def test_matters_taken_over_count_and_are_marked():
    taken_over = a_matter(CLOSED, closed_on=IN_TIME, **STATED), a_matter(**STATED)
    total = counted(*taken_over, closed(IN_TIME), a_matter()).total
    assert (total.matters, total.stated) == (4, 2)
    assert total.rates[Measure.CLOSED] == Rate(2, 4, stated=2)
    assert total.rates[Measure.FIRST_TIME] == Rate(1, 1, stated=0)
    assert (total.duration.matters, total.duration.stated) == (2, 1)


def test_what_a_reader_must_know_of_the_numbers_is_counted_beside_them():
    put_off, unknown = a_matter(due_on=LATER), a_matter(CLOSED, **STATED)
    total = counted(put_off, unknown, a_matter(**EXTENDED), closed(IN_TIME, reopened=True)).total
    assert (total.shifted, total.undated, total.reopened) == (1, 1, 1)


@pytest.mark.parametrize(
    ("since", "until", "counts"),
    [
        (date(2026, 7, 1), date(2026, 7, 1), True),  # dispatched
        (date(2026, 7, 22), date(2026, 7, 22), True),  # due at first
        (date(2026, 8, 1), None, True),
        (date(2026, 8, 5), date(2026, 8, 31), True),  # due after its extension
        (date(2026, 7, 2), date(2026, 7, 21), False),
        (None, date(2026, 6, 30), False),
        (None, None, True),
    ],
)
def test_a_period_takes_what_was_dispatched_or_due_in_it(since, until, counts):
    found = counted(a_matter(**EXTENDED), period=Period(since, until))
    assert (found.total.matters, found.left_out[LeftOut.OUTSIDE]) == (counts, not counts)


OVER_TWO_MONTHS = {"dispatched_on": date(2026, 6, 25), "due_on": date(2026, 7, 16)}
CLOSED_AT_ONCE = closed(date(2026, 6, 29), **OVER_TWO_MONTHS, original_due_on=date(2026, 7, 16))
OF_DATES = {
    "on_time",
    "on_time_originally",
    "overdue",
    "overdue_originally",
    "extended",
    "extended_originally",
}
JUNE, JULY, AUGUST = (
    Period(date(2026, month, 1), date(2026, month, last)) for month, last in ((6, 30), (7, 31), (8, 31))
)


def asked_in(period, matter):
    """The measures a period asks of a matter."""
    return {one.value for one, rate in counted(matter, period=period).total.rates.items() if rate.denominator}


def test_a_period_asks_for_the_closing_of_what_it_handed_out_and_for_the_punctuality_of_what_was_due():
    assert asked_in(JUNE, CLOSED_AT_ONCE) == {"closed", "returned", "first_time"}
    assert asked_in(JULY, CLOSED_AT_ONCE) == OF_DATES
    took = [counted(CLOSED_AT_ONCE, period=one).total.duration.matters for one in (JUNE, JULY)]
    assert took == [1, 0]


def test_a_matter_put_off_is_due_in_one_month_by_its_date_and_in_another_by_the_first():
    extended = a_matter(**{**EXTENDED, "dispatched_on": date(2026, 6, 25)})
    assert asked_in(JULY, extended) == {"on_time_originally", "overdue_originally", "extended_originally"}
    assert asked_in(AUGUST, extended) == {"overdue", "extended"}


def test_the_answer_says_in_words_what_each_share_is_of():
    of_all, of_july = counted().as_json()["bases"], counted(period=JULY).as_json()["bases"]
    assert (of_all["closed"]["denominator"], of_july["closed"]["denominator"]) == ("交办", "本期交办")
    assert of_july["on_time"] == {
        "cohort": "due", "numerator": "按期办结", "denominator": "本期到期、应办结（已销号或已逾期）",
    }  # fmt: skip


def test_a_matter_without_any_date_belongs_to_no_period():
    found = counted(a_matter(**NO_DATES, **STATED), period=Period(until=DUE_ON))
    assert (found.total.matters, found.left_out[LeftOut.UNDATED]) == (0, 1)


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(FactInvalid) as refused:
        Period(LATER, DUE_ON)
    assert refused.value.code == "period_reversed"


def test_the_days_a_matter_took_are_without_its_pauses():
    pauses = (
        Pause(at(2026, 7, 6), at(2026, 7, 9), "suspended"),
        Pause(at(2026, 7, 13, 19), at(2026, 7, 15), "verifying"),
        Pause(at(2026, 7, 21, 10), at(2026, 7, 24), "verifying"),  # begun by the report itself
    )
    duration = counted(closed(IN_TIME, clocks=(running(pauses=pauses),))).total.duration
    assert (duration.matters, duration.days, duration.working_days) == (1, 20 - 4, 14 - 4)


def test_a_reopened_matter_has_no_single_duration():
    assert counted(closed(IN_TIME, reopened=True), closed(IN_TIME)).total.duration.matters == 1


@pytest.mark.parametrize(
    ("numerator", "denominator", "percent"),
    [(0, 7, "0.0"), (1, 3, "33.3"), (2, 3, "66.7"), (1, 16, "6.3"), (7, 7, "100.0"), (0, 0, None)],
)
def test_a_percentage_has_one_decimal(numerator, denominator, percent):
    assert Rate(numerator, denominator, 0).percent == percent


def test_an_answer_has_whole_numbers_and_text_only():
    found = counted(closed(IN_TIME), a_matter(), by=By.UNIT, names={LEAD_CODE: LEAD}).as_json()
    assert found["total"]["rates"]["on_time"] == {
        "numerator": 1, "denominator": 2, "percent": "50.0", "stated": 0,
    }  # fmt: skip
    assert (found["as_of"], found["units"][0]["name"]) == ("2026-07-24", LEAD)
    assert "float" not in {type(one).__name__ for one in leaves(found)}


def leaves(value):
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return [value] if inner is None else [leaf for one in inner for leaf in leaves(one)]


def test_the_unit_that_stands_worst_comes_first():
    late, extended, done = a_matter(), a_matter(**EXTENDED), closed(IN_TIME)
    matters = [
        led_by(*one) for one in (("甲", done), ("乙", late), ("丙", late), ("丙", done), ("丁", extended))
    ]
    assert [line.group for line in counted(*matters, by=By.UNIT).lines] == ["乙", "丙", "丁", "甲"]


def led_by(unit, matter):
    return replace(matter, facts=replace(matter.facts, lead_unit=unit))


CATEGORIES = [("ordinary", "一般"), ("ordinary", "一般事项"), ("complex", "复杂"), (None, None)]


def test_a_category_goes_by_what_its_own_policy_calls_it():
    matters = [replace(a_matter(complexity=id), category=label) for id, label in (*CATEGORIES, *CATEGORIES)]
    lines = counted(*matters, by=By.CATEGORY).lines
    assert {(line.group, line.name, line.matters) for line in lines} == {
        ("ordinary", "一般", 2), ("ordinary", "一般事项", 2), ("complex", "复杂", 2), (None, "未定类别", 2),
    }  # fmt: skip


def test_leaders_named_together_are_a_line_of_their_own():
    named = ["沈以恒", "苗立言、沈以恒", None, " "]
    lines = counted(*(a_matter(accountable_leader=one) for one in named), by=By.LEADER).lines
    assert {line.name: line.matters for line in lines} == {
        "沈以恒": 1, "苗立言、沈以恒": 1, "未定包保领导": 2,
    }  # fmt: skip


def test_months_come_in_their_order_and_the_unknown_one_last():
    months = [(2026, 11), (2026, 2), (2025, 12)]
    matters = [a_matter(dispatched_on=date(*month, 3)) for month in months]
    lines = counted(*matters, a_matter(**NO_DATES, **STATED), by=By.MONTH).lines
    assert [line.name for line in lines] == ["2025-12", "2026-02", "2026-11", "交办日期不明"]


def test_lead_units_stand_twice_in_a_document_and_other_lines_once():
    by_unit, by_leader = (counted(a_matter(), by=by).as_json() for by in (By.UNIT, By.LEADER))
    assert by_unit["units"] == [{"unit": LEAD_CODE, **by_unit["lines"][0]}]
    assert (by_leader["by"], by_leader["units"], len(by_leader["lines"])) == ("leader", None, 1)
    assert counted(by=By.UNIT).as_json()["units"] == []


@pytest.mark.parametrize("measure", Measure)
def test_every_measure_has_one_function_that_says_what_it_is_a_share_of(measure):
    assert SHARES[measure].__name__ == measure.value
    assert measure.label.partition("（")[0] in SHARES[measure].__doc__
    assert measure in BASES


def test_a_state_means_what_the_lifecycle_s_commands_make_of_it(lifecycle):
    stages = {row.id: stage_of(lifecycle, row.id).value for row in lifecycle.states}
    assert stages == {
        "draft": "idle",
        **dict.fromkeys(("assigned", "registered", "handling"), "running"),
        **dict.fromkeys(("verifying", "suspended"), "paused"),
        **dict.fromkeys(("closed", "archived"), "closed"),
        "cancelled": "cancelled",
    }


days = st.dates(date(2026, 6, 1), date(2026, 9, 30))
maybe = st.none() | days
any_matters = st.builds(
    lambda stage, reopened, extended, **facts: Matter(CaseFacts(**facts), stage, reopened, extended),
    st.sampled_from(Stage),
    st.booleans(),
    st.booleans(),
    **dict.fromkeys(("dispatched_on", "due_on", "original_due_on", "paused_on", "closed_on"), maybe),
    reported_on=maybe,
    reported_by=st.sampled_from((None, "BH212-L")),
    returns=st.integers(0, 2),
    extensions=st.integers(0, 2),
    open_ended=st.booleans(),
    origin=st.sampled_from((None, "台账第5行")),
    outcome=st.sampled_from((None, "on_time", "late", "withdrawn")),
    merged_into=st.sampled_from((None, None, "滨督2026-002")),
    lead_unit=st.sampled_from((None, "BH212", "BH213")),
    complexity=st.sampled_from((None, "ordinary", "complex")),
    accountable_leader=st.sampled_from((None, "", "沈以恒", "苗立言、沈以恒")),
    lookbacks=st.integers(0, 2),
    lookback_finding=st.sampled_from((None, "held", "relapsed")),
    relapses=st.integers(0, 1),
)
worlds = st.lists(any_matters, max_size=12)
periods = st.tuples(maybe, maybe).map(lambda ends: Period(*(sorted(ends) if None not in ends else ends)))


@given(worlds, periods)
def test_no_share_is_more_than_the_whole(matters, period):
    total = counted(*matters, period=period).total
    for rate in total.rates.values():
        assert 0 <= rate.numerator <= rate.denominator <= total.matters
        assert 0 <= rate.stated <= rate.denominator
        assert rate.percent is None or 0 <= float(rate.percent) <= 100


@given(worlds)
def test_what_had_to_be_done_was_either_on_time_or_late(matters):
    rates = counted(*matters).total.rates
    for on_time, overdue in (("ON_TIME", "OVERDUE"), ("ON_TIME_ORIGINALLY", "OVERDUE_ORIGINALLY")):
        settled = rates[Measure[on_time]]
        assert settled.numerator + rates[Measure[overdue]].numerator == settled.denominator
        assert settled.denominator <= rates[Measure[overdue]].denominator


@given(worlds)
def test_dates_that_only_move_later_never_make_a_unit_look_worse(matters):
    later = [one for one in matters if not one.facts.due_on or one.facts.due_on >= one.original_due_on]
    rates = counted(*later).total.rates
    now, originally = rates[Measure.ON_TIME], rates[Measure.ON_TIME_ORIGINALLY]
    assert originally.numerator <= now.numerator
    assert originally.numerator * now.denominator <= now.numerator * originally.denominator
    assert rates[Measure.OVERDUE].numerator <= rates[Measure.OVERDUE_ORIGINALLY].numerator


@given(worlds, periods, st.sampled_from(By))
def test_every_matter_is_counted_once_and_the_lines_add_up(matters, period, by):
    found = counted(*matters, period=period, by=by)
    total, lines = found.total, found.lines
    assert total.matters + total.long_term + sum(found.left_out.values()) == len(matters)
    for mark in MARKS:
        assert sum(getattr(line, mark) for line in lines) == getattr(total, mark)
    for measure in Measure:
        assert_adds_up([line.rates[measure] for line in lines], total.rates[measure])
    assert_adds_up([line.duration for line in lines], total.duration)


@given(worlds)
def test_months_never_ask_twice_for_a_share_of_one_matter(matters):
    months = [counted(*matters, period=one).total.rates for one in (JUNE, JULY, AUGUST)]
    whole = counted(*matters, period=Period(JUNE.since, AUGUST.until)).total.rates
    for measure in Measure:
        assert_adds_up([rates[measure] for rates in months], whole[measure])


def assert_adds_up(parts, whole):
    """The numbers of several shares or averages, one by one in sum."""
    sums = zip(*map(astuple, parts), strict=True) if parts else [(0,)] * len(astuple(whole))
    assert tuple(map(sum, sums)) == astuple(whole)


@given(worlds, st.sampled_from(By))
def test_what_matters_have_nothing_of_is_a_line_of_its_own_and_named_so(matters, by):
    lines = counted(*matters, by=by).lines
    assert len({(line.group, line.name) for line in lines}) == len(lines)
    assert {line.name for line in lines if line.group is None} <= {NOTHING[by]}


@given(st.permutations([led_by(unit, one) for unit in "甲乙丙" for one in (closed(IN_TIME), a_matter())]))
def test_the_order_of_the_matters_does_not_matter(matters):
    assert counted(*matters, by=By.UNIT) == counted(*sorted(matters, key=repr), by=By.UNIT)
