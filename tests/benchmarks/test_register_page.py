"""台账 of a large office: its page beside a bare route that runs the same SQL and renders the same template.

Both are answered in this process without a network. The bare route asks for nobody, no rules and no sight: it
runs the statement of the leaf through SQLAlchemy Core and fills the template with what the rows hold.
"""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse

from states.vocabulary import Light, Role
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.benchmarks.town import LATE, SPREAD, copy_cases, settle
from tests.builders import OFFICER
from tests.unguarded import behind_the_application
from tests.web.browsing import HTML, session_of
from workflow.services import leafing, relighting
from workflow.services.accounts.visitors import Visitor
from workflow.services.leafing import Leaf, Turned
from workflow.services.office import Office
from workflow.services.register_filters import Asked
from workflow.services.seeing import Onlooker
from workflow.storage.leafing import Order, Sought, Walk
from workflow.storage.session import reading
from workflow.web import app as pages
from workflow.web.frame.pages import page
from workflow.web.pages.register import shown

CASES = int(os.environ.get("DUBAN_BENCH_CASES", "100000"))
ROUNDS, TIMES, AIM = 5, 20, 0.60
CLIENT = ("127.0.0.1", 50_000)
NOBODY = Visitor("R011", "某某", frozenset({Role.OFFICER}), "", None)
RED = SimpleNamespace(light=Light.RED, overdue=True, working_days_late=1)


@dataclass(frozen=True)
class Leaves:
    """A leaf as it is asked for, and as it is looked for."""

    path: str
    asked: Asked
    walk: Walk


FIRST = Leaves("/cases", Asked(), Walk(Sought(), Order.NEWEST, LATE))
FILTERED = Leaves(
    "/cases?light=red&order=due&state=handling",
    Asked(light="red", order="due", state="handling"),
    Walk(Sought(light=Light.RED, state="handling"), Order.DUE, LATE),
)

FEW, LINES, AS_MUCH, MORE_TO_SEEK = 1_000, 10, 1.5, 6
KINDS = {
    "everything": Asked(),
    "by due date": Asked(order="due"),
    "by light": Asked(order="light"),
    "by change": Asked(order="changed"),
    "by unit": Asked(order="unit"),
    "of a state": Asked(state="handling"),
    "of a rare state, by change": Asked(state="verifying", order="changed"),
    "of a state nothing is in": Asked(state="draft", order="changed"),
    "red": Asked(light="red"),
    "red, by due date": Asked(light="red", order="due"),
    "yellow": Asked(light="yellow"),
    "of a leader": Asked(leader="领导9"),
    "with frequent words": Asked(words="路灯"),
    "with a word there is not": (ALL_READ := Asked(words="天外")),
}
"""That nothing has a word takes reading all of them: it is shown, and bound by the patience of the page."""


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_a_page_of_the_register_costs_little_more_than_its_sql_and_its_template(office: Office) -> None:
    copy_cases(office, CASES)
    relighting.recount(office, at=LATE)
    if office.engine.dialect.name == "postgresql":
        settle(office)
    stopwatch, ours = (
        Stopwatch(office.engine),
        pages.create_app(office, only=("bounces",), clock=lambda: LATE),
    )
    cookies = {"duban": session_of(office, OFFICER, LATE)}
    met: list[bool] = []
    for name, one in (("first page", FIRST), ("red ones by due date", FILTERED)):
        laps: tuple[list[Lap], list[Lap]] = ([], [])
        routes = (Asker(ours, one.path, cookies), Asker(bare(office, one), one.path, {}))
        for _ in range(1 + ROUNDS):
            for route, found in zip(routes, laps, strict=True):
                found.append(stopwatch.time(route.again))
        mine, plain = (found[1:] for found in laps)
        rate = ratio(plain, mine)
        show(
            f"{name} of {CASES:,} cases, {office.engine.dialect.name}",
            {
                "the page": f"{middle(mine).wall / TIMES * 1e3:.1f} ms",
                "bare route": f"{middle(plain).wall / TIMES * 1e3:.1f} ms",
                "rate": f"{rate.wall:.0%} of the bare route's, {rate.cpu:.0%} by CPU (aim: {AIM:.0%})",
            },
        )
        met.append(rate.cpu >= AIM)
    assert all(met)


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_a_leaf_among_many_costs_as_among_a_few(another_office: Callable[[], Office]) -> None:
    small, large = (spread(another_office(), count) for count in (FEW, CASES))
    lines, worst = {}, 0.0
    for kind, asked in KINDS.items():
        for turned in (False, True):
            looks = [partial(look, one, asked, turned=turned) for one in (small, large)]
            laps: tuple[list[Lap], list[Lap]] = ([], [])
            for _ in range(1 + ROUNDS):
                for one, again, found in zip((small, large), looks, laps, strict=True):
                    found.append(Stopwatch(one.engine).time(lambda again=again: [again() for _ in range(5)]))
            cost = ratio(laps[1][1:], laps[0][1:])
            name = f"{kind}, {'next' if turned else 'first'} leaf"
            lines[name] = f"{middle(laps[1]).cpu / 5 * 1e3:6.1f} ms CPU, {cost.cpu:5.2f}×"
            if asked != ALL_READ:
                worst = max(worst, cost.cpu / (MORE_TO_SEEK if asked.given.keys() - {"order"} else 1))
    show(f"a leaf among {CASES:,} beside among {FEW:,}, {small.engine.dialect.name}", lines)
    assert worst <= AS_MUCH


