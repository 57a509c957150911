"""Connections to addresses that were looked at, and to no others: the wire under whatever goes out by HTTP.

A host is resolved once and the connection made to the very address that was judged, so that a name that
resolves elsewhere a moment later gains nothing.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import suppress
from ipaddress import ip_address
from socket import SOCK_STREAM

import httpcore

from notifications.channels.addresses import Listed

LARGEST = 64 * 1024
"""Bytes of an answer that are read; what comes after is left."""


class GuardedWire(httpcore.AsyncNetworkBackend):
    """Connections to addresses that may be spoken to; sockets of the file system are none.

    `refused` makes what is raised where an address of the host may not be.
    """

    def __init__(self, listed: Listed, refused: Callable[[], Exception]) -> None:
        self._listed, self._refused = listed, refused
        self._wire = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        *others, last = await self._addresses(host, port)
        for address in others:
            with suppress(httpcore.NetworkError, httpcore.TimeoutException):
                return await self._wire.connect_tcp(address, port, timeout, local_address, socket_options)
        return await self._wire.connect_tcp(last, port, timeout, local_address, socket_options)

    async def sleep(self, seconds: float) -> None:
        await self._wire.sleep(seconds)

    async def _addresses(self, host: str, port: int) -> list[str]:
        """Every address of the host, once looked up, when all of them may be spoken to."""
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError("the host has no address") from error
        addresses = list(dict.fromkeys(str(one[4][0]) for one in found))
        if not all(self._listed.permits(host, ip_address(one)) for one in addresses):
            raise self._refused()
        return addresses


async def read_bounded(parts: AsyncIterator[bytes]) -> bytes:
    """The beginning of an answer, at most `LARGEST` bytes."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) >= LARGEST:
            break
    return bytes(body[:LARGEST])
