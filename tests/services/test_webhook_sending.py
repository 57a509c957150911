"""What leaves for programs: by the outbox, signed, repeated until it is taken, only where it may go."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.builders import at, rows, signed
from tests.notifications.hooks import hooked
from workflow.client.webhooks import NotVerified, verified
from workflow.services.entries import SYSTEM, Act
from workflow.services.outbox import viewing
from workflow.services.verification import verify
from workflow.services.webhooks import addresses, messages
from workflow.services.webhooks.sending import send_webhooks
from workflow.services.work import begin
from workflow.storage import outbox as outbox_rows
from workflow.storage import webhook_lane, webhooks
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.session import transaction
from workflow.storage.webhook_models import Webhook

NOW, MINUTE = at(2026, 9, 1, 22), timedelta(minutes=1)
ID = "0123456789abcdef0123456789abcde"


def listening(office, **settings):
    told = {"webhook_allow": ("127.0.0.1",), "webhook_http": True} | settings
    return replace(office, settings=office.settings.model_copy(update=told))


def an_address(office, hook, name="热线"):
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None, NOW), at=NOW)
        url = f"http://127.0.0.1:{hook.port}/in"
        made = addresses.add(work, name=name, url=url, person=SYSTEM)
        told = {"webhook": made.id, "name": name, **addresses.entered(office, url)}
        work.batch.note(Act("webhook_made", NOW, SYSTEM, told))
        work.batch.flush()
        return made


def put(office, *made, number=0):
    when = NOW - timedelta(seconds=60 - number)
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=signed(None, when), at=when)
        to = webhooks.named(tx, [one.id for one in made]).values()
        messages.post(work, to, {"id": f"{ID}{number}", "type": "intake.accepted", "言": "已立项"})
        work.batch.flush()


def send(office, when=NOW):
    return send_webhooks(office, clock=lambda: when, by=signed(None, when))


def states(office):
    return [one.state for one in sorted(rows(office, OutboxMessage), key=lambda one: one.document_id)]


def failing(office):
    with transaction(office.engine) as tx:
        return webhooks.failing(tx)


def journal(office):
    return [one.kind for one in rows(office, Event) if one.case_id == 0]


def test_a_body_for_one_address_is_handed_over_signed_and_told_of_in_the_journal(office):
    with hooked() as hook:
        home = listening(office)
        made = an_address(home, hook)
        put(home, made)
        assert send(home).sent == 1
    ((path, _, body),) = hook.asked
    told = verified(made.secret, hook.heads[0], body, now=NOW.timestamp())
    assert (path, told) == ("/in", {"id": f"{ID}0", "type": "intake.accepted", "言": "已立项"})
    assert hook.heads[0]["webhook-id"] == f"{ID}0"
    assert (states(office), journal(office)[-1]) == (["sent"], "mail_sent")
    assert verify(office).findings == []


def test_a_body_that_was_not_taken_comes_again_the_same_after_the_time_that_was_asked(office):
    with hooked(status=503, headers={"Retry-After": "600"}) as hook:
        home = listening(office)
        put(home, an_address(home, hook))
        assert send(home).deferred == 1
        hook.status = 200
        assert (send(home, NOW + 9 * MINUTE).sent, send(home, NOW + 10 * MINUTE).sent) == (0, 1)
    (_, _, first), (_, _, second) = hook.asked
    assert (first, hook.heads[0]["webhook-id"]) == (second, hook.heads[1]["webhook-id"])
    (message,) = viewing.list_outbox(office)
    assert viewing.show_message(office, message["id"])["attempts_told"][0]["answer"] == "data HTTP 503"


def test_one_receiver_that_takes_nothing_keeps_no_other_waiting(office):
    with hooked(status=500) as bad, hooked() as good:
        home = listening(office)
        both = an_address(home, bad, "坏"), an_address(home, good, "好")
        for number in range(5):
            put(home, *both, number=number)
        report = send(home)
    assert (report.sent, report.deferred, len(bad.asked), len(good.asked)) == (5, 1, 1, 5)
    assert [json.loads(body)["id"][-1] for _, _, body in good.asked] == list("01234")
    assert verify(office).findings == []


@pytest.mark.parametrize("fails", ["gone", "for four days"])
def test_a_receiver_that_is_gone_or_fails_for_days_is_handed_nothing_more(office, fails):
    with hooked(status=410 if fails == "gone" else 500) as hook:
        home = listening(office)
        made = an_address(home, hook)
        put(home, made), put(home, made, number=1)
        send(home)
        for day in () if fails == "gone" else (1, 2, 3, 4):
            send(home, NOW + timedelta(days=day))
        asked = len(hook.asked)
        assert (send(home, NOW + timedelta(days=9)).sent, len(hook.asked)) == (0, asked)
    (row,) = rows(office, Webhook)
    assert (row.state, states(office)[1]) == ("stopped", "cancelled")
    assert "webhook_stopped" in journal(office)
    assert [one.name for one in failing(office)] == ["热线"]
    assert verify(office).findings == []


def test_nothing_is_handed_to_a_private_address_that_is_not_listed_any_more(office):
    with hooked() as hook:
        home = listening(office)
        put(home, an_address(home, hook))
        assert send(listening(office, webhook_allow=())).deferred == 1
    assert (hook.asked, states(office)) == ([], ["retry"])


def test_nobody_knows_of_a_body_whose_sender_ended_and_it_is_repeated(office):
    with hooked() as hook:
        home = listening(office)
        put(home, an_address(home, hook))
        with transaction(office.engine) as tx:
            taken = webhook_lane.lease(tx, NOW, NOW + MINUTE, each=9, most=9, besides=())
            outbox_rows.hand_over(tx, taken)
        assert (send(home, NOW + MINUTE).sent, hook.asked) == (0, [])
        send(home, NOW + 2 * MINUTE)
        assert send(home, NOW + 4 * MINUTE).sent == 1
    assert verify(office).findings == []


def test_a_signing_secret_is_not_in_the_database_and_both_sign_while_it_is_replaced(office):
    with hooked() as hook:
        home = listening(office)
        first = an_address(home, hook)
        with transaction(home.engine) as tx:
            work = begin(tx, home, by=signed(None, NOW), at=NOW)
            second = addresses.replace_secret(
                work, webhooks.named(tx, [first.id])[first.id], former_until=NOW + MINUTE
            )
        put(home, first)
        send(home)
        put(home, first, number=1)
        send(home, NOW + MINUTE)
    (row,) = rows(office, Webhook)
    assert not any(one.secret.removeprefix("whsec_") in row.secret for one in (first, second))
    for secret, taken in ((first.secret, 1), (second.secret, 2)):
        fits = [verifies(secret, *one) for one in zip(hook.heads, hook.asked, strict=True)]
        assert sum(fits) == taken


def verifies(secret, heads, asked):
    try:
        verified(secret, heads, asked[2], now=int(heads["webhook-timestamp"]))
    except NotVerified:
        return False
    return True


def test_what_is_put_there_for_one_that_is_paused_does_not_leave(office):
    with hooked() as hook:
        home = listening(office)
        made = an_address(home, hook)
        with transaction(office.engine) as tx:
            webhooks.change(tx, made.id, state="paused")
        put(home, made)
        assert (send(home).sent, hook.asked, states(office)) == (0, [], ["queued"])
