"""A real mail relay on loopback, in a thread, that answers as it is told and keeps what it took."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from workflow.services.office import Office

ACCEPTED = "250 2.0.0 kept"
HOME = "binhai.example"
PATIENCE = 30


class Postbox:
    """Takes mail. `answers` are given after the final dot, one a message, then 250.

    "drop" hangs up instead; an answer that begins with "held" is held back until `release` is set.
    """

    def __init__(self, *answers: str, refusing_sender: str | None = None) -> None:
        self.answers = list(answers)
        self.refusing_sender = refusing_sender
        self.taken: list[bytes] = []
        self.recipients: list[str] = []
        self.senders: list[str] = []
        self.holding, self.release = threading.Event(), threading.Event()

    @property
    def mails(self) -> list[EmailMessage]:
        """What was taken, opened."""
        return [message_from_bytes(one, policy=policy.default) for one in self.taken]

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.refusing_sender or ACCEPTED

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        self.recipients += envelope.rcpt_tos
        self.senders.append(str(envelope.mail_from))
        answer = self.answers.pop(0) if self.answers else ACCEPTED
        if answer.startswith("held"):
            self.holding.set()
            await asyncio.to_thread(self.release.wait, PATIENCE)
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        return answer.removeprefix("held ")


@contextmanager
def open_postbox(
    office: Office,
    *answers: str,
    refusing_sender: str | None = None,
    postbox: Postbox | None = None,
    **mail: Any,
) -> Iterator[tuple[Office, Postbox]]:
    """The office with a relay that runs, allowed to write to its own domain; `mail` are other settings."""
    postbox = postbox or Postbox(*answers, refusing_sender=refusing_sender)
    port = free_port()
    controller = Controller(_hooks_of(postbox), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield writing_to(office, f"smtp://127.0.0.1:{port}?tls=none", **mail), postbox
    finally:
        controller.stop()


def _hooks_of(postbox: Postbox) -> SimpleNamespace:
    """All aiosmtpd needs. It asks a handler for everything it has, at every connection: also for `mails`."""
    return SimpleNamespace(handle_MAIL=postbox.handle_MAIL, handle_DATA=postbox.handle_DATA)


def writing_to(office: Office, smtp_url: str | None, *allowed: str, **mail: Any) -> Office:
    """The office with this relay and these domains allowed; `mail` are other settings."""
    mail |= {"smtp_url": smtp_url, "mail_allow": allowed or (HOME,)}
    return replace(office, settings=office.settings.model_copy(update=mail))


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
