"""A loaded notice lists what it would change, and changes it only where somebody accepts."""

import json
from datetime import date

import pytest

from states.errors import NotPermitted
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    at,
    give,
    history,
    kinds,
    signed,
    stored,
)
from workflow.services import calendars, recounting
from workflow.services.explaining import explain
from workflow.services.verification import verify

LOADED = at(2026, 7, 10)
TYPHOON = {
    "papers": ["滨海市防指台风红色预警停工令"],
    "days": [{"name": "台风停工", "date": "2026-07-13", "isOffDay": True}],
}
NEW_YEAR = {
    "year": 2027,
    "papers": ["国务院办公厅关于2027年部分节假日安排的通知"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2026-12-31", "isOffDay": True},
        {"name": "元旦", "date": "2026-12-27", "isOffDay": False},
    ],
}


def load(office, tmp_path, notice, when=LOADED):
    path = tmp_path / "通知.json"
    path.write_text(json.dumps(notice, ensure_ascii=False), encoding="utf-8")
    report = calendars.load(office, path, by=signed(OFFICER, when), at=when)
    recounting.wake_all(office, by=signed(None, when), at=when)
    return report


def accept(office, numbers=None, by=OFFICER, when=LOADED):
    return recounting.accept(office, numbers, by=signed(by, when), at=when)


def test_loading_a_notice_moves_nothing_and_lists_what_it_would_move(office, tmp_path):
    case = a_case(office)
    load(office, tmp_path, TYPHOON)
    (found,) = recounting.impact(office)
    told = found.as_json()
    assert (told["case"], told["clock"], told["old"], told["new"]) == (
        case.number,
        "handle",
        "2026-07-22",
        "2026-07-23",
    )
    assert stored(office, case).facts.due_on == date(2026, 7, 22)


def test_each_accepted_case_is_an_entry_with_both_dates(office, tmp_path):
    first, second = a_case(office), a_case(office)
    load(office, tmp_path, TYPHOON)
    settled = accept(office, [first.number])
    assert [one["case"] for one in settled.done] == [first.number]
    assert stored(office, first).facts.due_on == date(2026, 7, 23)
    assert stored(office, second).facts.due_on == date(2026, 7, 22)
    assert '"moved":{"handle":["2026-07-22","2026-07-23"]}' in history(office, first)[-1].payload


def test_all_are_accepted_at_once_and_then_nothing_is_left(office, tmp_path):
    numbers = [a_case(office).number for _ in range(3)]
    load(office, tmp_path, TYPHOON)
    assert [one["case"] for one in accept(office).done] == numbers
    assert recounting.impact(office) == []
    assert verify(office).exit_code == 0


def test_a_declined_case_keeps_its_date_and_is_not_offered_again(office, tmp_path):
    case = a_case(office)
    load(office, tmp_path, TYPHOON)
    recounting.decline(office, [case.number], "期限已告知承办单位", by=signed(OFFICER, LOADED), at=LOADED)
    assert recounting.impact(office) == []
    assert (stored(office, case).facts.due_on, kinds(office, case)[-1]) == (
        date(2026, 7, 22),
        "recount_declined",
    )


def test_an_announced_year_makes_a_provisional_date_certain_with_an_entry(office, tmp_path):
    case = a_case(office, "assigned", at(2026, 12, 21))
    assert stored(office, case).facts.provisional
    load(office, tmp_path, NEW_YEAR, at(2026, 12, 22))
    (found,) = recounting.impact(office)
    assert (found.as_json()["was_provisional"], found.as_json()["provisional"]) == (True, False)
    accept(office, when=at(2026, 12, 22))
    assert not stored(office, case).facts.provisional
    assert kinds(office, case)[-1] == "recounted"


def test_a_year_s_notice_moves_the_last_days_of_the_year_before(office, tmp_path):
    case = a_case(office, "assigned", at(2026, 12, 8))
    assert stored(office, case).facts.due_on == date(2026, 12, 29)
    load(office, tmp_path, NEW_YEAR, at(2026, 12, 9))
    accept(office, when=at(2026, 12, 9))
    assert stored(office, case).facts.due_on == date(2026, 12, 28)  # Sunday the 27th is worked


def test_a_refused_case_says_why_and_the_others_go_on(office, tmp_path):
    case = a_case(office)
    load(office, tmp_path, TYPHOON)
    settled = recounting.accept(office, ["滨督2026-404", case.number], by=signed(OFFICER, LOADED), at=LOADED)
    assert [one["code"] for one in settled.refused] == ["case_unknown"]
    assert [one["case"] for one in settled.done] == [case.number]


def test_a_unit_does_not_accept_for_itself(office, tmp_path):
    case = a_case(office)
    load(office, tmp_path, TYPHOON)
    (refused,) = accept(office, [case.number], by=LIAISON).refused
    assert refused["code"] == NotPermitted.code


def test_an_explanation_stays_with_the_calendar_the_date_was_counted_by(office, tmp_path):
    case = a_case(office)
    before = explain(office, case.number, today=LOADED)["clocks"]
    load(office, tmp_path, TYPHOON)
    assert explain(office, case.number, today=LOADED)["clocks"][1]["ledger"] == before[1]["ledger"]
    accept(office)
    days = explain(office, case.number, today=LOADED)["clocks"][1]["ledger"]
    (typhoon,) = (day for day in days if day["date"] == "2026-07-13")
    assert (typhoon["counted"], typhoon["notice"]) == (False, TYPHOON["papers"][0])


@pytest.mark.parametrize("ending", ["withdraw", "close"])
def test_an_ended_matter_is_not_on_the_list(office, tmp_path, ending):
    state = "closed" if ending == "close" else "handling"
    case = a_case(office, state)
    if ending == "withdraw":
        give(office, case, "withdraw", DIRECTOR, at(2026, 7, 2), reason="重复交办")
    load(office, tmp_path, TYPHOON)
    assert recounting.impact(office) == []
