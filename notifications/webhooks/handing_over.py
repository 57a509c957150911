"""Handing one body over: a single POST within a time, no redirect, no proxy, little of the answer read."""

import asyncio
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore

from notifications.channels.addresses import Listed
from notifications.errors import (
    DeliveryFailure,
    ReceiverGone,
    ReceiverTrouble,
    UncertainFailure,
)
from notifications.guarded_wire import GuardedWire, read_bounded
from notifications.relay import Accepted
from notifications.webhooks.receivers import Receiver

PATIENCE = 15.0
"""Seconds for the whole of a hand-over, looking up the host included."""
CONNECTING = 5.0
"""Seconds for one address of a host."""
ALWAYS = {"Content-Type": "application/json", "User-Agent": "Duban-Webhook/1"}
ALWAYS |= {"Accept-Encoding": "identity", "Connection": "close"}
WELL, ELSEWHERE, GONE = range(200, 300), range(300, 400), 410
DIGITS = 7
SENDING = "send_request_headers.started"
"""What the connection tells when the body begins to leave."""


async def post(
    receiver: Receiver,
    body: bytes,
    headers: Mapping[str, str],
    *,
    listed: Listed = Listed(),
    patience: float = PATIENCE,
    authorities: ssl.SSLContext | None = None,
) -> Accepted:
    """Hand a body over; `Accepted` says that the receiver answered 2xx.

    It goes to public addresses and `listed` ones only, and to the very address that was judged. Raises
    ReceiverGone for 410, ReceiverTrouble for every other answer, for none where nothing was sent, and
    (`webhook_address_refused`) for an address that may not be spoken to; UncertainFailure where no answer
    came. Every one but the first is safe to repeat: the receiver knows a repeat by `webhook-id`.
    """
    errand = _Errand(listed, authorities or ssl.create_default_context())
    with errand.failures():
        async with asyncio.timeout(patience):
            await errand.ask(receiver.url, body, {**ALWAYS, **headers})
    return errand.judged()


@dataclass(slots=True)
class _Errand:
    """One hand-over: how far it came, and what was answered."""

    listed: Listed
    authorities: ssl.SSLContext
    stage: str = "connect"
    status: int = 0
    retry_after: int | None = None

    async def ask(self, url: str, body: bytes, headers: Mapping[str, str]) -> None:
        wire = GuardedWire(self.listed, _refused)
        pool = httpcore.AsyncConnectionPool(ssl_context=self.authorities, network_backend=wire)
        question: dict[str, Any] = {
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
            "content": body,
            "extensions": {"trace": self._trace, "timeout": {"connect": CONNECTING}},
        }
        async with pool, pool.stream("POST", url, **question) as answer:
            self.status = answer.status
            self.retry_after = _seconds(answer.headers)
            await read_bounded(answer.aiter_stream())

    async def _trace(self, event: str, _: Any) -> None:
        if event.endswith(SENDING):
            self.stage = "data"

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Whatever goes wrong inside becomes what it means at this stage; once the status is known it is the
        answer, whatever becomes of the rest."""
        try:
            yield
        except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
            raise ReceiverTrouble("接收地址不能使用，请更正。", reply=type(error).__name__) from None
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError, OSError) as error:
            if not self.status:
                raise self._unanswered(type(error).__name__) from None

    def _unanswered(self, reply: str) -> DeliveryFailure:
        if self.stage == "connect":
            return ReceiverTrouble("接收方连接不上，将自动重试。", reply=reply)
        message = "已交出但未收到接收方的答复，将再次推送。"
        return UncertainFailure(message, stage=self.stage, reply=reply)

    def judged(self) -> Accepted:
        """Raises the failure an answer means."""
        reply = f"HTTP {self.status}"
        if self.status in WELL:
            return Accepted(self.status, reply)
        if self.status == GONE:
            message = "接收方答复不再接收（410），推送已停止。"
            raise ReceiverGone(message, stage="data", reply=reply)
        why = "要求转往别处，未予跟随" if self.status in ELSEWHERE else "没有接收"
        raise ReceiverTrouble(
            f"接收方{why}，将自动重试。", stage="data", reply=reply, retry_after=self.retry_after
        )


def _refused() -> ReceiverTrouble:
    message = "接收方的主机不在公网上，未予连接；确为本单位的主机的，请列入允许名单。"
    return ReceiverTrouble(message, code="webhook_address_refused")


def _seconds(headers: list[tuple[bytes, bytes]]) -> int | None:
    """How long an answer asks to be left alone, where it says so in seconds; a date is passed over."""
    told = next((value for name, value in headers if name.lower() == b"retry-after"), b"")
    return int(told) if told.isdigit() and len(told) <= DIGITS else None
