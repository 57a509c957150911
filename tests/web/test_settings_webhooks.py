"""事件推送 on its page: made, its secret shown once, dealt with, by the system administrator alone."""

import re

import pytest

from tests.administrators import AUDIT_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import rows
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.webhook_models import Webhook

PLACE = "/settings/webhooks"
GIVEN = {"name": "热线平台", "url": "https://hook.example/in", "units": "全部", "types": "matter.closed"}


@pytest.fixture
def him(office, pages):
    with_three(office)
    return pages.signed_in(SYSTEM_ADMIN)


def test_a_webhook_is_made_shows_its_secret_once_and_is_dealt_with(office, him):
    answer = him.sends(PLACE, to=f"{PLACE}/acts/add", **GIVEN)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    (row,) = rows(office, Webhook)
    assert (row.name, row.kinds, row.units, row.state) == ("热线平台", ("matter.closed",), None, "active")
    assert secret not in him.sees(PLACE)
    for act, state in (("try", "active"), ("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        assert him.sends(PLACE, to=f"{PLACE}/acts/{act}", webhook=row.id).status_code == 303
        assert rows(office, Webhook)[0].state == state
    assert [one.kind for one in rows(office, OutboxMessage) if one.channel == "webhook"] == ["webhook.trial"]
    told = [one.kind for one in rows(office, Event) if one.kind.startswith("webhook_")]
    assert told == [f"webhook_{one}" for one in ("made", "tried", "paused", "resumed", "revoked")]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"url": "http://hook.example/"}, "https://"), ({"url": "https://127.0.0.1/"}, "公网"),
     ({"types": "matter.nothing"}, "事件目录"), ({"units": "查无此局"}, "查无此局"), ({"units": ""}, "事项")],
)  # fmt: skip
def test_what_is_wrong_stands_on_the_form_with_nothing_lost(office, him, wrong, told):
    answer = him.sends(PLACE, to=f"{PLACE}/acts/add", **(GIVEN | wrong))
    assert answer.status_code in (404, 422)
    assert told in answer.text
    assert "热线平台" in answer.text
    assert rows(office, Webhook) == []


def test_who_only_looks_is_offered_nothing(office, him, pages):
    him.sends(PLACE, to=f"{PLACE}/acts/add", **GIVEN)
    shown = pages.signed_in(AUDIT_ADMIN).sees(PLACE)
    assert ("热线平台" in shown, "/acts/" in shown) == (True, False)
