"""Nothing is owed by nobody: every state in which somebody has to act names who, and on which day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states import lifecycle as lifecycles
from states import policy as policies
from states.clocks import Clock
from states.deadlines import STATED
from states.duties import Duty, DutyKind, Matter, Whose, duties, worst_first
from states.escalation import STATES
from states.escalation.table import OVER
from states.facts import CaseFacts
from states.vocabulary import ClockName, Role
from tests.builders import LEAD_CODE, at, with_approval_stage
from tests.states.matters import DUE_ON, TABLES, facts_in, running
from workflow.calendars import base_calendar

CALENDAR = base_calendar(2026)
DEFAULT = policies.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8"))
STANDARD = lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
STAGED = lifecycles.parse(with_approval_stage())
TODAY, MUCH_LATER = date(2026, 7, 15), date(2026, 12, 1)
PLAIN = dict.fromkeys(("extension_to", "extension_consented_by", "extension_reviewed_by", "progress_of"))
HANDLING = facts_in("handling", **PLAIN)
OPEN = [
    (table, row.id) for table in (STANDARD, STAGED) for row in table.states if row.kind in ("open", "side")
]
ENDED = [row.id for row in STANDARD.states if row.kind in ("closed", "final")]
PROCEEDING = sorted(STATES.keys() - OVER - {"reached", "approved"})
"""States an escalation rests in; the machine passes through the two others within one command."""


def matter(facts: CaseFacts = HANDLING, day: date = TODAY, table=STANDARD) -> Matter:
    return Matter(facts, table, DEFAULT, CALENDAR, day)


def escalation(step: str, state: str, **columns):
    """An escalation in a state with every day that state implies."""
    issued = None if state == "proposed" else date(2026, 7, 30)
    served = date(2026, 7, 31) if state in ("served", "lapsed", "answered") else None
    answered = date(2026, 8, 20) if state == "answered" else None
    asks = served and DEFAULT.rung_of[step].reply_working_days
    row = {
        "id": "e" * 32, "step": step, "state": state, "clock": "handle", "epoch": 1, "unit": LEAD_CODE,
        "raised_on": date(2026, 7, 30), "snoozed_until": None, "drafted_by": None, "object_person": None,
        "issued_on": issued, "served_on": served, "reply_due_on": date(2026, 8, 21) if asks else None,
        "answered_on": answered, "judge_by": None, "judgement": None, "judged_on": None,
        "review_on": date(2027, 1, 31) if served and step == "admonition" else None,
    }  # fmt: skip
    return row | columns


def owed(step: str, state: str, facts: CaseFacts = HANDLING, day: date = MUCH_LATER, **columns):
    """What is owed on the escalation alone."""
    found = duties(matter(facts, day), [(escalation(step, state, **columns), DEFAULT)])
    return [duty for duty in found if duty.escalation]


def kinds(found) -> list[str]:
    return [duty.kind.value for duty in found]


@pytest.mark.parametrize(("table", "state"), OPEN, ids=lambda one: getattr(one, "name", one))
def test_every_state_that_goes_on_is_somebody_s_in_the_end(table, state):
    found = duties(matter(facts_in(state, **PLAIN), MUCH_LATER, table))
    assert found
    assert all(duty.whose.roles and duty.label.startswith("待") for duty in found)


@pytest.mark.parametrize("state", ENDED)
def test_a_state_that_ends_it_is_nobody_s(state):
    assert duties(matter(facts_in(state), MUCH_LATER)) == ()


@pytest.mark.parametrize("step", [rung.step for rung in DEFAULT.rungs if rung.is_numbered])
@pytest.mark.parametrize("state", PROCEEDING)
def test_every_state_of_a_paper_is_somebody_s(step, state):
    assert owed(step, state)


@pytest.mark.parametrize("state", sorted(OVER))
def test_a_paper_that_is_over_is_nobody_s(state):
    assert owed("inquiry", state) == []


@pytest.mark.parametrize("state", PROCEEDING)
def test_what_concerns_a_person_names_neither_matter_nor_paper(state):
    for duty in owed("admonition", state):
        assert (duty.confidential, duty.label) == (True, "待办的干部监督事项")
        assert (duty.number, duty.title, duty.step) == (None, None, None)
        assert set(duty.whose.roles) <= {Role.PRINCIPAL, Role.ORGANIZATION}


def test_a_plain_mail_asks_nothing():
    assert owed("due_soon", "issued") == []


def undelivered(*mails, facts=HANDLING):
    """What is owed on a matter's mails that did not get there."""
    return [
        duty for duty in duties(matter(facts, MUCH_LATER), undelivered=mails) if duty.kind == "undelivered"
    ]


