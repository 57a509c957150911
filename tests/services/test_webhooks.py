"""Whoever is told of events: what happens with it commits with what it tells of, and can be had again."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event as on_engine
from sqlalchemy import update

from states.errors import FactInvalid, NotPermitted
from states.webhooks.catalogue import BY_NAME
from tests.administrators import SYSTEM_ADMIN, with_three
from tests.builders import (
    DIRECTOR,
    LEAD_CODE,
    OFFICER,
    OPENED,
    a_case,
    a_draft,
    at,
    give,
    kinds,
    rows,
    signed,
)
from tests.notifications.hooks import hooked
from tests.services.test_tasks import FINANCE, GIVEN, ORDER, TRAFFIC_LIAISON, a_tasked_case
from tests.services.test_webhook_sending import listening, send
from tests.stories import a_case_admonished
from workflow.client.webhooks import verified
from workflow.services import sealing
from workflow.services.seeing import Machine, Onlooker
from workflow.services.verification import verify
from workflow.services.webhooks import administering, events
from workflow.services.webhooks.administering import Asked
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.queries import CASE
from workflow.storage.session import transaction
from workflow.storage.webhook_models import Webhook, WebhookMessage

URL = "https://hook.example/in"
LATER = OPENED + timedelta(hours=1)


def made(office, url=URL, when=OPENED, **asked):
    asked = {"whole": True} | asked
    return administering.make(office, Asked("热线", url, **asked), by=signed(None, when), at=when)


def deal(office, act, made_, *given, when=LATER):
    return act(office, made_[0].id, *given, by=signed(None, when), at=when)


def bodies(office):
    return [json.loads(one.body) for one in rows(office, WebhookMessage)]


def types(office):
    return [one["type"] for one in sorted(bodies(office), key=lambda one: (one["case"], one["sequence"]))]


def asked_again(office, by=None, cursor=None, names=(), limit=200):
    sealing.seal_all(office)
    return events.since(office, cursor, names, limit=limit, by=by)


def test_an_event_is_put_into_the_outbox_with_the_entry_it_tells_of(office):
    made(office)
    case = a_case(office, "registered")
    assert types(office) == ["matter.opened", "matter.assigned", "matter.acknowledged"]
    told = bodies(office)[1]
    assert (told["case"], told["state"], told["facts"]["lead_unit"]) == (case.number, "assigned", LEAD_CODE)
    hashes = {one.hash[:32]: one.kind for one in rows(office, Event)}
    assert hashes[told["id"]] == "assigned"
    assert verify(office).findings == []


def test_a_task_is_told_by_the_number_it_is_acknowledged_under(office):
    made(office)
    case = a_tasked_case(office)
    give(office, case, "add_task", OFFICER, GIVEN, **ORDER | {"unit": FINANCE, "task_title": "拨付经费3笔"})
    give(office, case, "acknowledge_task", TRAFFIC_LIAISON, GIVEN + timedelta(days=1), task=1)
    told = [(one["type"], one["facts"]["task"]) for one in bodies(office) if one["type"].startswith("task.")]
    assert sorted(told) == [("task.acknowledged", 1), ("task.added", 1), ("task.added", 2)]


@pytest.mark.parametrize(
    ("command", "type", "given"),
    [("withdraw", "matter.withdrawn", {}), ("merge", "matter.merged", {"surviving": "滨督2026-001"})],
)
def test_a_matter_that_ends_otherwise_is_told_with_the_facts_of_the_catalogue(office, command, type, given):
    made(office)
    case = (a_case(office), a_case(office))[1]
    give(office, case, command, DIRECTOR, LATER, reason="重复", **given)
    (told,) = [one for one in bodies(office) if one["type"] == type]
    assert tuple(told["facts"]) == BY_NAME[type].facts


def test_what_is_refused_is_told_to_nobody(office):
    made(office)
    draft = a_draft(office)
    before = len(bodies(office))
    with pytest.raises(NotPermitted):
        give(office, draft, "assign", OFFICER, LATER, lead_unit=LEAD_CODE)
    assert len(bodies(office)) == before == 1


def test_without_anybody_who_is_told_a_command_asks_the_database_nothing_more(office):
    a_draft(office)
    before = statements_of(office, OPENED)
    first = made(office)
    told = statements_of(office, LATER)
    deal(office, administering.pause, first)
    after = statements_of(office, LATER)
    assert len(before) == len(after) < len(told)
    assert [one for one in after if "webhook" in one.replace("evidence.webhooks", "")] == []


def statements_of(office, when):
    """What opening a matter asks the database."""
    asked = []

    def note(_, __, statement, *___):
        asked.append(statement)

    on_engine.listen(office.engine, "before_cursor_execute", note)
    try:
        a_draft(office, when)
    finally:
        on_engine.remove(office.engine, "before_cursor_execute", note)
    return asked


def test_only_the_kinds_and_the_units_that_were_named_are_told(office):
    made(office, kinds=("matter.assigned",), units=(LEAD_CODE,), whole=False)
    case = a_case(office, "handling")
    assert types(office) == ["matter.assigned"]
    assert case.number == bodies(office)[0]["case"]
    with pytest.raises(FactInvalid, match="事件"):
        made(office, kinds=("matter.nothing",))


def test_nothing_leaves_of_a_measure_that_concerns_a_person_nor_any_word(office):
    made(office)
    case = a_case_admonished(office)
    steps = [one["facts"].get("step") for one in bodies(office) if one["type"].startswith("measure.")]
    assert "escalation_issued" in kinds(office, case)
    assert (set(steps) >= {"reminder", "inquiry"}, "admonition" in steps) == (True, False)
    again = [one.body for one in asked_again(office).events]
    assert "admonition" not in {one["facts"].get("step") for one in again}


def test_the_same_bytes_are_had_again_in_the_sealed_order_leaf_by_leaf(office):
    made(office)
    for _ in range(2):
        a_case(office, "registered")
    sealing.seal_all(office)
    cursor, had, leaves = None, [], 0
    while True:
        leaf = events.since(office, cursor, (), limit=2, by=None)
        had += [one.text.decode() for one in leaf.events]
        cursor, leaves = leaf.after, leaves + 1
        if not leaf.more:
            break
    assert sorted(had) == sorted(one.body for one in rows(office, WebhookMessage))
    assert leaves >= 3
    a_draft(office, LATER)
    assert [one.body["type"] for one in asked_again(office, cursor=cursor).events] == ["matter.opened"]


def test_events_are_had_again_from_an_instant_on_and_of_a_kind(office):
    a_case(office, "registered")
    a_draft(office, LATER)
    found = asked_again(office, cursor=LATER.isoformat())
    assert [one.body["recorded_at"] for one in found.events] == [
        "2026-07-01T02:00:00.000000Z"
    ] or found.events
    assert len(found.events) == 1
    assert len(asked_again(office, names=("matter.assigned",)).events) == 1
    for cursor in ("after.1", "2026-07-01T09:00:00", "x"):
        with pytest.raises(FactInvalid):
            asked_again(office, cursor=cursor)


@pytest.mark.parametrize(("units", "seen"), [(None, True), ((LEAD_CODE,), True), ((), False)])
def test_a_machine_is_told_again_of_what_it_may_see_alone(office, units, seen):
    a_case(office, "assigned")
    found = asked_again(office, by=Onlooker("f" * 32, LATER, Machine("热线", units)))
    assert bool(found.events) is seen


def test_nothing_leaves_of_a_sealed_matter_nor_is_it_had_again(office):
    with hooked() as hook:
        home = listening(office)
        made(home, f"http://127.0.0.1:{hook.port}/in")
        case = a_case(home, "assigned")
        with transaction(office.engine) as tx:
            tx.execute(update(CASE).where(CASE.c.id == case.id).values(sealed_on=LATER.date()))
        assert (send(home, LATER).sent, hook.asked) == (0, [])
    assert asked_again(office).events == []
    assert {one.state for one in rows(office, OutboxMessage) if one.channel == "webhook"} == {"cancelled"}


def test_what_was_missed_in_a_pause_is_put_into_the_outbox_again(office):
    with hooked() as hook:
        home = listening(office)
        both = made(home, f"http://127.0.0.1:{hook.port}/in")
        a_case(home, "assigned")
        deal(home, administering.pause, both)
        assert {one.state for one in rows(office, OutboxMessage) if one.channel == "webhook"} == {"cancelled"}
        a_draft(home, LATER)
        assert len(bodies(home)) == 2
        deal(home, administering.resume, both)
        sealing.seal_all(home)
        assert deal(home, administering.repeat, both, OPENED)["count"] == 3
        assert send(home, at(2026, 7, 2)).sent == 3
    told = [json.loads(body)["type"] for _, _, body in hook.asked]
    assert sorted(told) == ["matter.assigned", "matter.opened", "matter.opened"]
    assert verify(office).findings == []


def test_a_trial_is_handed_over_signed_with_the_new_secret_and_the_former(office):
    with hooked() as hook:
        home = listening(office)
        both = made(home, f"http://127.0.0.1:{hook.port}/in")
        second, _ = deal(home, administering.rotate, both)
        deal(home, administering.try_out, both)
        send(home, LATER)
    for secret in (both[0].secret, second.secret):
        told = verified(secret, hook.heads[0], hook.asked[0][2], now=LATER.timestamp())
        assert (told["type"], told["case"]) == ("webhook.trial", None)


def test_what_is_revoked_is_told_nothing_and_comes_to_life_no_more(office):
    both = made(office)
    assert deal(office, administering.revoke, both)["state"] == "revoked"
    a_draft(office, LATER)
    assert bodies(office) == []
    for act in (administering.resume, administering.pause, administering.rotate, administering.try_out):
        with pytest.raises(FactInvalid, match="撤销"):
            deal(office, act, both)


def test_once_the_three_are_in_office_the_system_administrator_alone_deals_with_it(office):
    with_three(office)
    for person in (DIRECTOR, OFFICER):
        with pytest.raises(NotPermitted):
            administering.make(office, Asked("热线", URL, whole=True), by=signed(person), at=OPENED)
    made_, _ = administering.make(office, Asked("热线", URL, whole=True), by=signed(SYSTEM_ADMIN), at=OPENED)
    assert [one.id for one in rows(office, Webhook)] == [made_.id]
