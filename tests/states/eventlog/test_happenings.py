"""A history told outside: in its order, with its durations by our own calendar, without anybody's name."""

import json
from dataclasses import asdict, fields, replace

import pytest

from states.eventlog import COLUMNS, Happening
from tests.eventlog_entries import ASSIGNED, CALENDAR, OPENED, entry, told


def test_a_happening_tells_what_is_on_the_list_and_nothing_else():
    assert [one.name for one in fields(Happening)] == [column.name for column in COLUMNS]


def test_whoever_acts_goes_by_a_pseudonym_and_the_machine_by_none():
    acts = (OPENED, entry(2, "assigned", "2026-07-01T01:00:00Z", acting_for="R010", actor="R011"))
    trace = told(*acts, entry(3, "swept", "2026-07-01T01:00:00Z", actor="system"))
    people = {(one.person, one.acting_for) for one in trace.happenings}
    assert len(people) == 3 and (None, None) in people
    assert "R01" not in json.dumps([asdict(one) for one in trace.happenings])


def test_particulars_nobody_listed_stay_in_the_house():
    words = {"title": "王某信访", "accountable_leader": "覃若谷"}
    telling = entry(1, "opened", "2026-07-01T01:00:00Z", sets=words, evidence=[{"name": "身份证.jpg"}])
    trace = told(telling)
    said = json.dumps([asdict(trace.happenings[0]), dict(trace.facts)], ensure_ascii=False) + repr(trace)
    assert not any(word in said for word in ("王某", "覃若谷", "身份证"))


def test_names_come_from_the_table_and_the_directory():
    opened, assigned = told(OPENED, ASSIGNED).happenings
    assert (opened.label, opened.state_label, opened.lead_unit) == ("拟办", "拟办", None)
    assert (assigned.label, assigned.lead_unit_name, assigned.due_on) == (
        "交办",
        "市城市管理局",
        "2026-07-22",
    )


def test_a_kind_without_a_name_is_told_by_its_identifier():
    assert told(entry(1, "unheard_of", "2026-07-01T01:00:00Z")).happenings[0].label == "unheard_of"


def took(happening):
    return (
        happening.working_minutes_since_former,
        happening.working_days_since_former,
        happening.working_minutes_since_assignment,
        happening.working_days_since_assignment,
    )


def test_durations_count_from_the_former_entry_and_from_the_assignment():
    acknowledged = entry(3, "acknowledged", "2026-07-02T02:00:00Z", actor="BH212-L")
    opened, assigned, signed = told(OPENED, ASSIGNED, acknowledged).happenings
    assert took(opened) == (None, None, None, None)
    assert took(assigned) == (8 * 60, 1, 0, 0)
    assert took(signed) == (9 * 60, 1, 9 * 60, 1)


def test_weekends_and_holidays_take_no_time_and_make_up_days_do():
    before = entry(1, "opened", "2026-09-24T10:00:00Z")  # Thursday 18:00, then 中秋
    after = entry(2, "begun", "2026-09-28T00:30:00Z")
    assert took(told(before, after).happenings[1])[:2] == (0, 1)
    october = entry(2, "begun", "2026-10-10T10:00:00Z")  # a Saturday that is worked
    assert took(told(entry(1, "opened", "2026-10-09T10:00:00Z"), october).happenings[1])[:2] == (480, 1)


def test_what_is_told_to_have_come_earlier_took_less_than_nothing():
    later = entry(2, "begun", "2026-06-29T01:00:00Z")
    assert took(told(OPENED, later).happenings[1])[:2] == (-480, -1)


def test_a_matter_taken_over_counts_from_the_day_its_register_states():
    taken = entry(1, "taken_over", "2026-07-03T01:00:00Z", sets={"dispatched_on": "2026-07-01"})
    assert took(told(taken).happenings[0]) == (None, None, 2 * 480 + 30, 2)


def test_a_matter_sent_back_counts_from_no_assignment():
    objected = entry(3, "objected", "2026-07-02T01:00:00Z", sets={"dispatched_on": None})
    assert took(told(OPENED, ASSIGNED, objected).happenings[2])[2:] == (None, None)


def test_a_duration_over_a_year_nobody_announced_is_provisional():
    later = entry(3, "closed_out", "2028-01-03T01:00:00Z")
    assert [one.provisional for one in told(OPENED, ASSIGNED, later).happenings] == [False, False, True]


@pytest.mark.parametrize(("clocks", "asked"), [
    ([], None),
    ([{"name": "acknowledge", "calendar": "A"}], "A"),
    ([{"name": "acknowledge", "calendar": "A"}, {"name": "handle", "calendar": "B"}], "B"),
    ([{"name": "handle", "calendar": ""}, {"name": "plan", "calendar": "C"}], "C"),
])  # fmt: skip
def test_a_case_is_counted_by_the_calendar_of_its_handling_clock(clocks, asked):
    wanted = []

    def find(version):
        wanted.append(version)
        return replace(CALENDAR, version=version or "in force")

    trace = told(OPENED, entry(2, "assigned", "2026-07-01T01:00:00Z", sets={"clocks": clocks}), find=find)
    assert (wanted, trace.calendar) == ([asked], asked or "in force")
