"""Every route of the API before everybody, held against the table that is written by hand."""

import uuid
from urllib.parse import quote

import pytest

from states.accounts.scopes import Scope
from tests.builders import LEAD_CODE, OFFICER
from tests.web.api.fuzzing import DOCUMENT
from tests.web.api.rights import ASKED, BODIES, EVERYBODY, ROUTES
from tests.web.playing import PEOPLE, business, file_of
from workflow.client.calling import case_path

on_sqlite = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
V1 = "/api/v1"
DOCUMENTED = {
    f"{method.upper()} {path.removeprefix(V1)}"
    for path, methods in DOCUMENT["paths"].items()
    for method in methods
}


def test_every_route_says_for_whom_it_is():
    assert ROUTES.keys() == DOCUMENTED
    assert {one for one in ROUTES if one.startswith("POST")} == BODIES.keys()
    assert all(line.keys() == set(EVERYBODY) for line in ROUTES.values())


BESIDE = ("done_forms", "api_tokens")
"""What was answered to several that were each refused is kept under its key."""


@pytest.mark.timeout(300)
@on_sqlite
@pytest.mark.parametrize("who", EVERYBODY)
def test_everybody_is_answered_what_the_table_says(played, play, who):
    asks = played.asks(PEOPLE.get(who))
    before = business(play.office, BESIDE)
    found, wanted = {}, {}
    for route, line in ROUTES.items():
        objects = zip(play.numbers, line[who], strict=True) if "{number}" in route else [("", line[who][0])]
        for number, status in objects:
            found[route, number], wanted[route, number] = told(asks, play, route, number), status
    assert {one: (found[one], wanted[one]) for one in found if found[one] != wanted[one]} == {}
    assert business(play.office, BESIDE) == before


@on_sqlite
@pytest.mark.parametrize("scope", [Scope.READ, Scope.INTAKE, Scope.EVENTS])
def test_a_token_that_may_only_read_acts_nowhere(played, play, scope):
    asks, number = played.asks(OFFICER, [scope]), play.own.number
    refused = {route: told(asks, play, route, number) for route in ROUTES if route.startswith("POST")}
    assert set(refused.values()) == {403}
    reading = {told(asks, play, route, number) for route in ROUTES if route.startswith("GET /ca")}
    assert reading == {403} if scope is not Scope.READ else 403 not in {told(asks, play, "GET /cases", "")}
    assert told(asks, play, "GET /events", "") == (200 if scope is Scope.EVENTS else 403)


def told(asks, play, route, number):
    """The status of a question about a matter."""
    method, _, path = route.partition(" ")
    measure, paper = play.inquiry(number)
    gaps = {
        "number": case_path(number).removeprefix("/cases/") if number else "",
        "measure": measure,
        "document": paper,
        "sha256": file_of(number),
        "code": LEAD_CODE if "units" in path else "nobody",
        "year": 2026,
        "day": "2026-07-20",
        **dict.fromkeys(("draft", "kind", "id", "token", "person", "series", "work", "webhook"), "none"),
        **dict.fromkeys(("item", "external_id"), "none"),
        "serial": 99_999,
    }
    keyed = {"headers": {"Idempotency-Key": str(uuid.uuid4())}}
    sent = {"json": BODIES[route], **keyed} if route in BODIES else {}
    address = V1 + quote(path.format(**gaps), safe="/%")
    return asks.request(method, address, params=ASKED.get(route), **sent).status_code
