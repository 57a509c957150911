"""A corrected day keeps to what was witnessed; what lateness is judged by is corrected by the director."""

from datetime import date

import pytest

from states.errors import FactInvalid, NotPermitted, Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OFFICER,
    a_case,
    a_paper_of_proof,
    at,
    give,
    signed,
    stored,
)
from workflow.services import cases
from workflow.services.timeline import history as timeline
from workflow.services.verification import verify

AGAIN, CLOSED = date(2026, 8, 20), date(2026, 8, 21)
STATED_DAYS = {"dispatched_on": (6, 1), "due_on": (7, 22), "closed_on": (7, 24)}


def correct(office, case, field, old, new, *, by=OFFICER, when=at(2026, 8, 24), **more):
    return give(office, case, "correct", by, when, field=field, old=old, new=new, reason="登记时录错", **more)


def refused(office, case, *given, **more):
    with pytest.raises(Refusal) as found:
        correct(office, case, *given, **more)
    return found.value


def received(office):
    """A matter dispatched on 2026-07-06, due on 07-27, signed for on 07-08 and begun on 07-09."""
    case = a_case(office, "assigned", at(2026, 7, 6))
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 8))
    return give(office, case, "begin", LIAISON, at(2026, 7, 9), plan="分三批抢修，先主干道后背街小巷")


def reported(office, case, when):
    proof = [a_paper_of_proof(office)]
    return give(office, case, "report_completion", LIAISON, when, result="全部复亮", evidence=proof)


@pytest.fixture
def late(office):
    """Reported on 07-20, returned on 07-21, reported again on 08-20 and struck off on 08-21: late."""
    case = reported(office, received(office), at(2026, 7, 20))
    give(office, case, "return_for_rework", OFFICER, at(2026, 7, 21), reason="仍有3盏不亮", missing=("3盏",))
    reported(office, case, at(2026, 8, 20))
    shown = {"verification": "夜间抽查40盏均亮", "evidence": [a_paper_of_proof(office)]}
    case = give(office, case, "close_out", DIRECTOR, at(2026, 8, 21), **shown)
    assert case.facts.outcome == "late"
    return case


@pytest.mark.parametrize("new", ["2026-07-07", "2026-07-08", "2026-07-20"])
@pytest.mark.parametrize("by", [OFFICER, DIRECTOR])
def test_a_report_is_never_put_before_what_went_before_it(office, late, new, by):
    broken = refused(office, late, "报结日期", AGAIN, date.fromisoformat(new), by=by)
    assert (type(broken), broken.code) == (FactInvalid, "date_against_history")
    assert "退回" in broken.message and "2026-07-21" in broken.message
    assert stored(office, late).facts.outcome == "late"


def test_an_officer_does_not_make_a_late_matter_one_on_time(office, late):
    broken = refused(office, late, "报结日期", AGAIN, date(2026, 7, 24))
    assert (type(broken), broken.code) == (NotPermitted, "limit_correction_not_permitted")
    assert "办结情况" in broken.message


def test_the_director_does_and_the_timeline_says_so(office, late):
    correct(office, late, "报结日期", AGAIN, date(2026, 7, 24), by=DIRECTOR)
    assert stored(office, late).facts.outcome == "on_time"
    assert timeline(office, late.number)[-1]["sentence"].endswith("（办结情况由逾期办结改为按期办结）")
    assert verify(office).findings == []


def test_an_officer_corrects_a_day_on_which_nothing_hangs(office, late):
    correct(office, late, "报结日期", AGAIN, date(2026, 8, 19))
    assert stored(office, late).facts.reported_on == date(2026, 8, 19)


def test_the_end_is_never_put_before_the_report_nor_the_dispatch_after_its_receipt(office, late):
    assert refused(office, late, "销号时间", CLOSED, date(2026, 8, 19)).code == "dates_out_of_order"
    dispatch = ("交办时间", date(2026, 7, 6), date(2026, 7, 9))
    assert refused(office, late, *dispatch, by=DIRECTOR).code == "date_against_history"


def test_the_days_corrected_before_are_the_ones_to_keep_to(office, late):
    correct(office, late, "报结日期", AGAIN, date(2026, 8, 14))
    closing = {"by": DIRECTOR, "reissue": True}
    correct(office, late, "销号时间", CLOSED, date(2026, 8, 17), **closing)
    assert stored(office, late).facts.closed_on == date(2026, 8, 17)


@pytest.mark.parametrize("new", ["2026-07-07", "2026-07-08"])
def test_a_first_report_is_never_put_before_receipt_and_beginning(office, new):
    case = reported(office, received(office), at(2026, 7, 30))
    broken = refused(office, case, "报结日期", date(2026, 7, 30), date.fromisoformat(new), by=DIRECTOR)
    assert broken.code == "date_against_history" and "2026-07-09" in broken.message


def test_an_officer_moves_no_limit_by_the_day_time_stands_still_from(office):
    case = reported(office, received(office), at(2026, 7, 30))
    given = ("报结日期", date(2026, 7, 30), date(2026, 7, 10))
    broken = refused(office, case, *given, when=at(2026, 7, 31))
    assert broken.code == "limit_correction_not_permitted"
    correct(office, case, *given, by=DIRECTOR, when=at(2026, 7, 31))
    assert stored(office, case).facts.paused_on == date(2026, 7, 10)


def test_a_matter_an_old_register_states_keeps_its_officer_however_often_he_corrects(office):
    stated = {"state": "closed", "title": "路灯不亮", "origin": "台账第5行", "lead_unit": LEAD}
    stated |= {name: date(2026, *day) for name, day in STATED_DAYS.items()}
    case = cases.create(office, "take_over", by=signed(OFFICER), at=at(2026, 8, 3), **stated)
    correct(office, case, "备注", "空", "转自热线")
    correct(office, case, "销号时间", date(2026, 7, 24), date(2026, 7, 22))
    assert stored(office, case).facts.outcome == "on_time"
    assert timeline(office, case.number)[-1]["sentence"].endswith("（办结情况由逾期办结改为按期办结）")
