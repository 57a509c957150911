"""What knowing the fate of each mail costs beside a bare loop over aiosmtplib's own commands.

Ours writes the final dot by itself, and asks before it whether the mail may go. Each round trip waits for the
other process, so on a busy machine the wall tells who else was working; what is held to a bound is our
processor time.
"""

import asyncio
from collections.abc import Awaitable, Callable

import aiosmtplib
import pytest
from sqlalchemy import create_engine

from notifications.relay import Relay, RelayAddress
from tests.benchmarks.mail_sink import mail_sink
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show

MAIL = b"Subject: notice\r\n\r\n" + (b"x" * 76 + b"\r\n") * 770
SENDER, RECIPIENT = "duban@binhai.example", "zhujian@binhai.example"
MAILS, ROUNDS = 400, 9
AIM, DEAREST = 0.75, 1.7
"""Of the bare loop: the speed we aim at, and the processor time that no busy machine excuses."""


async def ours(port: int) -> None:
    async with Relay(RelayAddress("127.0.0.1", port, "none")) as relay:
        for _ in range(MAILS):
            await relay.deliver(SENDER, RECIPIENT, MAIL)


async def bare(port: int) -> None:
    async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
        await client.ehlo()
        for _ in range(MAILS):
            await client.mail(SENDER)
            await client.rcpt(RECIPIENT)
            await client.data(MAIL)


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_handing_over_costs_little_more_than_a_bare_loop() -> None:
    stopwatch = Stopwatch(create_engine("sqlite://"))

    def timed(subject: Callable[[int], Awaitable[None]]) -> Lap:
        return stopwatch.time(lambda: asyncio.run(subject(port)))

    with mail_sink() as port:
        rounds = [(timed(ours), timed(bare)) for _ in range(1 + ROUNDS)][1:]
    laps, base = (list(one) for one in zip(*rounds, strict=True))
    cost = ratio(laps, base)
    speed = 1 / cost.wall
    show(
        f"{MAILS} mails of {len(MAIL) // 1000} kB over one connection",
        {
            "bare loop": f"{MAILS / middle(base).wall:.0f} mails a second",
            "Relay.deliver": f"{MAILS / middle(laps).wall:.0f} mails a second",
            "speed": f"{speed:.2f} of the bare loop (aim ≥ {AIM})",
            "our processor time": f"{cost.cpu:.2f} times that of the bare loop",
        },
    )
    assert cost.cpu <= DEAREST
