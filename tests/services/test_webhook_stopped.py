"""A receiver that is stopped: who has to see to it gets one mail with the stop, and the desk says so."""

from datetime import timedelta

import pytest

from tests.administrators import SYSTEM_ADMIN, with_three
from tests.builders import OFFICER, rows, signed
from tests.notifications.hooks import hooked
from tests.services.test_webhook_sending import NOW, an_address, listening, put, send
from workflow.services.verification import verify
from workflow.services.webhooks import administering, standing
from workflow.storage.directory_models import Person
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.queries import table
from workflow.storage.session import transaction
from workflow.storage.webhook_models import Webhook

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture
def office(office):
    """An office whose administrator has an address."""
    with_three(office)
    person = table(Person)
    with transaction(office.engine) as tx:
        tx.execute(person.update().where(person.c.name == SYSTEM_ADMIN).values(email="yi@binhai.example"))
    return office


def stop(office, status=410):
    with hooked(status=status) as hook:
        home = listening(office)
        put(home, an_address(home, hook))
        send(home)
        for day in () if status == 410 else (1, 2, 3, 4):
            send(home, NOW + timedelta(days=day))
    return home


def mails(office):
    return [one for one in rows(office, OutboxMessage) if one.kind == "webhook_stopped"]


def names(office):
    return {one.recipient_name for one in mails(office)}


@pytest.mark.parametrize("status", [410, 500])
def test_those_who_see_to_it_get_one_mail_with_the_stop(office, status):
    home = stop(office, status)
    (entry,) = [one for one in rows(home, Event) if one.kind == "webhook_stopped"]
    told = [one.recipient_name for one in mails(home)]
    assert SYSTEM_ADMIN in told and len(told) == len(set(told))
    assert all(one.id in entry.payload for one in mails(home))
    assert {one["code"] for one in verify(home).findings} <= {"person_changed"}


def test_the_officers_are_told_of_a_source_alone(office):
    assert OFFICER in names(stop(office))
    with transaction(office.engine) as tx:
        hook = table(Webhook)
        tx.execute(hook.update().values(state="active", kinds=("matter.closed",)))
    before = len(mails(office))
    (row,) = rows(office, Webhook)
    standing.stop(office, row.id, {"because": "failing", "answer": "500"}, by=signed(None, NOW), at=NOW)
    assert [one.recipient_name for one in mails(office)[before:]] == [SYSTEM_ADMIN]


def test_a_second_stop_is_told_again_and_one_that_is_stopped_already_is_not(office):
    home, because = stop(office), {"because": "failing", "answer": "500"}
    (row,), once = rows(home, Webhook), len(mails(home))
    standing.stop(home, row.id, because, by=signed(None, NOW), at=NOW)
    assert len(mails(home)) == once
    administering.resume(home, row.id, by=signed(SYSTEM_ADMIN, NOW), at=NOW)
    standing.stop(home, row.id, because, by=signed(None, NOW), at=NOW)
    assert len(mails(home)) == 2 * once


def test_a_stop_that_cannot_be_written_mails_nobody(office, monkeypatch):
    def fails(*_):
        raise RuntimeError("停电")

    monkeypatch.setattr(standing, "end", fails)
    with pytest.raises(RuntimeError):
        stop(office)
    assert mails(office) == [] and [one.state for one in rows(office, Webhook)] == ["active"]
