"""Signing in through another's provider, before a browser: there, back, and in."""

import pytest
from pydantic import SecretStr

from tests.builders import OFFICER, OPENED, SYSTEM_ADMIN, signed
from tests.oidc_provider import CLIENT_ID, CLIENT_SECRET, SUBJECT, IdentityProvider
from tests.oidc_provider import serving as serving_provider
from tests.web.browsing import account_of, pages_of
from workflow.services.accounts import linking
from workflow.services.accounts.guessing import TO_PROVIDER

BACK = "/sign-in/provider/back"


@pytest.fixture
def provider():
    with serving_provider(IdentityProvider(now=int(OPENED.timestamp()))) as one:
        yield one


@pytest.fixture
def pages(office, provider):
    """The pages of an office that knows the provider, and 吕喆 by his name there."""
    account_of(office, OFFICER)
    linking.link(office, OFFICER, SUBJECT, by=signed(SYSTEM_ADMIN), at=OPENED)
    client = {"oidc_client_id": CLIENT_ID, "oidc_client_secret": SecretStr(CLIENT_SECRET)}
    with pages_of(office, oidc_issuer=provider.issuer, **client) as made:
        yield made


def sent_away(browser):
    """Where the provider is asked, once the button on the sign-in page was pressed."""
    assert 'href="/sign-in/provider"' in browser.sees("/sign-in")
    return browser.get("/sign-in/provider").headers["location"]


def test_somebody_goes_there_and_comes_back_signed_in(pages, provider):
    him = pages.stranger()
    answer = him.get(BACK, params=provider.consent(sent_away(him)))
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert OFFICER in him.sees("/cases") and "duban-question" not in him.cookies


def test_an_answer_brought_by_another_browser_signs_nobody_in(pages, provider):
    told = provider.consent(sent_away(pages.stranger()))
    victim = pages.stranger()
    answer = victim.get(BACK, params=told)
    assert answer.status_code == 401 and "不是在这个浏览器里开始的" in answer.text
    assert victim.get("/cases").status_code == 303


def test_somebody_the_office_does_not_know_is_told_whom_to_ask(pages, provider):
    provider.subject = "somebody-else"
    him = pages.stranger()
    answer = him.get(BACK, params=provider.consent(sent_away(him)))
    assert answer.status_code == 401 and "系统管理员" in answer.text


def test_without_a_provider_there_is_no_such_button(office):
    with pages_of(office) as pages:
        assert "/sign-in/provider" not in pages.stranger().sees("/sign-in")


def test_ways_there_are_counted_by_address(pages):
    him = pages.stranger()
    for _ in range(TO_PROVIDER.amount):
        assert him.get("/sign-in/provider").status_code == 303
    answer = him.get("/sign-in/provider")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "600")
    assert him.head("/sign-in/provider").status_code == 429
