"""The ticker: wakes the sweep and the sender at their intervals. It decides nothing and remembers nothing.

APScheduler keeps its jobs in memory only; what is due lies in the tables, so a missed tick loses nothing. A
watchdog on the monotonic clock makes up for a wall clock that was set back, which would stall the ticker.
"""

import logging
import threading
import time
from collections.abc import Callable, Collection
from datetime import UTC, date, datetime
from functools import partial

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from states.errors import Refusal
from states.office_time import office_day
from workflow.errors import ConfigurationError, Held
from workflow.services import audit_works, checkpoints, leftovers, readings, relighting, timestamps
from workflow.services.digests import send_digests
from workflow.services.import_room.carrying_out import carry_out_waiting
from workflow.services.intake import folder
from workflow.services.office import Office, Signature
from workflow.services.outbox.bouncing import read_mailbox
from workflow.services.outbox.copying import send_copies
from workflow.services.outbox.sending import send_due
from workflow.services.restoring import keep_mark, may_send
from workflow.services.scheduled import scheduled_sweep
from workflow.services.webhooks import forgetting
from workflow.services.webhooks.sending import send_webhooks

log = logging.getLogger("duban.scheduler")
OVERDUE_TICKS = 2
LATE_TICKS = 3
PATIENCE_SECONDS = 5
PARTS = 8
"""Of five hundred cases each are lit anew in one run."""
LONGEST_AUDIT = 6 * 3600
"""Seconds: the whole history of a province is verified within a night."""


class Chore:
    """Something done at an interval, never twice at once in this process.

    `failures` counts the runs that failed since the last one that ended well. One run may take `longest`
    seconds before the chore counts as late.
    """

    def __init__(
        self, name: str, seconds: float, work: Callable[[], None], *, longest: float = PATIENCE_SECONDS
    ) -> None:
        self.name = name
        self.seconds = seconds
        self.longest = longest
        self.failures = 0
        self.finished = time.monotonic()
        self._work = work
        self._busy = threading.Lock()

    @property
    def age(self) -> float:
        """Seconds since the last run that ended well."""
        return time.monotonic() - self.finished

    @property
    def healthy(self) -> bool:
        """Whether it has ended well within its last three intervals, or the time one run may take."""
        return self.age <= max(LATE_TICKS * self.seconds, self.longest)

    def run(self) -> None:
        """One run. Whatever goes wrong is counted and told in one line; the next tick tries again."""
        if not self._busy.acquire(blocking=False):
            return
        try:
            self._work()
        except Exception as error:  # a chore must outlive every fault, or nobody would sweep any more
            self._fail(error)
        else:
            self.failures, self.finished = 0, time.monotonic()
        finally:
            self._busy.release()

    def _fail(self, error: Exception) -> None:
        """The first, second, fourth, eighth … failure in a row is a warning: a fault may last for days."""
        self.failures += 1
        told = f"{error.message}（{error.code}）" if isinstance(error, Refusal) else type(error).__name__
        is_news = self.failures.bit_count() == 1
        level = logging.WARNING if is_news else logging.DEBUG
        log.log(level, "%s未完成，连续第%d次：%s，稍后再试", self.name, self.failures, told)
        log.debug("%s", self.name, exc_info=error)


class News:
    """Tells a standing trouble once, and again only after it was over or another came."""

    def __init__(self) -> None:
        self._last: str | None = None

    def tell(self, sentence: str | None) -> None:
        """Warn of what is news; None says that all is well."""
        if sentence is not None and sentence != self._last:
            log.warning("%s", sentence)
        self._last = sentence


Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """What chores are dated by, unless they are told otherwise."""
    return datetime.now(UTC)


CHORES = (
    *("sweep", "mail", "copies", "digest", "bounces", "sealing", "stamping"),
    *("lights", "imports", "intake", "audits", "webhooks"),
)
"""What a scheduler does, by the names an operator chooses from."""


