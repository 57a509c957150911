"""Talks (约谈) in calendars: of whoever is called to them, and of the office."""

from datetime import date, datetime

import pytest

from states.office_time import OFFICE_ZONE
from tests.builders import (
    CLERK,
    DIRECTOR,
    LEAD,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    OTHER,
    TITLE,
    a_case,
    signed,
)
from tests.web.subscribing import days, entry, fetched, subscribed
from tests.writing import brought_to, drafted
from workflow.services.documents import filing

TALK = f"〔约谈〕{TITLE}"
STATED = {
    "talk.reason": "路灯长期不亮", "talk.place": "督查室", "talk.hosts": "覃若谷",
    "talk.persons": "宋宁远", "talk.topics": "整改安排", "talk.materials": "整改方案",
}  # fmt: skip


def called(office, words="2026年7月14日下午3时", *, case=None, to=(LEAD,)):
    case = case or a_case(office)
    paper = drafted(office, case, "talk_notice", {**STATED, "talk.at": words}, to=list(to))
    brought_to(office, paper, "issued", hands=(CLERK, LEADER))
    return paper


@pytest.mark.parametrize("who", [LIAISON, OFFICER])
def test_a_talk_stands_at_its_hour_in_the_calendars_of_the_unit_and_the_office(office, pages, who):
    mine = subscribed(office, who)
    called(office)
    found = entry(fetched(pages, mine), TALK)
    assert found["DTSTART"].dt == datetime(2026, 7, 14, 15, tzinfo=OFFICE_ZONE)
    assert "宋宁远" not in str(found.to_ical().decode())


def test_without_an_hour_it_stands_on_its_day_without_a_day_or_once_held_nowhere(office, pages):
    mine = subscribed(office, LIAISON)
    for words in ("2026年7月14日", "时间另行通知", "2026年6月2日9时"):
        called(office, words)
    events = fetched(pages, mine).walk("VEVENT")
    assert [one["DTSTART"].dt for one in events if TALK in one["SUMMARY"]] == [date(2026, 7, 14)]


def test_of_several_units_only_those_it_calls_are_told(office, pages):
    case = a_case(office, co_units=[OTHER])
    lead, co = subscribed(office, LIAISON), subscribed(office, "BH214-L")
    called(office, case=case, to=[OTHER])
    assert (TALK in days(fetched(pages, lead)), TALK in days(fetched(pages, co))) == (False, True)


def test_a_notice_that_is_void_calls_nobody(office, pages):
    mine, paper = subscribed(office, LIAISON), called(office)
    filing.void(office, paper, by=signed(DIRECTOR), at=OPENED, reason="改期")
    assert TALK not in days(fetched(pages, mine))
