"""A process killed in the middle of a sweep or a mailing loses nothing and doubles nothing."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.builders import (
    DIRECTOR,
    LEAD,
    OFFICER,
    OPENED,
    REQUIREMENT,
    TITLE,
    at,
    rows,
    signed,
    sweep_on,
    with_letters_alone,
)
from tests.postbox import open_postbox
from workflow.services import cases
from workflow.services.cases import Order
from workflow.services.outbox.sending import send_due
from workflow.services.rendering import render_pending
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation, Event, OutboxMessage

ROOT = Path(__file__).parents[2]
LATE = at(2026, 7, 23)
NEXT_DAY = at(2026, 7, 2)
"""Mails are of the day before: older ones are not tried again for long."""
MATTERS = 60

SWEEPING = """
import sys
from pathlib import Path
from tests.builders import at, signed
from tests.conftest import settings_in
from workflow.services.office import open_office
from workflow.services.sweep import sweep

office = open_office(settings_in(Path(sys.argv[1]), sys.argv[2]))
print("ready", flush=True)
sweep(office, as_of=at(2026, 7, 23), by=signed(None, at(2026, 7, 23)), batch_size=5)
"""
SENDING = """
import sys
from pathlib import Path
from tests.builders import at, signed
from tests.conftest import settings_in
from tests.postbox import writing_to
from workflow.services.outbox.sending import send_due
from workflow.services.office import open_office

office = writing_to(open_office(settings_in(Path(sys.argv[1]), sys.argv[2])), sys.argv[3])
print("ready", flush=True)
send_due(office, clock=lambda: at(2026, 7, 2), by=signed(None, at(2026, 7, 2)))
"""


@pytest.fixture
def late_office(office, tmp_path):
    """An office with many matters whose limit ran out yesterday, each with a paper of its own."""
    with_letters_alone(office, tmp_path)
    matter = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT}
    numbers = [f"滨督2026-{serial:03d}" for serial in range(1, MATTERS + 1)]
    opened = [Order("open", details=matter, new_number=number) for number in numbers]
    cases.perform_all(office, opened, by=signed(OFFICER), at=OPENED)
    order = {"lead_unit": LEAD, "due_on": date(2026, 7, 22)}
    dispatched = [Order("assign", number, order) for number in numbers]
    cases.perform_all(office, dispatched, by=signed(DIRECTOR), at=OPENED)
    return office


def killed(program, office, *more, after):
    """Run a program on the office and kill it outright so many seconds after it began its work."""
    settings = office.settings
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(settings.files.parent), settings.database_url, *more],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"
    time.sleep(after)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=30)
    return process.returncode == -signal.SIGKILL


def test_a_sweep_killed_at_any_moment_is_finished_by_the_next(late_office):
    moments = random.Random(1)
    interrupted = [killed(SWEEPING, late_office, after=moments.uniform(0.01, 0.25)) for _ in range(4)]
    sweep_on(late_office, LATE)
    assert any(interrupted)
    steps = Counter((row.case_id, row.step) for row in rows(late_office, Escalation))
    assert len(steps) == MATTERS
    assert set(steps.values()) == {1}
    issued = [row.kind for row in rows(late_office, Event)].count("escalation_issued")
    reminders = [row for row in rows(late_office, Document) if row.kind == "reminder"]
    assert issued == len(reminders) == MATTERS
    assert verify(late_office).findings == []


@pytest.mark.mail
def test_a_mailing_killed_at_any_moment_is_finished_by_the_next(late_office):
    moments = random.Random(2)
    with open_postbox(late_office) as (home, postbox):
        url = home.settings.smtp_url
        assert killed(SENDING, home, url, after=0.3)  # while papers are laid out
        render_pending(home, by=signed(None, NEXT_DAY))
        interrupted = [killed(SENDING, home, url, after=moments.uniform(0.05, 0.4)) for _ in range(3)]
        for wait in (60, 62):  # after the leases, and again what nobody knew of
            now = NEXT_DAY + timedelta(minutes=wait)
            send_due(home, clock=lambda now=now: now, by=signed(None, now))
    assert any(interrupted)
    messages = rows(late_office, OutboxMessage)
    assert Counter(one.state for one in messages) == {"sent": MATTERS}
    by_id = Counter(mail["Message-ID"] for mail in postbox.mails)
    assert by_id.keys() == {one.message_id for one in messages}
    assert len(set(postbox.taken)) == MATTERS, "a repeated mail is the same mail to the last byte"
    assert sum(by_id.values()) <= MATTERS + len(interrupted) * home.settings.mail_connections
    assert verify(late_office).findings == []
