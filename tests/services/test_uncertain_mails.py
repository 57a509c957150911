"""Messages of which nobody knows whether they left: sent again the same, or held until a person looked."""

from datetime import timedelta

import pytest

from tests.builders import OFFICER, a_case, at, kinds, rows, signed, under_policy
from tests.mailing import NOW, send, the_message
from tests.postbox import free_port, open_postbox, writing_to
from workflow.services.duties import owed
from workflow.services.installation import install
from workflow.services.outbox import by_hand
from workflow.services.outbox.viewing import show_message
from workflow.services.rendering import render_pending
from workflow.services.verification import verify
from workflow.storage import outbox
from workflow.storage.models import OutboxMessage
from workflow.storage.session import transaction

pytestmark = pytest.mark.mail

MINUTE, LEASE = timedelta(minutes=1), timedelta(seconds=900)
GONE = NOW + LEASE + MINUTE


@pytest.fixture
def careful(office, tmp_path):
    """The office under a policy by which a person is asked about assignments."""
    own = under_policy(office, tmp_path, "ask_if_uncertain = []", 'ask_if_uncertain = ["assignment"]')
    install(own, by=signed(None, at(2026, 7, 1, 9, 30))).engine.dispose()
    return office


def handed_over(office, count=1):
    """What a sender leaves behind that ends between the last byte and the answer."""
    for _ in range(count):
        a_case(office, "assigned", NOW)
    render_pending(office, by=signed(None, NOW))
    with transaction(office.engine) as tx:
        outbox.hand_over(tx, outbox.lease(tx, NOW, NOW + LEASE, ["*"], 20))


def told(office, case):
    return [one for one in kinds(office, case) if one.startswith("mail_")]


def test_where_a_person_is_to_be_asked_it_is_held_and_a_release_sends_the_same_again(careful):
    case = a_case(careful, "assigned", NOW)
    with open_postbox(careful, "drop") as (home, postbox):
        assert (send(home).failed, the_message(careful).held_for) == (1, "uncertain")
        assert send(home, NOW + 9 * MINUTE).sent == 0
        assert "undelivered" in {
            one.kind for found in owed(careful, day=NOW.date()).lists for one in found.duties
        }
        by_hand.release(careful, the_message(careful).id, by=signed(OFFICER, NOW), at=NOW)
        assert send(home, NOW + 9 * MINUTE).sent == 1
    first, second = postbox.taken
    assert first == second
    assert told(careful, case) == ["mail_held", "mail_released", "mail_sent"]
    assert verify(careful).findings == []


def test_what_turns_out_to_have_arrived_is_cancelled_by_whoever_asked(careful):
    a_case(careful, "assigned", NOW)
    with open_postbox(careful, "drop") as (home, postbox):
        send(home)
        name = the_message(careful).id
        by_hand.cancel(careful, name, by=signed(OFFICER, NOW), at=NOW, reason="对方已收到")
        assert (send(home, NOW + MINUTE).sent, len(postbox.taken)) == (0, 1)
    assert verify(careful).findings == []


def test_what_a_sender_that_died_had_handed_over_is_entered_and_sent_again(office):
    handed_over(office)
    with open_postbox(office) as (home, _):
        assert (send(home, NOW + LEASE).deferred, the_message(office).state) == (0, "uncertain")
        assert send(home, GONE).deferred == 1
        assert send(home, GONE + MINUTE).sent == 1
    attempts = show_message(office, the_message(office).id)["attempts_told"]
    assert [one["kind"] for one in attempts] == ["mail_uncertain", "mail_sent"]
    assert attempts[0]["answer"] == "发送中断，邮件已交出，未见服务器答复"
    assert verify(office).findings == []


def test_however_many_it_had_handed_over_all_are_taken_up_by_one_run(office):
    handed_over(office, 5)
    with open_postbox(office) as (home, _):
        assert (send(home, GONE).deferred, send(home, GONE + MINUTE).sent) == (5, 5)
    assert verify(office).findings == []


def test_they_are_held_where_a_person_is_to_be_asked(careful):
    handed_over(careful, 2)
    with open_postbox(careful) as (home, postbox):
        assert (send(home, GONE).failed, postbox.taken) == (2, [])
    assert {one.held_for for one in rows(careful, OutboxMessage)} == {"uncertain"}
    assert verify(careful).findings == []


def test_they_wait_as_they_are_while_the_relay_is_away(office):
    handed_over(office)
    report = send(writing_to(office, f"smtp://127.0.0.1:{free_port()}?tls=none"), GONE)
    assert (report.relay.stage, the_message(office).state) == ("connect", "uncertain")
