"""Events through the API: the bytes of a webhook, gone on with where one stopped, by sight."""

import pytest

from states.accounts.scopes import Scope
from states.webhooks.catalogue import BY_NAME
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, a_case, a_draft, rows, signed
from workflow.client import Forbidden, Invalid
from workflow.services import sealing
from workflow.services.webhooks import administering
from workflow.services.webhooks.administering import Asked
from workflow.storage.webhook_models import WebhookMessage


@pytest.fixture
def listener(programs):
    return programs.client(OFFICER, [Scope.EVENTS])


def test_a_program_goes_on_where_it_stopped_and_misses_nothing(office, listener):
    a_case(office, "registered")
    sealing.seal_all(office)
    had = list(listener.events())
    assert types(had) == ["matter.opened", "matter.assigned", "matter.acknowledged"]
    a_draft(office)
    sealing.seal_all(office)
    assert types(listener.events(since=had[1]["cursor"])) == [*types(had[2:]), "matter.opened"]
    assert types(listener.events(had[-1]["cursor"])) == ["matter.opened"]
    assert len(list(listener.events(OPENED.isoformat(), types=["matter.assigned"]))) == 1


def types(told):
    return [one["event"]["type"] for one in told]


def test_an_event_is_told_in_the_bytes_a_webhook_has(office, programs):
    administering.make(office, Asked("热线", "https://hook.example/", whole=True), by=signed(None), at=OPENED)
    a_case(office, "assigned")
    sealing.seal_all(office)
    answer = programs.asks(OFFICER, [Scope.EVENTS]).get("/api/v1/events").content
    bodies = [one.body.encode() for one in rows(office, WebhookMessage)]
    assert len(bodies) == 2
    assert all(one in answer for one in bodies)


def test_what_is_not_sealed_yet_is_told_later(office, listener):
    a_draft(office)
    assert list(listener.events()) == []


def test_a_unit_is_told_of_its_own_matters_alone(office, programs):
    a_case(office, "registered")
    a_draft(office)
    sealing.seal_all(office)
    own = list(programs.client(LIAISON, [Scope.EVENTS]).events())
    every = list(programs.client(DIRECTOR).events())
    assert {one["event"]["case"] for one in own} < {one["event"]["case"] for one in every}
    assert len(own) == 3


def test_the_catalogue_is_served_and_what_is_wrong_is_named(listener, programs):
    assert [one["type"] for one in listener.get("/events/catalogue")["items"]] == list(BY_NAME)
    for asked in ({"since": "yesterday"}, {"types": "matter.nothing"}, {"limit": 0}):
        with pytest.raises(Invalid):
            listener.get("/events", **asked)
    with pytest.raises(Forbidden, match="scope_missing"):
        programs.client(OFFICER, [Scope.READ]).get("/events")


def test_an_instant_may_be_typed_with_its_plus(programs):
    program = programs.asks(OFFICER)
    typed = program.get("/api/v1/events?since=2026-07-01T09:00:00+08:00")
    assert typed.status_code == 200
    assert typed.json() == program.get("/api/v1/events?since=2026-07-01T01:00:00Z").json()


def test_a_cursor_past_the_last_entry_is_refused_and_does_not_wait_for_ever(office, programs):
    a_case(office)
    sealing.seal_all(office)
    program = programs.asks(OFFICER)
    end = int(program.get("/api/v1/events").json()["cursor"])
    assert program.get(f"/api/v1/events?since={end}").json()["items"] == []
    answer = program.get(f"/api/v1/events?since={end + 1}")
    assert (answer.status_code, answer.json()["code"]) == (422, "cursor_ahead")
