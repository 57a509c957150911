"""What is left of messages when something ends midway: nothing is stuck, lost, or sent of a void paper."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from notifications.errors import BounceAddressInvalid
from states.delivery import Outcome
from states.errors import FactInvalid
from tests.builders import DIRECTOR, OFFICER, a_case, at, history, late_cases, rows, signed, sweep_on
from tests.mailing import NOW, send, the_message
from tests.postbox import open_postbox, writing_to
from workflow.errors import ConfigurationError
from workflow.services import escalations
from workflow.services.documents import filing
from workflow.services.outbox import attempts, building, by_hand
from workflow.services.outbox.attempts import Answer
from workflow.services.outbox.building import bytes_of
from workflow.services.rendering import render_pending
from workflow.services.verification import verify
from workflow.services.work import begin
from workflow.storage import outbox, queries
from workflow.storage.models import Document, Escalation
from workflow.storage.outbox import LeaseLostError
from workflow.storage.session import transaction

pytestmark = pytest.mark.mail

LATE = at(2026, 7, 23)
LEASE, LATER = timedelta(seconds=900), NOW + timedelta(hours=1)


def taken(office, when=NOW, most=20):
    """What a sender that was killed had taken."""
    render_pending(office, by=signed(None, when))
    with transaction(office.engine) as tx:
        return outbox.lease(tx, when, when + LEASE, ["*"], most)


def test_leases_of_the_dead_do_not_count_towards_the_minute(office):
    for _ in range(3):
        a_case(office, "assigned", NOW)
    taken(office)
    with open_postbox(office, mail_per_minute=3) as (home, _):
        assert send(home, LATER).sent == 3


def test_what_a_dead_sender_took_can_be_dealt_with_by_hand(office):
    a_case(office, "assigned", NOW)
    taken(office)
    held = by_hand.hold(
        office, the_message(office).id, by=signed(OFFICER, LATER), at=LATER, reason="地址待核"
    )
    assert (held["state"], verify(office).findings) == ("held", [])


def test_a_message_that_was_taken_does_not_leave_once_its_paper_is_void(office):
    a_case(office, "assigned", NOW)
    (message,) = taken(office)
    (paper,) = rows(office, Document)
    filing.void(office, paper.number, by=signed(DIRECTOR, NOW), at=NOW, reason="发错单位")
    with transaction(office.engine) as tx, pytest.raises(LeaseLostError):
        outbox.hand_over(tx, [message])
    with open_postbox(office) as (home, postbox):
        send(home, LATER)
    assert (postbox.taken, the_message(office).state) == ([], "cancelled")
    assert verify(office).findings == []


def test_a_message_put_off_by_the_relay_is_not_tried_again_once_its_paper_is_void(office):
    late_cases(office, 1)
    sweep_on(office, LATE)
    (message,) = (one for one in taken(office, LATE) if one.kind == "reminder")
    with transaction(office.engine) as tx:
        outbox.hand_over(tx, [message])
    (measure,) = (one for one in rows(office, Escalation) if one.step == "reminder")
    escalations.act(office, measure.id, "withdraw", by=signed(DIRECTOR, LATE), at=LATE, reason="期限有误")
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None, LATE), at=LATE)
        (following,) = attempts.record(work, [(message, Answer(Outcome.TEMPORARY, "451 later"))])
    assert (following.state, following.event) == ("cancelled", "mail_cancelled")
    assert verify(office).findings == []


def test_a_cancelled_message_of_a_void_paper_cannot_be_sent_again(office):
    a_case(office, "assigned", NOW)
    render_pending(office, by=signed(None, NOW))
    (paper,) = rows(office, Document)
    filing.void(office, paper.number, by=signed(DIRECTOR, NOW), at=NOW, reason="发错单位")
    with pytest.raises(FactInvalid, match="作废") as refused:
        by_hand.retry(office, the_message(office).id, by=signed(OFFICER, LATER), at=LATER)
    assert refused.value.code == "paper_void"


def test_a_refused_message_of_a_void_paper_goes_to_no_other_address(office):
    a_case(office, "assigned", NOW)
    with open_postbox(office, "550 5.1.1 no such user") as (home, _):
        send(home)
    (paper,) = rows(office, Document)
    filing.void(office, paper.number, by=signed(DIRECTOR, NOW), at=NOW, reason="发错单位")
    name, to = the_message(office).id, "other@binhai.example"
    with pytest.raises(FactInvalid) as refused:
        by_hand.retry(office, name, by=signed(OFFICER, LATER), at=LATER, to=to)
    assert refused.value.code == "paper_void"


def test_days_without_a_relay_are_not_held_against_a_message(office):
    a_case(office, "assigned", NOW)
    back = NOW + timedelta(days=30)
    with open_postbox(office, refusing_sender="550 5.7.1 not you") as (home, _):
        send(home)
    with open_postbox(office, "451 4.7.1 greylisted") as (home, _):
        assert send(home, back).deferred == 1


def test_a_message_sent_again_by_hand_is_tried_as_long_as_a_new_one(office):
    a_case(office, "assigned", NOW)
    much_later = NOW + timedelta(days=60)
    with open_postbox(office, "550 5.1.1 no such user", "451 4.7.1 greylisted") as (home, _):
        assert send(home).failed == 1
        by_hand.retry(office, the_message(office).id, by=signed(OFFICER, much_later), at=much_later)
        assert send(home, much_later).deferred == 1
        assert send(home, much_later + timedelta(minutes=6)).sent == 1


def test_settings_that_would_fail_every_message_mark_none(office, tmp_path):
    a_case(office, "assigned", NOW)
    home = writing_to(office, "smtp://127.0.0.1:9?tls=none", dkim_key=tmp_path / "no.pem", dkim_selector="s")
    with pytest.raises(ConfigurationError, match="DUBAN_DKIM_KEY"):
        send(home)
    with pytest.raises(BounceAddressInvalid):
        send(writing_to(office, "smtp://127.0.0.1:9?tls=none", mail_bounces=f"{'a' * 40}@binhai.example"))
    assert (the_message(office).state, the_message(office).attempts) == ("queued", 0)


def test_two_who_build_a_message_send_the_same_bytes(office, monkeypatch):
    a_case(office, "assigned", NOW)
    (message,) = taken(office)
    first = bytes_of(office, message, NOW)
    monkeypatch.setattr(building, "_newest_checkpoint", lambda tx: "第9号，短码12345678")
    assert bytes_of(office, message, LATER) == first


def test_every_attempt_tells_the_hash_of_what_was_handed_over(office):
    case = a_case(office, "assigned", NOW)
    with open_postbox(office) as (home, _):
        send(home)
    message = the_message(office)
    assert json.loads(history(office, case)[-1].payload)["details"]["mail_sha256"] == message.sha256
    with transaction(office.engine) as tx:
        tx.execute(update(queries.OUTBOX).values(sha256="0" * 64))
    assert [one["code"] for one in verify(office).findings] == ["mail_changed", "file_lost"]
