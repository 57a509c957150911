"""Statistics of a real register: what the commands did comes out in the shares, and nothing is written."""

from datetime import date

import pytest

from states.errors import FactInvalid
from states.statistics import By, LeftOut, Measure, Rate
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    OFFICER,
    OPENED,
    a_case,
    a_draft,
    a_paper_of_proof,
    asking,
    at,
    give,
    relapsed,
    row_counts,
    signed,
    suspended,
    under_policy,
)
from tests.registers import TAKEN_OVER, WAITING_ROWS, take_over
from workflow.services.installation import install
from workflow.services.register import list_cases
from workflow.services.statistics import statistics
from workflow.storage.session import reading

AUGUST = at(2026, 8, 1)


def rates(office, when=AUGUST, **options):
    """The shares of the whole register, by the measure's name."""
    found = statistics(office, today=when, **options).total.rates
    return {measure.value: (rate.numerator, rate.denominator) for measure, rate in found.items()}


def close(office, case, when):
    proof = [a_paper_of_proof(office)]
    give(office, case, "report_completion", "盛宁远", when, result="312盏全部复亮", evidence=proof)
    give(office, case, "close_out", DIRECTOR, when, verification="夜间抽查40盏均亮", evidence=proof)


def extended(office):
    """A case due on 2026-07-22 at first, and on 2026-08-05 now."""
    case = a_case(office)
    asking(office, case, at(2026, 7, 10), date(2026, 8, 5))
    return give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 13))


def test_a_granted_extension_helps_against_the_due_date_and_not_against_the_original(office):
    close(office, extended(office), at(2026, 7, 30))
    found = rates(office)
    assert (found["on_time"], found["overdue"]) == ((1, 1), (0, 1))
    assert (found["on_time_originally"], found["overdue_originally"]) == ((0, 1), (1, 1))
    assert found["extended"] == (1, 1)


def test_an_extension_nobody_granted_leaves_the_original_date(office):
    close(office, asking(office, a_case(office), at(2026, 7, 10), date(2026, 8, 5)), at(2026, 7, 30))
    found = rates(office)
    assert found["on_time"] == found["on_time_originally"] == (0, 1)
    assert found["extended"] == (0, 1)


def test_a_later_date_set_with_another_unit_is_no_extension_and_shows_as_a_moved_date(office):
    handed_on = {"lead_unit": "市水务局", "due_on": date(2026, 8, 20), "reason": "职责调整"}
    give(office, a_case(office), "reassign", DIRECTOR, at(2026, 7, 6), **handed_on)
    assert rates(office)["extended"] == (0, 1)
    assert statistics(office, today=AUGUST).total.shifted == 1


def test_a_reopened_matter_keeps_that_it_was_extended_and_is_no_longer_closed_at_once(office):
    case = extended(office)
    close(office, case, at(2026, 7, 30))
    assert rates(office)["first_time"] == (1, 1)
    relapsed(office, case, at(2026, 7, 31))
    give(office, case, "reopen", DIRECTOR, at(2026, 7, 31), due_on=date(2026, 8, 20), reason="又有路灯不亮")
    close(office, case, at(2026, 8, 18))
    found = rates(office, at(2026, 9, 1))
    assert (found["first_time"], found["extended"]) == ((0, 1), (1, 1))


def test_a_return_for_rework_is_remembered(office):
    case = a_case(office, "verifying")
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 2), reason="抽查仍有9盏不亮")
    close(office, case, at(2026, 7, 3))
    found = rates(office)
    assert (found["returned"], found["first_time"]) == ((1, 1), (0, 1))


def test_a_return_counts_although_another_unit_went_on_with_the_matter(office):
    case = a_case(office, "verifying")
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 2), reason="抽查仍有9盏不亮")
    give(
        office, case, "reassign", DIRECTOR, at(2026, 7, 3), lead_unit="市住建局", reason="路灯归住建部门管养"
    )
    assert rates(office)["returned"] == (1, 1)


def test_the_time_a_matter_stood_still_is_not_charged(office):
    case = suspended(office, a_case(office), at(2026, 7, 6), date(2026, 7, 31))
    give(office, case, "resume", DIRECTOR, at(2026, 7, 13), reason="道路改造完成")
    close(office, case, at(2026, 7, 20))
    duration = statistics(office, today=AUGUST).total.duration
    assert (duration.working_days, duration.days) == (13 - 5, 19 - 7)


def test_drafts_and_withdrawn_matters_are_left_out(office):
    a_draft(office)
    give(office, a_case(office, "assigned"), "withdraw", DIRECTOR, reason="重复交办")
    survivor = a_case(office)
    give(office, a_case(office), "merge", DIRECTOR, reason="同一问题", surviving=survivor.number)
    found = statistics(office, today=AUGUST)
    assert found.total.matters == 1
    left_out = {reason for reason, count in found.left_out.items() if count}
    assert left_out == {LeftOut.DRAFT, LeftOut.WITHDRAWN, LeftOut.MERGED}


@pytest.fixture
def old_register(office):
    """The demo register taken over, every suggestion taken."""
    take_over(office, accept=WAITING_ROWS)
    return office