def spread(office: Office, count: int) -> Office:
    """So many cases of many units in different states; without statistics on SQLite, as in an office."""
    copy_cases(office, count)
    is_postgres = office.engine.dialect.name == "postgresql"
    behind_the_application(office, SPREAD, *([] if is_postgres else ["DELETE FROM sqlite_stat1"]))
    relighting.recount(office, at=LATE)
    if is_postgres:
        settle(office)
    office.engine.dispose()
    return office


def look(office: Office, asked: Asked, *, turned: bool) -> None:
    """The first leaf an officer asks for, or the one after it as well."""
    by = Onlooker(OFFICER, LATE)
    found = leafing.leaf(office, asked, by=by, today=LATE, size=LINES)
    if turned and found.after:
        leafing.leaf(office, asked, by=by, today=LATE, size=LINES, turned=Turned(found.after, LATE))


class Asker:
    """An application in this process, asked for a page again and again."""

    def __init__(self, app: FastAPI, path: str, cookies: dict[str, str]) -> None:
        self._app, self._path, self._cookies = app, path, cookies

    def again(self) -> None:
        asyncio.run(self._again())

    async def _again(self) -> None:
        way = httpx.ASGITransport(self._app, client=CLIENT)
        async with httpx.AsyncClient(
            transport=way, base_url="http://127.0.0.1", headers=HTML, cookies=self._cookies
        ) as client:
            for _ in range(TIMES):
                answer = await client.get(self._path)
                assert answer.status_code == 200 and answer.text.count("<tr>") == 1 + leafing.PAGE


def bare(office: Office, leaf: Leaves) -> FastAPI:
    """The same statement and the same template, and nothing else."""
    app = pages.create_monitored(office, only=("bounces",))
    with reading(office.engine) as tx:
        statement = leaf.walk.part(tx, 0, begins=True)

    @app.get("/cases")
    def cases(request: Request) -> HTMLResponse:
        request.scope["state"]["visitor"] = NOBODY
        with reading(office.engine) as tx:
            rows = tx.execute(statement, {"at": LATE, "most": leafing.PAGE + 1}).all()[: leafing.PAGE]
        found = Leaf(LATE, lines=tuple(map(line, rows)))
        return page(request, "register.html.j2", **shown(found, leaf.asked))

    return app


def line(row: Any) -> Any:
    """A row as the template takes it."""
    return SimpleNamespace(
        facts=row, state=row.state, timeliness=RED, lead_group=row.lead_group, lead_unit=row.lead_unit
    )
