"""`duban webhook`: made, its secret told once, tried, paused, repeated and revoked at the command line."""

import pytest

from tests.builders import LEAD, OPENED, a_case
from workflow.services import sealing

URL = "https://hook.example/in"


def add(ask, *more):
    return ask("webhook", "add", "热线平台", URL, *(more or ("--whole",)))


def test_a_webhook_lives_from_its_making_to_its_end(office, ask, duban):
    made = add(ask)
    assert made["secret"].startswith("whsec_")
    (listed,) = ask("webhook", "list")["webhooks"]
    assert "secret" not in listed and (listed["state"], listed["units"]) == ("active", None)
    id = made["webhook"][:8]
    assert ask("webhook", "rotate", id)["secret"] != made["secret"]
    for act, state in (("try", "active"), ("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        assert ask("webhook", act, id)["state"] == state
    (trial,) = ask("webhook", "show", id)["deliveries"]
    assert (trial["type"], trial["state"]) == ("webhook.trial", "cancelled")
    shown = duban("webhook", "show", id).out
    assert "已取消" in shown and "cancelled" not in shown


def test_what_happened_before_is_told_again_from_a_day_on(office, ask):
    a_case(office, "assigned", OPENED)
    sealing.seal_all(office)
    made = add(ask, "--unit", LEAD, "--type", "matter.assigned")
    assert ask("webhook", "repeat", made["webhook"], "--since", "2026-07-01")["count"] == 1
    (sent,) = ask("webhook", "show", made["webhook"])["deliveries"]
    assert (sent["type"], sent["state"]) == ("matter.assigned", "queued")


@pytest.mark.parametrize(
    ("given", "code"),
    [((URL,), "sight_missing"), (("https://10.0.0.1/", "--whole"), "webhook_address_refused"),
     (("http://hook.example/", "--whole"), "webhook_url_plain"),
     ((URL, "--whole", "--type", "matter.nothing"), "event_type_unknown")],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_its_code(duban, given, code):
    answer = duban("webhook", "add", "热线平台", *given, "--json")
    assert (answer.code, answer.json["code"]) == (1, code)


@pytest.mark.parametrize("command", [("webhook", "confirm", "abcdef"), ("intake", "return", "RX-0001")])
def test_whoever_names_nobody_is_told_how(office, duban, command):
    answer = duban(*command, "--json").json
    assert answer["code"] == "person_missing" and "--as 吕喆" in answer["message"]
