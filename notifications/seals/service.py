"""The office's own e-seal service: the laid-out PDF goes there, and comes back sealed.

Services differ (GB/T 38540, GB/T 33481); what they have in common is small: `POST` with the file as
`application/pdf`, who asks in `Duban-Issuer`, the title in `Duban-Title` (percent-encoded UTF-8), a bearer
token; the answer is 200 with the sealed file. An adapter of a few lines speaks to any of them.
"""

import asyncio
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import quote, urlsplit

from notifications.seals import SealFailed

PATIENCE = 60.0
"""Seconds for the whole of an answer: a seal may wait for a hardware key."""

LARGEST = 60 * 1024 * 1024
ANSWERED = 200
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class SealService:
    """Where the service answers, for whom it seals, and the token that proves us."""

    url: str
    issuer: str
    token: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        """The service's host: its address may hold what is secret."""
        return f"签章服务{urlsplit(self.url).hostname}"

    def seal(self, pdf: bytes, *, title: str) -> bytes:
        """The sealed file. Raises `SealFailed`: `seal_away`, `seal_refused`."""
        httpx = import_module("httpx")  # long to import, and most offices have no such service
        headers = {"Content-Type": PDF, "Accept": PDF}
        headers |= {"Duban-Issuer": self.issuer, "Duban-Title": quote(title)}
        headers |= {"Authorization": f"Bearer {self.token}"} if self.token else {}
        try:
            return asyncio.run(self._asked(httpx, pdf, headers))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
            raise SealFailed(
                f"{self.name}没有应答（{type(error).__name__}），请核对DUBAN_SEAL_URL及网络；稍后自动再试。",
                code="seal_away",
            ) from error

    async def _asked(self, httpx: Any, pdf: bytes, headers: dict[str, str]) -> bytes:
        """The answer's body. `trust_env` is off: a proxy of the environment would see every paper."""
        async with (
            asyncio.timeout(PATIENCE),
            httpx.AsyncClient(trust_env=False) as client,
            client.stream("POST", self.url, content=pdf, headers=headers, timeout=PATIENCE) as answer,
        ):
            if answer.status_code != ANSWERED:
                raise self._refused(f"答复{answer.status_code}")
            body = bytearray()
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > LARGEST:
                    raise self._refused("返回的文件过大")
        return bytes(body)

    def _refused(self, why: str) -> SealFailed:
        return SealFailed(f"{self.name}没有加盖签章：{why}。请向签章服务的管理员核实。", sealer=self.name)
