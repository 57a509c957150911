"""The ticker: wakes the sweep and the sender at their intervals. It decides nothing and remembers nothing.

APScheduler keeps its jobs in memory only; what is due lies in the tables, so a missed tick loses nothing. A
watchdog on the monotonic clock makes up for a wall clock that was set back, which would stall the ticker.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger
from sqlalchemy.exc import SQLAlchemyError

from states.errors import Refusal
from workflow.services.delivery import send_due
from workflow.services.office import Office, Signature
from workflow.services.sweep import sweep

log = logging.getLogger("duban.scheduler")
OVERDUE_TICKS = 2


class Chore:
    """Something done at an interval, never twice at once in this process."""

    def __init__(self, name: str, seconds: float, work: Callable[[datetime], None]) -> None:
        self.name = name
        self.seconds = seconds
        self.finished = time.monotonic()
        self._work = work
        self._busy = threading.Lock()

    @property
    def age(self) -> float:
        """Seconds since the last run that ended well."""
        return time.monotonic() - self.finished

    def run(self) -> None:
        """One run. A refusal or a database that is away is logged in one line; the next tick tries again."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._work(datetime.now(UTC))
            self.finished = time.monotonic()
        except Refusal as refusal:
            log.warning("%s：%s（%s）", self.name, refusal.message, refusal.code)
        except SQLAlchemyError as error:
            log.warning("%s：数据库暂不可用（%s），稍后再试", self.name, type(error).__name__)
        finally:
            self._busy.release()


class Scheduler:
    """Both chores of an installation, ticking until stopped."""

    def __init__(self, office: Office) -> None:
        settings = office.settings
        self.sweep = Chore("巡查", settings.sweep_seconds, lambda now: _sweep(office, now))
        self.mail = Chore("发信", settings.mail_seconds, lambda now: _send(office, now))
        self._stopped = threading.Event()
        self._ticker = BackgroundScheduler(timezone=UTC)
        self._watchdog = threading.Thread(target=self._watch, name="duban-watchdog", daemon=True)

    def start(self) -> None:
        """Run both chores at once, then at their intervals."""
        for chore in (self.sweep, self.mail):
            self._ticker.add_job(
                chore.run,
                IntervalTrigger(seconds=chore.seconds),
                next_run_time=datetime.now(UTC),
                coalesce=True,
                misfire_grace_time=None,
                max_instances=1,
            )
        self._ticker.start()
        self._watchdog.start()

    def stop(self) -> None:
        """Stop ticking and wait for what is running."""
        self._stopped.set()
        self._ticker.shutdown(wait=True)
        self._watchdog.join()

    @property
    def healthy(self) -> bool:
        """Whether the sweep has ended well within its last three intervals."""
        return self.sweep.age <= max(3 * self.sweep.seconds, 5)

    def _watch(self) -> None:
        while not self._stopped.wait(min(self.sweep.seconds, self.mail.seconds)):
            for chore in (self.sweep, self.mail):
                if chore.age > OVERDUE_TICKS * chore.seconds:
                    chore.run()


def _sweep(office: Office, now: datetime) -> None:
    report = sweep(office, as_of=now, by=_signature(now))
    if report.cases_due:
        log.info("巡查：到期%d项，发出%d件，提请审批%d件", report.cases_due, report.issued, report.proposed)


def _send(office: Office, now: datetime) -> None:
    report = send_due(office, now=now, by=_signature(now))
    if report.sent or report.failed:
        log.info("发信：已发%d封，失败%d封", report.sent, report.failed)


def _signature(now: datetime) -> Signature:
    return Signature(None, "scheduler", now)
