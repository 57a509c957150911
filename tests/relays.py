"""A relay on loopback that misbehaves as its script says, byte for byte, and remembers what it really took.

`with fault_relay("drop_after_dot") as relay:` serves until the end of the block, in a thread of its own.
"""

import asyncio
import re
import socket
import struct
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, cast

from notifications.errors import (
    DeliveryFailure,
    PermanentFailure,
    RelayTrouble,
    TemporaryFailure,
    UncertainFailure,
)
from tests.tls import LOOPBACK, authority


class Move(Enum):
    """What a relay does instead of answering."""

    HANG = "say nothing for an hour"
    DROP = "reset the connection"
    CLOSE = "close the connection in good order"


@dataclass(frozen=True)
class Drip:
    """An answer that comes byte by byte."""

    answer: str


HANG, DROP, CLOSE = Move
LONGEST_LINE = 1024 * 1024
Step = str | bytes | Drip | Move
"""A line; raw bytes; a line byte by byte; or no answer at all."""

Fate = tuple[type[DeliveryFailure] | None, str]
"""The class a client must come to, None for an accepted mail, and the stage it must name."""


@dataclass(frozen=True)
class Behaviour:
    """`script` says what the relay does at a point of the conversation in place of its usual answer.

    Points are greeting, ehlo, starttls, auth, mail (or `again` on a connection that brought one), rcpt (or
    `rcpt <address>`), data, body (once the first bytes of a mail have come), dot and rset. `certificate`:
    sound, expired, elsewhere (another host's), or None for a relay without encryption. `trusted`: whether the
    client knows who issued it.
    """

    fate: Fate
    script: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    query: str = "tls=none"
    account: str = ""
    certificate: str | None = None
    trusted: bool = True
    is_up: bool = True


def _at(point: str, *steps: Step) -> Mapping[str, tuple[Step, ...]]:
    return {point: steps}


def _accepted(script: Mapping[str, tuple[Step, ...]], **options: Any) -> Behaviour:
    return Behaviour((None, ""), script, **options)


def _trouble(stage: str, script: Mapping[str, tuple[Step, ...]], **options: Any) -> Behaviour:
    return Behaviour((RelayTrouble, stage), script, **options)


def _later(stage: str, script: Mapping[str, tuple[Step, ...]]) -> Behaviour:
    return Behaviour((TemporaryFailure, stage), script)


def _never(stage: str, script: Mapping[str, tuple[Step, ...]]) -> Behaviour:
    return Behaviour((PermanentFailure, stage), script)


def _unknown(script: Mapping[str, tuple[Step, ...]]) -> Behaviour:
    return Behaviour((UncertainFailure, "end"), script)


OK, GO_ON, KEPT = "250 2.1.0 ok", "354 go on", "250 2.0.0 Ok: queued as 4T9"
TOO_MANY = "421 4.7.0 too many connections"
STARTTLS, TLS, ACCOUNT = "tls=starttls", "tls=tls", "duban:secret@"
MIXTURE = {
    "rcpt greylisted@binhai.example": ("450 4.2.0 greylisted",),
    "rcpt nobody@binhai.example": ("550 5.1.1 no such user",),
}

