"""What was told on a day is what is told of that day ever after.

Matters of a city go their courses side by side, in the order of the days; a sweep climbs the ladder, a unit
is renamed, another merged, a notice of holidays comes in between. At random instants the register, every case
and every history are written down. When all is over, each is asked for as of its instant, compared, and
folded once more from the stored payloads alone.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations, count
from random import Random
from typing import Any

import pytest

from states.differences import Change, Difference, Place, applied
from states.errors import Refusal
from states.facts import FACT_NAMES, CaseFacts, to_json
from tests.acceptance.test_a_year_in_the_city import COURSES, UNITS
from tests.builders import DIRECTOR, PRINCIPAL, at, rows, signed, stored, sweep_on
from tests.city import City, act, working_days
from tests.reforming import merged, renamed
from tests.stories import GROUND
from workflow.services import calendars, comparing, escalations, timeline
from workflow.services.access import case_row
from workflow.services.register import list_cases, show
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.models import Case, Escalation, Event
from workflow.storage.session import reading

BEGUN, LAST = at(2026, 7, 6), at(2026, 10, 30)
OVER = at(2026, 12, 31)
SNAPSHOTS = 12

HAPPENED = {
    *("escalation_issued", "escalation_served", "escalation_proposed", "escalation_approved"),
    *("extension_granted", "task_accepted", "reassigned", "suspended", "reopened"),
    *("succeeded", "commented", "urged", "calendar_loaded", "unit_renamed", "units_merged"),
}
"""Some of what has to come about in every play."""

Scene = tuple[datetime, Callable[[], Any]]


@dataclass
class Told:
    """What was told at an instant."""

    register: list[dict[str, Any]]
    cases: dict[str, dict[str, Any]]
    histories: dict[str, list[dict[str, Any]]]
    facts: dict[str, dict[str, Any]]


@pytest.fixture(params=[1, 2])
def dice(request):
    return Random(request.param)


def agenda(city: City, dice: Random, folder) -> list[Scene]:
    """Everything that happens, in the order of its instants."""
    scenes = [scene for course in COURSES for scene in course_of(city, course, dice)]
    days = (BEGUN + timedelta(days=days) for days in range(2, (LAST - BEGUN).days, 3))
    scenes += [(day.replace(hour=8), lambda day=day: the_ladder(city, day.replace(hour=8))) for day in days]
    scenes += reforms(city, folder)
    order = count()
    return sorted(((when, next(order), what) for when, what in scenes), key=lambda one: one[:2])


def course_of(city: City, course, dice: Random) -> Iterator[Scene]:
    """A matter from its proposal on, at an hour of its own."""
    lead, helper = dice.sample(UNITS, 2)
    begun = BEGUN + timedelta(days=dice.randint(0, 30), minutes=dice.randint(60, 400))
    made: list[Any] = []
    facts = {"complexity": "ordinary", "accountable_leader": "苗立言"}
    yield begun, lambda: made.append(city.propose(lead, helper, begun, **facts))
    order = act(1, "assign", "director", lead_unit=lead, limit=working_days(dice.randint(5, 25)))
    for one in (order, *course):
        yield begun + timedelta(days=one.days), lambda one=one: city.give(made[0], one)


def the_ladder(city: City, when: datetime) -> None:
    """A sweep; whatever it raised is approved, and its unit signs for it."""
    sweep_on(city.office, when)
    for row in rows(city.office, Escalation):
        with suppress(Refusal):  # what it waits for is another thing
            if row.state == "proposed":
                asked = {"question": "何时能够办结"} if row.step == "inquiry" else {"ground": GROUND}
                by = DIRECTOR if row.step == "inquiry" else PRINCIPAL
                escalations.act(city.office, row.id, "approve", by=signed(by, when), at=when, **asked)
            elif row.state == "issued":
                by = signed(f"{row.unit}-L", when)
                escalations.act(city.office, row.id, "sign", by=by, at=when)


def reforms(city: City, folder) -> Iterator[Scene]:
    renaming, merging, closing = at(2026, 8, 10, 7), at(2026, 9, 7, 7), at(2026, 9, 21, 7)
    yield renaming, lambda: renamed(city.office, "市城管执法局", "BH212", on=renaming.date(), when=renaming)
    yield merging, lambda: merged(city.office, UNITS[3], into=UNITS[4], on=merging.date(), when=merging)
    yield closing, lambda: a_typhoon(city, folder, closing)


def a_typhoon(city: City, folder, when: datetime) -> None:
    off = [{"name": "台风停工", "date": f"2026-09-{day}", "isOffDay": True} for day in (16, 17)]
    path = folder / "停工令.json"
    path.write_text(json.dumps({"papers": ["停工令"], "days": off}, ensure_ascii=False), encoding="utf-8")
    calendars.load(city.office, path, by=signed("吕喆", when), at=when)


def lived(city: City, dice: Random, folder) -> dict[datetime, Told]:
    """The play, with what was told at random instants of it."""
    scenes = agenda(city, dice, folder)
    stops = set(dice.sample(range(len(scenes) - 1), SNAPSHOTS))
    told: dict[datetime, Told] = {}
    for place, (when, _, what) in enumerate(scenes):
        with suppress(Refusal):  # the ladder or a reform may have been there first
            what()
        following = scenes[min(place + 1, len(scenes) - 1)][0]
        if place in stops and following > when:
            instant = when + (following - when) / 2
            told[instant] = told_now(city.office, instant)
    return told


def told_now(office, now: datetime) -> Told:
    numbers = [row.number for row in rows(office, Case)]
    return Told(
        [one.as_json() for one in list_cases(office, today=now)],
        {number: show(office, number, today=now) for number in numbers},
        {number: timeline.history(office, number) for number in numbers},
        {number: plain(stored(office, number).facts) for number in numbers},
    )


def told_of(office, then: datetime, numbers) -> Told:
    return Told(
        [one.as_json() for one in list_cases(office, today=OVER, as_of=then)],
        {number: show(office, number, today=OVER, as_of=then) for number in numbers},
        {number: timeline.history(office, number, as_of=then) for number in numbers},
        {number: plain(CaseFacts()) | folded(office, number, then) for number in numbers},
    )


def plain(facts: CaseFacts) -> dict[str, Any]:
    return to_json({name: getattr(facts, name) for name in FACT_NAMES})


def folded(office, number: str, then: datetime) -> dict[str, Any]:
    """The facts of a case from the stored payloads and words, by nothing but laying one over the other."""
    facts: dict[str, Any] = {}
    with reading(office.engine) as tx:
        for event in queries.events_of(tx, case_row(tx, number).id):
            payload = json.loads(event.payload)
            if datetime.fromisoformat(payload["recorded_at"]) <= then:
                facts |= payload["set"]
                facts |= json.loads(event.personal).get("set", {}) if event.personal else {}
    return facts


def test_the_past_is_told_as_it_was(office, dice, tmp_path):
    city = City(office)
    told = lived(city, dice, tmp_path)
    assert len(told) >= SNAPSHOTS // 2
    assert {row.kind for row in rows(office, Event)} >= HAPPENED
    for then, was in told.items():
        now = told_of(office, then, was.cases)
        assert now.register == was.register
        assert now.cases == was.cases
        assert now.histories == was.histories
        assert now.facts == was.facts
    assert_differences_lead_on(office, sorted(told))
    assert verify(office).exit_code == 0


def assert_differences_lead_on(office, instants: list[datetime]) -> None:
    """From the record of any of these instants to that of any later one, case by case."""
    for number in [row.number for row in rows(office, Case)]:
        records = {}
        with reading(office.engine) as tx:
            for then in instants:
                seen = comparing._Seen(tx, office, case_row(tx, number), then, None)
                records[then] = seen.record
        for since, until in combinations(instants, 2):
            if records[until]:
                found = comparing.compare(office, number, since=since, until=until)
                assert applied(records[since], map(as_difference, found)) == records[until]


def as_difference(one: dict[str, Any]) -> Difference:
    place = Place(one["part"], one["whose"], one["field"])
    return Difference(place, Change(one["change"]), one["old"], one["new"])
