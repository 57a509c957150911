"""Who asks, his tokens and calendars, the views he keeps, the three administrators' lists, and reports."""

import pytest

from states.accounts.scopes import Scope
from tests.administrators import with_three
from tests.builders import LIAISON, OFFICER, SECURITY_ADMIN, a_case, rows
from workflow import client
from workflow.storage.account_models import DoneForm


def test_a_token_says_whose_it_is_and_what_it_may(programs):
    told = programs.client(OFFICER, [Scope.READ]).me()
    assert (told["name"], told["scopes"], told["machine"]) == (OFFICER, ["read"], False)
    assert told["roles"] == ["officer"]


def test_ones_tokens_are_told_with_their_last_use_and_end_at_once(programs):
    mine, other = programs.client(OFFICER), programs.client(OFFICER, [Scope.READ])
    mine.me()
    (line,) = [one for one in mine.tokens() if one["scopes"] == ["read"]]
    assert line["seen_at"] is None and other.me()
    (line,) = [one for one in mine.tokens() if one["scopes"] == ["read"]]
    assert line["seen_at"] and line["until"] > line["made_at"]
    assert mine.revoke_token(line["token"])["state"] == "revoked"
    with pytest.raises(client.Unauthorized):
        other.me()
    with pytest.raises(client.NotFound):
        programs.client(LIAISON).revoke_token(line["token"])


def test_a_calendars_address_is_told_once_and_kept_nowhere(office, programs):
    a_case(office)
    asks = programs.client(LIAISON)
    link = asks.calendar_address(key="once")
    feed = programs.asks().get(link.removeprefix(programs.url))
    assert feed.status_code == 200 and feed.text.startswith("BEGIN:VCALENDAR")
    assert not [one for one in rows(office, DoneForm) if one.answer and "/calendars/" in one.answer]
    with pytest.raises(client.Conflict) as refused:
        asks.calendar_address(key="once")
    assert refused.value.code == "already_done"
    asks.revoke_calendar()
    assert programs.asks().get(link.removeprefix(programs.url)).status_code == 404


def test_views_and_columns_are_kept_for_whoever_keeps_them(programs):
    asks, other = programs.client(OFFICER), programs.client(LIAISON)
    asks.keep_view("红灯", light="red")
    asks.choose_columns(["title", "nothing-like-it"])
    assert asks.views() == {
        "columns": ["title"],
        "views": [{"name": "红灯", "asked": {"light": "red"}}],
    }
    assert other.views() == {"columns": [], "views": []}
    with pytest.raises(client.Invalid) as refused:
        asks.keep_view("无", state="nothing-like-it")
    assert refused.value.code == "filters_invalid"
    assert asks.drop_view("红灯")["views"] == []


def test_the_three_look_at_accounts_roles_and_sessions(office, programs):
    with_three(office)
    asks = programs.client(SECURITY_ADMIN)
    people = [one["person"] for one in asks.each("/accounts", limit=2)]
    assert len(people) == len(set(people)) >= 3
    held = [(one["person"], one["role"], one["unit"]) for one in asks.each("/roles", limit=7)]
    assert len(held) == len(set(held)) > 20
    assert list(asks.each("/machines")) == [] and asks.get("/roles/requests")["items"] == []
    with pytest.raises(client.Forbidden):
        programs.client(OFFICER).get("/accounts")


def test_a_report_is_counted_for_whoever_asks_and_handed_out_as_a_file(office, programs):
    a_case(office)
    asks = programs.client(OFFICER)
    told = asks.report(span="year", period="2026")
    assert told["total"]["flow"]["accepted"] == 1 and told["since"] == "2026-01-01"
    file = asks.report_file("xlsx", span="year", period="2026")
    assert file.name == "2026年督查事项办理情况.xlsx" and file.data[:2] == b"PK"
    with pytest.raises(client.Forbidden):
        programs.client(LIAISON).report_file("pdf", period="2026-06")
