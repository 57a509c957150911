"""One run of the sender: whose installation, by what clock, by whose hand, and what came of it."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Self

from sqlalchemy import Connection, Row

from notifications.relay import Relay, RelayAddress, Timeouts
from states.calendar import WorkCalendar
from states.delivery import Next
from states.policy import MailRule
from states.windows import is_open, next_open
from workflow.services.office import Office, Signature
from workflow.services.outbox import attempts
from workflow.services.outbox.attempts import Result
from workflow.services.outbox.clerk import Step
from workflow.services.outbox.report import SendReport
from workflow.services.outbox.silencing import suspect
from workflow.services.work import Work, begin
from workflow.storage import outbox
from workflow.storage.outbox import LeaseLostError
from workflow.storage.session import reading

Clock = Callable[[], datetime]


def never() -> bool:
    """Nobody stops the run."""
    return False


@dataclass(frozen=True, slots=True)
class Window:
    """When mails may leave, by the rules in force when the run began."""

    rule: MailRule
    calendar: WorkCalendar

    @classmethod
    def of(cls, office: Office) -> Self:
        """By the policy and the calendar in force."""
        with reading(office.engine) as tx:
            return cls(office.policy(tx).mail, office.calendar(tx))

    def is_open(self, at: datetime) -> bool:
        return is_open(self.rule, self.calendar, at)

    def opens_at(self, at: datetime) -> datetime | None:
        """When it opens again; None while it is open."""
        return None if self.is_open(at) else next_open(self.rule, self.calendar, at)


@dataclass(slots=True)
class Run:
    """What the lanes of a run share. Once it `is_over` no message is begun; a probe tries one and no more.

    An attempt begins in the first sixth of its message's lease and may last the rest, so that no attempt
    outlives its lease, and the relay has its ten minutes. Results are entered by the rules in force when
    something was last claimed.
    """

    office: Office
    clock: Clock
    by: Signature
    report: SendReport
    window: Window | None
    is_over: Callable[[], bool] = never
    is_probe: bool = False
    _rules: Work | None = None

    @property
    def attempt(self) -> timedelta:
        """How long one attempt may last."""
        return self.lease * 5 / 6

    @property
    def lease(self) -> timedelta:
        """For how long a message is taken."""
        return timedelta(seconds=self.office.settings.lease_seconds)

    def relay(self, address: RelayAddress) -> Relay:
        """A conversation that no attempt outlasts."""
        return Relay(address, timeouts=Timeouts(whole=self.attempt.total_seconds()))

    def may_send(self) -> bool:
        """Whether a message may be begun: nobody has stopped the run, and the window is open."""
        return not self.is_over() and (self.window is None or self.window.is_open(self.clock()))

    def is_needed(self) -> bool:
        """Whether any message to an allowed domain is due and may leave now."""
        now, domains = self.clock(), self.office.settings.mail_allow
        if self.window is not None and not self.window.is_open(now):
            return False
        with reading(self.office.engine) as tx:
            return outbox.any_due(tx, now, domains)

    def has_time(self, message: Row[Any]) -> bool:
        """Whether an attempt may begin: early enough in the message's lease."""
        return bool(self.clock() + self.attempt <= message.lease_until)

    @property
    def steps(self) -> tuple[Step[Any, Any], ...]:
        """What a clerk writes for the run. The results first, which lock cases, as everybody locks a case
        before its messages."""
        return self.record, self.hand_over, self.release, self.lost, self.claim

    def record(self, tx: Connection, results: Sequence[Result]) -> Sequence[Next]:
        """Enter what came of attempts; it is for the lane to count one, once it is kept.

        An address the relay knows not is silenced, as if the mail had come back.
        """
        work = self._again(tx)
        following = attempts.record(work, results)
        for message, answer in results:
            if answer.blames_address:
                suspect(work, message.recipient, f"拒收：{answer.told}")
        return following

    def hand_over(self, tx: Connection, messages: Sequence[Row[Any]]) -> Sequence[None]:
        """Enter that the relay is about to get the end of messages."""
        outbox.hand_over(tx, messages)
        return [None] * len(messages)

    def release(self, tx: Connection, messages: Sequence[Row[Any]]) -> Sequence[None]:
        """Give back leases that were not used."""
        outbox.release(tx, messages)
        return [None] * len(messages)

    def lost(self, tx: Connection, limits: Sequence[int]) -> Sequence[Sequence[Row[Any]]]:
        """What other runs had handed over when they ended, so many at most."""
        return [outbox.left_uncertain(tx, self.clock(), limit) for limit in limits]

    def claim(self, tx: Connection, limits: Sequence[int]) -> Sequence[Sequence[Row[Any]]]:
        """Lease the next messages, so many at most; none once the window has closed."""
        return [self._claim(tx, limit) for limit in limits]

    def _claim(self, tx: Connection, limit: int) -> Sequence[Row[Any]]:
        if not self.may_send():
            return []
        self._begin(tx)
        return attempts.claim(tx, self.office, self.clock(), self.lease, 1 if self.is_probe else limit)

    async def count(self, entering: Awaitable[Next]) -> None:
        """Count what an attempt came to, once that is kept; nothing where another sender had its message."""
        with suppress(LeaseLostError):
            self.report.count((await entering).state)

    def _begin(self, tx: Connection) -> Work:
        now = self.clock()
        self._rules = begin(tx, self.office, by=self._signed(now), at=now)
        return self._rules

    def _again(self, tx: Connection) -> Work:
        if self._rules is None:
            return self._begin(tx)
        now = self.clock()
        return self._rules.again(tx, by=self._signed(now), at=now)

    def _signed(self, now: datetime) -> Signature:
        return replace(self.by, recorded_at=now)
