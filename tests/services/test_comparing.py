"""The difference of a case's record between two days: what changed, from what to what, by which entry."""

from datetime import date

import pytest

from states.differences import applied, differences
from states.errors import FactInvalid, NotPermitted
from tests.builders import (
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    a_draft,
    asking,
    at,
    give,
    history,
    on_escalation,
    raised,
)
from tests.stories import INQUIRY, a_case_to_ask, a_whole_story
from workflow.errors import NotFound
from workflow.services import comparing, timeline
from workflow.services.access import case_row
from workflow.services.comparing import compare
from workflow.services.seeing import Onlooker
from workflow.storage.session import reading

BEFORE, GRANTED, AFTER = at(2026, 7, 12), at(2026, 7, 13), at(2026, 7, 14)


def by_label(found):
    return {one["label"]: one for one in found}


def told(office, case, since, until, person=None):
    by = person and Onlooker(person, at(2026, 12, 1))
    return compare(office, case.number, since=since, until=until, by=by)


def seen(office, case, instant):
    with reading(office.engine) as tx:
        return comparing._Seen(tx, office, case_row(tx, case.number), instant, None).record


@pytest.fixture
def extended(office):
    """A matter whose date was moved from the 22nd of July to the 5th of August."""
    case = a_case(office)
    asking(office, case, at(2026, 7, 10), date(2026, 8, 5))
    return give(office, case, "grant_extension", DIRECTOR, GRANTED)


def test_a_moved_date_is_told_with_both_days_and_the_entry_that_moved_it(office, extended):
    due = by_label(told(office, extended, BEFORE, AFTER))["办结期限"]
    assert (due["old"], due["new"], due["change"]) == ("2026-07-22", "2026-08-05", "changed")
    entry = due["entry"]
    (granted,) = [one for one in history(office, extended) if one.kind == "extension_granted"]
    assert (entry["seq"], entry["hash"]) == (granted.seq, granted.hash)
    assert (entry["actor_name"], entry["occurred_at"]) == (DIRECTOR, granted.occurred_at.isoformat())
    assert entry["sentence"] == timeline.history(office, extended.number)[granted.seq - 1]["sentence"]


def test_clock_and_limit_are_told_beside_the_fact(office, extended):
    found = by_label(told(office, extended, BEFORE, AFTER))
    assert found["办结时钟：期限"]["new"] == "2026-08-05"
    (limit,) = [one for one in found.values() if one["part"] == "limits" and one["field"] == "due_on"]
    assert (limit["change"], limit["new"], limit["old_words"]) == ("added", "2026-08-05", "")
    assert limit["entry"]["kind"] == "extension_granted"


def test_equal_instants_have_no_difference(office, extended):
    assert told(office, extended, AFTER, AFTER) == []


def test_before_its_first_entry_everything_of_a_case_is_new(office, extended):
    found = told(office, extended, at(2026, 6, 1), AFTER)
    assert {one["change"] for one in found} == {"added"}
    assert by_label(found)["编号"]["entry"]["seq"] == 1


def test_a_day_on_which_the_case_was_not_there_is_refused(office, extended):
    with pytest.raises(NotFound, match="当时尚未登记"):
        told(office, extended, at(2026, 5, 1), at(2026, 6, 1))


def test_swapped_instants_are_refused(office, extended):
    with pytest.raises(FactInvalid, match="截止时间早于") as refused:
        told(office, extended, AFTER, BEFORE)
    assert refused.value.code == "period_reversed"


def test_the_differences_lead_from_any_day_of_a_whole_story_to_any_later_one(office):
    case = a_whole_story(office)
    instants = [OPENED.replace(year=2025), *sorted({one.recorded_at for one in history(office, case)})]
    records = [seen(office, case, instant) for instant in instants]
    for place, older in enumerate(records):
        for newer in records[place:]:
            assert applied(older, differences(older, newer)) == newer


def test_every_difference_of_a_whole_story_names_the_entry_that_set_it_last(office):
    case = a_whole_story(office)
    found = told(office, case, OPENED.replace(year=2025), at(2026, 12, 1))
    silent = [one["label"] for one in found if one["entry"] is None and one["new"] not in DEFAULTS]
    assert silent == []
    names = {one["entry"]["kind"] for one in found if one["field"] == "decided_by" and one["new"]}
    assert names == {"escalation_approved"}


DEFAULTS = (None, False, 0, [], "none")
"""What a fact is from the beginning, which no entry has to set."""


def test_a_unit_is_told_no_more_than_its_record_has(office):
    case = a_case_to_ask(office)
    give(office, case, "comment", OFFICER, INQUIRY, text="先不告知承办单位")
    inquiry = raised(office, "inquiry").id
    whole = told(office, case, OPENED, at(2026, 8, 1))
    assert inquiry in {one["whose"] for one in whole}
    assert inquiry not in {one["whose"] for one in told(office, case, OPENED, at(2026, 8, 1), LIAISON)}


def test_an_issued_measure_is_new_to_its_unit_by_the_entry_that_issued_it(office):
    case = a_case_to_ask(office)
    inquiry = raised(office, "inquiry").id
    on_escalation(office, "inquiry", "draft", OFFICER, INQUIRY, question="为何仍未修复")
    on_escalation(office, "inquiry", "approve", DIRECTOR, at(2026, 7, 31))
    found = told(office, case, at(2026, 7, 30, 20), at(2026, 8, 1), LIAISON)
    of_it = [one for one in found if one["whose"] == inquiry]
    assert {one["change"] for one in of_it} == {"added"}
    assert {one["entry"]["kind"] for one in of_it if one["entry"]} == {"escalation_issued"}
    assert [one["new"] for one in of_it if one["field"] in ("drafted_by", "decided_by")] == [None, None]


def test_what_is_nobody_s_business_is_refused(office):
    case = a_draft(office)
    with pytest.raises(NotPermitted):
        told(office, case, OPENED, AFTER, "BH213-L")
