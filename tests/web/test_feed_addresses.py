"""The address of a calendar: a secret that is told once, ends with whoever has it, and stands nowhere."""

import logging
from datetime import timedelta

import pytest

from tests.accounts.test_secrets_kept import everything_kept
from tests.administrators import with_three
from tests.builders import (
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    OPENED,
    OTHER_CODE,
    SYSTEM_ADMIN,
    TITLE,
    UNIT_HEAD,
    a_case,
    at,
    give,
    rows,
    signed,
)
from tests.web.counting import MOST_STATEMENTS, answered
from tests.web.subscribing import days, fetched, subscribed
from workflow.services.accounts import disabling, feeds
from workflow.storage.account_models import CalendarFeed
from workflow.storage.directory_models import RoleGrant
from workflow.storage.models import Event
from workflow.storage.queries import table
from workflow.storage.session import transaction


@pytest.fixture
def mine(office):
    a_case(office)
    return subscribed(office, LIAISON)


def gone(office, pages, path):
    """That an address tells a stranger what one tells that never was, and nothing of any matter."""
    answer, never = pages.stranger().get(path), pages.stranger().get("/calendars/nobody-made-this.ics")
    assert (answer.status_code, never.status_code) == (404, 404)
    assert TITLE not in answer.text and "没有这个日历" in answer.text
    return True


def is_revoked(office):
    feeds.revoke(office, by=signed(LIAISON), at=OPENED)


def is_renewed(office):
    subscribed(office, LIAISON)


def is_disabled(office):
    disabling.disable(office, LIAISON, by=signed(SYSTEM_ADMIN), at=OPENED)


def loses_his_role(office):
    grants = table(RoleGrant)
    with transaction(office.engine) as tx:
        his = (grants.c.unit == LEAD_CODE, grants.c.role == "liaison")
        tx.execute(grants.update().where(*his).values(valid_to=OPENED.date() - timedelta(days=1)))


@pytest.mark.parametrize("ends", [is_revoked, is_renewed, is_disabled, loses_his_role])
def test_an_address_that_works_no_more_is_as_if_it_had_never_been(office, pages, mine, ends):
    assert days(fetched(pages, mine))
    ends(office)
    assert gone(office, pages, mine)


def test_a_unit_s_calendar_ends_with_the_office_of_whoever_made_it(office, pages, mine):
    path = subscribed(office, LIAISON, LEAD_CODE)
    assert days(fetched(pages, path))
    loses_his_role(office)
    assert gone(office, pages, path)
    again = subscribed(office, UNIT_HEAD, LEAD)
    assert days(fetched(pages, again))


def test_an_account_let_in_again_has_to_make_its_calendar_anew(office, pages, mine):
    is_disabled(office)
    disabling.enable(office, LIAISON, by=signed(SYSTEM_ADMIN), at=OPENED)
    assert gone(office, pages, mine)


@pytest.mark.parametrize("path", ["x", "%00", "a" * 5_000, "..%2f..%2fcases", "滨督"])
def test_whatever_is_asked_for_instead_is_not_there(pages, path):
    assert pages.stranger().get(f"/calendars/{path}.ics").status_code == 404


@pytest.mark.parametrize(("who", "unit"), [(LIAISON, OTHER_CODE), (DIRECTOR, LEAD_CODE), ("娄照临", "")])
def test_nobody_makes_a_calendar_that_is_not_his(office, who, unit):
    with pytest.raises(Exception, match="日历") as refused:
        subscribed(office, who, unit)
    assert refused.value.code == "feed_not_yours" and rows(office, CalendarFeed) == []


def test_the_three_administrators_have_none(office, pages):
    with_three(office)
    him = pages.signed_in(SYSTEM_ADMIN)
    assert "日历订阅" not in him.sees("/account")
    assert him.sends("/account", to="/account/calendars", unit="", act="make").status_code == 403