BEHAVIOURS: Mapping[str, Behaviour] = {
    "well": _accepted({}),
    "refuse_tcp": _trouble("connect", {}, is_up=False),
    "accept_then_close": _trouble("connect", _at("greeting", CLOSE)),
    "reset_at_greeting": _trouble("connect", _at("greeting", DROP)),
    "hang_at_greeting": _trouble("connect", _at("greeting", HANG)),
    "greeting_421": _trouble("connect", _at("greeting", TOO_MANY, CLOSE)),
    "greeting_554": _trouble("connect", _at("greeting", "554 5.7.1 no service for you", CLOSE)),
    "greeting_garbage": _trouble("connect", _at("greeting", b"\x00\xff\x16\x03HTTP/1.1 400\r\n")),
    "greeting_twice": _trouble("connect", _at("greeting", b"220 one\r\n220 two\r\n")),
    "ehlo_550": _trouble("connect", _at("ehlo", "550 5.7.1 who are you")),
    "ehlo_421": _trouble("connect", _at("ehlo", TOO_MANY, CLOSE)),
    "starttls_stripped": _trouble("tls", {}, query=STARTTLS),
    "starttls_454": _trouble(
        "tls", _at("starttls", "454 4.7.0 not now"), query=STARTTLS, certificate="sound"
    ),
    "starttls_drop": _trouble("tls", _at("starttls", DROP), query=STARTTLS, certificate="sound"),
    "starttls_well": _accepted({}, query=STARTTLS, certificate="sound", account=ACCOUNT),
    "tls_well": _accepted({}, query=TLS, certificate="sound"),
    "certificate_of_a_stranger": _trouble("tls", {}, query=STARTTLS, certificate="sound", trusted=False),
    "certificate_expired": _trouble("tls", {}, query=STARTTLS, certificate="expired"),
    "certificate_of_elsewhere": _trouble("tls", {}, query=STARTTLS, certificate="elsewhere"),
    "tls_certificate_expired": _trouble("tls", {}, query=TLS, certificate="expired"),
    "tls_to_a_plain_port": _trouble("tls", {}, query=TLS),
    "auth_535": _trouble("login", _at("auth", "535 5.7.8 bad credentials"), account=ACCOUNT),
    "auth_454": _trouble("login", _at("auth", "454 4.7.0 temporary failure"), account=ACCOUNT),
    "auth_421": _trouble("login", _at("auth", TOO_MANY, CLOSE), account=ACCOUNT),
    "auth_not_offered": _trouble("login", _at("ehlo", "250 fault.example"), account=ACCOUNT),
    "size_too_small": _never("data", _at("ehlo", b"250-fault.example\r\n250 SIZE 30\r\n")),
    "one_mail_a_connection": _accepted(_at("again", TOO_MANY, CLOSE)),
    "drop_after_a_mail": _accepted(_at("again", DROP)),
    "close_after_a_mail": _accepted(_at("dot", KEPT, CLOSE)),
    "rset_421": _accepted(MIXTURE | _at("rset", TOO_MANY, CLOSE)),
    "mail_451": _later("mail", _at("mail", "451 4.3.0 try again")),
    "mail_421": _later("mail", _at("mail", TOO_MANY, CLOSE)),
    "mail_550": _trouble("mail", _at("mail", "550 5.7.1 not your address")),
    "mail_530": _trouble("mail", _at("mail", "530 5.7.0 log in first")),
    "mail_250_twice": _later("rcpt", _at("mail", b"250 one\r\n250 two\r\n")),
    "drop_at_mail": _later("mail", _at("mail", DROP)),
    "rcpt_450": _later("rcpt", _at("rcpt", "450 4.2.0 greylisted")),
    "rcpt_452": _later("rcpt", _at("rcpt", "452 4.5.3 too many recipients")),
    "rcpt_421": _later("rcpt", _at("rcpt", "421 4.3.2 shutting down", CLOSE)),
    "rcpt_530": _never("rcpt", _at("rcpt", "530 5.7.0 log in first")),
    "rcpt_550": _never("rcpt", _at("rcpt", "550 5.1.1 no such user")),
    "rcpt_553": _never("rcpt", _at("rcpt", "553 5.1.3 bad address")),
    "rcpt_mixture": _accepted(MIXTURE),
    "rcpt_250_twice": _later("data", _at("rcpt", b"250 one\r\n250 two\r\n")),
    "rcpt_garbage": _later("rcpt", _at("rcpt", b"\xff\xfe\x00 what?\r\n")),
    "rcpt_over_long": _later("rcpt", _at("rcpt", b"250 " + b"x" * 9_000 + b"\r\n")),
    "rcpt_354": _later("rcpt", _at("rcpt", GO_ON)),
    "hang_at_rcpt": _later("rcpt", _at("rcpt", HANG)),
    "drop_at_rcpt": _later("rcpt", _at("rcpt", DROP)),
    "drop_before_354": _later("data", _at("data", DROP)),
    "hang_before_354": _later("data", _at("data", HANG)),
    "data_451": _later("data", _at("data", "451 4.3.0 try again")),
    "data_421": _later("data", _at("data", TOO_MANY, CLOSE)),
    "data_554": _never("data", _at("data", "554 5.5.1 no valid recipients")),
    "data_250": _later("data", _at("data", OK)),
    "pipelining_junk": _later("data", _at("data", b"354 go on\r\n250 2.0.0 queued as JUNK\r\n")),
    "drop_in_body": _later("data", _at("body", DROP)),
    "hang_in_body": _later("data", _at("body", HANG)),
    "250_in_body": _later("data", _at("body", KEPT, HANG)),
    "421_in_body": _later("data", _at("body", TOO_MANY)),
    "552_in_body": _never("data", _at("body", "552 5.3.4 too big")),
    "drop_after_dot": _unknown(_at("dot", DROP)),
    "close_after_dot": _unknown(_at("dot", CLOSE)),
    "hang_after_dot": _unknown(_at("dot", HANG)),
    "dot_garbage": _unknown(_at("dot", b"\xff\xfe\r\n")),
    "dot_over_long": _unknown(_at("dot", b"2" * 40_000 + b"\r\n")),
    "dot_354": _unknown(_at("dot", GO_ON)),
    "dot_552": _never("end", _at("dot", "552 5.2.2 mailbox full")),
    "dot_554": _never("end", _at("dot", "554 5.7.1 looks like spam")),
    "dot_451": _later("end", _at("dot", "451 4.3.0 try again")),
    "dot_452": _later("end", _at("dot", "452 4.3.1 disk full")),
    "dot_421": _later("end", _at("dot", TOO_MANY, CLOSE)),
    "dot_250_twice": _accepted(_at("dot", f"{KEPT}\r\n{KEPT}\r\n".encode())),
    "slow": _accepted({point: (Drip(OK),) for point in ("mail", "rcpt")} | _at("dot", Drip(KEPT))),
    "slow_554": _never("end", _at("dot", Drip("554 5.7.1 looks like spam"))),
    "multi_line": _accepted(dict.fromkeys(("mail", "dot"), (b"250-one\r\n250-two\r\n250 three\r\n",))),
    "multi_line_550": _never("rcpt", _at("rcpt", b"550-5.1.1 nobody\r\n550 5.1.1 of this name\r\n")),
}


