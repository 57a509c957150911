"""A relay that keeps failing is left alone for a while, told once, probed with one message; no mail hurt."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import update

from tests.builders import a_case, rows
from tests.mailing import NOW, send
from tests.postbox import free_port, open_postbox, writing_to
from tests.relays import fault_relay
from workflow.services.verification import verify
from workflow.storage import relays
from workflow.storage.mail_models import RelayStanding
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.session import transaction

pytestmark = pytest.mark.mail

MINUTE = timedelta(minutes=1)


def journal(office):
    """How often the journal tells of relays."""
    return Counter(one.kind for one in rows(office, Event) if one.kind.startswith("relay_"))


def untouched(office):
    return {(one.state, one.attempts, one.last_answer) for one in rows(office, OutboxMessage)} == {
        ("queued", 0, None)
    }


def scheduled(office, when):
    return send(office, when, in_window=True)


@pytest.fixture
def away(office):
    """Three messages, and a relay that has failed five scheduled runs in a row."""
    for _ in range(3):
        a_case(office, "assigned", NOW)
    home = writing_to(office, f"smtp://127.0.0.1:{free_port()}?tls=none")
    assert [scheduled(home, NOW).relay_closed_until for _ in range(4)] == [None] * 4
    assert journal(office) == {}
    assert scheduled(home, NOW).relay_closed_until == NOW + MINUTE
    return home


def test_the_fifth_failure_is_entered_once_and_no_message_is_touched(away):
    for minute in range(30):
        scheduled(away, NOW + minute * MINUTE)
    assert journal(away) == {"relay_left_alone": 1}
    assert untouched(away)
    assert verify(away).findings == []


def test_until_its_pause_is_over_it_is_not_called_and_says_until_when(office):
    a_case(office, "assigned", NOW)
    with fault_relay("greeting_421") as relay:
        home = writing_to(office, relay.url)
        for _ in range(5):
            scheduled(home, NOW)
        calls, report = relay.connections, scheduled(home, NOW + MINUTE / 2)
        assert (relay.connections, report.relay_closed_until) == (calls, NOW + MINUTE)
        assert report.relay.message
        scheduled(home, NOW + MINUTE)
        assert relay.connections == calls + 1


def test_a_probe_carries_one_message_and_when_it_works_the_others_follow(office, away):
    with open_postbox(office) as (home, postbox):
        (standing,) = rows(office, RelayStanding)
        rename(office, standing.name, home.settings.smtp_url.removeprefix("smtp://").partition("?")[0])
        assert (scheduled(home, NOW).sent, postbox.taken) == (0, [])
        assert (scheduled(home, NOW + MINUTE).sent, len(postbox.taken)) == (1, 1)
        assert journal(office) == {"relay_left_alone": 1, "relay_back": 1}
        assert scheduled(home, NOW + MINUTE).sent == 2
    assert [(one.failures, one.closed_until) for one in rows(office, RelayStanding)] == [(0, None)]
    assert verify(office).findings == []


def rename(office, name, other):
    """What a relay that is up again is: the same host and port."""
    with transaction(office.engine) as tx:
        tx.execute(update(relays.RELAY).where(relays.RELAY.c.name == name).values(name=other))


def test_an_operator_s_run_tries_at_once(office, away):
    with open_postbox(office) as (home, _):
        (standing,) = rows(office, RelayStanding)
        rename(office, standing.name, home.settings.smtp_url.removeprefix("smtp://").partition("?")[0])
        assert send(home, NOW).sent == 3
    assert journal(office) == {"relay_left_alone": 1, "relay_back": 1}


def test_a_probe_that_fails_makes_the_pause_longer(away):
    when, pauses = NOW, []
    for _ in range(6):
        closed = scheduled(away, when).relay_closed_until
        pauses.append(int((closed - when) / MINUTE))
        when = closed
    assert pauses == [1, 2, 3, 4, 5, 5]


def test_a_run_that_works_forgets_the_failures_before_it(office):
    a_case(office, "assigned", NOW)
    with fault_relay("greeting_421") as relay:
        home = writing_to(office, relay.url)
        for _ in range(4):
            scheduled(home, NOW)
        relay.mend()
        assert scheduled(home, NOW).sent == 1
    assert [one.failures for one in rows(office, RelayStanding)] == [0]
    assert journal(office) == {}
