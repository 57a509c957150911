"""Senders killed outright, again and again, over a relay that is none too good: every mail leaves.

`DUBAN_TEST_MAILS` is how many mails there are; a fiftieth of it is how many senders are killed at most.
"""

import json
import os
import random
from collections import Counter, defaultdict
from email import message_from_bytes

import pytest

from tests.builders import at, late_cases, rows, signed, sweep_on
from tests.postbox import ACCEPTED, open_postbox
from tests.senders import AFTER_THE_LEASES, LANES, LIMITS, senders_of
from workflow.services.outbox.sending import send_due
from workflow.services.verification import verify
from workflow.storage.models import Event, OutboxMessage

pytestmark = pytest.mark.mail

MAILS = int(os.environ.get("DUBAN_TEST_MAILS", "1500"))
KILLS = MAILS // 50
DUE_SOON = at(2026, 7, 17)
MISHAPS = ["451 4.3.0 later", "drop"]


def send_at(home, when):
    return send_due(home, clock=lambda: when, by=signed(None, when))


def killed_and_finished(home, moments):
    """Kill senders until most mails have left, then let one finish; returns how many were killed."""
    when, kills = DUE_SOON, 0
    with senders_of(home) as kill_after:
        while kills < KILLS and any(one.state != "sent" for one in rows(home, OutboxMessage)):
            kills += kill_after(when, moments.uniform(0.1, 0.5))
            when += AFTER_THE_LEASES
    while send_at(home, when).waiting:
        when += AFTER_THE_LEASES
    return kills


def message_id_of(data):
    return message_from_bytes(data)["Message-ID"]


def told_of(office):
    """The kinds of entries about each message."""
    told = defaultdict(Counter)
    for entry in rows(office, Event):
        if entry.kind.startswith("mail_"):
            told[json.loads(entry.payload)["details"]["message_id"]][entry.kind] += 1
    return told


def test_whoever_kills_senders_loses_no_mail_and_doubles_few(office):
    late_cases(office, MAILS)
    sweep_on(office, DUE_SOON)
    moments = random.Random(3)
    answers = moments.choices([ACCEPTED, *MISHAPS], weights=[92, 4, 4], k=4 * MAILS)
    with open_postbox(office, *answers, **LIMITS) as (home, postbox):
        kills = killed_and_finished(home, moments)
    messages, copies = rows(office, OutboxMessage), Counter(map(message_id_of, postbox.taken))
    assert Counter(one.state for one in messages) == {"sent": MAILS}
    assert copies.keys() == {one.message_id for one in messages}
    assert len(set(postbox.taken)) == MAILS, "a repeated mail is the same mail to the last byte"
    mishaps = sum(one in MISHAPS for one in answers[: copies.total()])
    assert MAILS < copies.total() <= MAILS + kills * LANES + mishaps
    told = told_of(office)
    assert {kinds["mail_sent"] for kinds in told.values()} == {1}
    assert all(count <= told[one].total() for one, count in copies.items()), "every copy is accounted for"
    assert verify(office).findings == []
