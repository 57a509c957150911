"""What everybody owes, on the screen and by mail, as an operator asks for it."""

import pytest

from tests.builders import (
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    TITLE,
    a_case,
    a_paper_of_proof,
    at,
    on_escalation,
    raised,
    rows,
    signed,
    sweep_on,
)
from tests.mailing import NOW, message_in, returned
from workflow.services.outbox.bouncing import take_bounce
from workflow.storage.scheduler_models import DigestSent

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

LATE = "2026-07-27T09:00:00+08:00"


@pytest.fixture
def admonished(office):
    """A matter so late that a measure for a person waits for the principal."""
    case = a_case(office)
    for day, step in ((at(2026, 7, 23), "reminder"), (at(2026, 7, 30), "inquiry")):
        sweep_on(office, day)
        if step == "inquiry":
            on_escalation(office, step, "approve", DIRECTOR, day, question="为何逾期？")
        receipt = [a_paper_of_proof(office, "回执")]
        on_escalation(office, step, "serve", CLERK, day, evidence=receipt)
    sweep_on(office, at(2026, 8, 24))
    assert raised(office, "admonition").state == "proposed"
    return case


def test_one_s_own_list_names_every_matter_and_its_day(ask, office):
    case = a_case(office)
    told = ask("todo", "--as", LIAISON, "--at", LATE)
    assert (told["name"], told["count"], told["overdue"], told["more"]) == (LIAISON, 1, 1, 0)
    (duty,) = told["duties"]
    assert (duty["kind"], duty["case"], duty["title"]) == ("handle", case.number, TITLE)
    assert (duty["due_on"], duty["working_days_late"]) == ("2026-07-22", 3)


def test_people_read_the_list_on_the_screen(duban, office):
    a_case(office)
    shown = duban("todo", "--as", LIAISON, "--at", LATE)
    assert shown.code == 0
    assert all(said in shown.out for said in ("待办1项，其中1项逾期", "待办结", TITLE, "逾期3个工作日"))


@pytest.mark.mail
def test_a_mail_that_came_back_is_somebody_s_to_deal_with(ask, duban, office):
    case, message = message_in(office, "sent")
    take_bounce(office, returned(message), by=signed(None, NOW), at=NOW)
    todo = ("todo", "--as", OFFICER, "--at", NOW.isoformat())
    (duty,) = (one for one in ask(*todo)["duties"] if one["kind"] == "undelivered")
    assert (duty["case"], duty["label"]) == (case.number, "待处理未送出的邮件")
    assert "待处理未送出的邮件" in duban(*todo).out


def test_somebody_who_owes_nothing_has_an_empty_list(ask, office):
    a_case(office)
    assert ask("todo", "--as", DIRECTOR, "--at", LATE)["duties"] == []


def test_without_a_name_everybody_s_numbers_are_told(ask, duban, office):
    a_case(office)
    told = ask("todo", "--at", LATE)
    assert [(one["name"], one["count"], one["overdue"]) for one in told["people"]] == [(LIAISON, 1, 1)]
    assert LIAISON in duban("todo", "--at", LATE).out


@pytest.mark.usefixtures("admonished")
def test_that_a_measure_waits_is_told_to_its_approver_alone(ask, duban):
    day = "2026-08-24"
    mine = ask("todo", "--as", PRINCIPAL, "--at", day)
    assert (mine["count"], mine["private"], mine["duties"]) == (1, 1, [])
    shown = duban("todo", "--as", PRINCIPAL, "--at", day).out
    assert "您有1件待办的干部监督事项" in shown
    assert TITLE not in shown
    assert PRINCIPAL not in {one["name"] for one in ask("todo", "--at", day)["people"]}


def test_an_operator_sends_the_lists_once_a_day_at_any_hour(ask, duban, office):
    a_case(office)
    sunday = "2026-07-26T22:00:00+08:00"
    assert ask("digest", "--once", "--at", sunday)["sent"] == 1
    assert ask("digest", "--once", "--at", sunday)["already"] == 1
    assert "发出清单1份" in duban("digest", "--once", "--at", LATE).out
    assert len(rows(office, DigestSent)) == 2


def test_a_name_nobody_bears_is_refused(duban):
    answer = duban("todo", "--as", "查无此人", "--json")
    assert (answer.code, answer.json["code"]) == (1, "person_unknown")
