"""The register of a past day, page by page, is the one that is listed whole; two days differ as told."""

from datetime import date

import pytest

from states.errors import FactInvalid, NotPermitted
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    a_case,
    a_draft,
    at,
    climb,
    give,
    signed,
)
from tests.stories import DUE_SOON, REMINDER
from tests.unguarded import behind_the_application
from workflow.services import past_leaves
from workflow.services.past_leaves import end_of
from workflow.services.register import list_cases
from workflow.services.retention import seal
from workflow.services.seeing import Onlooker

LATER = at(2026, 12, 1)
HIM = Onlooker(AUDITOR, LATER)


def whole(office, day, monkeypatch=None):
    """Every page of a day, one after the other, in the lines' own words."""
    found, after = [], ""
    count = past_leaves.leaf(office, day, by=HIM).count
    while after is not None:
        leaf = past_leaves.leaf(office, day, after=after, by=HIM)
        found += [one.line.as_json() for one in leaf.lines]
        after = leaf.more
    assert count == len(found)
    return found


@pytest.mark.parametrize("day", [date(2026, 6, 30), date(2026, 7, 1), date(2026, 7, 23), date(2026, 11, 30)])
def test_its_pages_are_the_register_that_is_listed_whole(office, monkeypatch, day):
    monkeypatch.setattr(past_leaves, "PAGE", 2)
    for when in (1, 2, 3):
        a_case(office, "handling", at(2026, 7, when))
    a_draft(office, at(2026, 7, 2))
    climb(office, DUE_SOON, REMINDER)
    instant = end_of(day, LATER)
    assert whole(office, day) == [one.as_json() for one in list_cases(office, today=LATER, as_of=instant)]


def test_a_day_that_has_not_come_has_no_record(office):
    with pytest.raises(FactInvalid) as refused:
        past_leaves.leaf(office, date(2026, 12, 2), by=HIM)
    assert refused.value.code == "day_in_the_future"


def test_only_what_went_on_is_a_difference_and_it_is_told_in_the_words_of_the_register(office):
    still, changed = a_case(office, "assigned"), a_case(office, "assigned")
    give(office, changed, "acknowledge", LIAISON, at(2026, 7, 3))
    new = a_draft(office, at(2026, 7, 4))
    found = past_leaves.differences(office, date(2026, 7, 2), date(2026, 7, 5), by=HIM)
    assert (found.count, found.new, [one.number for one in found.cases]) == (
        2,
        1,
        [changed.number, new.number],
    )
    assert found.cases[0].fields == (("环节", "交办", "台账"),) and found.cases[1].is_new
    assert still.number not in {one.number for one in found.cases}


def test_a_case_past_reading_keeps_no_other_back(office):
    broken, sound = a_case(office), a_case(office)
    behind_the_application(office, "UPDATE events SET payload = '[]' WHERE case_id = :id", id=broken.id)
    give(office, sound, "comment", OFFICER, at(2026, 7, 2), text="待核实")
    days = date(2026, 6, 30), date(2026, 7, 3)
    found = past_leaves.differences(office, *days, by=HIM)
    assert [one.number for one in found.cases] == [sound.number]
    assert [one["case"] for one in found.unreadable] == [broken.number]


def test_a_sealed_matter_is_in_no_list_of_a_day(office):
    number = a_case(office, "archived").number
    seal(office, number, reason="经鉴定", by=signed(DIRECTOR, at(2057, 1, 4)), at=at(2057, 1, 4))
    leaf = past_leaves.leaf(office, date(2026, 7, 31), by=HIM)
    assert (leaf.count, leaf.lines) == (0, ())


def test_who_does_not_see_every_matter_sees_no_day(office):
    for person in (LIAISON,):
        with pytest.raises(NotPermitted):
            past_leaves.leaf(office, date(2026, 7, 1), by=Onlooker(person, LATER))
