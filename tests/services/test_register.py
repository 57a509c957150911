"""The read side: lights and lateness, views of the past, histories in people's words, what comes next."""

from datetime import date

import pytest
from sqlalchemy import update

from states.errors import Refusal
from tests.builders import (
    DIRECTOR,
    LEAD,
    LIAISON,
    OPENED,
    a_case,
    a_draft,
    asking,
    at,
    climb,
    give,
    history,
    on_escalation,
    relapsed,
    signed,
)
from tests.postbox import open_postbox
from tests.registers import WAITING_ROWS, take_over
from tests.stories import (
    CLOSED,
    DUE_SOON,
    INQUIRY,
    QUESTION,
    REMINDER,
    SERVED,
    a_case_asked,
    a_whole_story,
)
from workflow.services import timeline
from workflow.services.explaining import explain
from workflow.services.outbox.sending import send_due
from workflow.services.register import list_cases, show
from workflow.services.rendering import render_pending
from workflow.services.timeline import SENTENCES
from workflow.storage import queries
from workflow.storage.session import transaction

FRIDAY = at(2026, 11, 20, 18)

OVERDUE = {
    **{"013": (1, 1), "034": (1, 1)},
    **{"028": (3, 3), "037": (3, 3)},
    **{"056": (5, 7), "057": (5, 5)},
    **{"010": (6, 8), "035": (6, 8)},
    **{"009": (16, 22), "030": (16, 22)},
    **{"023": (26, 36), "008": (30, 41), "052": (50, 74)},
}
"""Working days and days late on 2026-11-20, by the description; 052 waits for its date."""

SOON = {"014", "024", "027", "033", "050", "063"}
"""Due within three working days."""

LONG_TERM = {"039", "055"}


@pytest.fixture
def listed(office):
    """The demo register on the Friday it speaks for, every suggestion taken, by the end of the number."""
    take_over(office, accept=WAITING_ROWS)
    return {one.facts.number[-3:]: one for one in list_cases(office, today=FRIDAY)}


def handling_limits(document):
    """The due dates the handling clock has had."""
    return [limit["due_on"] for limit in document["limits"] if limit["clock"] == "handle"]


def test_lateness_is_that_of_the_register_s_description(listed):
    late = {number: one.timeliness for number, one in listed.items() if one.timeliness.overdue}
    found = {number: (when.working_days_late, when.days_late) for number, when in late.items()}
    assert found == OVERDUE


def test_a_light_says_how_a_matter_stands(listed):
    light = {number: one.timeliness.light.value for number, one in listed.items()}
    assert {number for number in light if light[number] == "red"} == set(OVERDUE)
    assert {light[number] for number in SOON} == {"yellow"}
    assert {light[number] for number in LONG_TERM} == {"green"}
    closed = {number for number, one in listed.items() if one.facts.state == "closed"}
    assert {number for number in light if light[number] == "grey"} == closed


def test_a_matter_closed_late_says_so(listed):
    assert {number for number, one in listed.items() if one.facts.outcome == "late"} == {"002", "022"}


def test_a_due_date_in_a_year_without_a_calendar_is_provisional(listed):
    assert {number for number, one in listed.items() if one.facts.provisional} == {"016"}


def test_a_line_of_the_register_has_the_fields_outsiders_rely_on(listed):
    line = listed["013"].as_json()
    named = ("number", "title", "state", "light", "lead_unit", "due", "level")
    assert [line[name] for name in named] == [
        "滨督2026-013",
        listed["013"].facts.title,
        "handling",
        "red",
        "市住房城乡建设局",
        "2026-11-19",
        None,
    ]


def test_the_level_is_the_highest_step_that_was_issued(office):
    case = a_case(office)
    levels = []
    for day in (at(2026, 7, 16), at(2026, 7, 17), REMINDER, INQUIRY):
        climb(office, day)
        levels += [one.level for one in list_cases(office, today=day) if one.facts.number == case.number]
    assert levels == [None, "due_soon", "reminder", "reminder"]


