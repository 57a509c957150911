"""What the page of a matter costs beside a bare route with the same questions and the same template.

The bare route has no session, no roles, no sight and no rules: its statements, asked again through SQLAlchemy
Core, and what it shows are those of the page, taken down while it was made once.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from sqlalchemy import event

from states.vocabulary import Role
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.benchmarks.test_signed_in_page import CLIENT, session_of
from tests.benchmarks.town import FIRST_NUMBER, LATE, copy_cases
from tests.builders import DIRECTOR, at
from tests.web.browsing import HTML
from tests.web.browsing import session_of as a_session
from tests.web.rich import AUGUST, a_rich_case
from workflow.services.accounts.visitors import Visitor
from workflow.services.office import Office
from workflow.storage import queries
from workflow.storage.session import reading
from workflow.web import app as pages
from workflow.web.frame.pages import address_of, page
from workflow.web.pages import case as case_page

FIRST = address_of(FIRST_NUMBER)

CASES, ROUNDS, TIMES = 100, 9, 20
NOW = at(2026, 11, 20, 17)
FEW, OTHERS, AS_MUCH = 100, 100_000, 1.15
AIM, FLOOR = 0.6, 0.46
"""What is wanted, and what must not be lost again."""


@pytest.fixture
def seeded(invented: Callable[..., Office]) -> Office:
    """An office of invented matters."""
    return invented(cases=CASES, at=NOW)


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_the_page_of_a_matter_reaches_most_of_a_bare_route_s_rate(
    seeded: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured(seeded, monkeypatch, longest(seeded), NOW, session_of(seeded))


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_so_does_that_of_a_matter_with_everything_in_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, token = address_of(a_rich_case(office).number), a_session(office, DIRECTOR, AUGUST)
    measured(office, monkeypatch, path, AUGUST, token)


@pytest.mark.benchmark
@pytest.mark.timeout(1_800)
def test_among_a_hundred_thousand_others_a_matter_costs_the_same(office: Office, another_office) -> None:
    small, large = another_office(), another_office()
    copy_cases(small, FEW)
    copy_cases(large, OTHERS)
    asked = [asked_of(one) for one in (small, large)]
    laps: list[list[Lap]] = [[], []]
    for _ in range(1 + ROUNDS):
        for one, page_of, found in zip((small, large), asked, laps, strict=True):
            found.append(Stopwatch(one.engine).time(page_of.again))
    cost = ratio(laps[1][1:], laps[0][1:])
    title = f"a matter's page among {OTHERS:,} beside among {FEW:,}, {office.engine.dialect.name}"
    show(title, {"cost": f"{cost.wall:.2f}× wall, {cost.cpu:.2f}× CPU (aim: {AS_MUCH}×)"})
    assert cost.cpu <= AS_MUCH


def asked_of(office: Office) -> "Asked":
    """The page of a town's first matter, asked for by the director."""
    made = Asked(pages.create_app(office, only=("bounces",), clock=lambda: LATE), FIRST)
    made.cookies = {"duban": a_session(office, DIRECTOR, LATE)}
    return made


def measured(office: Office, patch: pytest.MonkeyPatch, path: str, now: datetime, token: str) -> None:
    """The page at a path beside the bare route, in turns."""
    taken = Taken(office, patch)
    mine = Asked(pages.create_app(office, only=("bounces",), clock=lambda: now), path)
    mine.cookies = {"duban": token}
    mine.again()
    taken.while_asking(mine)
    bare, stopwatch = Asked(bare_route(office, path, taken), path), Stopwatch(office.engine)
    laps: list[list[Lap]] = [[], []]
    for _ in range(1 + ROUNDS):
        for one, found in zip((mine, bare), laps, strict=True):
            found.append(stopwatch.time(one.again))
    ours, theirs = (one[1:] for one in laps)
    rate = ratio(theirs, ours)
    show(
        f"a matter's page, {len(taken.asked)} statements, {office.engine.dialect.name}",
        {
            "the page": f"{middle(ours).wall / TIMES * 1e3:.1f} ms",
            "a bare route": f"{middle(theirs).wall / TIMES * 1e3:.1f} ms",
            "rate": f"{rate.wall:.0%} wall, {rate.cpu:.0%} CPU (aim: {AIM:.0%})",
        },
    )
    assert rate.cpu >= FLOOR


class Asked:
    """An application in this process, asked for one page again and again."""

    def __init__(self, app: FastAPI, path: str) -> None:
        self._app, self._path = app, path
        self.cookies: dict[str, str] = {}

    def again(self, times: int = TIMES) -> None:
        asyncio.run(self._again(times))

    async def _again(self, times: int) -> None:
        way = httpx.ASGITransport(self._app, client=CLIENT)
        asked = {"base_url": "http://127.0.0.1", "headers": HTML, "cookies": self.cookies}
        async with httpx.AsyncClient(transport=way, **asked) as client:
            for _ in range(times):
                answer = await client.get(self._path)
                assert answer.status_code == 200 and 'id="timeline"' in answer.text


class Taken:
    """What a page asked of the database and what it showed, taken down once."""

    def __init__(self, office: Office, patch: pytest.MonkeyPatch) -> None:
        self._engine = office.engine
        self.asked: list[tuple[str, Any]] = []
        self.shown: dict[str, Any] = {}
        self._patch = patch

    def while_asking(self, page: Asked) -> None:
        def rendered(request: Request, name: str, **shown: Any) -> HTMLResponse:
            self.shown = shown
            return case_page_renderer(request, name, **shown)

        case_page_renderer = case_page.page
        with self._patch.context() as patch:
            patch.setattr(case_page, "page", rendered)
            event.listen(self._engine, "before_execute", self._note)
            page.again(times=1)
            event.remove(self._engine, "before_execute", self._note)

    def _note(self, _: Any, statement: Any, __: Any, parameters: Any, ___: Any) -> None:
        self.asked.append((statement, dict(parameters)))


def longest(office: Office) -> str:
    """The address of the matter with the longest history."""
    with reading(office.engine) as tx:
        row = max(filter(None, queries.each_case(tx)), key=lambda one: one.seq)
        return address_of(row.number)


def bare_route(office: Office, path: str, taken: Taken) -> FastAPI:
    """The same questions and the same template, for whoever asks."""
    app = pages.create_monitored(office, only=("bounces",))
    nobody = Visitor("R010", "某某", frozenset({Role.DIRECTOR}), "", None)

    @app.get("/cases/{number}")
    def case(request: Request, number: str) -> HTMLResponse:
        request.scope["state"]["visitor"] = nobody
        with office.engine.connect() as connection:
            for statement, parameters in taken.asked:
                connection.execute(statement, parameters).all()
        return page(request, "case.html.j2", **taken.shown)

    return app
