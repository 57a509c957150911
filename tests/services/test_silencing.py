"""Addresses nothing is sent to: their messages are held, so that people see it, and leave when allowed."""

from datetime import datetime, timedelta

import pytest

from notifications.errors import NoticeUnrenderable
from states.errors import FactInvalid, FactMissing, NotPermitted
from tests.builders import LIAISON, LIAISON_MAIL, OFFICER, a_case, kinds, rows, signed
from tests.mailing import NOW, addressed, send, the_message
from tests.postbox import free_port, open_postbox, writing_to
from tests.relays import fault_relay
from workflow.errors import NotFound
from workflow.services.outbox import by_hand, silencing
from workflow.services.verification import verify
from workflow.storage.models import Event, OutboxMessage

pytestmark = pytest.mark.mail

DAY, WHY = timedelta(days=1), "已调离"


def silence(office, address=LIAISON_MAIL, person=OFFICER, when=NOW, **words):
    return silencing.silence(office, address, by=signed(person, when), at=when, **{"reason": WHY} | words)


def allow(office, address=LIAISON_MAIL, person=OFFICER, when=NOW, **words):
    return silencing.allow(office, address, by=signed(person, when), at=when, **words)


@pytest.mark.parametrize("address", [LIAISON_MAIL, LIAISON_MAIL.upper()])
def test_a_message_to_a_silenced_address_is_held_and_leaves_when_allowed(office, address):
    case = a_case(office, "assigned", NOW)
    silence(office, address)
    with open_postbox(office) as (home, postbox):
        assert (send(home).sent, postbox.taken) == (0, [])
        held = the_message(office)
        assert (held.state, held.held_for, verify(office).findings) == ("held", "address", [])
        assert allow(office, address.title())["released"] == [held.id]
        assert (the_message(office).state, verify(office).findings) == ("queued", [])
        assert send(home).sent == 1
    told = [one for one in kinds(office, case) if one.startswith("mail_")]
    assert told == ["mail_held", "mail_released", "mail_sent"]
    assert [one.kind for one in rows(office, Event) if one.kind.startswith("address_")] == [
        "address_silenced", "address_allowed",
    ]  # fmt: skip


def test_it_is_held_though_no_relay_answers_and_nothing_else_is_due(office):
    a_case(office, "assigned", NOW)
    silence(office)
    report = send(writing_to(office, f"smtp://127.0.0.1:{free_port()}?tls=none"))
    assert (the_message(office).held_for, report.relay) == ("address", None)


def test_however_many_messages_wait_for_one_address_all_are_held(office):
    for _ in range(23):
        a_case(office, "assigned", NOW)
    silence(office)
    with open_postbox(office) as (home, postbox):
        send(home)
    assert {one.state for one in rows(office, OutboxMessage)} == {"held"}
    assert postbox.taken == []
    assert len(allow(office)["released"]) == 23
    assert verify(office).findings == []


def test_other_addresses_are_written_to_meanwhile(office):
    a_case(office, "assigned", NOW), a_case(office, "assigned", NOW)
    other = rows(office, OutboxMessage)[0]
    addressed(office, other, "other@binhai.example")
    silence(office)
    with open_postbox(office) as (home, postbox):
        assert (send(home).sent, postbox.recipients) == (1, ["other@binhai.example"])


def test_a_silence_ends_by_itself_on_its_day(office):
    silence(office, until=NOW + DAY)
    a_case(office, "assigned", NOW)
    with open_postbox(office) as (home, _):
        assert (send(home, NOW + DAY / 2).sent, the_message(office).held_for) == (0, "address")
        (listed,) = silencing.listed(office, NOW + DAY)
        assert listed["in_force"] is False
        by_hand.release(office, the_message(office).id, by=signed(OFFICER, NOW + DAY), at=NOW + DAY)
        assert send(home, NOW + DAY).sent == 1


def test_messages_held_for_a_silence_that_ended_leave_by_themselves(office):
    silence(office, until=NOW + DAY)
    case = a_case(office, "assigned", NOW)
    with open_postbox(office) as (home, _):
        assert [send(home, NOW).sent, send(home, NOW + DAY).sent] == [0, 1]
    assert "mail_released" in kinds(office, case)
    assert verify(office).findings == []


@pytest.mark.parametrize("relay", ["rcpt_550", "rcpt_553", "multi_line_550"])
def test_an_address_the_relay_says_does_not_exist_is_silenced_as_if_a_mail_had_come_back(office, relay):
    a_case(office, "assigned", NOW)
    with fault_relay(relay) as refusing:
        assert send(writing_to(office, refusing.url)).failed == 1
    (told,) = silencing.listed(office, NOW)
    assert (told["address"], told["reason"]) == (LIAISON_MAIL, "bounce")
    assert datetime.fromisoformat(told["until"]) == NOW + 30 * DAY
    assert told["told"].startswith("拒收：rcpt 55")
    with pytest.raises(FactInvalid, match="allow"):
        by_hand.retry(office, the_message(office).id, by=signed(OFFICER, NOW), at=NOW)
    assert verify(office).findings == []


@pytest.mark.parametrize("relay", ["rcpt_450", "rcpt_530", "dot_554"])
def test_a_refusal_that_blames_no_address_silences_nobody(office, relay):
    a_case(office, "assigned", NOW)
    with fault_relay(relay) as refusing:
        send(writing_to(office, refusing.url))
    assert silencing.listed(office, NOW) == []


@pytest.mark.parametrize("until", [NOW, NOW - DAY])
def test_a_silence_that_would_be_over_at_once_is_refused(office, until):
    with pytest.raises(FactInvalid) as refused:
        silence(office, until=until)
    assert (refused.value.code, silencing.listed(office, NOW)) == ("until_in_the_past", [])


@pytest.mark.parametrize(
    ("words", "refusal", "code"),
    [
        ({"reason": " "}, FactMissing, "reason_missing"),
        ({"address": "a b@c"}, NoticeUnrenderable, "address_invalid"),
        ({"person": LIAISON}, NotPermitted, "not_permitted"),
        ({"person": None}, FactMissing, "person_missing"),
    ],
)
def test_who_may_silence_what_and_why(office, words, refusal, code):
    with pytest.raises(refusal) as refused:
        silence(office, **words)
    assert (refused.value.code, silencing.listed(office, NOW)) == (code, [])


def test_an_address_that_is_not_silenced_cannot_be_allowed(office):
    silence(office), allow(office)
    with pytest.raises(NotFound) as refused:
        allow(office)
    assert refused.value.code == "address_not_silenced"
    with pytest.raises(NotPermitted):
        silence(office), allow(office, person=LIAISON)


def test_an_address_may_be_silenced_again_with_another_reason(office):
    silence(office), allow(office)
    assert silence(office, reason="又退信", until=NOW + DAY)["lifted_at"] is None
    (listed,) = silencing.listed(office, NOW)
    assert (listed["told"], listed["in_force"]) == ("又退信", True)
