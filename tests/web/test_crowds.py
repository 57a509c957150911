"""A crowd at the door, and whoever is inside: sign-ins wait among themselves and keep no page from others."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from threading import Event

import httpx
import pytest

from tests.builders import OFFICER, OPENED
from tests.conftest import LIGHT
from tests.oidc_provider import CLIENT_ID, IdentityProvider
from tests.oidc_provider import serving as serving_provider
from tests.postbox import PATIENCE
from tests.web.browsing import HIDDEN, HTML, pages_of
from tests.web.serving import eventually
from workflow.services.accounts.hashing import Hasher
from workflow.web.frame.lanes import HASHES, TALKS, Lane

BEYOND = 6
"""How many more come than a lane takes."""


@dataclass(frozen=True)
class Slow(Hasher):
    """Checks nothing before the gate is open."""

    memory: int = LIGHT.memory
    rounds: int = LIGHT.rounds
    lanes: int = LIGHT.lanes
    gate: Event = field(default_factory=Event, compare=False)

    def verify(self, password, kept):
        assert self.gate.wait(PATIENCE)
        return super().verify(password, kept)


def from_many_addresses(url: str) -> Callable[[int], httpx.Response]:
    """A wrong sign-in with a form of the page, each from an address of its own."""
    through = {**HTML, "x-forwarded-proto": "https", "x-forwarded-for": "10.9.0.1"}
    shown = httpx.get(f"{url}/sign-in", headers=through)
    form = {**dict(HIDDEN.findall(shown.text)), "login": "nobody", "password": "falsch"}
    headers = {**through, "cookie": shown.headers["set-cookie"].partition(";")[0]}

    def tries(serial: int) -> httpx.Response:
        own = {**headers, "x-forwarded-for": f"10.9.1.{serial}"}
        return httpx.post(f"{url}/sign-in", data=form, headers=own, timeout=PATIENCE)

    return tries


def at_once(pool: ThreadPoolExecutor, lane: Lane, one: Callable[[int], httpx.Response]) -> list[Future]:
    """More than a lane takes; when those beyond are answered, all the others are in it."""
    sent = [pool.submit(one, serial) for serial in range(lane.at_once + lane.waiting + BEYOND)]
    eventually(lambda: sum(each.done() for each in sent) == BEYOND)
    return sent


def answers(sent: list[Future]) -> list[tuple[int, str | None]]:
    found = [each.result() for each in sent if each.done()]
    return [(one.status_code, one.headers.get("retry-after")) for one in found]


def test_a_page_comes_before_eighty_sign_ins_that_wait_and_who_comes_beyond_is_told_when(office):
    slow = Slow()
    with (
        pages_of(replace(office, hasher=slow), proxies=("127.0.0.1",)) as pages,
        ThreadPoolExecutor(100) as pool,
    ):
        him, one = pages.signed_in(OFFICER), from_many_addresses(pages.url)
        try:
            sent = at_once(pool, HASHES, one)
            assert "台账" in him.sees("/cases")
            assert answers(sent) == [(429, "10")] * BEYOND
            assert all("正在登录的人太多" in each.result().text for each in sent if each.done())
        finally:
            slow.gate.set()
        eventually(lambda: all(each.done() for each in sent))
    assert sorted(answers(sent))[:-BEYOND] == [(401, None)] * (HASHES.at_once + HASHES.waiting)


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_page_comes_while_the_provider_keeps_everybody_waiting(office):
    gate, provider = Event(), IdentityProvider(now=int(OPENED.timestamp()))
    provider.slow = lambda: gate.wait(PATIENCE)
    with (
        serving_provider(provider),
        pages_of(office, oidc_issuer=provider.issuer, oidc_client_id=CLIENT_ID) as pages,
        ThreadPoolExecutor(60) as pool,
    ):
        him, way = pages.signed_in(OFFICER), f"{pages.url}/sign-in/provider"
        try:
            sent = at_once(pool, TALKS, lambda _: httpx.get(way, headers=HTML, timeout=PATIENCE))
            assert "台账" in him.sees("/cases") and answers(sent) == [(429, "10")] * BEYOND
        finally:
            gate.set()
        eventually(lambda: all(each.done() for each in sent))
    assert sorted(answers(sent))[:-BEYOND] == [(303, None)] * (TALKS.at_once + TALKS.waiting)
