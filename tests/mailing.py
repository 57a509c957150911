"""Messages brought to where they stand, as runs of the sender and people bring them there."""

from datetime import datetime
from typing import Any

from tests.builders import a_case, at, rows, signed
from tests.postbox import open_postbox
from workflow.services.batch import OpenCase
from workflow.services.office import Office
from workflow.services.outbox.report import SendReport
from workflow.services.outbox.sending import send_due
from workflow.storage import outbox
from workflow.storage.models import OutboxMessage
from workflow.storage.session import transaction

NOW = at(2026, 9, 1)
"""A Tuesday, in office hours."""
HARD, SOFT = ("5.1.1", "550 5.1.1 no such user"), ("5.2.2", "552 5.2.2 mailbox full")

REPORT = """\
Return-Path: <>
From: MAILER-DAEMON@mx.example
To: duban@binhai.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {recipient}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}

--b
Content-Type: text/rfc822-headers

From: <duban@binhai.example>
To: <{recipient}>
Message-ID: {message_id}

--b--
"""


def send(office: Office, when: datetime = NOW, **how: Any) -> SendReport:
    """One run of the sender by the machine."""
    return send_due(office, clock=lambda: when, by=signed(None, when), **how)


def the_message(office: Office) -> Any:
    """The one message of the outbox that was not redirected to another address."""
    found = rows(office, OutboxMessage)
    gone = {one.redirected_from for one in found}
    (message,) = (one for one in found if one.id not in gone)
    return message


def message_in(office: Office, state: str) -> tuple[OpenCase, Any]:
    """A matter whose one mail came to a state."""
    answers = {"failed": ["550 5.1.1 no such user"], "retry": ["451 4.3.0 later"], "sent": []}
    case = a_case(office, "assigned", NOW)
    if state in answers:
        with open_postbox(office, *answers[state]) as (home, _):
            send(home)
    message = the_message(office)
    assert message.state == state
    return case, message


def returned(message: Any, why: tuple[str, str] = HARD, *, action: str = "failed") -> bytes:
    """The mail in which another host gives our message back."""
    told = {"recipient": message.recipient, "message_id": message.message_id}
    return REPORT.format(action=action, status=why[0], words=why[1], **told).encode()


def addressed(office: Office, message: Any, recipient: str) -> None:
    """Write a message to another address than the directory has."""
    with transaction(office.engine) as tx:
        outbox.change(tx, message.id, recipient=recipient)
