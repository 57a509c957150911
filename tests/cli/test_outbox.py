"""The outbox as an operator meets it: listed, shown, acted on, and what comes back by a pipe."""

import io
import sys
from datetime import UTC, datetime

import pytest

from tests.builders import LIAISON_MAIL, OFFICER, a_case, rows
from tests.mailing import message_in, returned, the_message
from workflow.storage.models import OutboxMessage

pytestmark = [
    pytest.mark.mail,
    pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session"),
]

WHEN = ("--as", OFFICER, "--at", "2026-09-01T10:00:00+08:00")
KEYS = {
    "id", "case", "kind", "kind_label", "document", "channel", "recipient", "recipient_name", "message_id",
    "priority", "state", "state_label", "held_for", "held_for_label", "attempts", "dated", "next_attempt_at",
    "sent_at", "answer", "redirected_from", "sha256",
}  # fmt: skip
STEP = {"at", "kind", "told", "actor", "attempt", "stage", "code", "enhanced", "answer", "reason"}


def test_a_list_is_narrowed_by_state_case_and_number(ask, office):
    first, second = a_case(office, "assigned"), a_case(office, "assigned")
    ask("outbox", "hold", rows(office, OutboxMessage)[0].id, "--reason", "先核对", *WHEN)
    told = ask("outbox", "list")["messages"]
    assert [set(one) for one in told] == [KEYS, KEYS]
    assert {one["case"] for one in told} == {first.number, second.number}
    assert [one["state"] for one in ask("outbox", "list", "--state", "held")["messages"]] == ["held"]
    both = ask("outbox", "list", "--state", "held", "--state", "queued")["messages"]
    assert len(both) == 2
    (found,) = ask("outbox", "list", "--case", second.number)["messages"]
    assert found["case"] == second.number
    some = ask("outbox", "list", "--limit", "1")
    assert (len(some["messages"]), some["total"]) == (1, 2)


def test_a_list_that_is_cut_says_of_how_many(duban, office):
    cases = [a_case(office, "assigned") for _ in range(3)]
    assert "待发箱（3封）" in duban("outbox", "list").out
    assert "待发箱（显示2封，共3封）" in duban("outbox", "list", "--limit", "2").out
    of_one = duban("outbox", "list", "--limit", "2", "--case", cases[0].number, "--state", "queued")
    assert "待发箱（1封）" in of_one.out


def test_a_message_is_shown_with_every_attempt_in_the_relay_s_words(ask, duban, office):
    _, message = message_in(office, "failed")
    told = ask("outbox", "show", message.id[:8])
    assert set(told) == KEYS | {"attempts_told"}
    (attempt,) = told["attempts_told"]
    assert set(attempt) == STEP
    assert (attempt["kind"], attempt["stage"], attempt["code"], attempt["enhanced"]) == (
        "mail_failed", "end", 550, "5.1.1",
    )  # fmt: skip
    assert "no such user" in attempt["answer"]
    shown = duban("outbox", "show", message.id[:8]).out
    assert all(one in shown for one in ("被拒收", LIAISON_MAIL, message.message_id, "no such user"))


def test_an_operator_holds_releases_sends_again_and_gives_up(ask, office):
    _, message = message_in(office, "failed")
    again = ask("outbox", "retry", message.id, "--to", "b@binhai.example", "--reason", "地址有误", *WHEN)
    assert (again["state"], again["redirected_from"]) == ("queued", message.id)
    states = [
        ask("outbox", command, again["id"], "--reason", "核对", *WHEN)["state"]
        for command in ("hold", "release", "cancel")
    ]
    assert states == ["held", "queued", "cancelled"]
    reasons = [one["reason"] for one in ask("outbox", "show", again["id"])["attempts_told"]]
    assert reasons == ["地址有误", "核对", "核对", "核对"]


def test_people_read_what_they_did(duban, office):
    message_in(office, "queued")
    name = the_message(office).id[:8]
    held = duban("outbox", "hold", name, "--reason", "先核对", *WHEN)
    assert (held.code, "暂扣（人工暂扣）" in held.out) == (0, True)
    assert "暂扣" in duban("outbox", "list").out
    assert "先核对" in duban("outbox", "show", name).out


def test_an_address_is_silenced_listed_and_allowed(ask, duban, office):
    a_case(office, "assigned")
    done = ask("outbox", "silence", LIAISON_MAIL, "--reason", "已调离", "--until", "2026-10-01", *WHEN)
    assert (done["address"], done["reason"], done["told"]) == (LIAISON_MAIL, "person", "已调离")
    assert datetime.fromisoformat(done["until"]) == datetime(2026, 10, 1, 16, tzinfo=UTC)
    shown = duban("outbox", "silenced").out
    assert all(one in shown for one in (LIAISON_MAIL, "已调离", "2026-10-01 24:00"))
    allowed = ask("outbox", "allow", LIAISON_MAIL, *WHEN)
    assert (allowed["released"], allowed["lifted_at"] is not None) == ([], True)
    (listed,) = ask("outbox", "silenced")["addresses"]
    assert listed["in_force"] is False


def test_a_silence_ends_at_the_hour_where_one_is_said(ask):
    until = ("--until", "2026-10-01T12:30:00+08:00")
    done = ask("outbox", "silence", LIAISON_MAIL, "--reason", "已调离", *until, *WHEN)
    assert datetime.fromisoformat(done["until"]) == datetime(2026, 10, 1, 4, 30, tzinfo=UTC)


def test_people_read_that_an_address_is_silenced_and_allowed(duban, office):
    assert "长期" in duban("outbox", "silence", LIAISON_MAIL, "--reason", "已调离", *WHEN).out
    assert "已恢复" in duban("outbox", "allow", LIAISON_MAIL, *WHEN).out
    assert (
        duban("outbox", "silence", LIAISON_MAIL, "--reason", "甲", "--until", "2020-01-01", *WHEN).code == 1
    )


def test_what_comes_back_is_taken_from_a_pipe_or_a_file(ask, duban, office, tmp_path, monkeypatch):
    _, message = message_in(office, "sent")
    came = returned(message)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(came)))
    assert ask("outbox", "bounced") == {"read": 1, "bounced": 1, "unknown": 0, "others": {}}
    assert the_message(office).state == "bounced"
    (tmp_path / "退信.eml").write_bytes(came)
    assert "登记退信" in duban("outbox", "bounced", "退信.eml").out
    refused = duban("outbox", "bounced", "没有.eml", "--json")
    assert (refused.code, refused.json["code"]) == (1, "file_unusable")


def test_a_run_tells_what_it_sent_and_until_when_the_relay_is_left_alone(ask):
    told = ask("outbox", "send")
    assert set(told) == {
        "rendered", "unrenderable", "sent", "deferred", "failed", "waiting", "undelivered", "relay",
        "relay_closed_until", "window_opens_at",
    }  # fmt: skip