def test_the_past_is_shown_as_it_was_recorded(office):
    case = a_case(office, "assigned")
    give(office, case, "acknowledge", LIAISON, at(2026, 7, 3))
    later = a_draft(office, at(2026, 7, 6))
    seen = {
        day: {one.facts.number: one.facts.state for one in list_cases(office, today=FRIDAY, as_of=day)}
        for day in (at(2026, 6, 30), at(2026, 7, 2), at(2026, 7, 4), at(2026, 7, 7))
    }
    assert list(seen.values()) == [
        {},
        {case.number: "assigned"},
        {case.number: "registered"},
        {case.number: "registered", later.number: "draft"},
    ]


def test_the_past_of_a_case_shows_what_was_known_then(office):
    case = a_case(office)
    asking(office, case, at(2026, 7, 10), date(2026, 8, 5))
    give(office, case, "grant_extension", DIRECTOR, at(2026, 7, 13))
    then = show(office, case.number, today=FRIDAY, as_of=at(2026, 7, 12))
    now = show(office, case.number, today=FRIDAY)
    assert (then["case"]["due"], now["case"]["due"]) == ("2026-07-22", "2026-08-05")
    assert len(timeline.history(office, case.number, as_of=at(2026, 7, 12))) == len(history(office, case)) - 1


def test_the_past_knows_no_later_measure_paper_or_limit(office):
    case = a_whole_story(office)
    relapsed(office, case, CLOSED)
    give(office, case, "reopen", DIRECTOR, CLOSED, due_on=date(2026, 10, 30), reason="回头看发现反弹")
    then = show(office, case.number, today=FRIDAY, as_of=INQUIRY)
    raised = {one["step"]: (one["state"], one["issued_on"] is None) for one in then["escalations"]}
    issued = {"due_soon": ("issued", False), "reminder": ("served", False), "inquiry": ("issued", False)}
    assert raised == issued
    assert all(one["judgement"] is None for one in then["escalations"])
    assert {one["kind"] for one in then["documents"]} == {"assignment", "due_soon", "reminder", "inquiry"}
    assert handling_limits(then) == ["2026-07-22"]
    assert then["case"]["level"] == "inquiry"


def test_a_proposal_is_shown_as_it_stood_on_its_day(office):
    case = a_case(office)
    climb(office, DUE_SOON, REMINDER, INQUIRY)
    on_escalation(office, "inquiry", "approve", DIRECTOR, SERVED, question=QUESTION)
    then = show(office, case.number, today=FRIDAY, as_of=INQUIRY)
    inquiry = next(one for one in then["escalations"] if one["step"] == "inquiry")
    assert [inquiry[name] for name in ("state", "issued_on", "document_id", "decided_by")] == [
        *("proposed", None, None, None)
    ]
    assert (then["case"]["level"], len(then["documents"])) == ("reminder", 3)


def test_a_level_in_the_past_is_that_of_its_day(office):
    case = a_whole_story(office)
    days = (OPENED, DUE_SOON, REMINDER, INQUIRY, CLOSED)
    lists = [list_cases(office, today=FRIDAY, as_of=day) for day in days]
    levels = [one.level for listed in lists for one in listed if one.facts.number == case.number]
    assert levels == [None, "due_soon", "reminder", "inquiry", "admonition"]


def test_a_paper_that_was_not_laid_out_yet_has_no_file_in_the_past(office):
    case = a_case(office)
    render_pending(office, by=signed(None, REMINDER))
    files = [
        show(office, case.number, today=FRIDAY, as_of=day)["documents"][0]["sha256"]
        for day in (at(2026, 7, 2), REMINDER)
    ]
    assert files[0] is None
    assert files[1] == show(office, case.number, today=FRIDAY)["documents"][0]["sha256"] is not None


def test_lateness_in_the_past_is_counted_to_that_day(office):
    case = a_case(office)
    on_that_day = {
        day: list_cases(office, today=FRIDAY, as_of=at(2026, 7, day))[0].timeliness.working_days_late
        for day in (22, 23, 27)
    }
    assert (case.facts.due_on, on_that_day) == (date(2026, 7, 22), {22: 0, 23: 1, 27: 3})


