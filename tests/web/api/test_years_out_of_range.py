"""Days and instants at the ends of time: refused by name wherever one may be sent, and no fault anywhere."""

import secrets

import pytest

from tests.builders import AUDITOR, OFFICER, SYSTEM_ADMIN
from tests.web.api.asking import V1

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

DAYS = ("0001-01-01", "9999-12-31")
INSTANTS = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
USUAL = {"first": "2026-07-01", "last": "2026-07-02", "day": "2026-07-01"}


def is_day(one):
    return any(kind.get("format") == "date" for kind in one["schema"].get("anyOf", [one["schema"]]))


def days_asked_for(programs):
    """Every address that is asked with a day, and what the day is called."""
    for path, methods in programs.asks().get(f"{V1}/openapi.json").json()["paths"].items():
        for one in methods.get("get", {}).get("parameters", ()):
            if is_day(one):
                yield path.removeprefix(V1), one["name"]


def refused(answer):
    return (answer.status_code, answer.json().get("code")) == (422, "year_out_of_range")


def test_no_day_in_an_address_lies_beyond_the_years_that_are_reckoned_with(played, play):
    asks, places = played.asks(AUDITOR), list(days_asked_for(played))
    assert len(places) > 12
    for path, name in places:
        for day in DAYS:
            given = {**USUAL, name: day}
            filled = path.format(day=given["day"], number=play.own.number)
            others = [other for other in ("first", "last") if (path, other) in places]
            asked = {one: given[one] for one in (name, *others) if f"{{{one}}}" not in path}
            answer = asks.get(f"{V1}{filled}", params=asked)
            assert refused(answer), (filled, name, day, answer.text)


@pytest.mark.parametrize("since", INSTANTS)
def test_events_are_not_told_since_an_end_of_time(played, since):
    assert refused(played.asks(OFFICER).get(f"{V1}/events", params={"since": since}))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/webhooks/any/transitions", {"command": "repeat", "since": INSTANTS[0]}),
        ("/webhooks/any/transitions", {"command": "repeat", "since": INSTANTS[1]}),
        ("/audit/reports", {"first": DAYS[0], "last": DAYS[1]}),
        ("/mail/silences", {"address": "a@duban.example", "reason": "退信", "until": DAYS[1]}),
        ("/units", {"code": "BH999", "name": "新设局", "valid_from": DAYS[0]}),
        ("/units/BH212/reforms", {"reform": {"kind": "rename", "to": "新名", "basis": "文", "on": DAYS[1]}}),
        ("/calendars", {"name": "2027.csv", "content": "", "known_since": DAYS[0]}),
    ],
)
def test_no_day_or_instant_that_is_sent_lies_there_either(played, path, body):
    key = {"Idempotency-Key": secrets.token_hex(8)}
    assert refused(played.asks(SYSTEM_ADMIN).post(f"{V1}{path}", json=body, headers=key))


@pytest.mark.parametrize("at", INSTANTS)
def test_a_cursor_made_up_of_an_end_of_time_is_none(played, at):
    for person, path, place in (
        (AUDITOR, "/audit/entries", f"recorded-newest/{at}/1"),
        (SYSTEM_ADMIN, "/mail/queue", f"{at} 1"),
    ):
        answer = played.asks(person).get(f"{V1}{path}", params={"cursor": f"after.{place}"})
        assert answer.status_code == 422, (path, answer.text)