class Scheduler:
    """The chores of an installation, or `only` some, ticking until stopped and dated by `clock`."""

    def __init__(
        self, office: Office, *, only: Collection[str] = CHORES, clock: Clock = machine_clock
    ) -> None:
        self._stopped = threading.Event()
        every = _chores(office, clock, self._stopped.is_set)
        self.chores = {name: every[name] for name in CHORES if name in only}
        self.sweep, self.mail = every["sweep"], every["mail"]
        self._ticker = BackgroundScheduler(timezone=UTC)
        self._watchdog = threading.Thread(target=self._watch, name="duban-watchdog", daemon=True)

    def start(self) -> None:
        """Run every chore at once, then at its interval."""
        for chore in self.chores.values():
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
        """Stop ticking, and wait for what is running: no further mail is begun, those begun are told of."""
        self._stopped.set()
        self._ticker.shutdown(wait=True)
        self._watchdog.join()

    def _watch(self) -> None:
        while not self._stopped.wait(min(chore.seconds for chore in self.chores.values())):
            for chore in self.chores.values():
                if chore.age > OVERDUE_TICKS * chore.seconds:
                    chore.run()


def _chores(office: Office, clock: Clock, is_over: Callable[[], bool]) -> dict[str, Chore]:
    """Every chore by its name. One that waits for others' servers may hold a run as long as a lease."""
    settings, marking = office.settings, News()
    often, seldom = settings.mail_seconds, settings.sweep_seconds
    slow = partial(Chore, longest=settings.lease_seconds)
    return {
        "sweep": Chore("巡查", seldom, partial(_sweep, office, clock, News(), marking)),
        "mail": slow("发信", often, partial(_send, office, clock, News(), marking, is_over)),
        "copies": slow("抄送", often, partial(_copy, office, clock, marking, is_over)),
        "digest": slow("清单", seldom, _Digests(office, clock).send),
        "bounces": slow("退信", seldom, partial(_take_bounces, office, clock)),
        "sealing": Chore("封存", seldom, partial(_seal, office, clock, News())),
        "stamping": slow("时间戳", seldom, partial(_stamp, office, News())),
        "lights": Chore("亮灯", often, partial(_relight, office, clock)),
        "imports": slow("导入", often, partial(_import, office, clock)),
        "webhooks": slow("推送", often, _Pushes(office, clock, is_over).push),
        "intake": slow("来件", seldom, partial(_take_in, office, clock)),
        "audits": Chore("审计", often, partial(_audit, office, clock, is_over), longest=LONGEST_AUDIT),
    }


def _sweep(office: Office, clock: Clock, holding: News, marking: News) -> None:
    report = scheduled_sweep(office, clock=clock, by=_signature(clock))
    stands = report.hold is not None and report.waiting > 0
    holding.tell(f"巡查已暂缓（{report.hold}），详见duban sweep holds" if stands else None)
    if report.cases_due:
        counts = (report.cases_due, report.issued, report.proposed, len(report.held))
        log.info("巡查：到期%d项，发出%d件，提请审批%d件，搁置%d项", *counts)
    _keep_mark(office, marking)
    cleared = leftovers.clear(office, at=clock())
    if cleared:
        log.info("巡查：清除未办成的附件残留%d个", cleared)
    readings.forget_former(office, at=clock())


def _send(office: Office, clock: Clock, sending: News, marking: News, is_over: Callable[[], bool]) -> None:
    """No number leaves the house that is not known outside the database, by the mark."""
    _keep_mark(office, marking)
    try:
        report = send_due(office, clock=clock, by=_signature(clock), in_window=True, is_over=is_over)
    except Held as held:
        sending.tell(f"发信已暂缓：{held.message}（{held.code}）")
        return
    sending.tell(None)
    _keep_mark(office, marking)
    if report.relay is not None:
        raise report.relay
    if report.sent or report.failed:
        log.info("发信：已发%d封，失败%d封", report.sent, report.failed)


def _copy(office: Office, clock: Clock, marking: News, is_over: Callable[[], bool]) -> None:
    """By themselves, so that a channel that is slow keeps no mail waiting."""
    _keep_mark(office, marking)
    try:
        report = send_copies(office, clock=clock, by=_signature(clock), in_window=True, is_over=is_over)
    except Held:
        return  # the sender tells of it
    if report.sent or report.failed:
        log.info("抄送：已发%d份，失败%d份", report.sent, report.failed)


