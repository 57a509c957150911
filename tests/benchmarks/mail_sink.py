"""Relays in a process of their own that take everything and keep nothing: at full speed, or as relays do."""

import asyncio
import multiprocessing
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import cast

import aiosmtpd.handlers
from aiosmtpd.smtp import SMTP

ANSWERS = {b"EHLO": b"250 sink.example\r\n", b"DATA": b"354 go on\r\n", b"QUIT": b"221 bye\r\n"}
OK, END = b"250 2.0.0 Ok: queued as 1\r\n", b"\r\n.\r\n"


class Sink(asyncio.Protocol):
    """One caller; commands come one at a time, as from a client that does not pipeline."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._block: bytearray | None = None
        self._transport.write(b"220 sink.example\r\n")

    def data_received(self, data: bytes) -> None:
        if self._block is not None:
            self._receive(data)
            return
        verb = data[:4].upper()
        self._transport.write(ANSWERS.get(verb, OK))
        if verb == b"DATA":
            self._block = bytearray()

    def _receive(self, data: bytes) -> None:
        assert self._block is not None
        self._block += data[-len(END) :]
        if self._block.endswith(END):
            self._block = None
            self._transport.write(OK)


class ReadingSink(SMTP):
    """Reads a mail line by line, as relays do: aiosmtpd's own protocol, whose handler keeps nothing."""

    def __init__(self) -> None:
        super().__init__(aiosmtpd.handlers.Sink(), hostname="sink.example")


@contextmanager
def mail_sink(protocol: Callable[[], asyncio.BaseProtocol] = Sink) -> Iterator[int]:
    """The port it listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        process = multiprocessing.get_context("fork").Process(
            target=_serve, args=(listening, protocol), daemon=True
        )
        process.start()
        try:
            yield listening.getsockname()[1]
        finally:
            process.terminate()
            process.join()


def _serve(listening: socket.socket, protocol: Callable[[], asyncio.BaseProtocol]) -> None:
    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(protocol, sock=listening)
        await server.serve_forever()

    asyncio.run(serve())
