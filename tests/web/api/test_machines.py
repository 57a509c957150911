"""A machine before the API: it reads what it is shown, is nobody elsewhere, and runs into no fault."""

import pytest

from states.accounts.scopes import Scope
from tests.builders import DIRECTOR
from tests.web.api.rights import ROUTES
from tests.web.api.test_rights import told
from tests.web.browsing import account_of
from workflow.services.accounts.api_tokens import Asked, new_row, new_secret
from workflow.storage import api_tokens
from workflow.storage.session import transaction


@pytest.fixture(scope="module")
def machine(played, play):
    code, secret = account_of(play.office, DIRECTOR), new_secret()
    asked = Asked("热线平台", frozenset({Scope.READ}), 30)
    row = new_row(secret, code, asked, play.pages.now)
    with transaction(play.office.engine) as tx:
        api_tokens.add(tx, **row, machine=True, waits=False, by_provider=False, units=None)
    made = played.asks()
    made.headers["Authorization"] = f"Bearer {secret}"
    return made


def test_a_machine_reads_the_register_and_acts_nowhere(machine, play):
    number = play.own.number
    found = {route: told(machine, play, route, number) for route in ROUTES}
    assert {one: status for one, status in found.items() if status >= 500} == {}
    assert {status for route, status in found.items() if route.startswith("POST")} == {403}
    assert found["GET /cases"] == 200


@pytest.mark.parametrize(
    "path", ["/audit/entries", "/audit/accesses", "/audit/days/2026-07-20", "/audit/checkpoints"]
)
def test_what_the_office_writes_about_its_people_is_for_no_machine(machine, path):
    answer = machine.get(f"/api/v1{path}")
    assert (answer.status_code, answer.json()["code"]) == (403, "audit_not_permitted")


def test_a_body_is_not_taken_apart_for_whoever_may_do_nothing_with_it(machine):
    answer = machine.post(
        "/api/v1/cases", content=b"[" * 900_000, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
