"""What stands in a calendar: the days the pages show, of what its owner may see, and of nothing else."""

from datetime import date, datetime, timedelta

import pytest

from states.nodes.planning import Step
from tests.builders import (
    AUDITOR,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    OTHER,
    TITLE,
    UNIT_HEAD,
    a_case,
    at,
    give,
    late_cases,
    on_escalation,
    raised,
    stored,
    suspended,
)
from tests.stories import ADMONITION, INQUIRY, QUESTION, a_case_admonished, a_case_to_ask
from tests.web.browsing import pages_of
from tests.web.subscribing import days, entry, fetched, subscribed
from workflow.services.register import list_cases

STEPS = (
    Step(title="主干道复亮", working_days=5, weight=60),
    Step(title="背街小巷复亮", working_days=5, weight=40, after=(1,)),
)
DUE = f"〔办结期限〕{TITLE}"


@pytest.fixture
def mine(office):
    return subscribed(office, LIAISON)


def test_a_matter_s_limit_is_the_day_the_register_shows(office, pages, mine):
    a_case(office)
    (line,) = list_cases(office, today=OPENED)
    assert days(fetched(pages, mine))[DUE] == line.facts.due_on == date(2026, 7, 22)


def test_a_day_is_a_day_with_its_number_its_link_and_its_alarms(office):
    case, mine = a_case(office), subscribed(office, LIAISON)
    with pages_of(office, public_url="https://duban.binhai.example/") as pages:
        found = entry(fetched(pages, mine), DUE)
    assert found["DTSTART"].params["VALUE"] == "DATE"
    assert found["DTEND"].dt - found["DTSTART"].dt == timedelta(days=1)
    assert case.number in found["DESCRIPTION"] and found["URL"].startswith(
        "https://duban.binhai.example/cases/"
    )
    assert [one["TRIGGER"].dt for one in found.walk("VALARM")] == [timedelta(hours=-63), timedelta(hours=-15)]


def test_a_moment_is_told_in_the_office_s_zone(office, pages, mine):
    case = a_case(office)
    give(
        office,
        case,
        "add_task",
        OFFICER,
        unit="市交通运输局",
        task_title="迁移站牌",
        due_on=date(2026, 7, 16),
    )
    calendar = fetched(pages, mine)
    zones = [str(one["TZID"]) for one in calendar.walk("VTIMEZONE")]
    moments = [one["DTSTART"] for one in calendar.walk("VEVENT") if isinstance(one["DTSTART"].dt, datetime)]
    clocks = [one.due_at for one in stored(office, case).facts.every_clock if one.is_open and one.due_at]
    assert zones == ["Asia/Shanghai"]
    assert {one.dt for one in moments} == set(clocks)
    assert all(one.params["TZID"] == "Asia/Shanghai" for one in moments)
    assert all(one.dt.utcoffset() == timedelta(hours=8) for one in moments)


def test_a_limit_that_moves_keeps_its_name_and_says_that_it_moved(office, pages, mine):
    case = a_case(office)
    before = entry(fetched(pages, mine), DUE)
    pages.now = at(2026, 7, 6)
    give(office, case, "request_extension", LIAISON, pages.now, due_on=date(2026, 8, 14), reason="推迟")
    give(office, case, "consent_extension", "宋宁远", pages.now)
    give(office, case, "review_extension", OFFICER, pages.now, opinion="属实")
    give(office, case, "grant_extension", DIRECTOR, pages.now)
    after = entry(fetched(pages, mine), DUE)
    assert (after["UID"], after["DTSTART"].dt) == (before["UID"], date(2026, 8, 14))
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["DTSTAMP"].dt == after["LAST-MODIFIED"].dt


def test_what_is_closed_or_withdrawn_vanishes(office, pages, mine):
    case = a_case(office)
    assert DUE in days(fetched(pages, mine))
    give(office, case, "withdraw", DIRECTOR, reason="重复立项")
    a_case(office, "closed")
    assert days(fetched(pages, mine)) == {}


def test_milestones_go_by_their_number_on_the_day_their_page_shows(office, pages, mine):
    case = a_case(office)
    give(office, case, "plan_nodes", LIAISON, nodes=STEPS)
    found = days(fetched(pages, mine))
    told = {f"〔节点{one.id}〕{TITLE}": one.due_on for one in stored(office, case).facts.nodes}
    assert told and told.items() <= found.items()
    assert not any("主干道" in one for one in found)


def test_the_reply_to_an_inquiry_is_there_once_it_was_issued_and_served(office, pages, mine):
    a_case_to_ask(office)
    pages.now = INQUIRY
    assert not any("函询" in one for one in days(fetched(pages, mine)))

    on_escalation(office, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
    row = on_escalation(office, "inquiry", "sign", LIAISON, INQUIRY)
    assert days(fetched(pages, mine))[f"〔回复（函询）〕{TITLE}"] == row.reply_due_on


def test_a_co_unit_is_told_the_limit_and_its_own_task_and_no_other(office, pages):
    case = a_case(office, co_units=[OTHER, "市交通运输局"])
    for unit in (OTHER, "市交通运输局"):
        give(office, case, "add_task", OFFICER, unit=unit, task_title="配合抢修", due_on=date(2026, 7, 16))
    found = days(fetched(pages, subscribed(office, "BH213-L")))
    assert found.keys() == {DUE, f"〔协办任务2〕{TITLE}"}


def test_nobody_is_told_of_a_matter_that_is_not_his(office, pages, mine):
    a_case(office, "assigned", lead_unit=OTHER)
    assert days(fetched(pages, mine)) == {}
    of_the_whole = [days(fetched(pages, subscribed(office, who))) for who in (AUDITOR, DIRECTOR)]
    assert of_the_whole[0] == of_the_whole[1] and of_the_whole[0][DUE] == date(2026, 7, 22)


def test_the_office_is_told_when_a_matter_set_aside_is_looked_at_again(office, pages):
    case, his = a_case(office), subscribed(office, OFFICER)
    suspended(office, case, OPENED, date(2026, 8, 3))
    assert days(fetched(pages, his)) == {f"〔挂起复查〕{TITLE}": date(2026, 8, 3)}
    assert days(fetched(pages, subscribed(office, LIAISON))) == {}


def test_a_unit_s_calendar_has_its_matters_and_those_below_and_no_others(office, pages):
    above, below = (a_case(office, "assigned", lead_unit=one) for one in ("市公安局", "市公安局交警支队"))
    a_case(office, "assigned")
    calendar = fetched(pages, subscribed(office, "BH205-L", "BH205"))
    told = {str(one["DESCRIPTION"]).split("　")[0] for one in calendar.walk("VEVENT")}
    assert told == {above.number, below.number}
    assert "督办日历（市公安局）" == str(calendar["NAME"]) == str(calendar["X-WR-CALNAME"])


def test_no_more_than_the_nearest_five_hundred_days_are_told(office, pages):

    late_cases(office, 520, due_on=date(2026, 7, 22))
    a_case(office)
    found = list(fetched(pages, subscribed(office, DIRECTOR)).walk("VEVENT"))
    assert len(found) == 500


def test_what_concerns_a_person_is_in_nobody_s_calendar(office, pages, mine):
    case = a_case_admonished(office)
    pages.now = ADMONITION
    person = raised(office, "admonition")
    assert person.object_person and person.issued_on
    for path in (mine, subscribed(office, UNIT_HEAD), subscribed(office, "颜秉文")):
        told = pages.stranger().get(path).text
        assert case.number in told and "诫勉" not in told
    assert str(person.object_person) not in pages.stranger().get(mine).text
