"""Leased messages on their way to the lanes, never more of one domain at a time than may be."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Row

Claim = Callable[[], Awaitable[Sequence[Row[Any]]]]


class Supply:
    """Claims what is due as the lanes ask for it, until nothing is or somebody says that it is over.

    With `once` it claims a single time.
    """

    def __init__(self, claim: Claim, *, per_domain: int, once: bool = False) -> None:
        self._claim: Claim | None = claim
        self._is_last = once
        self._per_domain = per_domain
        self._busy: Counter[str] = Counter()
        self._is_over = False
        self._changed = asyncio.Condition()
        self.leased: list[Row[Any]] = []

    async def next(self) -> Row[Any] | None:
        """A message whose domain is free; None when there will be no more."""
        async with self._changed:
            while not self._is_over:
                if (message := self._free()) is not None:
                    self.leased.remove(message)
                    self._busy[domain_of(message)] += 1
                    return message
                await self._await_change()
        return None

    async def done(self, message: Row[Any]) -> None:
        """The lane has finished with a message, or put it back."""
        async with self._changed:
            self._busy[domain_of(message)] -= 1
            self._changed.notify_all()

    @asynccontextmanager
    async def freed_if_it_fails(self, message: Row[Any]) -> AsyncIterator[None]:
        """A lane that fails keeps no other waiting for its message's domain."""
        try:
            yield
        except BaseException:
            await self.done(message)
            raise

    async def put_back(self, message: Row[Any]) -> None:
        """The message was not tried; another lane may."""
        self.leased.append(message)
        await self.done(message)

    async def stop(self, message: Row[Any]) -> None:
        """Nothing more is to be sent in this run, this message neither."""
        self._is_over = True
        await self.put_back(message)

    def _free(self) -> Row[Any] | None:
        return next((one for one in self.leased if self._busy[domain_of(one)] < self._per_domain), None)

    async def _await_change(self) -> None:
        """Until a domain is free, or more was claimed."""
        if self.leased:
            await self._changed.wait()
        elif not (claimed := await self._claim_next()):
            self._is_over = True
            self._changed.notify_all()
        else:
            self.leased += claimed
            self._changed.notify_all()

    async def _claim_next(self) -> Sequence[Row[Any]]:
        if self._claim is None:
            return []
        claimed = await self._claim()
        if self._is_last:
            self._claim = None
        return claimed


def domain_of(message: Row[Any]) -> str:
    return str(message.recipient).rpartition("@")[2].lower()
