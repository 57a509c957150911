"""The desk of a large office beside its signing room: neither may read every matter in hand.

A twentieth of the matters is late, a tenth has a plan, as many a task; one in a thousand asks for more time.
All units lead alike; besides, a hundred matters of one unit wait for the office to verify what was reported.
"""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection, case, event, insert, literal, select, update

from states.clocks import Clock
from states.nodes import Node
from states.tasks import Task, TaskState
from states.vocabulary import ClockName
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.benchmarks.town import DUE_ON, LATE, copy_cases, settle
from tests.builders import DIRECTOR, LIAISON, OFFICER, OPENED, OTHER, a_case, at
from tests.web.browsing import HTML, session_of
from tests.web.counting import MOST_STATEMENTS, NO_QUESTION
from workflow.services.office import Office
from workflow.storage import lights
from workflow.storage.queries import CASE, UNIT
from workflow.storage.searches import CASE_UNIT
from workflow.storage.session import transaction
from workflow.web import app as pages

CASES = int(os.environ.get("DUBAN_BENCH_CASES", "100000"))
ROUNDS, WAITING, EVERY, FEW = 5, 100, 20, 1_000
AIM, FLOOR = 0.3, 5.0
"""Seconds of processor time that are wanted, and how many signing rooms a desk may cost at most."""

FAR, CLIENT = at(2026, 12, 31).date(), ("127.0.0.1", 50_000)


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_a_desk_costs_little_however_many_matters_are_in_hand(office: Office) -> None:
    a_large_office(office)
    stopwatch, app = (
        Stopwatch(office.engine),
        pages.create_app(office, only=("bounces",), clock=lambda: LATE),
    )
    room = Asked(office, app, "/signing", DIRECTOR)
    for who, person in {"officer": OFFICER, "director": DIRECTOR, "liaison": LIAISON}.items():
        desk = Asked(office, app, "/desk", person)
        laps: tuple[list[Lap], list[Lap]] = ([], [])
        for _ in range(1 + ROUNDS):
            for one, found in zip((desk, room), laps, strict=True):
                found.append(stopwatch.time(one.once))
        mine, its = (found[1:] for found in laps)
        cost = ratio(mine, its)
        show(
            f"{who}'s desk over {CASES:,} cases, {office.engine.dialect.name}",
            {
                "desk": f"{middle(mine).cpu:.2f} s CPU (aim: {AIM} s)",
                "signing room": f"{middle(its).cpu:.2f} s CPU",
                "cost": f"{cost.cpu:.1f}× by CPU (at most {FLOOR}×)",
            },
        )
        assert cost.cpu <= FLOOR
        with counted(office) as seen:
            desk.once()
        assert len(seen) <= MOST_STATEMENTS, seen


class Asked:
    """A page of an application in this process, asked for by somebody."""

    def __init__(self, office: Office, app: FastAPI, path: str, person: str) -> None:
        self._app, self._path = app, path
        self._cookies = {"duban": session_of(office, person, LATE)}

    def once(self) -> None:
        asyncio.run(self._once())

    async def _once(self) -> None:
        way = httpx.ASGITransport(self._app, client=CLIENT)
        asked = {"base_url": "http://127.0.0.1", "headers": HTML, "cookies": self._cookies}
        async with httpx.AsyncClient(transport=way, timeout=600, **asked) as client:
            answer = await client.get(self._path)
            assert answer.status_code == 200


@contextmanager
def counted(office: Office) -> Iterator[list[str]]:
    """What the database is asked meanwhile."""
    seen: list[str] = []

    def note(*told: object) -> None:
        if not str(told[2]).startswith(NO_QUESTION):
            seen.append(str(told[2]))

    event.listen(office.engine, "before_cursor_execute", note)
    yield seen
    event.remove(office.engine, "before_cursor_execute", note)


def a_large_office(office: Office) -> None:
    """Copies that differ in their rows, with when their lights turn; and some that lived."""
    copy_cases(office, CASES)
    with transaction(office.engine) as tx:
        _spread(tx)
        _light(tx)
    for _ in range(WAITING):
        a_case(office, "verifying")
    settle(office)


def _spread(tx: Connection) -> None:
    units, place = sorted(tx.execute(select(UNIT.c.code)).scalars()), CASE.c.id % EVERY
    led = case(dict(enumerate(units)), value=CASE.c.id % len(units))
    known = case(dict(enumerate(units)), value=CASE_UNIT.c.case_id % len(units))
    due = case((place == 0, literal(DUE_ON)), else_=literal(FAR))
    tx.execute(update(CASE).values(lead_unit=led, due_on=due))
    tx.execute(update(CASE_UNIT).values(unit=known))
    tx.execute(update(CASE).where(place.in_((1, 2))).values(nodes=(_a_node(),)))
    tx.execute(update(CASE).where(place.in_((3, 4))).values(tasks=(_a_task(),)))
    tx.execute(update(CASE).where(CASE.c.id % FEW == 5).values(extension_to=FAR, extension_consented_by="x"))


def _light(tx: Connection) -> None:
    is_late, has_node = CASE.c.due_on <= LATE.date(), (CASE.c.id % EVERY).in_((1, 2))
    soon, late = (
        literal(at(2026, 12, 20), lights.LIGHT.c.red_at.type),
        literal(LATE, lights.LIGHT.c.red_at.type),
    )
    turns = case((is_late, late), else_=soon)
    missed = case((has_node, soon), else_=None)
    columns = ("case_id", "unit", "yellow_at", "red_at", "missed_at")
    tx.execute(lights.LIGHT.delete())
    told = select(CASE.c.id, CASE.c.lead_unit, turns, turns, missed)
    tx.execute(insert(lights.LIGHT).from_select(columns, told))


def _a_node() -> Node:
    days = {"due_on": at(2026, 12, 19).date(), "starts_on": OPENED.date(), "planned_on": OPENED.date()}
    return Node(id=1, title="完成施工招标", weight=100, final_on=FAR, **days)


def _a_task() -> Task:
    clock = Clock(ClockName.TASK, 1, OPENED, None, False, "", FAR, FAR)
    return Task(id=1, unit=OTHER, title="迁移站牌12处", state=TaskState.WORKING, clock=clock)
