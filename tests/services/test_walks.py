"""The two ways through the register, over a few cases and along an order, held against sorting all of it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from states.vocabulary import Light
from tests.builders import at as instant
from tests.builders import signed
from tests.unguarded import behind_the_application
from workflow.services.installation import install
from workflow.services.seeding import seed
from workflow.settings import Settings
from workflow.storage import leafing
from workflow.storage.leafing import Order, Sought, Walk
from workflow.storage.lights import LIGHT
from workflow.storage.queries import CASE
from workflow.storage.session import reading

NOW, FAR = instant(2026, 11, 20, 17), date.max
WORST_FIRST = ("red", "yellow", "green", "grey")
SOUGHT = {
    "nothing": Sought(),
    "a state": Sought(state="handling"),
    "a state nothing is in": Sought(state="nowhere"),
    "red": Sought(light=Light.RED),
    "in hand": Sought(lit=True),
    "yellow": Sought(light=Light.YELLOW),
    "green, of a state": Sought(light=Light.GREEN, state="handling"),
    "grey": Sought(light=Light.GREY),
    "words": Sought(words="整改"),
    "letters": Sought(words="Ph值"),
    "due between days": Sought(due_from=date(2026, 10, 1), due_until=date(2026, 11, 30)),
    "some ids": Sought(among=select(CASE.c.id).where(CASE.c.id % 3 == 0)),
}


@pytest.fixture(scope="module")
def lived(home, tmp_path_factory):
    """An office of invented matters in every state, with every light."""
    folder, url = tmp_path_factory.mktemp("walked"), home.new_url()
    own = Settings(_env_file=None, database_url=url, secret_file=folder / "k", files=folder / "files")
    made = install(own, by=signed(None, NOW))
    seed(made, cases=120, seed=5, by=signed(None, NOW), at=NOW)
    behind_the_application(
        made,
        "UPDATE cases SET title = title || 'pH值' WHERE id % 4 = 0",
        "UPDATE cases SET sealed_on = '2026-11-19' WHERE id % 9 = 0",
    )
    yield made
    made.engine.dispose()
    home.drop(url)


@pytest.fixture(params=[0, 120], ids=["walked", "gathered"])
def few(request, monkeypatch):
    """How many cases are few, which decides how they are found."""
    monkeypatch.setattr(leafing, "FEW", request.param)
    monkeypatch.setattr(leafing, "_kept_statement", leafing._statement)


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("sought", SOUGHT.values(), ids=SOUGHT)
def test_the_same_cases_come_in_the_same_order(lived, few, sought, order):
    with reading(lived.engine) as tx:
        walk = Walk(sought, order, NOW)
        found = list(walk.rows(tx, None))
        assert [row.id for _, row in found] == [one.id for one in in_order(tx, sought, order)]
        back = replace(walk, back=True).rows(tx, found[-1][0]) if found else ()
        assert [place for place, _ in back] == [place for place, _ in reversed(found[:-1])]


def test_everything_that_is_sought_is_there_to_be_found(lived):
    with reading(lived.engine) as tx:
        counts = {name: len(in_order(tx, sought, Order.NEWEST)) for name, sought in SOUGHT.items()}
    assert [name for name, count in counts.items() if not count] == ["a state nothing is in"]


def in_order(tx, sought, order):
    """All the cases there are, looked through one after the other and sorted."""
    joined = select(CASE, LIGHT.c.yellow_at, LIGHT.c.red_at).join(LIGHT, LIGHT.c.case_id == CASE.c.id)
    among = None if sought.among is None else set(tx.execute(sought.among).scalars())
    found = [one for one in tx.execute(joined) if matches(one, sought, among)]
    return sorted(found, key=KEYS[order])


def matches(one, sought, among):
    words = (sought.words or "").lower()
    return (
        one.sealed_on is None
        and (among is None or one.id in among)
        and (sought.state is None or one.state == sought.state)
        and (sought.light is None or light(one) == sought.light)
        and (not sought.lit or light(one) != "grey")
        and (sought.due_from is None or sought.due_from <= (one.due_on or FAR) <= sought.due_until)
        and (words in one.number.lower() or words in one.title.lower())
    )


def light(one):
    if one.yellow_at is None:
        return "grey"
    return "red" if one.red_at <= NOW else "yellow" if one.yellow_at <= NOW else "green"


def by_light(one):
    shown = light(one)
    turns = {"red": one.red_at, "yellow": one.red_at, "green": one.yellow_at, "grey": NOW}[shown]
    return WORST_FIRST.index(shown), turns, -one.id if shown == "grey" else one.id


KEYS = {
    Order.NEWEST: lambda one: -one.id,
    Order.DUE: lambda one: (one.due_on is None, one.due_on or FAR, one.id),
    Order.LIGHT: by_light,
    Order.CHANGED: lambda one: (-one.recorded_at.timestamp(), -one.id),
    Order.NUMBER: lambda one: one.number.encode(),
    Order.UNIT: lambda one: (one.lead_unit is None, one.lead_unit or "", one.id),
}
