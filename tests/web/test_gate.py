"""The gate of the interface: a token opens it, nothing else does."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import httpx
import pytest

from states.accounts.scopes import Scope
from tests.accounts.people import signs_in
from tests.accounts.token_holders import a_token, makes
from tests.builders import OFFICER, OPENED
from tests.web.browsing import Browser, Pages, session_of
from tests.web.serving import answering
from workflow.web.api.bearer import Writer
from workflow.web.api.frame import Door
from workflow.web.app import create_app


@contextmanager
def interface(office, **settings) -> Iterator[Pages]:
    """The interface with a route of these tests' that acts."""
    office = replace(office, settings=office.settings.model_copy(update=settings))
    app = create_app(office, only=("bounces",), clock=lambda: OPENED)

    @app.post("/api/v1/act")
    def act(who: Writer) -> dict[str, object]:
        return {"person": who.person}

    with ExitStack() as stack:
        yield Pages(office, stack, stack.enter_context(answering(app)))


@pytest.fixture
def api(office) -> Iterator[Pages]:
    with interface(office) as made:
        yield made


def bearing(api, secret) -> Browser:
    made = api.stranger()
    made.headers["authorization"] = f"Bearer {secret}"
    return made


def refused(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["code"]


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "OPTIONS", "HEAD"])
@pytest.mark.parametrize(
    "path", ["/api", "/api/v1", "/api/v1/me", "/api/v1/nothing", "/api/v2/x", "/api/v1/openapi"]
)
def test_a_stranger_is_told_nothing_of_what_there_is(api, method, path):
    answer = api.stranger().request(method, path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == 'Bearer realm="duban"'


def test_a_token_opens_the_interface_and_unknown_paths_are_unknown(api, office):
    secret, made = a_token(office)
    browser = bearing(api, secret)
    assert browser.get("/api/v1/me").json()["person"] == made["person"]
    assert refused(browser.get("/api/v1/nothing")) == (404, "not_found")


def test_a_session_opens_nothing_here(api, office):
    browser = api.signed_in(OFFICER)
    assert refused(browser.get("/api/v1/me")) == (401, "token_missing")
    as_bearer = bearing(api, session_of(office, OFFICER, OPENED))
    assert refused(as_bearer.get("/api/v1/me")) == (401, "token_unknown")


@pytest.mark.parametrize("said", ["Bearer", "Basic {}", "{}", "bearer\t{}", "Bearer {} x", "Token {}"])
def test_what_is_no_bearer_of_a_token_is_refused(api, office, said):
    secret, _ = a_token(office)
    answer = api.stranger().get("/api/v1/me", headers={"authorization": said.format(secret)})
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_lacking_scope_is_told(api, office):
    secret, _ = a_token(office, scopes=[Scope.READ])
    answer = bearing(api, secret).post("/api/v1/act")
    assert refused(answer) == (403, "scope_missing")
    assert answer.headers["www-authenticate"].endswith('error="insufficient_scope", scope="write"')
    enough, _ = makes(office, signs_in(office).visitor, scopes=[Scope.WRITE])
    assert bearing(api, enough).post("/api/v1/act").status_code == 200


def test_a_wrong_token_says_so_and_too_many_have_to_wait(api):
    browser = bearing(api, "duban_wrong")
    answers = [browser.get("/api/v1/me") for _ in range(31)]
    assert refused(answers[0]) == (401, "token_unknown")
    assert answers[0].headers["www-authenticate"].endswith('error="invalid_token"')
    assert refused(answers[-1]) == (429, "token_guesses")
    assert 0 < int(answers[-1].headers["retry-after"]) <= 600


def test_a_token_asks_as_often_as_it_may(office):
    secret, _ = a_token(office)
    with interface(office, api_rate="3/minute") as api:
        browser = bearing(api, secret)
        answers = [browser.get("/api/v1/me") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one.headers["ratelimit-remaining"] for one in answers] == ["2", "1", "0", "0"]
    assert answers[0].headers["ratelimit-limit"] == "3"
    assert (refused(answers[-1]), answers[-1].headers["retry-after"]) == ((429, "rate_exceeded"), "60")


def test_the_log_tells_which_token_it_was_and_never_the_token(api, office, caplog):
    secret, made = a_token(office)
    with caplog.at_level(logging.INFO, "duban.web"):
        bearing(api, secret).get("/api/v1/me")
        bearing(api, secret[:-1]).get(f"/api/v1/{secret}")
    assert made["token"] in caplog.text
    assert secret not in caplog.text and secret[10:40] not in caplog.text


def test_the_description_is_for_everybody(api):
    assert api.stranger().get("/api/v1/openapi.json").status_code != 401


def test_no_page_is_looked_for_among_the_routes_of_the_interface(office, monkeypatch):
    def tried(route, scope):
        raise AssertionError(f"{route.path} was tried for {scope['path']}")

    monkeypatch.setattr(Door, "matches", tried)
    with answering(create_app(office, only=("bounces",))) as address:
        assert httpx.get(f"{address}/sign-in").status_code == 200