def test_a_case_that_was_not_there_yet_is_unknown(office):
    case = a_case(office)
    with pytest.raises(Refusal, match="当时尚未登记") as refused:
        show(office, case.number, today=FRIDAY, as_of=at(2026, 6, 30))
    assert refused.value.code == "case_unknown"


@pytest.mark.parametrize("view", [show, explain])
def test_an_unknown_case_is_refused_in_every_view(office, view):
    with pytest.raises(Refusal) as refused:
        view(office, "滨督2026-999", today=FRIDAY)
    assert refused.value.code == "case_unknown"


def test_a_case_is_shown_with_its_limits_escalations_and_papers(office):
    case = a_whole_story(office)
    shown = show(office, case.number, today=FRIDAY)
    assert handling_limits(shown) == ["2026-07-22"]
    assert {one["step"] for one in shown["escalations"]} == {"due_soon", "reminder", "inquiry", "admonition"}
    assert len(shown["documents"]) == 7
    assert (shown["case"]["lead_unit"], shown["case"]["outcome"]) == (LEAD, "late")


def chinese(sentence):
    return any("一" <= character <= "鿿" for character in sentence)


def test_every_entry_of_a_whole_story_has_a_chinese_sentence(office):
    case = a_whole_story(office)
    with open_postbox(office, "554 no") as (home, _):
        send_due(home, clock=lambda: FRIDAY, by=signed(None, FRIDAY))
    entries = timeline.history(office, case.number)
    assert {"mail_sent", "mail_failed", "document_rendered"} <= {entry["kind"] for entry in entries}
    assert all(chinese(entry["sentence"]) for entry in entries)


def test_every_command_and_every_machine_s_act_has_a_chinese_sentence(office):
    with office.engine.connect() as tx:
        lifecycle = office.lifecycle(tx)
    assert all(chinese(row.sentence) for row in lifecycle.commands)
    assert all(chinese(sentence) for sentence in SENTENCES.values())


def test_a_history_keeps_order_hashes_and_people_s_words(office):
    case = a_case(office)
    entries = timeline.history(office, case.number)
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    assert [entry["hash"] for entry in entries] == [row.hash for row in history(office, case)]
    assert "分三批抢修" in str(next(entry["words"] for entry in entries if entry["kind"] == "begun"))


def test_explaining_names_the_next_steps_and_their_days(office):
    case = a_case(office)
    told = explain(office, case.number, today=at(2026, 7, 2))
    assert (told["clock"], told["limits"][0]["due_on"]) == ("running", "2026-07-22")
    assert [(step["step"], step["on"], step["waits_for"]) for step in told["next"][:2]] == [
        ("due_soon", "2026-07-17", None),
        ("reminder", "2026-07-23", None),
    ]
    assert told["next"][2]["step"] == "inquiry"
    assert told["next"][2]["waits_for"]
    assert told["next_action_at"].startswith("2026-07-16T16:00")


def test_explaining_says_what_the_next_step_waits_for(office):
    case = a_case_asked(office)
    told = explain(office, case.number, today=SERVED)
    assert [one["step"] for one in told["next"]] == ["admonition"]
    assert {one["step"]: one["state"] for one in told["escalations"]}["inquiry"] == "served"


@pytest.mark.parametrize("state", ["draft", "closed", "archived"])
def test_a_case_whose_clock_does_not_run_has_nothing_ahead(office, state):
    case = a_case(office, state)
    told = explain(office, case.number, today=at(2026, 7, 2))
    assert (told["next"], told["next_action_at"]) == ([], None)
    assert told["case"]["light"] == "grey"


def test_measures_are_shown_as_they_were_raised_whatever_became_of_them(office):
    case = a_whole_story(office)
    with transaction(office.engine) as tx:
        for step in ("due_soon", "reminder"):  # an updated row goes to the end of a PostgreSQL table
            tx.execute(update(queries.ESCALATION).where(queries.ESCALATION.c.step == step).values(epoch=1))
    steps = [one["step"] for one in show(office, case.number, today=FRIDAY)["escalations"]]
    assert steps == ["due_soon", "reminder", "inquiry", "admonition"]