class _Pushes:
    """By themselves, so that a receiver that is slow keeps neither mail nor copy waiting.

    Old bodies go once a day; the day is remembered only to save the look.
    """

    def __init__(self, office: Office, clock: Clock, is_over: Callable[[], bool]) -> None:
        self._office, self._clock, self._is_over = office, clock, is_over
        self._done: date | None = None

    def push(self) -> None:
        by = _signature(self._clock)
        try:
            report = send_webhooks(self._office, clock=self._clock, by=by, is_over=self._is_over)
        except Held:
            return  # the sender tells of it
        if report.sent or report.failed:
            log.info("推送：已送达%d件，失败%d件", report.sent, report.failed)
        self._forget()

    def _forget(self) -> None:
        now = self._clock()
        if self._done == office_day(now):
            return
        gone = forgetting.forget_bodies(self._office, at=now)
        self._done = office_day(now) if gone < forgetting.MOST else None
        if gone:
            log.info("推送：清除%d件早已送达的内容", gone)


def _take_bounces(office: Office, clock: Clock) -> None:
    try:
        report = read_mailbox(office, clock=clock, by=_signature(clock))
    except Held:
        return  # the sender tells of it
    if report.read:
        log.info("退信：读取%d封，登记%d封，未能对应%d封", report.read, report.bounced, report.unknown)


class _Digests:
    """The daily lists, once a day; the day is remembered only to save the look, the table knows it."""

    def __init__(self, office: Office, clock: Clock) -> None:
        self._office, self._clock = office, clock
        self._done: date | None = None

    def send(self) -> None:
        now, by = self._clock(), _signature(self._clock)
        if self._done == office_day(now) or not may_send(self._office, by=by):
            return
        report = send_digests(self._office, at=now, by=by)
        self._done = None if report.closed else report.day
        if report.sent:
            log.info("清单：已发%d份", report.sent)


def _seal(office: Office, clock: Clock, sealing: News) -> None:
    """Not on a database that was restored, which the other chores tell of."""
    try:
        kept = checkpoints.keep(office, at=clock(), by=_signature(clock))
    except Held:
        return
    sealing.tell("；".join(kept.troubles) or None)
    if kept.made is not None:
        log.info("检查点：第%d号，共%d条记载，短码%s", kept.made.number, kept.made.size, kept.made.short)


def _stamp(office: Office, stamping: News) -> None:
    """By itself, so that an authority that is slow keeps no checkpoint waiting."""
    done = timestamps.keep(office)
    stamping.tell("；".join(done.troubles) or None)
    if done.written:
        log.info("时间戳：%d个检查点", len(done.written))


def _relight(office: Office, clock: Clock) -> None:
    """A little at a time, so that a run is short and `stop` need not wait."""
    if done := relighting.relight(office, at=clock(), most=PARTS):
        log.info("亮灯：规则或日历有变，重新推算%d批", done)


def _import(office: Office, clock: Clock) -> None:
    """What was handed in on the pages and is too long to be waited for."""
    done = carry_out_waiting(office, clock=clock)
    if done:
        log.info("导入：办结%d个文件", done)


def _take_in(office: Office, clock: Clock) -> None:
    """What lies in the folder of the settings, where there is one."""
    by = _signature(clock)
    done = folder.pull(office, clock=clock, by=by)
    if done.taken or done.refused:
        log.info("来件：收下%d个文件%d件，未收%d个", done.taken, done.items, done.refused)
    if forgotten := folder.forget_applicants(office, at=clock(), by=by):
        log.info("来件：删去已办结来件的申请人信息%d件", forgotten)


def _audit(office: Office, clock: Clock, is_over: Callable[[], bool]) -> None:
    ended = audit_works.carry_out(office, clock=clock, is_over=is_over)
    if ended:
        log.info("后台：办完%d件", ended)


def _keep_mark(office: Office, marking: News) -> None:
    """What was done is done; that the mark cannot follow is told, and the doctor tells it too."""
    try:
        keep_mark(office)
    except ConfigurationError as unwritable:
        marking.tell(f"{unwritable.message}（{unwritable.code}）")
    else:
        marking.tell(None)


def _signature(clock: Clock) -> Signature:
    return Signature(None, "scheduler", clock(), clock=clock)
