"""The register of a past day has every column as it was that day: light, date, level, names, calendar."""

import json
from datetime import date

import pytest

from tests.builders import (
    DIRECTOR,
    LEAD,
    OFFICER,
    a_case,
    asking,
    at,
    climb,
    give,
    rows,
    signed,
)
from tests.reforming import renamed
from tests.stories import DUE_SOON, INQUIRY, REMINDER
from tests.unguarded import behind_the_application
from workflow.services.calendars import load
from workflow.services.register import list_cases, show
from workflow.storage.models import Event

LATER = at(2026, 12, 1)


def line(office, day):
    (found,) = list_cases(office, today=LATER, as_of=day)
    return found.as_json()


def test_the_date_is_the_one_of_the_day(office):
    case = a_case(office)
    asking(office, case, at(2026, 7, 10), date(2026, 8, 5))
    give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 13))
    assert [line(office, at(2026, 7, day))["due"] for day in (12, 14)] == ["2026-07-22", "2026-08-05"]


def test_level_and_light_are_those_of_the_day(office):
    a_case(office)
    climb(office, DUE_SOON, REMINDER, INQUIRY)
    days = (at(2026, 7, 10), at(2026, 7, 20), at(2026, 7, 24), at(2026, 7, 31))
    told = [(line(office, day)["level"], line(office, day)["light"]) for day in days]
    assert told == [(None, "green"), ("due_soon", "yellow"), ("reminder", "red"), ("reminder", "red")]


def test_a_unit_that_was_renamed_since_goes_by_its_former_name(office):
    a_case(office)
    for name, day in (("市城管执法局", 6), ("市城市运行局", 8)):
        renamed(office, name, "BH212", on=date(2026, 7, day), when=at(2026, 7, day))
    names = [line(office, at(2026, 7, day, 12))["lead_unit"] for day in (3, 7, 9)]
    assert names == [LEAD, "市城管执法局", "市城市运行局"]


def test_days_are_counted_by_the_calendar_in_force_that_day(office, tmp_path):
    a_case(office)
    off = [{"name": "台风停工", "date": f"2026-07-{day}", "isOffDay": True} for day in (23, 24)]
    notice = tmp_path / "停工令.json"
    notice.write_text(json.dumps({"papers": ["停工令"], "days": off}, ensure_ascii=False), encoding="utf-8")
    before = list_cases(office, today=at(2026, 7, 28))[0].as_json()
    load(office, notice, by=signed(OFFICER, at(2026, 7, 29)), at=at(2026, 7, 29))
    assert line(office, at(2026, 7, 28))["working_days_late"] == before["working_days_late"] == 4
    assert line(office, at(2026, 7, 29, 12))["working_days_late"] == 3


@pytest.mark.parametrize("day", [at(2026, 7, 1, 12), at(2026, 7, 2, 12)])
def test_a_case_past_reading_is_left_out_and_told_of_whether_it_went_on_or_not(office, day):
    broken, whole = a_case(office), a_case(office, when=at(2026, 7, 1, 10))
    give(office, broken, "comment", OFFICER, at(2026, 7, 2), text="待核实")
    behind_the_application(
        office,
        "UPDATE events SET payload = '[]' WHERE case_id = :id AND seq = 2",
        "UPDATE cases SET clocks = '{' WHERE id = :id",
        id=broken.id,
    )
    found = list_cases(office, today=LATER, as_of=day)
    assert [one.facts.number for one in found] == [whole.number]
    assert [one["case"] for one in found.unreadable] == [broken.number]


def test_a_case_that_went_on_is_shown_as_the_register_of_the_day_has_it(office):
    case = a_case(office)
    climb(office, DUE_SOON, REMINDER)
    for day in sorted({row.recorded_at for row in rows(office, Event) if row.case_id == case.id}):
        one = show(office, case.number, today=LATER, as_of=day)["case"]
        assert line(office, day).items() <= one.items()