def test_who_has_it_as_it_is_is_sent_nothing(office, pages, mine):
    him = pages.stranger()
    first = him.get(mine)
    tag = {"if-none-match": f'W/{first.headers["etag"]}, "other"'}
    again = him.get(mine, headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])
    give(office, a_case(office), "withdraw", DIRECTOR, reason="重复")
    a_case(office)
    assert him.get(mine, headers=tag).status_code == 200


def test_it_is_kept_by_no_cache_for_others_and_found_by_no_search(pages, mine):
    told = pages.stranger().get(mine).headers
    assert told["content-type"] == "text/calendar; charset=utf-8"
    assert told["cache-control"].startswith("private") and told["referrer-policy"] == "no-referrer"
    assert "noindex" in told["x-robots-tag"]
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT4H" in pages.stranger().get(mine).content


def test_the_address_stands_in_no_table_no_entry_and_no_log(office, pages, mine, caplog):
    caplog.set_level(logging.DEBUG)
    secret = mine.removeprefix("/calendars/").removesuffix(".ics")
    fetched(pages, mine)
    pages.stranger().get(f"/calendars/{secret[:-1]}x.ics")
    assert secret not in "\n".join(everything_kept(office))
    ours = "\n".join(one.getMessage() for one in caplog.records if not one.name.startswith("http"))
    assert secret[:-1] not in ours and "/calendars/{secret}.ics" in ours
    assert secret not in repr(feeds.make(office, by=signed(LIAISON), at=OPENED))


def test_the_journal_tells_who_made_and_stopped_which(office, pages, mine):
    subscribed(office, LIAISON, LEAD_CODE)
    is_revoked(office)
    told = [(one.kind, one.actor) for one in rows(office, Event) if one.kind.startswith("feed_")]
    assert told == [(kind, "BH212-L") for kind in ("feed_made", "feed_made", "feed_revoked")]


def test_when_it_was_last_fetched_is_kept_and_shown(office, pages, mine):
    fetched(pages, mine)
    pages.now = at(2026, 7, 1, 9, 30)
    fetched(pages, mine)
    (row,) = rows(office, CalendarFeed)
    assert row.fetched_at == pages.now
    assert "2026-07-01 09:30" in pages.signed_in(LIAISON).sees("/account")


def test_addresses_that_are_guessed_are_counted_told_of_once_and_stop_no_other(office, pages, mine):
    guesser = pages.stranger()
    answers = [guesser.get(f"/calendars/guess-{one}.ics").status_code for one in range(63)]
    assert answers == [404] * 60 + [429] * 3
    assert days(fetched(pages, mine))
    told = [one for one in rows(office, Event) if one.kind == "feed_address_stopped"]
    assert len(told) == 1 and "guess" not in told[0].payload


def test_on_his_account_s_page_he_makes_renews_and_stops_his_and_his_unit_s(office, pages):
    him = pages.signed_in(LIAISON)
    links = []
    for unit in ("", LEAD_CODE, ""):
        made = him.sends("/account", to="/account/calendars", unit=unit, act="make")
        assert made.status_code == 200
        links.append(made.text.partition("<code>")[2].partition("</code>")[0])
        assert pages.stranger().get(links[-1]).status_code == 200
    assert [pages.stranger().get(one).status_code for one in links] == [404, 200, 200]
    assert him.sends("/account", to="/account/calendars", unit="", act="revoke").status_code == 200
    assert [pages.stranger().get(one).status_code for one in links] == [404, 200, 404]


@pytest.mark.parametrize("who", [LIAISON, OFFICER, "简宁"])
def test_a_calendar_costs_few_statements(office, pages, who):
    for _ in range(5):
        a_case(office, accountable_leader="简宁")
    path, browser = subscribed(office, who), pages.stranger()
    asked, answer = answered(office, browser, path)
    assert len(asked) <= MOST_STATEMENTS, asked
    assert b"BEGIN:VEVENT" in answer.content
