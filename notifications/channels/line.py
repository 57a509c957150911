"""The only road out for a copy: HTTP(S) to an address that was looked at, within a time, and nothing else.

A plugin calls what it takes for `requests`; an `Errand` stands there and does what the plugin's URL cannot
change. The host is resolved once and the connection made to the very address that was judged, so that a name
that resolves elsewhere a moment later gains nothing. Certificates are always checked, by the host's name; no
redirect is followed, no proxy, netrc or cookie used, no compressed answer asked for.

Not covered: what a listed host or a public one does with the request behind its own door, and a name server
that keeps silent, which may hold an errand for as long as the system's resolver waits.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial, partialmethod
from io import BytesIO
from typing import Any

import httpcore
import requests

from notifications.channels.addresses import Listed
from notifications.channels.services import Service
from notifications.errors import (
    ChannelTrouble,
    DeliveryFailure,
    PermanentFailure,
    TemporaryFailure,
    UncertainFailure,
)
from notifications.guarded_wire import GuardedWire, read_bounded

CONNECTING = 5.0
"""Seconds for one address of a host."""

WELL = range(200, 300)
LATER = frozenset({408, 425, 429, *range(500, 600)})
MISSET = frozenset({401, 403, 404, 405, 407, 410, *range(300, 400)})
SENDING = "send_request_headers.started"
"""What the connection tells when the message begins to leave."""


@dataclass(slots=True)
class Errand:
    """One copy on its way: what came of it, and until when it may last."""

    name: str
    service: Service
    listed: Listed
    until: float
    stage: str = "connect"
    status: int = 0
    failure: DeliveryFailure | None = None
    authorities: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    @contextmanager
    def under_way(self) -> Iterator[None]:
        """Whatever a plugin asks for inside is asked by this errand."""
        token = UNDER_WAY.set(self)
        try:
            yield
        finally:
            UNDER_WAY.reset(token)

    def ask(self, method: str, url: str, **told: Any) -> requests.Response:
        """The answer, as a plugin reads it. Raises `requests.RequestException`, the cause being `failure`."""
        wanted = {name: told.get(name) for name in ("params", "data", "json", "headers", "auth")}
        asked = requests.Request(method, url, **wanted).prepare()
        self.stage = "connect"
        try:
            with self._failures():
                return asyncio.run(self._answer(asked))
        except DeliveryFailure as failure:
            self.failure = self.failure or failure
            raise requests.RequestException(failure.code) from None

    async def _answer(self, asked: requests.PreparedRequest) -> requests.Response:
        line = GuardedWire(self.listed, partial(_refused, self.name))
        wire = httpcore.AsyncConnectionPool(ssl_context=self.authorities, network_backend=line)
        headers = {**asked.headers, "Accept-Encoding": "identity", "Connection": "close"}
        question: dict[str, Any] = {
            "headers": [(name.encode(), _bytes(value)) for name, value in headers.items()],
            "content": _bytes(asked.body or b""),
            "extensions": {"trace": self._trace, "timeout": {"connect": CONNECTING}},
        }
        async with (
            asyncio.timeout(self.until - time.monotonic()),
            wire,
            wire.stream(_bytes(asked.method), _bytes(asked.url), **question) as answer,
        ):
            body = await read_bounded(answer.aiter_stream())
        self.status = answer.status
        self._judge(body)
        return _as_requests(answer.status, body)

    async def _trace(self, event: str, _: Any) -> None:
        if event.endswith(SENDING):
            self.stage = "data"

    @contextmanager
    def _failures(self) -> Iterator[None]:
        """Whatever goes wrong inside becomes what it means at this stage. The cause may repeat a key."""
        try:
            yield
        except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
            raise self._told(ChannelTrouble, "地址或所附请求头有误，请更正通道设置", error) from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            if self.stage == "connect":
                raise self._told(TemporaryFailure, "连接不上，将自动重试", error) from None
            raise self._told(UncertainFailure, "已交出但未收到答复，可能已经送达", error) from None

    def _told(self, kind: type[DeliveryFailure], what: str, error: Exception) -> DeliveryFailure:
        return kind(f"通道“{self.name}”{what}。", stage=self.stage, reply=type(error).__name__)

    def _judge(self, body: bytes) -> None:
        """Raises the failure an answer means."""
        code = _code(body, self.service.code) if self.status in WELL and self.service.code else 0
        reply = f"HTTP {self.status}" + (f" {self.service.code} {code}" if code else "")
        if self.status in LATER or code in self.service.later:
            message = f"通道“{self.name}”暂时不能接收，将自动重试。"
            raise TemporaryFailure(message, stage="data", reply=reply)
        if code is None or self.status in MISSET or code in self.service.misset:
            message = f"通道“{self.name}”不接受本系统的请求，请检查其地址、密钥和安全设置。"
            raise ChannelTrouble(message, stage="data", reply=reply)
        if self.status not in WELL or code:
            message = f"通道“{self.name}”拒收该消息，请按其答复代码处理。"
            raise PermanentFailure(message, stage="data", reply=reply)


class Instead:
    """What a plugin finds under the name `requests`: as much of it as plugins use, and no road around."""

    codes = requests.codes
    RequestException = requests.RequestException

    def request(self, method: str, url: str, **told: Any) -> requests.Response:
        return UNDER_WAY.get().ask(method, url, **told)

    get, post = partialmethod(request, "GET"), partialmethod(request, "POST")


UNDER_WAY: ContextVar[Errand] = ContextVar("errand")
INSTEAD = Instead()


def _refused(name: str) -> ChannelTrouble:
    message = f"通道“{name}”的主机不在公网上，未予连接；确为本单位的主机的，请列入允许名单。"
    return ChannelTrouble(message, code="channel_address_refused", stage="connect")


def _code(body: bytes, member: str) -> int | None:
    """The number in an answer; None where it is no answer of this service."""
    try:
        told = json.loads(body)
    except ValueError:
        return None
    code = told.get(member) if isinstance(told, dict) else None
    return code if isinstance(code, int) else None


def _as_requests(status: int, body: bytes) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer.raw = status, BytesIO(body)
    return answer


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
