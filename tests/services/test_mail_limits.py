"""How many at a time, and in which order: by relay, by domain, by minute; the most urgent first."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from tests.builders import a_case, opened_again, rows, signed
from tests.mailing import NOW, addressed, send
from tests.postbox import HOME, PATIENCE, Postbox, open_postbox, writing_to
from tests.relays import BEHAVIOURS, CLOSE, TOO_MANY, FaultRelay
from tests.stories import a_case_admonished
from workflow.services.outbox import lanes
from workflow.services.rendering import render_pending
from workflow.storage.models import OutboxMessage

pytestmark = pytest.mark.mail

DOMAINS = ("binhai.example", "jiaotong.example", "zhujian.example")


class Counting(Postbox):
    """A relay that is slow, and counts how many it has in hand at a time: all, and of each domain."""

    def __init__(self) -> None:
        super().__init__()
        self.most: Counter[str] = Counter()
        self._now: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope):
        names = ("all", envelope.rcpt_tos[0].partition("@")[2])
        self._now.update(names)
        self.most |= self._now
        await asyncio.sleep(0.05)
        self._now.subtract(names)
        return await super().handle_DATA(server, session, envelope)


def messages_to(office, *domains, each=4):
    """As many messages to each of these domains."""
    for _ in range(each * len(domains)):
        a_case(office, "assigned", NOW)
    for place, message in enumerate(rows(office, OutboxMessage)):
        addressed(office, message, f"a{place}@{domains[place % len(domains)]}")


@contextmanager
def counted(office, **limits):
    """What a run brings to a relay that counts."""
    with open_postbox(office, postbox=Counting(), **limits) as (home, postbox):
        yield writing_to(home, home.settings.smtp_url, *DOMAINS, HOME), postbox


@pytest.mark.parametrize("limit", [1, 2])
def test_no_more_of_one_domain_are_on_their_way_than_may_be(office, limit):
    messages_to(office, *DOMAINS, each=3)
    with counted(office, mail_per_domain=limit, mail_connections=4) as (home, postbox):
        assert send(home).sent == 9
    assert {postbox.most[one] for one in DOMAINS} <= set(range(1, limit + 1))
    assert 1 < postbox.most["all"] <= 4


def test_the_relay_sees_no_more_conversations_than_may_be(office):
    messages_to(office, *DOMAINS)
    with counted(office, mail_per_domain=20, mail_connections=2) as (home, postbox):
        assert send(home).sent == 12
    assert postbox.most["all"] == 2


def test_what_is_too_much_for_a_minute_leaves_in_the_next(office):
    messages_to(office, HOME, each=7)
    with open_postbox(office, mail_per_minute=3) as (home, _):
        minutes = [
            NOW,
            NOW + timedelta(seconds=59),
            NOW + timedelta(seconds=61),
            NOW + timedelta(seconds=122),
        ]
        assert [send(home, one).sent for one in minutes] == [3, 0, 3, 1]


def test_what_presses_leaves_before_what_does_not(office):
    a_case_admonished(office)
    render_pending(office, by=signed(None, NOW))
    with open_postbox(office, mail_connections=1) as (home, postbox):
        send(home)
    ids = {one.message_id: one.priority for one in rows(office, OutboxMessage)}
    order = [ids[mail["Message-ID"]] for mail in postbox.mails]
    assert len(order) > 3
    assert order == sorted(order)
    assert len(set(order)) > 1


class OneAtATime(FaultRelay):
    """A relay that greets one caller and tells every other that there are too many."""

    async def _called(self, reader, writer):
        if self.connections:
            self.script = {"greeting": (TOO_MANY, CLOSE)}
        await super()._called(reader, writer)


def test_a_relay_that_refuses_every_further_conversation_gets_all_by_the_first(office):
    messages_to(office, HOME, each=6)
    with OneAtATime(BEHAVIOURS["well"]).serving() as relay:
        report = send(writing_to(office, relay.url, mail_connections=3))
        assert (report.sent, report.relay, relay.accepted) == (6, None, 6)
    assert {(one.state, one.attempts) for one in rows(office, OutboxMessage)} == {("sent", 1)}


def test_a_fault_nobody_foresaw_ends_the_run_where_one_mail_of_a_domain_leaves_at_a_time(office, monkeypatch):
    messages_to(office, HOME, each=4)
    faults, build = iter([OSError("disk full")]), lanes.bytes_of

    def failing_once(*words):
        if fault := next(faults, None):
            raise fault
        return build(*words)

    monkeypatch.setattr(lanes, "bytes_of", failing_once)
    with open_postbox(office, mail_per_domain=1) as (home, _), ThreadPoolExecutor(1) as pool:
        assert str(pool.submit(send, home).exception(PATIENCE)) == "disk full"
    states = Counter(one.state for one in rows(office, OutboxMessage))
    assert states == {"leased": 1, "sent": 3}


def test_senders_keep_to_the_minute_s_measure_together(office):
    messages_to(office, HOME, each=6)
    with open_postbox(office, mail_per_minute=4) as (home, _), opened_again(home) as beside:
        assert [send(one).sent for one in (home, beside)] == [4, 0]
