"""A real relay, from the system's packages: what was handed over lies in mailboxes, once and unchanged."""

import hashlib
from collections import Counter
from datetime import date
from email import message_from_bytes, policy
from itertools import cycle

import pytest

from tests.builders import DIRECTOR, OFFICER, OPENED, REQUIREMENT, TITLE, a_case, at, rows, signed
from tests.postbox import HOME, writing_to
from tests.postfix import open_postfix
from workflow.services import cases, files
from workflow.services.cases import Order
from workflow.services.outbox.bouncing import take_bounce
from workflow.services.outbox.sending import send_due
from workflow.services.verification import verify
from workflow.storage.directory_models import Unit
from workflow.storage.models import Document, OutboxMessage

pytestmark = [pytest.mark.mail, pytest.mark.parametrize("home", ["sqlite"], indirect=True)]

MAILS = 500
NOW, DUE_ON = at(2026, 7, 2), date(2026, 9, 30)
SENDER = f"duban@{HOME}"
LIMITS = {"mail_per_minute": 100_000, "mail_connections": 4, "mail_per_domain": 4}


@pytest.fixture
def assigned(office):
    """Matters assigned to ten units in turn, each with its paper and its mail."""
    matter = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT}
    numbers = [f"滨督2026-{serial:03d}" for serial in range(1, MAILS + 1)]
    opened = [Order("open", details=matter, new_number=number) for number in numbers]
    cases.perform_all(office, opened, by=signed(OFFICER), at=OPENED)
    leads = cycle(sorted(one.code for one in rows(office, Unit) if one.email)[:10])
    orders = [Order("assign", one, {"lead_unit": next(leads), "due_on": DUE_ON}) for one in numbers]
    cases.perform_all(office, orders, by=signed(DIRECTOR), at=OPENED)
    return office


def hashes_of(mail):
    """Of what is attached."""
    contents = (part.get_payload(decode=True) for part in mail.iter_attachments())
    return [hashlib.sha256(one).hexdigest() for one in contents]


def send(office, relay, **settings):
    home = writing_to(office, relay.url, **LIMITS, **settings)
    return send_due(home, clock=lambda: NOW, by=signed(None, NOW))


def test_five_hundred_mails_reach_their_mailboxes_once_and_unchanged(assigned):
    messages = {one.message_id: one for one in rows(assigned, OutboxMessage)}
    with open_postfix({one.recipient for one in messages.values()}) as relay:
        assert send(assigned, relay).sent == len(messages) >= MAILS
        relay.wait_until_done()
        delivered = relay.delivered()
    sent_as = {one.message_id: one for one in rows(assigned, OutboxMessage)}
    papers = {one.id: one.sha256 for one in rows(assigned, Document)}
    arrived = Counter()
    for data in delivered:
        mail = message_from_bytes(data, policy=policy.default)
        message = sent_as[mail["Message-ID"]]
        arrived[message.message_id] += 1
        kept = files.fetch(assigned.settings.files, message.sha256)
        assert data.endswith(kept.replace(b"\r\n", b"\n"))
        assert (mail["Delivered-To"], TITLE in mail["Subject"]) == (message.recipient, True)
        assert papers[message.document_id] in hashes_of(mail)
    assert arrived == dict.fromkeys(messages, 1)
    assert verify(assigned).findings == []


def test_what_the_relay_sends_back_is_tied_to_its_message(office):
    a_case(office, "assigned")
    with open_postfix([SENDER]) as relay:
        assert send(office, relay, mail_bounces=SENDER).sent == 1
        relay.wait_until_done()
        (came_back,) = relay.delivered(SENDER)
    report = take_bounce(office, came_back, by=signed(None, NOW), at=NOW)
    (message,) = rows(office, OutboxMessage)
    assert (report.bounced, message.state) == (1, "bounced")
    assert "unknown user" in message.last_answer
    assert verify(office).findings == []
