"""The ticker on a real clock: it sweeps and sends by itself, survives trouble, and stops."""

import os
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy.exc import OperationalError

from states.deadlines import Limit
from states.errors import Refusal
from states.policy import MailRule
from states.vocabulary import LimitUnit
from states.windows import next_open
from tests.builders import a_case, behind_its_mark, mark_of, rows
from tests.postbox import free_port, open_postbox
from workflow.scheduler import Chore, Scheduler
from workflow.services.files import waiting_room
from workflow.services.verification import verify
from workflow.storage.models import Escalation, OutboxMessage
from workflow.storage.scheduler_models import SweepRun

pytestmark = pytest.mark.mail

PATIENCE = 20


def eventually(holds):
    """Whether something comes to hold within a while."""
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.05)
    return holds()


@pytest.fixture
def brisk(office):
    """The office with a chore due every second."""
    hurried = office.settings.model_copy(update={"sweep_seconds": 1, "mail_seconds": 1})
    return replace(office, settings=hurried)


def late_case(office):
    """A case whose limit ran out days ago, by the real clock."""
    dispatched = datetime.now(UTC) - timedelta(days=30)
    return a_case(office, "handling", dispatched, limit=Limit(LimitUnit.DAYS, 7))


def test_what_is_late_is_noticed_raised_laid_out_and_sent_by_itself(brisk):
    """By a clock set to office hours, whenever the tests are run."""
    late_case(brisk)
    with brisk.engine.connect() as tx:
        opened_at = next_open(MailRule(), brisk.calendar(tx), datetime.now(UTC))
    with open_postbox(brisk) as (home, postbox):
        scheduler = Scheduler(home, clock=lambda: opened_at)
        scheduler.start()
        assert eventually(lambda: {"assignment", "reminder", "digest"} <= _sent(brisk))
        scheduler.stop()
        assert all(mail["Subject"] for mail in postbox.mails)
    assert "reminder" in {row.step for row in rows(brisk, Escalation)}
    assert verify(brisk).exit_code == 0


def _sent(office):
    """The kinds of mail that have left."""
    return {message.kind for message in rows(office, OutboxMessage) if message.state == "sent"}


def test_a_scheduler_on_a_restored_database_sweeps_and_sends_nothing_and_says_so_once(brisk, caplog):
    behind_its_mark(brisk)
    late_case(brisk)
    with open_postbox(brisk) as (home, postbox):
        scheduler = Scheduler(home)
        scheduler.start()
        assert eventually(lambda: rows(brisk, SweepRun) and rows(brisk, SweepRun)[-1].runs > 2)
        assert scheduler.sweep.healthy and scheduler.mail.healthy
        scheduler.stop()
    assert (rows(brisk, Escalation), postbox.taken) == ([], [])
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert len([one for one in warnings if "已暂缓" in one]) == 2
    assert verify(brisk).exit_code == 0


def test_a_mailbox_in_trouble_is_told_by_the_chore_that_reads_it_and_hinders_no_other(brisk, caplog):
    mailbox = SecretStr(f"imap://duban:secret@127.0.0.1:{free_port()}/INBOX?tls=none")
    home = replace(brisk, settings=brisk.settings.model_copy(update={"bounce_mailbox": mailbox}))
    scheduler = Scheduler(home, only=("bounces", "mail"))
    for chore in scheduler.chores.values():
        chore.run()
    assert {name: chore.failures for name, chore in scheduler.chores.items()} == {"bounces": 1, "mail": 0}
    (told,) = (one.message for one in caplog.records if one.levelname == "WARNING")
    assert ("退信未完成" in told, "mailbox_trouble" in told, "secret" in told) == (True, True, False)


def test_every_tick_is_on_record_and_the_mark_follows(brisk):
    late_case(brisk)
    scheduler = Scheduler(brisk)
    scheduler.start()
    assert eventually(lambda: sum(run.runs for run in rows(brisk, SweepRun)) > 2)
    scheduler.stop()
    assert {run.door for run in rows(brisk, SweepRun)} == {"scheduler"}
    assert mark_of(brisk) is not None


def test_what_a_killed_act_left_of_its_files_is_cleared_away_by_itself(brisk):
    left = waiting_room(brisk.settings.files) / "left"
    left.write_bytes(b"312")
    os.utime(left, (0, 0))
    scheduler = Scheduler(brisk, only=("sweep",))
    scheduler.start()
    assert eventually(lambda: not left.exists())
    scheduler.stop()


def test_work_that_comes_later_is_done_at_a_later_tick(brisk):
    scheduler = Scheduler(brisk)
    scheduler.start()
    assert eventually(lambda: scheduler.sweep.age < 1)
    late_case(brisk)
    assert eventually(lambda: rows(brisk, Escalation))
    scheduler.stop()


def test_a_stopped_scheduler_does_nothing_more_and_leaves_no_thread(brisk):
    before = threading.active_count()
    scheduler = Scheduler(brisk)
    scheduler.start()
    assert eventually(lambda: scheduler.sweep.healthy and scheduler.sweep.age < 1)
    scheduler.stop()
    late_case(brisk)
    finished = scheduler.sweep.finished
    time.sleep(1.5)
    assert (scheduler.sweep.finished, rows(brisk, Escalation)) == (finished, [])
    assert threading.active_count() == before


def test_a_chore_that_does_not_come_through_is_seen(brisk):
    scheduler = Scheduler(brisk)
    assert scheduler.sweep.healthy
    scheduler.sweep.finished = time.monotonic() - 6
    assert not scheduler.sweep.healthy


@pytest.mark.parametrize(
    "trouble", [Refusal("暂不可用。", code="x"), OperationalError("", {}, Exception()), ZeroDivisionError()]
)
def test_trouble_is_logged_in_one_line_and_the_next_tick_tries_again(trouble, caplog):
    answers = iter([trouble, None])

    def work():
        if answer := next(answers):
            raise answer

    chore = Chore("巡查", 1, work)
    chore.finished = started = time.monotonic() - 9
    chore.run()
    assert (chore.finished, chore.failures) == (started, 1)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    chore.run()
    assert (chore.age < 1, chore.failures) == (True, 0)


def test_a_fault_that_lasts_is_told_less_and_less_often(caplog):
    def work():
        raise ZeroDivisionError

    chore = Chore("巡查", 1, work)
    for _ in range(9):
        chore.run()
    assert len([record for record in caplog.records if record.levelname == "WARNING"]) == 4


def test_a_chore_is_never_done_twice_at_once():
    entered, leave, runs = threading.Event(), threading.Event(), []

    def work():
        runs.append("run")
        entered.set()
        leave.wait(PATIENCE)

    chore = Chore("巡查", 1, work)
    first = threading.Thread(target=chore.run)
    first.start()
    assert entered.wait(PATIENCE)
    chore.run()
    leave.set()
    first.join(PATIENCE)
    assert runs == ["run"]


def test_a_ticker_that_stalls_is_helped_by_the_watchdog(brisk):
    scheduler = Scheduler(brisk)
    scheduler.start()
    scheduler._ticker.pause()
    scheduler.sweep.finished = time.monotonic() - 60
    assert eventually(lambda: scheduler.sweep.age < 2)
    scheduler.stop()