class FaultRelay:
    """Where it listens (`url`), and what came: `connections`, `commands`, and the mails finished with a dot.

    `blocks` are those as they were sent, `taken` as they were meant, whatever was answered to them;
    `accepted` counts those that were answered 250; `spoke_early` is set while it acted in the middle
    of the mail it was given last.
    """

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.script = dict(behaviour.script)
        self.connections = 0
        self.accepted = 0
        self.spoke_early = threading.Event()
        self.commands: list[str] = []
        self.blocks: list[bytes] = []
        self._calls: set[asyncio.Task[None]] = set()
        self._socket = _bound()
        self.url = f"smtp://{behaviour.account}{LOOPBACK}:{self._socket.getsockname()[1]}?{behaviour.query}"

    @property
    def taken(self) -> list[bytes]:
        """The mails that were really finished, without the dots that hid others."""
        return [re.sub(rb"(?m)^\.", b"", block.removesuffix(b".\r\n")) for block in self.blocks]

    @property
    def falls_silent(self) -> bool:
        """Whether a client has to wait until its patience ends."""
        return any(HANG in steps for steps in self.script.values())

    def mend(self) -> None:
        """From the next answer on it does what a good relay does."""
        self.script = {}

    @property
    def context(self) -> Any:
        certificates = {
            "sound": authority().server_context,
            "expired": lambda: authority().server_context(days=-10),
            "elsewhere": lambda: authority().server_context("mail.elsewhere.example"),
        }
        return certificates[self.behaviour.certificate]() if self.behaviour.certificate else None

    @contextmanager
    def serving(self) -> Iterator["FaultRelay"]:
        if not self.behaviour.is_up:  # bound, so that nobody else comes to listen there
            with self._socket:
                yield self
            return
        started, self._loop, self._ended = threading.Event(), asyncio.new_event_loop(), asyncio.Event()
        thread = threading.Thread(target=self._run, args=(started,), daemon=True)
        thread.start()
        started.wait()
        try:
            yield self
        finally:
            self._loop.call_soon_threadsafe(self._ended.set)
            thread.join()

    def _run(self, started: threading.Event) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve(started))

    async def _serve(self, started: threading.Event) -> None:
        server = await asyncio.start_server(self._called, sock=self._socket, limit=LONGEST_LINE)
        started.set()
        await self._ended.wait()
        server.close()
        while self._calls:
            for call in self._calls:
                call.cancel()
            await asyncio.sleep(0.001)

    async def _called(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        call, plain = cast("asyncio.Task[None]", asyncio.current_task()), writer.transport
        self._calls.add(call)
        try:
            with suppress(OSError, asyncio.IncompleteReadError):
                await _Call(self, reader, writer).converse()
        finally:
            writer.transport.abort()
            plain.abort()  # encrypting may have failed half-way
            asyncio.get_running_loop().call_later(0.001, self._calls.discard, call)


class _Call:
    def __init__(self, relay: FaultRelay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.relay, self.reader, self.writer = relay, reader, writer
        self.is_open, self.is_encrypted, self.has_brought = True, False, False

    async def converse(self) -> None:
        if self.relay.behaviour.query == TLS and self.relay.behaviour.certificate:
            await self.writer.start_tls(self.relay.context)
        await self.play("greeting", "220 fault.example ESMTP")
        while self.is_open and (line := await self.reader.readline()):
            command = line.decode(errors="replace").rstrip("\r\n")
            self.relay.commands.append(command)
            verb, _, rest = command.partition(" ")
            await getattr(self, f"on_{verb.lower()}", self.on_other)(rest)

    async def play(self, point: str, usual: str | bytes) -> str:
        """Do what the script says here, or answer as usual; returns what was said."""
        steps = self.relay.script.get(point, (usual,))
        for step in steps:
            await (self.leave(step) if isinstance(step, Move) else self.say(step))
            if point == "body":
                await asyncio.sleep(0)  # an abort closes the socket in the next turn
                self.relay.spoke_early.set()
        return "".join(map(_text, steps))

    async def say(self, step: str | bytes | Drip) -> None:
        raw = step if isinstance(step, bytes) else f"{_text(step)}\r\n".encode()
        length = 1 if isinstance(step, Drip) else len(raw) or 1
        for start in range(0, len(raw), length):
            self.writer.write(raw[start : start + length])
            await self.writer.drain()
            await asyncio.sleep(length == 1 and 0.001)

    async def leave(self, move: Move) -> None:
        if move is HANG:
            await asyncio.sleep(3_600)
        if move is DROP:
            now = struct.pack("ii", 1, 0)
            self.writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.writer.transport.abort()
        self.writer.close()
        self.is_open = False

    async def on_ehlo(self, _rest: str) -> None:
        offered = ["fault.example", "AUTH PLAIN", "8BITMIME"]
        if self.relay.behaviour.query == STARTTLS and self.relay.behaviour.certificate:
            offered += [] if self.is_encrypted else ["STARTTLS"]
        lines = [f"250-{word}" for word in offered] + ["250 HELP", ""]
        await self.play("ehlo", "\r\n".join(lines).encode())

    async def on_starttls(self, _rest: str) -> None:
        if await self.play("starttls", "220 2.0.0 ready") == "220 2.0.0 ready":
            await self.writer.start_tls(self.relay.context)
            self.is_encrypted = True

    async def on_auth(self, _rest: str) -> None:
        await self.play("auth", "235 2.7.0 welcome")

    async def on_mail(self, _rest: str) -> None:
        await self.play("again" if self.has_brought and "again" in self.relay.script else "mail", OK)

    async def on_rcpt(self, rest: str) -> None:
        own = f"rcpt {rest.partition('<')[2].partition('>')[0]}"
        await self.play(own if own in self.relay.script else "rcpt", OK)

    async def on_data(self, _rest: str) -> None:
        self.relay.spoke_early.clear()
        said = await self.play("data", GO_ON)
        if said.startswith("354"):
            await self.receive()

    async def receive(self) -> None:
        block = bytearray(await self.reader.read(1))
        if "body" in self.relay.script:
            await self.play("body", b"")
        while self.is_open and not (block == b".\r\n" or block.endswith(b"\r\n.\r\n")):
            line = await self.reader.readline()
            if not line:
                return
            block += line
        if self.is_open:
            self.relay.blocks.append(bytes(block))
            said, self.has_brought = await self.play("dot", KEPT), True
            self.relay.accepted += said.startswith("250")

    async def on_rset(self, _rest: str) -> None:
        await self.play("rset", OK)

    async def on_quit(self, _rest: str) -> None:
        await self.say("221 2.0.0 bye")
        await self.leave(CLOSE)

    async def on_other(self, _rest: str) -> None:
        await self.say("502 5.5.1 what?")


@contextmanager
def fault_relay(name: str = "well") -> Iterator[FaultRelay]:
    """A relay of that name in `BEHAVIOURS`, serving."""
    with FaultRelay(BEHAVIOURS[name]).serving() as relay:
        yield relay


def _bound() -> socket.socket:
    """A small buffer: a long mail cannot be on its way as a whole."""
    bound = socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    bound.bind((LOOPBACK, 0))
    return bound


def _text(step: Step) -> str:
    """What was said, empty for a move."""
    answer = step.answer if isinstance(step, Drip) else step
    if isinstance(answer, Move):
        return ""
    return answer if isinstance(answer, str) else answer.decode(errors="replace")
