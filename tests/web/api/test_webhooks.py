"""Webhooks through the interface: proposed by one token, confirmed by another's, and dealt with."""

import pytest

from states.accounts.scopes import Scope
from tests.administrators import SECURITY_ADMIN, SYSTEM_ADMIN, with_three
from tests.builders import OPENED, rows
from workflow import client
from workflow.storage.account_models import DoneForm
from workflow.storage.webhook_models import Webhook

URL = "https://hook.example/in?key=geheim"
GIVEN = {"name": "热线平台", "url": URL, "types": ["matter.closed"], "whole": True}


@pytest.fixture
def two(office, programs):
    with_three(office)
    return programs.client(SYSTEM_ADMIN), programs.client(SECURITY_ADMIN)


def act(asks, webhook, command, **given):
    return asks.post(f"/webhooks/{webhook}/transitions", {"command": command, **given})


def test_an_address_is_told_nothing_before_another_token_confirmed_it(office, two):
    proposing, confirming = two
    made = proposing.post("/webhooks", GIVEN)
    assert made["secret"].startswith("whsec_") and made["state"] == "proposed"
    with pytest.raises(client.Forbidden):
        act(proposing, made["webhook"], "confirm")
    assert rows(office, Webhook)[0].state == "proposed"
    assert act(confirming, made["webhook"], "confirm")["state"] == "active"
    with pytest.raises(client.Forbidden):
        act(confirming, made["webhook"], "pause")


def test_a_secret_is_told_once_and_an_address_by_its_host_alone(office, two):
    proposing, _ = two
    made = proposing.post("/webhooks", GIVEN, key="once")
    with pytest.raises(client.Conflict) as refused:
        proposing.post("/webhooks", GIVEN, key="once")
    assert refused.value.code == "already_done" and len(rows(office, Webhook)) == 1
    shown = proposing.get(f"/webhooks/{made['webhook']}")
    assert shown["host"] == "hook.example" and "geheim" not in str((shown, made))
    kept = "".join(one.answer or "" for one in rows(office, DoneForm))
    assert made["secret"] not in kept and "geheim" not in kept


def test_what_the_page_does_with_one_a_program_does(two):
    proposing, confirming = two
    id = proposing.post("/webhooks", GIVEN)["webhook"]
    act(confirming, id, "confirm")
    assert act(proposing, id, "try")["event"]
    (sent,) = proposing.get(f"/webhooks/{id}")["deliveries"]
    assert (sent["type"], sent["state_label"]) == ("webhook.trial", "待发")
    assert act(proposing, id, "rotate")["secret"].startswith("whsec_")
    assert act(proposing, id, "repeat", since=OPENED.isoformat())["count"] == 0
    told = [act(proposing, id, one)["state"] for one in ("pause", "resume", "revoke")]
    assert told == ["paused", "active", "revoked"]


def test_a_source_is_told_where_two_people_said(two):
    proposing, confirming = two
    made = proposing.post("/webhooks/call-backs", {"source": "热线", "url": URL})
    assert (made["call_back"], made["state"]) == (True, "proposed")
    told = act(confirming, made["webhook"], "decline", reason="地址不对")
    assert told["state"] == "declined"


def test_a_token_without_the_scope_for_settings_deals_with_none(office, programs, two):
    acting = programs.client(SYSTEM_ADMIN, [Scope.WRITE])
    with pytest.raises(client.Forbidden) as refused:
        acting.post("/webhooks", GIVEN)
    assert refused.value.code == "scope_missing" and rows(office, Webhook) == []


def test_what_is_missing_is_named(two):
    proposing, confirming = two
    id = proposing.post("/webhooks", GIVEN)["webhook"]
    for asks, command, code in (
        (proposing, "repeat", "since_missing"),
        (confirming, "decline", "reason_missing"),
    ):
        with pytest.raises(client.Invalid) as refused:
            act(asks, id, command)
        assert refused.value.code == code
