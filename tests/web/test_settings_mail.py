"""设置, 邮件和待发箱: tried out, looked at and dealt with by hand, nothing about a person told to others."""

import pytest
from sqlalchemy import update

from tests.administrators import SYSTEM_ADMIN, with_three
from tests.builders import AUDITOR, DIRECTOR, LIAISON_MAIL, OFFICER, a_case, rows
from tests.web.browsing import pages_of
from tests.web.counting import asked_for
from workflow.services.verification import verify
from workflow.storage.models import OutboxMessage
from workflow.storage.queries import OUTBOX
from workflow.storage.session import transaction

MAIL, QUEUE = "/settings/mail", "/settings/mail/queue"


@pytest.fixture
def posting(office):
    """An office with a relay that may send to one domain."""
    told = {"smtp_url": "smtp://duban:secret-word@relay.example:25", "mail_allow": ("binhai.example",)}
    with pages_of(office, **told) as made:
        yield made


def message(office):
    return next(one for one in rows(office, OutboxMessage) if one.recipient == LIAISON_MAIL)


def deals(browser, one, act, **filled):
    return browser.sends(f"{QUEUE}/{one.id}", to=f"{QUEUE}/{one.id}/{act}", **filled)


def test_the_relay_is_told_without_what_opens_it(posting):
    shown = posting.signed_in(DIRECTOR).sees(MAIL)
    assert "relay.example:25" in shown and "secret-word" not in shown and "binhai.example" in shown


def test_a_mail_that_is_tried_goes_through_the_outbox_and_verifies(office, posting):
    form = {"address": "somebody@binhai.example"}
    answer = posting.signed_in(DIRECTOR).sends(MAIL, to=f"{MAIL}/acts/try", **form)
    assert answer.status_code == 303, answer.text
    assert [one.kind for one in rows(office, OutboxMessage)] == ["trial"]
    assert verify(office).exit_code == 0


@pytest.mark.parametrize("address", ["nobody", "x@elsewhere.example", "a@binhai.example\r\nBcc: b@c.d", ""])
def test_an_address_nothing_leaves_for_is_told_beside_its_field(posting, address):
    answer = posting.signed_in(DIRECTOR).sends(MAIL, to=f"{MAIL}/acts/try", address=address)
    assert answer.status_code == 422 and 'id="address-error"' in answer.text


def test_the_system_administrator_looks_after_the_post_and_sees_no_queue(office, posting):
    with_three(office)
    him = posting.signed_in(SYSTEM_ADMIN)
    assert "试发一封" in him.sees(MAIL) and him.get(QUEUE).status_code == 403
    assert "停用一个地址" not in him.sees(MAIL)


def test_an_address_is_silenced_and_written_to_again(office, posting):
    him = posting.signed_in(OFFICER)
    him.sends(MAIL, to=f"{MAIL}/acts/silence", address=LIAISON_MAIL, reason="已调离")
    shown = him.sees(MAIL)
    assert LIAISON_MAIL in shown and "已调离" in shown
    him.sends(MAIL, to=f"{MAIL}/acts/allow", address=LIAISON_MAIL)
    assert "没有停用的地址" in him.sees(MAIL)


def test_a_message_is_held_with_a_reason_and_let_go(office, posting):
    a_case(office)
    him, one = posting.signed_in(OFFICER), message(office)
    refused = deals(him, one, "hold")
    assert refused.status_code == 422 and 'id="reason-error"' in refused.text
    assert deals(him, one, "hold", reason="先核对").status_code == 303
    assert message(office).state == "held" and "先核对" in him.sees(f"{QUEUE}/{one.id}")
    assert deals(him, one, "release").status_code == 303 and message(office).state == "queued"


def test_what_cannot_be_done_to_a_message_now_is_no_fault(office, posting):
    a_case(office)
    him, one = posting.signed_in(OFFICER), message(office)
    assert deals(him, one, "retry").status_code == 409
    assert him.get(f"{QUEUE}/nobody-wrote-it").status_code == 404


def test_the_auditor_looks_on(office, posting):
    a_case(office)
    him, one = posting.signed_in(AUDITOR), message(office)
    assert ">暂扣</button>" not in him.sees(f"{QUEUE}/{one.id}") and message(office).recipient in him.sees(
        f"{QUEUE}?part=waiting"
    )
    assert deals(him, one, "hold", reason="不归我").status_code == 403


def test_a_message_about_a_person_hides_him_from_whoever_does_not_handle_it(office, posting):
    a_case(office)
    one = message(office)
    with transaction(office.engine) as tx:
        tx.execute(update(OUTBOX).where(OUTBOX.c.id == one.id).values(kind="admonition"))
    for path in (f"{QUEUE}?part=waiting", f"{QUEUE}/{one.id}"):
        shown = posting.signed_in(DIRECTOR).sees(path)
        assert LIAISON_MAIL not in shown and "涉及个人，不显示" in shown


@pytest.mark.parametrize("path", [MAIL, QUEUE, f"{QUEUE}?part=waiting"])
def test_a_page_costs_few_queries_and_bytes(office, posting, path):
    a_case(office)
    him = posting.signed_in(DIRECTOR)
    him.sees(path)
    seen, shown = asked_for(office, him, path)
    assert len(seen) <= 12 and len(shown.encode()) <= 150_000


@pytest.mark.parametrize("asked", ["?part=nothing", "?before=x", "?before=2026-07-01 a"])
def test_an_address_nobody_gave_is_no_fault(posting, asked):
    assert posting.signed_in(OFFICER).get(QUEUE + asked).status_code in (200, 422)
