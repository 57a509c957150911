"""Handing a mail to the relay, and knowing what became of it.

Speaks SMTP through aiosmtplib's single commands instead of its all-in-one call: only the stage at which a
conversation broke tells whether sending again is safe. One connection is reused for mail after mail. Called
by the office's worker inside `async with Relay(address)`, for one mail at a time; never decides when to try
again.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Self, cast
from urllib.parse import SplitResult, parse_qs, unquote

import aiosmtplib

from notifications.data_block import (
    DataBlock,
    check_in_step,
    drop,
    keep_nothing_back,
    leave,
    with_line_ends,
)
from notifications.errors import DeliveryFailure, PermanentFailure, RelayAddressInvalid
from notifications.replies import cleaned, enhanced_code, queue_id
from notifications.server_urls import Encryption, parts_of
from notifications.verdicts import Stage, broken, refused, too_large, unencrypted

BeforeEnd = Callable[[], Awaitable[None]]

ENCRYPTIONS = ("none", "starttls", "tls")
DEFAULT_PORTS: Mapping[str, int] = {"none": 25, "starttls": 587, "tls": 465}
CLOSING = 421
WARM = 5.0
"""So many seconds after it brought a mail a connection is not asked whether it is still there."""
UNSAFE = re.compile(r"[\s\x00-\x1f\x7f<>,;]")


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay is and how to greet it. The password never shows in a representation."""

    host: str
    port: int
    tls: Encryption = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """From `smtp://user:pass@host:port?tls=none|starttls|tls`; without `tls` STARTTLS is demanded.

        Raises RelayAddressInvalid.
        """
        parts = _parts(url)
        tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
        if tls not in ENCRYPTIONS:
            raise _invalid("tls 只能是 none、starttls 或 tls")
        return cls(
            host=parts.hostname or "",
            port=parts.port or DEFAULT_PORTS[tls],
            tls=cast(Encryption, tls),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait at each stage (RFC 5321, 4.5.3.2).

    `connect` is for the greeting, encryption and login too, `command` for the answer to each command, `data`
    for each 64 KiB of the mail to leave, `end` for the answer to the final dot. `whole` bounds one delivery
    from its first command to its last answer, a new connection included.
    """

    connect: float = 30
    command: float = 300
    data: float = 180
    end: float = 600
    whole: float = 1_200


@dataclass(frozen=True, slots=True)
class Accepted:
    """The relay took the mail over. Not that it arrives in a mailbox. `reply` is cleaned and cut."""

    code: int
    reply: str

    @property
    def enhanced(self) -> str | None:
        """The code of RFC 3463, where the answer begins with one."""
        return enhanced_code(self.reply)

    @property
    def queue_id(self) -> str | None:
        """What the relay calls the mail, to be looked up in its log; None where the answer does not say."""
        return queue_id(self.reply)


class Relay:
    """A conversation with one relay, opened beforehand or by the first delivery and kept for the next."""

    def __init__(self, address: RelayAddress, *, timeouts: Timeouts | None = None) -> None:
        self._address = address
        self._timeouts = timeouts or Timeouts()
        self._client: aiosmtplib.SMTP | None = None
        self._deadline = 0.0
        self._warm_until = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None and self._client.is_connected:
            await leave(self._client, timeout=self._timeouts.connect)

    async def open(self) -> None:
        """Connect, greet and log in, so that work is taken up only when the relay answers.

        Raises RelayTrouble.
        """
        self._start_clock()
        await self._ready()

    async def deliver(
        self, sender: str, recipient: str, data: bytes, *, before_end: BeforeEnd | None = None
    ) -> Accepted:
        """Hand over one mail for one recipient.

        `before_end` is awaited when all but the final dot is written: the last moment to turn back. What it
        raises goes through, and the relay gets no dot. Raises RelayTrouble, TemporaryFailure,
        PermanentFailure or UncertainFailure, each with the stage; only the last one leaves it open whether
        the relay has the mail.
        """
        _check_addresses(sender, recipient)
        self._start_clock()
        data = with_line_ends(data)
        client = await self._begun(sender, recipient, len(data))
        async with self._stage("data"):
            block = await DataBlock.begin(client, timeout=self._timeouts.command)
        async with block:
            accepted = await self._hand_over(block, data, before_end)
        self._warm_until = _now() + WARM
        return accepted

    async def _begun(self, sender: str, recipient: str, octets: int) -> aiosmtplib.SMTP:
        """The connection on which the relay takes sender and recipient.

        One that it ended since it took a mail over costs no attempt: nothing was said on it yet.
        """
        warm = self._client if self._is_warm else None
        client = await self._ready()
        _check_size(client, octets)
        options, encoding = _address_options(client, sender, recipient)
        try:
            async with self._stage("mail"):
                await client.mail(sender, options=options, encoding=encoding, timeout=self._timeouts.command)
        except DeliveryFailure as failure:
            if client is warm and _was_over(failure):
                return await self._begun(sender, recipient, octets)
            raise
        async with self._stage("rcpt"):
            await client.rcpt(recipient, encoding=encoding, timeout=self._timeouts.command)
        return client

    async def _hand_over(self, block: DataBlock, data: bytes, before_end: BeforeEnd | None) -> Accepted:
        async with self._stage("data"):
            await block.write(data, timeout=self._timeouts.data)
        if before_end is not None:
            await before_end()
        async with self._stage("data"):
            await block.check()
            block.finish()  # nothing may be awaited between this and the next stage
        async with self._stage("end"):
            response = await block.answer(timeout=self._timeouts.end)
        return Accepted(response.code, cleaned(response.message))

    @property
    def _is_warm(self) -> bool:
        """Whether it has just brought a mail: there is nothing to clear, and hardly was time to go away."""
        return _now() < self._warm_until

    async def _ready(self) -> aiosmtplib.SMTP:
        """The open connection, cleared of the last mail unless it is warm, or a new one."""
        is_warm, self._warm_until = self._is_warm, 0.0
        if self._client is not None and self._client.is_connected:
            try:
                async with asyncio.timeout_at(self._deadline):
                    check_in_step(self._client)
                    if not is_warm:
                        await self._client.rset(timeout=self._timeouts.connect)
            except (aiosmtplib.SMTPException, TimeoutError):
                self._hang_up()  # it went away while idle, or says more than it is asked
            else:
                return self._client
        return await self._connect()

    async def _connect(self) -> aiosmtplib.SMTP:
        address = self._address
        client = self._client = aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            use_tls=address.tls == "tls",
            start_tls=False,  # ours to do, as the login is: each is a stage of its own
            timeout=self._timeouts.connect,
        )
        async with self._stage("connect"):
            await client.connect()
            await client.ehlo()
        if address.tls == "starttls":
            async with self._stage("tls"):
                await _encrypt(client)
        if address.user is not None:
            async with self._stage("login"):
                await client.login(address.user, address.password or "")
        keep_nothing_back(client)
        return client

    def _start_clock(self) -> None:
        self._deadline = _now() + self._timeouts.whole

    @asynccontextmanager
    async def _stage(self, stage: Stage) -> AsyncIterator[None]:
        """Everything that goes wrong inside becomes the failure that this stage means."""
        try:
            async with asyncio.timeout_at(self._deadline):
                if self._client is not None and self._client.is_connected:
                    check_in_step(self._client)
                yield
        except aiosmtplib.SMTPResponseException as error:
            if not _goes_on(stage, error.code):
                self._hang_up()
            raise refused(stage, error.code, error.message) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            self._hang_up()
            raise broken(stage, error) from error
        except BaseException:
            self._hang_up()
            raise

    def _hang_up(self) -> None:
        """An answer that is still to come would be taken for the answer to the next mail."""
        if self._client is not None:
            drop(self._client)


async def _encrypt(client: aiosmtplib.SMTP) -> None:
    if not client.supports_extension("starttls"):
        raise unencrypted()
    await client.starttls()
    await client.ehlo()


def _goes_on(stage: Stage, code: int) -> bool:
    """Whether the connection can be used after this refusal: 421 announces its end (RFC 5321, 3.8)."""
    return stage in ("mail", "rcpt", "data", "end") and 400 <= code < 600 and code != CLOSING


def _was_over(failure: DeliveryFailure) -> bool:
    """Whether the relay had ended the connection, by word or without one. Silence is no end."""
    return failure.smtp_code == CLOSING or isinstance(failure.__cause__, ConnectionError)


def _now() -> float:
    return asyncio.get_running_loop().time()


def _check_size(client: aiosmtplib.SMTP, octets: int) -> None:
    limit = client.esmtp_extensions.get("size", "").strip()
    if limit.isascii() and limit.isdigit() and 0 < int(limit) < octets:
        raise too_large(octets, int(limit))


def _check_addresses(*addresses: str) -> None:
    """A line break in an address would be a second SMTP command; a bracket, a second address."""
    if any(not address or UNSAFE.search(address) for address in addresses):
        raise PermanentFailure("邮箱地址含有空格、换行或括号，请更正收件人的邮箱。", stage="rcpt")


def _address_options(client: aiosmtplib.SMTP, sender: str, recipient: str) -> tuple[list[str], str]:
    if f"{sender}{recipient}".isascii():
        return [], "ascii"
    if not client.supports_extension("smtputf8"):
        raise PermanentFailure("邮件服务器不支持含中文的邮箱地址，请改用英文地址。", stage="rcpt")
    return ["SMTPUTF8"], "utf-8"


def _parts(url: str) -> SplitResult:
    """A URL of the form a relay's has, in its parts."""
    try:
        parts = parts_of(url)
    except ValueError:
        raise _invalid("主机名或端口写法有误") from None  # the cause repeats a part of the URL
    if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/"):
        raise _invalid("应形如 smtp://用户:密码@主机:端口?tls=starttls")
    if (parts.username is None) != (parts.password is None):
        raise _invalid("用户名和密码要么都写，要么都不写")
    return parts


def _invalid(reason: str) -> RelayAddressInvalid:
    return RelayAddressInvalid(f"邮件服务器地址不可用：{reason}。")
