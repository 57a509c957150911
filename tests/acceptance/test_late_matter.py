"""One late matter from 交办 to 销号 as the people in it see it: by what arrives in their mail."""

import pytest

from tests.builders import (
    CLERK,
    DIRECTOR,
    HANDLERS,
    LIAISON,
    LIAISON_MAIL,
    OPENED,
    PRINCIPAL,
    TITLE,
    a_case,
    a_paper_of_proof,
    a_receipt,
    at,
    give,
    on_escalation,
    signed,
    sweep_on,
)
from tests.postbox import open_postbox
from tests.stories import ADMONITION, CLOSED, DUE_SOON, GROUND, INQUIRY, QUESTION, REMINDER, REPORTED, SERVED
from workflow.services.explaining import explain
from workflow.services.outbox.sending import send_due
from workflow.services.register import show
from workflow.services.verification import verify

pytestmark = pytest.mark.mail


def test_a_late_matter_climbs_the_ladder_and_ends_with_everybody_told(office):
    with open_postbox(office) as (home, postbox):
        mail_of_the_day = _mail_of_the_day(home, postbox)
        case = a_case(home, "handling", OPENED)
        assert mail_of_the_day(OPENED) == [(LIAISON_MAIL, "督查通知单")]

        for day, title in ((DUE_SOON, "期限提示"), (REMINDER, "提醒函")):
            sweep_on(home, day)
            assert mail_of_the_day(day) == [(LIAISON_MAIL, title)]

        on_escalation(home, "reminder", "sign", LIAISON, REMINDER)
        sweep_on(home, INQUIRY)
        assert mail_of_the_day(INQUIRY) == []
        on_escalation(home, "inquiry", "approve", DIRECTOR, INQUIRY, question=QUESTION)
        assert mail_of_the_day(INQUIRY) == [(LIAISON_MAIL, "函询通知书")]
        on_escalation(home, "inquiry", "serve", CLERK, SERVED, evidence=a_receipt(home))

        sweep_on(home, ADMONITION)
        on_escalation(home, "admonition", "approve", PRINCIPAL, ADMONITION, ground=GROUND)
        about_a_person = mail_of_the_day(ADMONITION)
        assert [recipient for recipient, _ in about_a_person] == sorted(HANDLERS)
        assert not any("诫勉" in title or TITLE in title for _, title in about_a_person)

        proof = [a_paper_of_proof(home)]
        give(home, case, "report_completion", LIAISON, REPORTED, result="全部复亮", evidence=proof)
        give(home, case, "close_out", DIRECTOR, CLOSED, verification="抽查40盏均亮", evidence=proof)
        assert mail_of_the_day(CLOSED) == [(LIAISON_MAIL, "销号通知")]

    told = show(home, case.number, today=at(2026, 9, 1))
    assert (told["case"]["state"], told["case"]["outcome"], told["case"]["light"]) == (
        "closed",
        "late",
        "grey",
    )
    assert explain(home, case.number, today=at(2026, 9, 1))["next"] == []
    assert verify(home).exit_code == 0


def _mail_of_the_day(home, postbox):
    """A function that sends what is due on a day and gives recipients and kinds of what arrived."""

    def arrived(day):
        before = len(postbox.taken)
        send_due(home, clock=lambda: day, by=signed(None, day))
        mails = zip(postbox.recipients[before:], postbox.mails[before:], strict=True)
        return sorted((recipient, _kind(mail["Subject"])) for recipient, mail in mails)

    return arrived


def _kind(subject):
    titles = ("督查通知单", "期限提示", "提醒函", "函询通知书", "诫勉书", "销号通知")
    return next((title for title in titles if title in subject), subject)
