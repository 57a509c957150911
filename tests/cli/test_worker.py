"""`duban worker` in a process of its own: chosen chores, an end in good order, and a monitor's questions."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import contextmanager

import httpx
import pytest

from tests.builders import a_case, rows
from tests.cli.conftest import ROOT
from tests.mailing import NOW
from tests.postbox import PATIENCE, free_port, open_postbox
from workflow.services.verification import verify
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.scheduler_models import SweepRun

pytestmark = [
    pytest.mark.mail,
    pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session"),
]

IN_OFFICE_HOURS = """
from datetime import datetime
from workflow import scheduler
scheduler.Scheduler.__init__.__kwdefaults__["clock"] = lambda: datetime.fromisoformat({now!r})
from workflow.cli.app import run
raise SystemExit(run({words!r}))
"""
"""Whenever the tests are run, mails may leave."""


@pytest.fixture
def working(environment, tmp_path):
    """A worker, as an operator starts it, but by a clock in office hours."""

    @contextmanager
    def started(home, *words):
        program = IN_OFFICE_HOURS.format(now=NOW.isoformat(), words=["worker", *words])
        mail = {"DUBAN_MAIL_SECONDS": "0.2", "DUBAN_SWEEP_SECONDS": "1", "DUBAN_MAIL_CONNECTIONS": "1"}
        mail |= {"DUBAN_MAIL_ALLOW": "binhai.example", "DUBAN_SMTP_URL": home.settings.smtp_url or ""}
        path = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
        env = path | environment | {name: value for name, value in mail.items() if value}
        with subprocess.Popen([sys.executable, "-c", program], env=env, cwd=tmp_path) as process:
            try:
                yield process
            finally:
                process.kill()

    return started


def eventually(holds):
    until = time.monotonic() + 3 * PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    assert holds()


def stopped(process, by=signal.SIGTERM):
    process.send_signal(by)
    return process.wait(PATIENCE)


def states(office):
    return Counter(one.state for one in rows(office, OutboxMessage))


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_of_mail_alone_sends_sweeps_nothing_and_ends_when_it_is_told(office, working, by):
    a_case(office, "assigned", NOW)
    with open_postbox(office) as (home, _), working(home, "--only", "mail") as process:
        eventually(lambda: states(office) == {"sent": 1})
        assert stopped(process, by) == 0
    assert rows(office, SweepRun) == []


def test_a_worker_that_is_told_to_stop_finishes_the_message_in_hand_and_begins_none(office, working):
    for _ in range(3):
        a_case(office, "assigned", NOW)
    with open_postbox(office, "held 250 late") as (home, postbox), working(home, "--only", "mail") as process:
        assert postbox.holding.wait(3 * PATIENCE)
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None
        postbox.release.set()
        assert process.wait(PATIENCE) == 0
    assert (len(postbox.taken), states(office)) == (1, {"sent": 1, "queued": 2})
    assert {one.attempts for one in rows(office, OutboxMessage) if one.state == "queued"} == {0}
    assert verify(office).findings == []


def test_a_worker_with_a_port_answers_a_monitor_and_sweeps_beside(office, working):
    port = free_port()
    a_case(office, "assigned", NOW)
    with open_postbox(office) as (home, _), working(home, "--port", str(port)) as process:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as monitor:
            eventually(lambda: answers(monitor, "/health/ready"))
            told = monitor.get("/health/ready").json()
            assert (told["status"], told["sweep"], told["mail"]) == ("ready", True, True)
            assert "oldest_unsent_seconds" in told
            assert "duban_outbox_messages" in monitor.get("/metrics").text
        eventually(lambda: states(office)["sent"] and rows(office, SweepRun))
        assert stopped(process) == 0


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_port_that_is_taken_is_refused_before_anything_is_begun(duban_process, office, command):
    before = rows(office, Event)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        refused = duban_process(command, "--port", str(port), DUBAN_SWEEP_SECONDS="307")
    assert (refused.code, refused.out) == (2, "")
    assert all(one in refused.err for one in (f"端口{port}已被占用", "--port", "port_taken"))
    assert (rows(office, Event), rows(office, SweepRun)) == (before, [])


@pytest.mark.parametrize("host", ["192.0.2.7", "no such host"])
def test_an_address_that_is_not_this_machine_s_is_refused(duban_process, host):
    refused = duban_process("serve", "--host", host, "--port", str(free_port()))
    assert refused.code == 2
    assert all(one in refused.err for one in (host, "--host", "cannot_listen", "没有启动"))


def answers(monitor, path):
    try:
        return monitor.get(path).status_code == 200
    except httpx.TransportError:
        return False


def test_a_chore_nobody_knows_is_refused_with_those_there_are(duban):
    refused = duban("worker", "--only", "发信")
    assert (refused.code, "chore_unknown" in refused.err, "sweep、mail" in refused.err) == (1, True, True)
