"""One hand that writes for all lanes: whatever waits at a time goes into one transaction."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection

log = logging.getLogger("duban.outbox")
A = TypeVar("A")
T = TypeVar("T")
Step = Callable[[Connection, Sequence[A]], Sequence[T]]
"""Writes what is asked of it all at once; returns what came of each, in their order."""


class _Asked(NamedTuple):
    step: Step[Any, Any]
    of: Any
    future: "asyncio.Future[Any]"


class Clerk:
    """Takes steps from an event loop and writes them in a thread, while the lanes go on.

    What is asked of a step is known to be kept when its future is done. Whatever waits is written together,
    step after step in the order of `steps`, since they lock one after the other what others lock too. What is
    asked with patience waits so many seconds for others to share its transaction, and no longer.
    """

    def __init__(self, connection: Connection, *steps: Step[Any, Any]) -> None:
        self._connection = connection
        self._steps = steps
        self._asked: list[_Asked] = []
        self._at_work: asyncio.Task[None] | None = None
        self._is_due = False
        self._patience: asyncio.TimerHandle | None = None

    def write(self, step: Step[A, T], of: A, *, patience: float = 0) -> "asyncio.Future[T]":
        """Ask one thing of a step. Awaiting the future raises what the step, or its commit, raised."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._asked.append(_Asked(step, of, future))
        if not patience:
            self._fall_due()
        elif self._patience is None:
            self._patience = loop.call_later(patience, self._fall_due)
        return future

    def _fall_due(self) -> None:
        self._is_due = True
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())

    async def _work(self) -> None:
        while self._is_due:
            some = self._take()
            for one, done in zip(some, await asyncio.to_thread(self._keep, some), strict=True):
                _tell(one.future, done)

    def _take(self) -> list[_Asked]:
        """Whatever waits, by steps."""
        if self._patience is not None:
            self._patience.cancel()
        self._is_due, self._patience = False, None
        some = sorted(self._asked, key=lambda one: self._steps.index(one.step))
        self._asked.clear()
        return some

    def _keep(self, some: list[_Asked]) -> list[Any]:
        """What came of each, or was raised. Where writing fails each is tried once more by itself, so that
        only it fails, and what another's lock or a lost connection ended does not.
        """
        try:
            return self._written(some)
        except Exception as error:
            log.debug("登记%s项未成，逐项再试", len(some), exc_info=error)
            return [self._alone(one) for one in some]

    def _alone(self, one: _Asked) -> Any:
        try:
            return self._written([one])[0]
        except Exception as error:
            return error

    def _written(self, some: list[_Asked]) -> list[Any]:
        done: list[Any] = []
        with self._connection.begin():
            for step, asked in groupby(some, key=attrgetter("step")):
                done += step(self._connection, [one.of for one in asked])
        return done


def _tell(future: "asyncio.Future[Any]", done: Any) -> None:
    if future.cancelled():
        return
    if isinstance(done, Exception):
        future.set_exception(done)
    else:
        future.set_result(done)