def test_the_old_register_s_lateness_is_that_of_the_list(old_register):
    listed = list_cases(old_register, today=TAKEN_OVER)
    late = [one for one in listed if one.timeliness.overdue or one.facts.outcome == "late"]
    total = statistics(old_register, today=TAKEN_OVER).total
    assert total.rates[Measure.OVERDUE].numerator == len(late)
    assert total.stated == total.matters == len(listed) - total.long_term
    assert total.rates[Measure.FIRST_TIME] == Rate(0, 0, 0)


def test_units_go_by_their_names_and_add_up(old_register):
    found = statistics(old_register, today=TAKEN_OVER, by=By.UNIT)
    assert {line.group: line.name for line in found.lines}[LEAD_CODE] == LEAD
    assert sum(line.matters for line in found.lines) == found.total.matters
    shares = [line.rates[Measure.OVERDUE] for line in found.lines]
    assert [one.numerator * 100 // max(one.denominator, 1) for one in (shares[0], shares[-1])] == [100, 0]


def test_a_category_goes_by_the_label_of_the_policy_its_matter_is_pinned_to(office, tmp_path):
    a_case(office, "assigned", complexity="ordinary")
    settings = under_policy(office, tmp_path, 'label = "一般"', 'label = "一般事项"')
    renamed = install(settings, by=signed(None, at(2026, 7, 2)))
    a_case(renamed, "assigned", at(2026, 7, 3), complexity="ordinary")
    a_case(renamed, "assigned", at(2026, 7, 3), complexity="complex", accountable_leader="沈以恒")
    lines = statistics(renamed, today=AUGUST, by=By.CATEGORY).lines
    assert {(line.group, line.name) for line in lines} == {
        ("ordinary", "一般"), ("ordinary", "一般事项"), ("complex", "复杂"),
    }  # fmt: skip
    leaders = statistics(renamed, today=AUGUST, by=By.LEADER).lines
    assert {line.name: line.matters for line in leaders} == {"沈以恒": 1, "未定包保领导": 2}
    renamed.engine.dispose()


@pytest.mark.parametrize("by", By)
def test_the_lines_of_a_whole_register_add_up(old_register, by):
    found = statistics(old_register, today=TAKEN_OVER, by=by)
    for measure, rate in found.total.rates.items():
        parts = [line.rates[measure] for line in found.lines]
        assert sum(one.numerator for one in parts) == rate.numerator
        assert sum(one.denominator for one in parts) == rate.denominator
    assert sum(line.long_term for line in found.lines) == found.total.long_term


def test_a_matter_in_hand_again_is_still_one_that_was_reported_and_came_back(office):
    case = a_case(office)
    close(office, case, at(2026, 7, 20))
    relapsed(office, case, at(2026, 7, 26))
    give(office, case, "reopen", DIRECTOR, at(2026, 7, 27), due_on=date(2026, 8, 20), reason="又有路灯不亮")
    found = rates(office)
    assert (found["returned"], found["first_time"], found["relapsed"]) == ((0, 1), (0, 0), (1, 1))
    close(office, case, at(2026, 8, 18))
    assert rates(office, at(2026, 9, 1))["relapsed"] == (1, 1)


def test_a_relapse_once_found_stays_in_the_figure_when_a_later_look_holds(office):
    case = a_case(office)
    close(office, case, at(2026, 7, 20))
    relapsed(office, case, at(2026, 7, 26))
    held = {"method": "document", "finding": "held", "verification": "复核：夜间抽查均亮"}
    give(office, case, "follow_up", OFFICER, at(2026, 7, 27), **held)
    assert rates(office)["relapsed"] == (1, 1)


def test_words_that_look_like_a_relapse_are_none(office):
    case = a_case(office)
    close(office, case, at(2026, 7, 20))
    told = '"lookback_finding":"relapsed"'
    held = {"method": "document", "finding": "held", "verification": told}
    give(office, case, "follow_up", OFFICER, at(2026, 7, 27), **held)
    assert rates(office)["relapsed"] == (0, 1)


def test_a_period_takes_what_was_dispatched_or_due_in_it(office):
    a_case(office)
    a_case(office, when=at(2026, 9, 1))
    july = {"since": date(2026, 7, 22), "until": date(2026, 7, 31)}
    found = rates(office, **july)
    assert (found["closed"], found["overdue"]) == ((0, 0), (1, 1)), "dispatched before, due in July"
    assert rates(office, since=date(2026, 9, 1))["closed"] == (0, 1)
    with pytest.raises(FactInvalid):
        statistics(office, today=AUGUST, since=AUGUST.date(), until=OPENED.date())


def test_statistics_write_nothing_and_ask_once(office, monkeypatch):
    extended(office)
    before, opened = row_counts(office), []
    monkeypatch.setattr(
        "workflow.services.statistics.reading", lambda engine: opened.append(1) or reading(engine)
    )
    statistics(office, today=AUGUST, by=By.UNIT)
    assert (row_counts(office), opened) == (before, [1])
