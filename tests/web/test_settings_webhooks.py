"""事件推送 on its page: made, its secret shown once, dealt with, by the system administrator alone."""

import re

import pytest

from tests.administrators import AUDIT_ADMIN, SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import rows
from workflow.services.intake import calling_back
from workflow.storage.models import Event, OutboxMessage
from workflow.storage.webhook_models import Webhook

PLACE = "/settings/webhooks"
GIVEN = {"name": "热线平台", "url": "https://hook.example/in", "units": "全部", "types": "matter.closed"}


@pytest.fixture
def him(office, pages):
    with_three(office)
    return pages.signed_in(SYSTEM_ADMIN)


def test_a_webhook_is_made_shows_its_secret_once_and_is_dealt_with(office, him, pages):
    answer = him.sends(PLACE, to=f"{PLACE}/acts/add", **GIVEN)
    (secret,) = re.findall(r"whsec_[A-Za-z0-9+/=]+", answer.text)
    (row,) = rows(office, Webhook)
    assert (row.name, row.kinds, row.units, row.state) == ("热线平台", ("matter.closed",), None, "proposed")
    assert secret not in him.sees(PLACE)
    assert (
        pages.signed_in(SECURITY_ADMIN).sends(PLACE, to=f"{PLACE}/acts/confirm", webhook=row.id).is_redirect
    )
    for act, state in (("try", "active"), ("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        assert him.sends(PLACE, to=f"{PLACE}/acts/{act}", webhook=row.id).status_code == 303
        assert rows(office, Webhook)[0].state == state
    assert [one.kind for one in rows(office, OutboxMessage) if one.channel == "webhook"] == ["webhook.trial"]
    told = [one.kind for one in rows(office, Event) if one.kind.startswith("webhook_")]
    done = ("proposed", "confirmed", "tried", "paused", "resumed", "revoked")
    assert told == [f"webhook_{one}" for one in done]


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


def test_each_of_the_two_is_offered_his_own_key_alone(office, him, pages):
    him.sends(PLACE, to=f"{PLACE}/acts/add", **GIVEN)
    (row,), other = rows(office, Webhook), pages.signed_in(SECURITY_ADMIN)
    assert "acts/confirm" not in him.sees(PLACE) and "acts/confirm" in other.sees(PLACE)
    assert him.sends(PLACE, to=f"{PLACE}/acts/confirm", webhook=row.id).status_code == 403
    refused = other.sends(PLACE, to=f"{PLACE}/acts/decline", webhook=row.id, reason="")
    assert refused.status_code == 422 and rows(office, Webhook)[0].state == "proposed"
    assert other.sends(PLACE, to=f"{PLACE}/acts/decline", webhook=row.id, reason="未备案").is_redirect
    assert rows(office, Webhook)[0].state == "declined"


def test_the_address_of_a_source_is_set_on_the_page_and_counts_once_it_is_confirmed(office, him, pages):
    answer = him.sends(PLACE, to=f"{PLACE}/acts/call-back", source="12345热线", url="https://hook.example/in")
    assert "whsec_" in answer.text and "待核准" in answer.text
    (row,) = rows(office, Webhook)
    assert calling_back.sources(office) == [] and "该来源的来件" in him.sees(PLACE)
    assert (
        pages.signed_in(SECURITY_ADMIN).sends(PLACE, to=f"{PLACE}/acts/confirm", webhook=row.id).is_redirect
    )
    assert [(one.name, one.state) for one in calling_back.sources(office)] == [("12345热线", "active")]


@pytest.mark.parametrize(
    ("url", "told"), [("http://hook.example/", "https://"), ("https://127.0.0.1/", "公网")]
)
def test_the_address_of_a_source_is_guarded_as_every_other(office, him, url, told):
    answer = him.sends(PLACE, to=f"{PLACE}/acts/call-back", source="12345热线", url=url)
    assert answer.status_code == 422 and told in answer.text and "12345热线" in answer.text
    assert rows(office, Webhook) == []
