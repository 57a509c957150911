"""A mail server on loopback that keeps every message in a folder and sends nothing on."""

import re
import socket
from email import message_from_bytes, policy
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope

LOOPBACK = "127.0.0.1"
UNSAFE = re.compile(r"[^\w〔〕．.-]+")


class _Keeper:
    """Writes each message as one file, numbered in the order of arrival."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = len(list(folder.glob("*.eml")))

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        subject = str(message_from_bytes(data, policy=policy.default)["subject"] or "")
        self.count += 1
        name = f"{self.count:04d}-{UNSAFE.sub('_', subject)[:60]}.eml"
        (self.folder / name).write_bytes(data)
        return f"250 kept as {self.count}"


class MailCatcher:
    """Runs in a thread between `with` and its end; `url` is what `DUBAN_SMTP_URL` would be."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._keeper = _Keeper(folder)
        self._controller = Controller(
            self._keeper, hostname=LOOPBACK, port=_free_port(), enable_SMTPUTF8=True
        )

    @property
    def url(self) -> str:
        return f"smtp://{LOOPBACK}:{self._controller.port}?tls=none"

    @property
    def count(self) -> int:
        """Messages kept so far."""
        return self._keeper.count

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])
