"""The bytes of the messages that leave next, built while the relay is still busy with those before."""

import asyncio
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import Row

Built = tuple[bytes, str]
"""A message as it is handed over, and its SHA-256."""


class Ahead:
    """Builds in threads, never more than `most` that nobody has asked for yet: they lie in memory."""

    def __init__(self, build: Callable[[Row[Any]], Built], most: int) -> None:
        self._build = build
        self._most = most
        self._begun: dict[str, asyncio.Task[Built]] = {}

    def begin(self, messages: Iterable[Row[Any]]) -> None:
        """Begin with the first of these."""
        for message in messages:
            if len(self._begun) >= self._most:
                return
            if message.id not in self._begun:
                self._begun[message.id] = asyncio.create_task(self._in_a_thread(message))

    async def built(self, message: Row[Any]) -> Built:
        """What was begun, or is now. Raises what building raises."""
        begun = self._begun.pop(message.id, None)
        return await (begun or self._in_a_thread(message))

    async def end(self) -> None:
        """Wait for what nobody asked for."""
        await asyncio.gather(*self._begun.values(), return_exceptions=True)

    async def _in_a_thread(self, message: Row[Any]) -> Built:
        return await asyncio.to_thread(self._build, message)
