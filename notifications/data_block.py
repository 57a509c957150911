"""The DATA step of one mail, in two halves: everything but the final dot, and the final dot.

A relay must discard a mail whose final dot never came, so whoever sends may still turn back between the two.
And what a step of this kind needs of the open connection: nothing unread, nothing kept back, a sure end.
Here stands all that reaches below aiosmtplib's public names, hence the narrow range it is wanted in.
"""

import asyncio
from typing import Self

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import PERIOD_REGEX, SMTPProtocol, normalize_message_line_endings

START_INPUT, COMPLETED, OUT_OF_STEP = 354, 250, -1
CHUNK = 64 * 1024


class DataBlock:
    """One mail on its way over an open connection; left without an answer, it drops the connection.

    Refusals, and answers before their time, are raised as SMTPDataError; a lost connection and a time that
    ran out as aiosmtplib raises them. Times are seconds.
    """

    def __init__(self, client: SMTP) -> None:
        self._client = client
        self._protocol = _protocol_of(client)
        self._answer = asyncio.create_task(self._protocol.read_response())
        self._answer.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._is_answered = False

    @classmethod
    async def begin(cls, client: SMTP, *, timeout: float) -> Self:
        """Say DATA and be told to go on."""
        response = await client.execute_command(b"DATA", timeout=timeout)
        if response.code != START_INPUT:
            raise SMTPDataError(response.code, response.message)
        return cls(client)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if not self._is_answered:
            self._answer.cancel()
            drop(self._client)

    async def write(self, data: bytes, *, timeout: float) -> None:
        """Write all but the final dot, until the system has taken it; `timeout` is for each 64 KiB.

        Lines end as `with_line_ends` has them.
        """
        body = _stuffed(data)
        try:
            for start in range(0, len(body), CHUNK):
                await self.check()
                self._protocol.write(body[start : start + CHUNK])
                async with asyncio.timeout(timeout):
                    await self._protocol._drain_helper()
        except OSError:
            await self.check()  # a relay that refuses in the middle often hangs up at once
            raise

    async def check(self) -> None:
        """Raise what the relay said or did while nothing was asked of it."""
        await asyncio.sleep(0)
        if self._answer.done():
            response = self._answer.result()
            raise SMTPDataError(response.code, response.message)
        check_in_step(self._client)

    def finish(self) -> None:
        """Write the final dot. Where this raises, it was not written."""
        self._protocol.write(b".\r\n")

    async def answer(self, *, timeout: float) -> SMTPResponse:
        """What the relay says to the final dot, when it took the mail."""
        response = await asyncio.wait_for(self._answer, timeout)
        self._is_answered = True
        if response.code != COMPLETED:
            raise SMTPDataError(response.code, response.message)
        return response


def with_line_ends(data: bytes) -> bytes:
    """The mail with the line ends of SMTP; its size is what RFC 1870 counts.

    As aiosmtplib would have it, which takes longer over a mail that is right already than to send it.
    """
    ends = data.count(b"\r\n")
    is_right = data.endswith(b"\r\n") and ends == data.count(b"\n") == data.count(b"\r")
    return data if is_right else normalize_message_line_endings(data)


def check_in_step(client: SMTP) -> None:
    """Raise SMTPDataError where the relay said more than it was asked for.

    aiosmtplib keeps such bytes and would read them as the answer to the next command.
    """
    if _protocol_of(client)._buffer:
        raise SMTPDataError(OUT_OF_STEP, "more answers than commands")


def keep_nothing_back(client: SMTP) -> None:
    """Let a write wait until the system took everything: what only we hold was not sent."""
    if isinstance(client.transport, asyncio.WriteTransport):
        client.transport.set_write_buffer_limits(high=1, low=0)  # 0 would pause a TLS transport for ever


def drop(client: SMTP) -> None:
    """Hang up without a goodbye, and without what was not sent yet."""
    _abort(client.transport)
    client.close()


async def leave(client: SMTP, *, timeout: float) -> None:
    """Say QUIT and close. Every mail's fate is known already, so a lost goodbye is no failure."""
    transport = client.transport
    try:
        await client.quit(timeout=timeout)
    except SMTPException:
        client.close()
    finally:
        _abort(transport)  # an encrypted one would stay open until the relay said goodbye too


def _abort(transport: asyncio.BaseTransport | None) -> None:
    if isinstance(transport, asyncio.WriteTransport):
        transport.abort()


def _stuffed(data: bytes) -> bytes:
    """With a second dot before every line that begins with one, by aiosmtplib's own rule."""
    return PERIOD_REGEX.sub(b"..", data) if b"\n." in data or data.startswith(b".") else data


def _protocol_of(client: SMTP) -> SMTPProtocol:
    if client.protocol is None:
        raise SMTPServerDisconnected("Connection lost")
    return client.protocol
