"""One row that cannot be read keeps nobody's list, plan, forecast or proof back."""

import pytest
from sqlalchemy import event

from states.errors import Refusal
from tests.builders import (
    AUDIT_ADMIN,
    DIRECTOR,
    LIAISON,
    OFFICER,
    SYSTEM_ADMIN,
    a_case,
    at,
    signed,
    sweep_on,
)
from tests.services.test_set_asides import raw
from workflow.services.attachments import listed
from workflow.services.comparing import compare
from workflow.services.digests import send_digests
from workflow.services.duties import owed
from workflow.services.explaining import explain
from workflow.services.forecasting import forecast
from workflow.services.milestones import nodes_of
from workflow.services.offering import offered
from workflow.services.planning import make_plan
from workflow.services.register import list_cases, show
from workflow.services.seeing import Onlooker
from workflow.services.timeline import history
from workflow.services.verification import verify
from workflow.storage import guarded

DAY, LATE = at(2026, 7, 20), at(2026, 7, 23)
PAST_READING = ["not json", '[{"name":"x"}]', "null"]


@pytest.fixture(params=PAST_READING)
def three(office, request):
    """Three cases, the second of which is past reading."""
    made = [a_case(office) for _ in range(3)]
    raw(office, made[1], "clocks", request.param)
    return made


def an_escalation_past_reading(office, case):
    """The case's reminder gets a date SQLite does not mind and nobody can read."""
    with office.engine.begin() as tx:
        tx.exec_driver_sql(f"UPDATE escalations SET raised_on = 'soon' WHERE case_id = {case.id}")


def numbers(found):
    return sorted(one["case"] for one in found)


def test_the_others_are_planned(office, three):
    good, bad, other = three
    plan = make_plan(office, as_of=LATE, by=signed(None, LATE))
    assert [one.case for one in plan.steps] == [good.number, other.number]
    assert (numbers(plan.held), plan.cases_due) == ([bad.number], 3)
    assert plan.held[0]["code"] == "case_faulty"


def test_the_others_are_forecast(office, three):
    good, bad, other = three
    found = forecast(office, at=DAY).as_json()
    assert {one["case"] for one in found["steps"]} == {good.number, other.number}
    assert (numbers(found["held_cases"]), found["open_cases"]) == ([bad.number], 3)


def test_the_others_are_on_everybody_s_list(office, three):
    good, bad, other = three
    found = owed(office, day=LATE.date())
    named = {duty.number for one in found.lists for duty in one.duties}
    assert (named, numbers(found.unreadable)) == ({good.number, other.number}, [bad.number])


def test_the_lists_go_out_and_count_what_is_left_out(office, three):
    report = send_digests(office, at=LATE, by=signed(None, LATE), once=True)
    assert (report.sent > 0, report.unreadable) == (True, 1)


def test_the_register_lists_the_others_and_names_the_one(office, three):
    good, bad, other = three
    found = list_cases(office, today=LATE)
    assert [one.facts.number for one in found] == [good.number, other.number]
    assert numbers(found.unreadable) == [bad.number]


def test_verification_finds_the_row_and_proves_the_rest(office, three):
    raw(office, three[2], "title", "另一标题")
    result = verify(office)
    assert (result.exit_code, result.cases) == (1, 3)
    assert [(one["code"], one["case"]) for one in result.findings] == [
        ("row_unreadable", three[1].number),
        ("row_changed", three[2].number),
    ]


@pytest.mark.parametrize("look", [show, explain])
def test_looking_at_it_is_refused_with_what_to_do(office, three, look):
    with pytest.raises(Refusal) as refused:
        look(office, three[1].number, today=LATE)
    assert (refused.value.code, "维护人员" in refused.value.message) == ("case_faulty", True)


LOOKS = [
    lambda *asked, by: show(*asked, today=LATE, by=by),
    lambda *asked, by: explain(*asked, today=LATE, by=by),
    lambda *asked, by: nodes_of(*asked, today=LATE, by=by),
    lambda *asked, by: compare(*asked, since=DAY, until=LATE, by=by),
    offered,
    history,
    listed,
]


@pytest.mark.parametrize("look", LOOKS)
def test_that_it_is_past_reading_is_told_to_those_it_is_shown_to(office, three, look):
    told = {}
    for person in (OFFICER, LIAISON, "BH214-L", SYSTEM_ADMIN, AUDIT_ADMIN):
        with pytest.raises(Refusal) as refused:
            look(office, three[1].number, by=Onlooker(person, LATE))
        told[person] = refused.value.code
    foreign = "case_unknown" if look is listed else "not_yours"
    assert list(told.values()) == ["case_faulty"] * 2 + [foreign] * 3


def test_whose_seal_it_bears_is_asked_before_whether_it_can_be_read(office):
    case = a_case(office, "archived")
    raw(office, case, "clocks", "not json")
    raw(office, case, "sealed_on", "2057-01-04")
    for by, code in ((None, "matter_sealed"), (OFFICER, "matter_sealed"), (DIRECTOR, "case_faulty")):
        with pytest.raises(Refusal) as refused:
            show(office, case.number, today=LATE, by=by and Onlooker(by, LATE))
        assert refused.value.code == code


def test_an_escalation_past_reading_keeps_its_own_case_back(office):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps no date that is none")
    _, bad = a_case(office), a_case(office)
    sweep_on(office, LATE)
    an_escalation_past_reading(office, bad)
    assert numbers(owed(office, day=LATE.date()).unreadable) == [bad.number]
    assert numbers(forecast(office, at=LATE).as_json()["held_cases"]) == [bad.number]
    raw(office, bad, "next_action_at", "2026-07-01")
    plan = make_plan(office, as_of=at(2026, 7, 31), by=signed(None, LATE))
    assert numbers(plan.held) == [bad.number]
    findings = verify(office).findings
    assert {one["case"] for one in findings if one["code"] == "row_unreadable"} == {bad.number}
    assert {one.get("case") for one in findings} == {bad.number}


def test_the_rows_of_a_long_stream_come_once_and_in_order(office, monkeypatch):
    made = [a_case(office) for _ in range(5)]
    raw(office, made[3], "clocks", "{")
    monkeypatch.setattr(guarded, "CHUNK", 2)
    found = list_cases(office, today=LATE)
    assert [one.facts.number for one in found] == [made[n].number for n in (0, 1, 2, 4)]


def test_a_register_that_can_be_read_is_read_once(office):
    a_case(office)
    told = []
    event.listen(office.engine, "before_cursor_execute", lambda *words: told.append(words[2]))
    list_cases(office, today=LATE)
    assert sum("FROM cases" in one for one in told) == 1