def test_mails_that_did_not_get_there_are_one_duty_since_the_first_of_them():
    (duty,) = undelivered(("reminder", date(2026, 9, 2)), ("assignment", date(2026, 9, 1)))
    assert (duty.label, duty.since, duty.confidential) == ("待处理未送出的邮件", date(2026, 9, 1), False)
    assert (Role.OFFICER in duty.whose.roles, duty.number) == (True, HANDLING.number)


def test_those_about_a_person_are_the_organization_handlers_and_name_no_matter():
    private, named = sorted(
        undelivered(("admonition", TODAY), ("reminder", TODAY)), key=lambda duty: not duty.confidential
    )
    assert (set(private.whose.roles), private.number, private.title) == ({Role.ORGANIZATION}, None, None)
    assert (named.confidential, named.number) == (False, HANDLING.number)


@pytest.mark.parametrize("state", ENDED)
def test_they_are_somebody_s_also_when_the_matter_has_ended(state):
    assert undelivered(("close_out", TODAY), facts=facts_in(state))


def test_without_such_mails_nothing_is_owed_on_them():
    assert undelivered() == []


def test_a_green_light_asks_nothing_and_a_yellow_one_does():
    assert duties(matter(day=date(2026, 7, 16))) == ()
    (yellow,) = duties(matter(day=date(2026, 7, 17)))
    assert (yellow.kind, yellow.due_on, yellow.overdue) == (DutyKind.HANDLE, DUE_ON, False)
    (red,) = duties(matter(day=date(2026, 7, 27)))
    assert (red.overdue, red.working_days_late) == (True, 3)


def test_a_plan_is_due_where_the_date_is_the_plan_s():
    facts = facts_in("registered", due_for_plan=True, **PLAIN)
    assert [(duty.kind, duty.due_on) for duty in duties(matter(facts, MUCH_LATER))] == [
        (DutyKind.BEGIN, DUE_ON)
    ]


def test_a_report_is_due_by_its_own_clock():
    clock = Clock(
        ClockName.FEEDBACK, 1, at(2026, 7, 1), None, False, STATED, date(2026, 7, 8), date(2026, 7, 8)
    )
    facts = facts_in("handling", clocks=(running(), clock), open_ended=True, due_on=None, **PLAIN)
    assert duties(matter(facts, date(2026, 7, 1))) == ()
    (due,) = duties(matter(facts, date(2026, 7, 9)))
    assert (due.kind, due.overdue) == (DutyKind.FEEDBACK, True)


def test_a_proposal_is_quiet_until_its_day_and_while_no_paper_may_go_out():
    until = date(2026, 8, 10)
    assert owed("inquiry", "proposed", day=date(2026, 8, 9), snoozed_until=until) == []
    assert kinds(owed("inquiry", "proposed", day=until, snoozed_until=until)) == ["approve", "draft"]
    drafted = owed("inquiry", "proposed", day=until, drafted_by="R011")
    assert kinds(drafted) == ["approve"]
    assert owed("inquiry", "proposed", facts_in("verifying", **PLAIN)) == []


def test_an_issued_paper_is_the_unit_s_first_and_then_the_office_s_too():
    assert kinds(owed("inquiry", "issued", day=date(2026, 7, 31))) == ["sign"]
    assert kinds(owed("inquiry", "issued", day=date(2026, 8, 3))) == ["sign", "serve"]


