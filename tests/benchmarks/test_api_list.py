"""A leaf of the register through the API, beside a bare FastAPI route that returns the same bytes.

Two bare routes: one makes the bytes from the same statement, as any API has to; the other has them at hand,
which no API of a register can.
"""

import asyncio

import httpx
import orjson
import pytest
from fastapi import FastAPI, Response

from states.vocabulary import Role
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import at, signed
from tests.web.api.asking import token_for
from workflow.services import leafing
from workflow.services.accounts import adding
from workflow.services.invention import staff_code
from workflow.services.office import Office
from workflow.storage.leafing import Order, Sought, Walk
from workflow.storage.session import reading
from workflow.web.app import create_app

CASES, ROUNDS, TIMES, AIM = 2_000, 9, 20, 0.4
NOW = at(2026, 11, 20, 17)
CLIENT = ("127.0.0.1", 50_000)
PATH = "/api/v1/cases"
OFTEN = "100000000/minute"


@pytest.fixture
def seeded(invented) -> Office:
    """An office of invented matters, with the people who may ask."""
    return invented(cases=CASES, at=NOW)


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_a_leaf_costs_little_more_than_a_bare_route(seeded: Office) -> None:
    seeded.settings.__dict__["api_rate"] = OFTEN
    manager = signed(staff_code(Role.SYSTEM_ADMIN), NOW)
    person = adding.add(seeded, staff_code(Role.DIRECTOR), by=manager, at=NOW).person
    token = token_for(seeded, person, NOW)
    ours = Asker(create_app(seeded, only=("bounces",), clock=lambda: NOW), token)
    body = asyncio.run(ours.once())
    subjects = (ours, Asker(reading_rows(seeded, body)), Asker(handing_out(body)))
    stopwatch, laps = Stopwatch(seeded.engine), [[] for _ in subjects]
    for _ in range(1 + ROUNDS):
        for one, found in zip(subjects, laps, strict=True):
            found.append(stopwatch.time(one.again))
    mine, rows, plain = (found[1:] for found in laps)
    rate, literal = ratio(rows, mine), ratio(plain, mine)
    show(
        f"a leaf of {CASES:,} cases by the API, {seeded.engine.dialect.name}",
        {
            "the API": told(mine),
            "bare, from the same rows": told(rows),
            "bare, bytes at hand": told(plain),
            "rate": f"{rate.wall:.0%} of the first, {rate.cpu:.0%} by CPU (aim: {AIM:.0%})",
            "and": f"{literal.wall:.0%} of the second, {literal.cpu:.0%} by CPU",
        },
    )
    assert rate.cpu >= AIM


def told(laps: list[Lap]) -> str:
    return f"{middle(laps).wall / TIMES * 1e3:.1f} ms"


class Asker:
    """An application in this process, asked for a leaf again and again."""

    def __init__(self, app: FastAPI, token: str = "") -> None:
        self._app, self._bears = app, {"Authorization": f"Bearer {token}"} if token else {}

    def again(self) -> None:
        asyncio.run(self._again())

    async def once(self) -> bytes:
        """The bytes of the leaf."""
        async with self._client() as client:
            answer = await client.get(PATH)
            assert answer.status_code == 200, answer.text
            assert len(answer.json()["items"]) == leafing.PAGE
            return answer.content

    async def _again(self) -> None:
        async with self._client() as client:
            for _ in range(TIMES):
                assert (await client.get(PATH)).status_code == 200

    def _client(self) -> httpx.AsyncClient:
        way = httpx.ASGITransport(self._app, client=CLIENT)
        return httpx.AsyncClient(transport=way, base_url="http://127.0.0.1", headers=self._bears)


def reading_rows(office: Office, body: bytes) -> FastAPI:
    """The same statement, and the same bytes made of plain values."""
    app, values = FastAPI(), orjson.loads(body)
    walk = Walk(Sought(), Order.NEWEST, NOW)
    with reading(office.engine) as tx:
        statement = walk.part(tx, 0, begins=True)

    @app.get(PATH)
    def cases() -> Response:
        with reading(office.engine) as tx:
            rows = tx.execute(statement, {"at": NOW, "most": leafing.PAGE + 1}).all()
        assert len(rows) > leafing.PAGE
        return Response(orjson.dumps(values), media_type="application/json")

    return app


def handing_out(body: bytes) -> FastAPI:
    """The bytes and nothing else."""
    app = FastAPI()

    @app.get(PATH)
    def cases() -> Response:
        return Response(body, media_type="application/json")

    return app
