"""What keeping a record costs: sending from the outbox beside a bare loop over the same bytes, and claiming.

The mails are built beforehand, each of a case of its own with a paper of 60 kB attached.
"""

import asyncio
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP as FOR_SMTP

import aiosmtplib
import pytest
from sqlalchemy import update

from tests.benchmarks.mail_sink import ReadingSink, Sink, mail_sink
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import DIRECTOR, LEAD, LIAISON_MAIL, OFFICER, OPENED, REQUIREMENT, TITLE, at, signed
from tests.postbox import writing_to
from workflow.services import cases, files
from workflow.services.cases import Order
from workflow.services.office import Office
from workflow.services.outbox.sending import send_due
from workflow.services.rendering import PDF
from workflow.storage import queries
from workflow.storage.session import transaction

MAILS, ROUNDS = 400, 7
NOW = at(2026, 7, 2)
AIM = 0.7
DEAREST = {ReadingSink: 5, Sink: 8}
"""Of the bare loop: the speed we aim at, and the processor time, a database server's included, that no busy
machine excuses. A relay that reads nothing leaves no time in which a result could be written.
"""


def a_mail() -> bytes:
    """A notice with a paper of 60 kB."""
    mail = EmailMessage(policy=FOR_SMTP)
    mail["Subject"], mail["From"], mail["To"] = TITLE, "duban@binhai.example", LIAISON_MAIL
    mail.set_content(REQUIREMENT)
    mail.add_attachment(bytes(range(240)) * 250, maintype="application", subtype="pdf", filename="交办单.pdf")
    return bytes(mail)


def with_mails(office: Office, count: int) -> Office:
    """The office with so many matters assigned, each with its paper and its mail ready to leave."""
    matter = {"title": TITLE, "source": "市长信箱", "requirement": REQUIREMENT}
    numbers = [f"滨督2026-{serial:04d}" for serial in range(1, count + 1)]
    opened = [Order("open", details=matter, new_number=number) for number in numbers]
    cases.perform_all(office, opened, by=signed(OFFICER), at=OPENED)
    order = {"lead_unit": LEAD, "due_on": NOW.date()}
    cases.perform_all(
        office, [Order("assign", one, order) for one in numbers], by=signed(DIRECTOR), at=OPENED
    )
    root = office.settings.files
    with transaction(office.engine) as tx:
        paper = files.keep(tx, root, b"%PDF", name="交办单.pdf", media_type=PDF, at=NOW)
        mail = files.keep(tx, root, a_mail(), name="交办单.eml", media_type="message/rfc822", at=NOW)
        tx.execute(update(queries.DOCUMENT).values(sha256=paper.sha256))
        tx.execute(update(queries.OUTBOX).values(sha256=mail.sha256))
    return office


def queue_again(office: Office) -> None:
    with transaction(office.engine) as tx:
        tx.execute(update(queries.OUTBOX).values(state="queued", attempts=0, sent_at=None))


def sending(office: Office, port: int, connections: int) -> Callable[[], object]:
    limits = {"mail_connections": connections, "mail_per_domain": connections, "mail_per_minute": 100_000}
    home = writing_to(office, f"smtp://127.0.0.1:{port}?tls=none", **limits)

    def send() -> None:
        report = send_due(home, clock=lambda: NOW, by=signed(None, NOW))
        assert report.sent == MAILS

    return send


def bare(port: int, connections: int) -> Callable[[], object]:
    mail = a_mail()

    async def one(count: int) -> None:
        async with aiosmtplib.SMTP(hostname="127.0.0.1", port=port, start_tls=False) as client:
            for _ in range(count):
                await client.sendmail("duban@binhai.example", [LIAISON_MAIL], mail)

    async def all_of_them() -> None:
        await asyncio.gather(*(one(MAILS // connections) for _ in range(connections)))

    return lambda: asyncio.run(all_of_them())


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("connections", [1, 4])
@pytest.mark.parametrize("sink", [ReadingSink, Sink])
def test_the_outbox_sends_nearly_as_fast_as_a_bare_loop(office: Office, connections: int, sink: type) -> None:
    with_mails(office, MAILS)
    stopwatch = Stopwatch(office.engine)
    laps: list[Lap] = []
    base: list[Lap] = []
    with mail_sink(sink) as port:
        for _ in range(1 + ROUNDS):
            base.append(stopwatch.time(bare(port, connections)))
            queue_again(office)
            laps.append(stopwatch.time(sending(office, port, connections)))
    cost = ratio(laps[1:], base[1:])
    show(
        f"{MAILS} mails over {connections} connections to {sink.__name__}, {office.engine.dialect.name}",
        {
            "bare loop": f"{MAILS / middle(base[1:]).wall:.0f} mails a second",
            "send_due": f"{MAILS / middle(laps[1:]).wall:.0f} mails a second",
            "speed": f"{1 / cost.wall:.2f} of the bare loop (aim ≥ {AIM})",
            "processor time": f"{cost.cpu:.2f} times that of the bare loop",
        },
    )
    assert cost.cpu <= DEAREST[sink]
