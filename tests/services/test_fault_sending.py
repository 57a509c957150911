"""Every way a relay misbehaves, through whole runs: nothing lost, the class right, the history true."""

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from notifications.data_block import DataBlock
from notifications.errors import PermanentFailure, RelayTrouble, TemporaryFailure, UncertainFailure
from notifications.relay import Timeouts
from tests.builders import a_case, rows
from tests.mailing import NOW, send
from tests.postbox import open_postbox, writing_to
from tests.relays import BEHAVIOURS, fault_relay
from tests.tls import authority
from workflow.services.verification import verify
from workflow.storage.models import Event, OutboxMessage

pytestmark = [
    pytest.mark.mail,
    pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session"),
]

LATER, SHORT = NOW + timedelta(minutes=2), Timeouts(connect=0.6, command=0.6, data=0.6, end=0.6, whole=5)
MEANT = {
    None: ("sent", "mail_sent"),
    RelayTrouble: ("queued", None),
    TemporaryFailure: ("retry", "mail_deferred"),
    PermanentFailure: ("failed", "mail_failed"),
    UncertainFailure: ("retry", "mail_uncertain"),
}
"""What becomes of a message by each class of failure, and the entry of it."""

OF_A_SHORT_MAIL = {"hang_in_body": (UncertainFailure, "end")}
"""Its end is on its way before a relay that says nothing is missed."""


@pytest.fixture
def impatient(monkeypatch):
    """A sender that trusts the test authority, and waits for no relay that says nothing."""
    monkeypatch.setattr("workflow.services.outbox.run.Timeouts", lambda **_: SHORT)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().pem))


def finish_after(relay, monkeypatch):
    """A short mail is on its way whole at once: hold its final dot until the relay acted within it."""
    usual = DataBlock.write

    async def written(block, data, *, timeout):
        await usual(block, data, timeout=timeout)
        await asyncio.to_thread(relay.spoke_early.wait, 5)

    monkeypatch.setattr(DataBlock, "write", written)


def states(office):
    return {one.state for one in rows(office, OutboxMessage)}


def mail_entries(office):
    return Counter(one.kind for one in rows(office, Event) if one.kind.startswith("mail_"))


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_whatever_a_relay_does_nothing_is_lost_and_each_message_comes_to_what_it_means(
    office, name, monkeypatch
):
    a_case(office, "assigned", NOW), a_case(office, "assigned", NOW)
    with fault_relay(name) as relay:
        if not relay.behaviour.trusted:
            monkeypatch.delenv("SSL_CERT_FILE")
        if name.endswith("_in_body") and name not in OF_A_SHORT_MAIL:
            finish_after(relay, monkeypatch)
        report = send(writing_to(office, relay.url, mail_connections=1))
    fate, stage = OF_A_SHORT_MAIL.get(name, relay.behaviour.fate)
    state, entry = MEANT[fate]
    assert (states(office), mail_entries(office)) == ({state}, {entry: 2} if entry else {})
    assert (report.relay and report.relay.stage) == (stage if fate is RelayTrouble else None)
    assert verify(office).findings == []
    with open_postbox(office) as (well, _):
        send(well, LATER)
    assert states(office) == {"failed" if fate is PermanentFailure else "sent"}
    assert verify(office).findings == []
