import asyncio
import socket
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from notifications.errors import (
    DeliveryFailure,
    PermanentFailure,
    RelayAddressInvalid,
    RelayTrouble,
    TemporaryFailure,
    UncertainFailure,
)
from notifications.relay import Accepted, Relay, RelayAddress, Timeouts

pytestmark = pytest.mark.mail

SENDER, RECIPIENT = "duban@binhai.example", "zhujian@binhai.example"
MAIL = "Subject: 提醒函\r\n\r\n.第一行以句点开头\r\n末行\r\n".encode()


class Desk:
    """A relay that answers as it is told, and keeps what it took."""

    def __init__(self, *, pause: float = 0, **answers: str) -> None:
        self.pause = pause
        self.answers = answers
        self.taken: list[bytes] = []
        self.peers: set[Any] = set()

    async def handle_MAIL(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.answer(server, "mail")

    async def handle_RCPT(
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer(server, "rcpt")

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        assert isinstance(envelope.content, bytes)
        self.taken.append(envelope.content)
        self.peers.add(session.peer)
        await asyncio.sleep(self.pause)
        return self.answer(server, "end")

    def answer(self, server: SMTP, stage: str) -> str:
        answer = self.answers.get(stage, "250 2.0.0 queued as 4T9")
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()
        return answer


@contextmanager
def listening(desk: Desk) -> Iterator[RelayAddress]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(desk, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield RelayAddress.parse(f"smtp://127.0.0.1:{port}?tls=none")
    finally:
        controller.stop()


async def deliver(address: RelayAddress, *, times: int = 1) -> Accepted:
    async with Relay(address) as relay:
        for _ in range(times):
            accepted = await relay.deliver(SENDER, RECIPIENT, MAIL)
    return accepted


def failure_of(**answers: str) -> DeliveryFailure:
    with listening(Desk(**answers)) as address, pytest.raises(DeliveryFailure) as refusal:
        asyncio.run(deliver(address))
    return refusal.value


def test_an_accepted_mail_arrives_byte_for_byte() -> None:
    desk = Desk()
    with listening(desk) as address:
        accepted = asyncio.run(deliver(address))
    assert accepted == Accepted(250, "2.0.0 queued as 4T9")
    assert desk.taken == [MAIL]


def test_two_mails_go_over_one_connection() -> None:
    desk = Desk()
    with listening(desk) as address:
        asyncio.run(deliver(address, times=2))
    assert (len(desk.taken), len(desk.peers)) == (2, 1)


@pytest.mark.parametrize(
    ("answers", "failure", "stage", "code"),
    [
        ({"mail": "451 4.3.0 later"}, TemporaryFailure, "mail", 451),
        ({"mail": "550 5.7.1 not you"}, RelayTrouble, "mail", 550),
        ({"rcpt": "450 4.2.0 greylisted"}, TemporaryFailure, "rcpt", 450),
        ({"rcpt": "550 5.1.1 no such user"}, PermanentFailure, "rcpt", 550),
        ({"end": "452 4.3.1 disk full"}, TemporaryFailure, "end", 452),
        ({"end": "554 5.7.1 looks like spam"}, PermanentFailure, "end", 554),
    ],
)
def test_an_answer_means_what_its_stage_and_code_say(
    answers: dict[str, str], failure: type[DeliveryFailure], stage: str, code: int
) -> None:
    found = failure_of(**answers)
    assert type(found) is failure
    assert (found.stage, found.smtp_code) == (stage, code)
    assert found.reply in answers[stage]


@pytest.mark.parametrize("stage", ["mail", "rcpt"])
def test_a_connection_lost_before_the_mail_was_handed_over_may_be_tried_again(stage: str) -> None:
    found = failure_of(**{stage: "drop"})
    assert type(found) is TemporaryFailure
    assert (found.stage, found.smtp_code) == (stage, None)


def test_a_connection_lost_after_the_final_dot_leaves_us_uncertain() -> None:
    found = failure_of(end="drop")
    assert type(found) is UncertainFailure
    assert "可能已经送达" in found.message


def test_an_answer_that_never_comes_leaves_us_uncertain() -> None:
    async def impatiently(address: RelayAddress) -> None:
        async with Relay(address, timeouts=Timeouts(end=0.1)) as relay:
            await relay.deliver(SENDER, RECIPIENT, MAIL)

    with listening(Desk(pause=1)) as address, pytest.raises(UncertainFailure):
        asyncio.run(impatiently(address))


def test_the_whole_of_a_delivery_is_bounded() -> None:
    async def briefly(address: RelayAddress) -> None:
        async with Relay(address, timeouts=Timeouts(whole=0.3)) as relay:
            await relay.deliver(SENDER, RECIPIENT, MAIL)

    with listening(Desk(pause=2)) as address, pytest.raises(UncertainFailure):
        asyncio.run(briefly(address))


def test_an_answer_that_comes_late_is_not_taken_for_the_next_mail_s() -> None:
    async def two_mails(address: RelayAddress) -> Accepted:
        async with Relay(address, timeouts=Timeouts(end=0.4)) as relay:
            with pytest.raises(UncertainFailure):
                await relay.deliver(SENDER, RECIPIENT, MAIL)
            desk.pause = 0
            return await relay.deliver(SENDER, RECIPIENT, MAIL)

    desk = Desk(pause=0.8)
    with listening(desk) as address:
        assert asyncio.run(two_mails(address)).code == 250
    assert len(desk.peers) == 2


def test_an_opened_relay_takes_the_first_mail_over_the_same_connection() -> None:
    async def opened(address: RelayAddress) -> None:
        async with Relay(address) as relay:
            await relay.open()
            await relay.deliver(SENDER, RECIPIENT, MAIL)

    desk = Desk()
    with listening(desk) as address:
        asyncio.run(opened(address))
        with pytest.raises(RelayTrouble):
            asyncio.run(opened(RelayAddress(address.host, address.port, tls="starttls")))
    assert (len(desk.taken), len(desk.peers)) == (1, 1)


def test_nobody_listening_is_the_relay_s_trouble() -> None:
    with listening(Desk()) as address:
        pass
    with pytest.raises(RelayTrouble) as refusal:
        asyncio.run(deliver(address))
    assert refusal.value.stage == "connect"


def test_a_relay_without_encryption_is_refused_unless_we_said_none() -> None:
    with listening(Desk()) as address, pytest.raises(RelayTrouble):
        asyncio.run(deliver(RelayAddress(address.host, address.port, tls="starttls")))


def test_a_refused_mail_does_not_spoil_the_next_one() -> None:
    desk = Desk(rcpt="450 later")

    async def twice(address: RelayAddress) -> Accepted:
        async with Relay(address) as relay:
            with pytest.raises(TemporaryFailure):
                await relay.deliver(SENDER, RECIPIENT, MAIL)
            desk.answers = {}
            return await relay.deliver(SENDER, RECIPIENT, MAIL)

    with listening(desk) as address:
        assert asyncio.run(twice(address)).code == 250
    assert desk.taken == [MAIL]


def test_a_lost_connection_is_replaced_for_the_next_mail() -> None:
    desk = Desk(end="drop")

    async def twice(address: RelayAddress) -> Accepted:
        async with Relay(address) as relay:
            with pytest.raises(UncertainFailure):
                await relay.deliver(SENDER, RECIPIENT, MAIL)
            desk.answers = {}
            return await relay.deliver(SENDER, RECIPIENT, MAIL)

    with listening(desk) as address:
        assert asyncio.run(twice(address)).code == 250
    assert len(desk.peers) == 2


@pytest.mark.parametrize("address", ["a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example c@d.example", ""])
def test_an_address_that_is_more_than_one_never_reaches_the_relay(address: str) -> None:
    async def smuggle(relay_address: RelayAddress) -> None:
        async with Relay(relay_address) as relay:
            await relay.deliver(SENDER, address, MAIL)

    desk = Desk()
    with listening(desk) as relay_address, pytest.raises(PermanentFailure, match="请更正收件人的邮箱"):
        asyncio.run(smuggle(relay_address))
    assert not desk.taken


def test_a_url_says_who_logs_in_where_and_how() -> None:
    address = RelayAddress.parse("smtp://duban:p%40ss@mail.binhai.example?tls=tls")
    assert address == RelayAddress("mail.binhai.example", 465, "tls", "duban", "p@ss")
    assert "p@ss" not in repr(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://duban:hunter2@mail.binhai.example",
        "smtp://duban:hunter2/@mail.binhai.example",
        "smtp://duban:hunter2@mail.binhai.example:99999",
        "smtp://duban:hunter2@mail.binhai.example?tls=maybe",
        "smtp://:hunter2@",
        "hunter2",
    ],
)
def test_a_bad_url_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(RelayAddressInvalid, match="邮件服务器地址不可用") as refusal:
        RelayAddress.parse(url)
    assert "hunter2" not in "".join(traceback.format_exception(refusal.value))
