"""Everything the pages do is in the API, or docs/api.md says why not: held against the pages' own routes."""

from pathlib import Path

import pytest

from tests.web.api.fuzzing import OPERATIONS
from tests.web.api.twins import BEYOND, SEVERAL, TWINS, Why
from workflow.services.outbox.by_hand import BY_HAND
from workflow.web.app import PAGES
from workflow.web.pages import imports, intake
from workflow.web.pages.settings import mail, units, webhooks

DOCS = Path(__file__).parents[3] / "docs" / "api.md"
PAGE_ROUTES = {
    f"{method} {route.path}" for page in PAGES for route in page.router.routes for method in route.methods
}
NAMED = {name for twin in TWINS.values() if not isinstance(twin, Why) for name in twin}
ACTS = {
    "POST /imports/{draft}/{act}": imports.ACTS.keys(),
    "POST /intake/{item}/{act}": intake.ACTS.keys(),
    "POST /settings/units/{code}/{act}": {"amend", *units.REFORMS},
    "POST /settings/mail/acts/{act}": mail.ACTS.keys(),
    "POST /settings/webhooks/acts/{act}": webhooks.ACTS.keys(),
    "POST /settings/mail/queue/{id}/{act}": BY_HAND.keys(),
}


FILES = {"POST /reports/file", "POST /register/export"}
"""What is taken out as a file is read."""


def test_every_page_has_a_twin_or_a_reason():
    assert TWINS.keys() == PAGE_ROUTES


def test_every_twin_is_an_operation_and_every_operation_is_some_pages():
    assert OPERATIONS.keys() == NAMED | BEYOND


@pytest.mark.parametrize("route", ACTS)
def test_of_an_address_for_several_acts_each_has_its_twin(route):
    assert SEVERAL[route].keys() == ACTS[route]
    assert set(SEVERAL[route].values()) == set(TWINS[route])


@pytest.mark.parametrize("why", Why)
def test_the_manual_of_the_api_says_what_is_not_in_it_and_why(why):
    assert why in DOCS.read_text(encoding="utf-8") and why in TWINS.values()


def test_what_changes_on_a_page_is_changed_by_a_request_that_changes():
    changing = {route for route in TWINS if route.startswith("POST ") and route not in FILES}
    twins = {name for route in changing if not isinstance(TWINS[route], Why) for name in TWINS[route]}
    assert {OPERATIONS[name].method for name in twins} == {"post"}