def test_a_reply_is_not_late_while_the_case_stands_still():
    (reply,) = owed("inquiry", "served")
    assert (reply.kind, reply.overdue) == (DutyKind.REPLY, True)
    (waiting,) = owed("inquiry", "served", facts_in("verifying", **PLAIN))
    assert not waiting.overdue


def test_an_inquiry_s_reply_is_due_when_its_clock_says():
    day = date(2026, 9, 1)
    clock = Clock(ClockName.INQUIRY_REPLY, 1, at(2026, 7, 31), None, False, STATED, day, day)
    facts = facts_in("handling", clocks=(running(), clock), **PLAIN)
    assert [duty.due_on for duty in owed("inquiry", "served", facts)] == [day]


def test_a_reply_found_wanting_leads_higher_or_is_the_office_s():
    assert owed("inquiry", "answered", judgement="insufficient") == []  # the admonition rests on it
    assert kinds(owed("reminder", "answered", judgement="insufficient")) == ["follow_up"]


def test_a_measure_is_reviewed_when_its_months_are_over_even_of_a_closed_matter():
    accepted = {"judgement": "sufficient", "facts": facts_in("closed")}
    assert owed("admonition", "answered", day=date(2027, 1, 21), **accepted) == []
    assert kinds(owed("admonition", "answered", day=date(2027, 1, 25), **accepted)) == ["effect_review"]
    (late,) = owed("admonition", "answered", day=date(2027, 2, 1), **accepted)
    assert late.overdue


def test_a_case_set_aside_is_an_officer_s_whatever_else_it_is():
    found = duties(matter(), set_aside_on=TODAY)
    assert [(duty.kind, duty.since) for duty in found] == [(DutyKind.SET_ASIDE, TODAY)]


days = st.dates(date(2026, 7, 1), date(2027, 6, 30))
papers = st.lists(
    st.tuples(st.sampled_from([rung.step for rung in DEFAULT.rungs]), st.sampled_from(PROCEEDING))
)


@given(st.sampled_from(OPEN), papers, days)
def test_the_worst_comes_first_and_nothing_is_late_before_its_day(place, raised, day):
    table, state = place
    rows = [(escalation(*one), DEFAULT) for one in raised]
    found = duties(matter(facts_in(state), day, table), rows)
    late = [duty.overdue for duty in found]
    assert late == sorted(late, reverse=True)
    overdue = [duty.due_on for duty in found if duty.overdue]
    assert overdue == sorted(overdue)
    assert all(duty.due_on is not None and duty.due_on < day for duty in found if duty.overdue)


@given(papers, days, st.integers(1, 10))
def test_what_is_owed_stays_owed_until_somebody_acts(raised, day, later):
    """Time alone never takes anything off a list."""
    rows = [(escalation(*one), DEFAULT) for one in raised]
    before, after = (duties(matter(day=on), rows) for on in (day, day + timedelta(days=later)))
    assert {(duty.kind, duty.escalation) for duty in before} <= {
        (duty.kind, duty.escalation) for duty in after
    }


def test_days_that_count_up_are_no_news():
    first, second = (duties(replace(matter(), day=day))[0] for day in (date(2026, 7, 23), date(2026, 7, 24)))
    assert first.gist == second.gist
    assert first.gist != duties(replace(matter(), day=DUE_ON))[0].gist


def test_what_waits_on_a_late_matter_comes_before_what_waits_on_one_that_is_not():
    def duty(number, **known):
        return Duty(DutyKind.APPROVE, "待审批", Whose((Role.DIRECTOR,)), number=number, **known)

    late = duty("4", due_on=date(2026, 7, 14), overdue=True, working_days_late=1)
    latest, later = duty("3", since=TODAY, matter_late=7), duty("2", since=DUE_ON, matter_late=2)
    plain = duty("1", since=date(2026, 6, 1))
    assert sorted((plain, later, latest, late), key=worst_first) == [late, latest, later, plain]
