"""Handing a mail to the relay, and knowing what became of it.

Speaks SMTP through aiosmtplib's single commands instead of its all-in-one call: only the stage at which a
conversation broke tells whether sending again is safe. One connection is reused for mail after mail. Called
by the office's worker inside `async with Relay(address)`; never decides when to try again.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal, NoReturn, Self, cast
from urllib.parse import parse_qs, unquote, urlsplit

import aiosmtplib

from notifications.errors import (
    DeliveryFailure,
    PermanentFailure,
    RelayAddressInvalid,
    RelayTrouble,
    TemporaryFailure,
    UncertainFailure,
)

Encryption = Literal["none", "starttls", "tls"]
Stage = Literal["connect", "mail", "rcpt", "data"]

ENCRYPTIONS = ("none", "starttls", "tls")
DEFAULT_PORTS: Mapping[str, int] = {"none": 25, "starttls": 587, "tls": 465}
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
        try:
            parts = urlsplit(url)
            port = parts.port
            (parts.hostname or "").encode("idna")
        except ValueError:
            raise _invalid("主机名或端口写法有误") from None  # the cause repeats a part of the URL
        tls = parse_qs(parts.query).get("tls", ["starttls"])[-1]
        if parts.scheme != "smtp" or not parts.hostname or parts.path.strip("/"):
            raise _invalid("应形如 smtp://用户:密码@主机:端口?tls=starttls")
        if tls not in ENCRYPTIONS:
            raise _invalid("tls 只能是 none、starttls 或 tls")
        if (parts.username is None) != (parts.password is None):
            raise _invalid("用户名和密码要么都写，要么都不写")
        return cls(
            host=parts.hostname,
            port=port or DEFAULT_PORTS[tls],
            tls=cast(Encryption, tls),
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait at each stage (RFC 5321, 4.5.3.2); `data` covers the block and the final answer.

    `whole` bounds one delivery from its first command to its last answer, a new connection included.
    """

    connect: float = 30
    command: float = 300
    data: float = 600
    whole: float = 1_200


@dataclass(frozen=True, slots=True)
class Accepted:
    """The relay took the mail over; its reply usually holds the queue id."""

    code: int
    reply: str


class Relay:
    """A conversation with one relay, opened beforehand or by the first delivery and kept for the next."""

    def __init__(self, address: RelayAddress, *, timeouts: Timeouts | None = None) -> None:
        self._address = address
        self._timeouts = timeouts or Timeouts()
        self._client: aiosmtplib.SMTP | None = None
        self._deadline = 0.0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None and self._client.is_connected:
            try:
                await self._client.quit(timeout=self._timeouts.connect)
            except aiosmtplib.SMTPException:
                self._client.close()  # every mail's fate is known already; a lost goodbye changes none

    async def open(self) -> None:
        """Connect, greet and log in, so that work is taken up only when the relay answers.

        Raises RelayTrouble.
        """
        self._start_clock()
        await self._ready()

    async def deliver(self, sender: str, recipient: str, data: bytes) -> Accepted:
        """Hand over one mail for one recipient.

        Raises RelayTrouble, TemporaryFailure, PermanentFailure or UncertainFailure, each with the stage.
        """
        _check_addresses(sender, recipient)
        self._start_clock()
        client = await self._ready()
        options, encoding = _address_options(client, sender, recipient)
        async with self._stage("mail"):
            await client.mail(sender, options=options, encoding=encoding, timeout=self._timeouts.command)
        async with self._stage("rcpt"):
            await client.rcpt(recipient, encoding=encoding, timeout=self._timeouts.command)
        async with self._stage("data"):
            response = await client.data(data, timeout=self._timeouts.data)
        return Accepted(response.code, response.message)

    async def _ready(self) -> aiosmtplib.SMTP:
        """The open connection, cleared of the last mail, or a new one."""
        if self._client is not None and self._client.is_connected:
            try:
                async with asyncio.timeout_at(self._deadline):
                    await self._client.rset(timeout=self._timeouts.connect)
            except (aiosmtplib.SMTPException, TimeoutError):
                self._client.close()  # it went away while idle
            else:
                return self._client
        self._client = self._new_client()
        async with self._stage("connect"):
            await self._client.connect()
            await self._client.ehlo()
        return self._client

    def _new_client(self) -> aiosmtplib.SMTP:
        address = self._address
        return aiosmtplib.SMTP(
            hostname=address.host,
            port=address.port,
            username=address.user,
            password=address.password,
            use_tls=address.tls == "tls",
            start_tls=address.tls == "starttls",
            timeout=self._timeouts.connect,
        )

    def _start_clock(self) -> None:
        self._deadline = asyncio.get_running_loop().time() + self._timeouts.whole

    @asynccontextmanager
    async def _stage(self, stage: Stage) -> AsyncIterator[None]:
        """Everything that goes wrong inside becomes the failure that this stage means."""
        try:
            async with asyncio.timeout_at(self._deadline):
                yield
        except aiosmtplib.SMTPResponseException as error:
            _refused(stage, error.code, error.message, error)
        except (aiosmtplib.SMTPException, OSError) as error:
            self._hang_up()
            _broken(stage, error)

    def _hang_up(self) -> None:
        """An answer that is still to come would be taken for the answer to the next mail."""
        if self._client is not None:
            self._client.close()


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


def _refused(stage: Stage, code: int, reply: str, cause: Exception) -> NoReturn:
    temporary = 400 <= code < 500
    if stage == "connect" or (stage == "mail" and not temporary):
        raise RelayTrouble(
            "邮件服务器拒绝本系统连接、登录或发件，请检查服务器地址、账号和发件地址。",
            stage=stage,
            smtp_code=code,
            reply=reply,
        ) from cause
    if temporary:
        message = "邮件服务器暂时不能接收，将自动重试。"
        raise TemporaryFailure(message, stage=stage, smtp_code=code, reply=reply) from cause
    message = REFUSED_FOR_GOOD[stage]
    raise PermanentFailure(message, stage=stage, smtp_code=code, reply=reply) from cause


REFUSED_FOR_GOOD: Mapping[Stage, str] = {
    "rcpt": "邮件服务器拒收该邮箱地址，请核对并更正收件人的邮箱。",
    "data": "邮件服务器拒收该邮件，请按其答复处理后重新发送。",
}


def _broken(stage: Stage, cause: Exception) -> NoReturn:
    failures: Mapping[Stage, tuple[type[DeliveryFailure], str]] = {
        "connect": (RelayTrouble, "连接不上邮件服务器，请检查服务器地址、网络和加密方式。"),
        "mail": (TemporaryFailure, "与邮件服务器的连接中断，邮件尚未交出，将自动重试。"),
        "rcpt": (TemporaryFailure, "与邮件服务器的连接中断，邮件尚未交出，将自动重试。"),
        "data": (UncertainFailure, "邮件已交出但未收到答复，可能已经送达，请核实后再决定是否重发。"),
    }
    failure, message = failures[stage]
    raise failure(message, stage=stage, reply=str(cause)) from cause


def _invalid(reason: str) -> RelayAddressInvalid:
    return RelayAddressInvalid(f"邮件服务器地址不可用：{reason}。")
