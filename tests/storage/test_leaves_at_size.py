"""A leaf of a large register is found by visiting as few rows as one of a small register."""

import pytest

from states.vocabulary import Light
from tests.benchmarks.town import LATE, SPREAD, copy_cases
from tests.unguarded import behind_the_application
from workflow.services import relighting
from workflow.storage import leafing
from workflow.storage.leafing import Order, Sought, Walk
from workflow.storage.session import reading

CASES, FEW, MOST_STEPS = 6_000, 60, 35_000
"""To walk past all of them takes six steps each at the least."""

KINDS = {
    "nothing sought": Sought(),
    "a common state": Sought(state="handling"),
    "a rare one": Sought(state="verifying"),
    "one nothing is in": Sought(state="draft"),
    "a unit": Sought(units=frozenset({"U7"})),
    "some units": Sought(units=frozenset({"U7", "U8"})),
    "a light": Sought(light=Light.RED),
    "a light nothing shows": Sought(light=Light.GREEN),
}

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.fixture(params=["of a small register", "none"])
def town(request, office, monkeypatch):
    """A register of which the database has statistics that are old by now, or none."""
    monkeypatch.setattr(leafing, "FEW", FEW)
    monkeypatch.setattr(leafing, "_kept_statement", leafing._statement)
    copy_cases(office, CASES)
    behind_the_application(office, SPREAD)
    if request.param == "none":
        behind_the_application(office, "DELETE FROM sqlite_stat1")
    relighting.recount(office, at=LATE)
    office.engine.dispose()
    return office


def test_no_leaf_visits_a_large_part_of_the_register(town):
    visited = {}
    for name, sought in KINDS.items():
        for order in Order:
            with reading(town.engine) as tx:
                visited[name, order.value] = steps_taken(tx, Walk(sought, order, LATE))
    assert {kind: count for kind, count in visited.items() if count > MOST_STEPS} == {}


def steps_taken(tx, walk):
    """Steps of SQLite's machine, of which it takes some for a row."""
    taken = []
    driver = tx.connection.dbapi_connection
    driver.set_progress_handler(lambda: taken.append(1) and 0, 100)
    first_leaf(tx, walk)
    driver.set_progress_handler(None, 0)
    return 100 * len(taken)


def first_leaf(tx, walk):
    return [row for _, (_, row) in zip(range(51), walk.rows(tx, None), strict=False)]
