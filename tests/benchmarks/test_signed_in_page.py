"""What accounts cost: the register's page of somebody signed in beside the same page for whoever asks.

Both are answered in this process without a network. The page without accounts has the same frame, the same
lines and the same template; it looks up no session, no roles and no sight.
"""

import asyncio

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from states.vocabulary import Role
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import at, signed
from tests.web.browsing import HTML
from workflow.services import leafing, register_filters
from workflow.services.accounts import adding, sessions
from workflow.services.accounts.visitors import Visitor
from workflow.services.invention import staff_code
from workflow.services.office import Office
from workflow.storage.session import transaction
from workflow.web import app as pages
from workflow.web.frame.pages import page
from workflow.web.pages.register import shown

CASES, ROUNDS, TIMES = 2_000, 9, 20
NOW = at(2026, 11, 20, 17)
AIM = 1.3
CLIENT = ("127.0.0.1", 50_000)


@pytest.fixture
def seeded(invented) -> Office:
    """An office of invented matters, with the people who may sign in."""
    return invented(cases=CASES, at=NOW)


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_a_page_of_somebody_signed_in_costs_little_more_than_nobodys(seeded: Office) -> None:
    mine = Asked(pages.create_app(seeded, only=("bounces",), clock=lambda: NOW))
    mine.cookies = {"duban": session_of(seeded)}
    bare, stopwatch = Asked(without_accounts(seeded)), Stopwatch(seeded.engine)
    laps: list[list[Lap]] = [[], []]
    for _ in range(1 + ROUNDS):
        for one, found in zip((mine, bare), laps, strict=True):
            found.append(stopwatch.time(one.again))
    signed_in, nobody = (one[1:] for one in laps)
    cost = ratio(signed_in, nobody)
    show(
        f"the register's first page of {CASES:,} cases, {seeded.engine.dialect.name}",
        {
            "signed in": f"{middle(signed_in).wall / TIMES * 1e3:.1f} ms",
            "without accounts": f"{middle(nobody).wall / TIMES * 1e3:.1f} ms",
            "ratio": f"{cost.wall:.2f}× wall, {cost.cpu:.2f}× CPU (aim: {AIM}×)",
        },
    )
    assert cost.cpu <= AIM


class Asked:
    """An application in this process, asked for its register again and again."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self.cookies: dict[str, str] = {}

    def again(self) -> None:
        asyncio.run(self._again())

    async def _again(self) -> None:
        way = httpx.ASGITransport(self._app, client=CLIENT)
        async with httpx.AsyncClient(
            transport=way, base_url="http://127.0.0.1", headers=HTML, cookies=self.cookies
        ) as client:
            for _ in range(TIMES):
                answer = await client.get("/cases")
                assert answer.status_code == 200 and answer.text.count("<tr>") == 1 + leafing.PAGE


def session_of(office: Office) -> str:
    """A session of the director."""
    manager = signed(staff_code(Role.SYSTEM_ADMIN), NOW)
    person = adding.add(office, staff_code(Role.DIRECTOR), by=manager, at=NOW).person
    with transaction(office.engine) as tx:
        return sessions.open_session(tx, person, at=NOW, address="127.0.0.1", agent="bench")


def without_accounts(office: Office) -> FastAPI:
    """The same page for whoever asks."""
    app = pages.create_monitored(office, only=("bounces",))
    nobody = Visitor("R010", "某某", frozenset({Role.DIRECTOR}), "", None)

    @app.get("/cases")
    def cases(request: Request) -> HTMLResponse:
        request.scope["state"]["visitor"] = nobody
        asked = register_filters.Asked()
        found = leafing.leaf(office, asked, by=None, today=NOW)
        return page(request, "register.html.j2", **shown(found, asked))

    return app
