"""A register of any size: one case taken over by the service, and its rows copied under other numbers.

Every copy has its own chain, hashed and coded as the office would have done it, so that the whole register
verifies. All are late on the same day and asleep; a heat of them is woken when it is measured.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, update

from states.history import chain_hash, keyed_code
from tests.benchmarks.raw_rows import for_driver, put, rows_of
from tests.builders import (
    LEAD_CODE,
    OFFICER,
    OPENED,
    REQUIREMENT,
    TITLE,
    at,
    signed,
    with_letters_alone,
)
from workflow.services import cases
from workflow.services.cases import Order
from workflow.services.office import Office
from workflow.storage import queries, serials
from workflow.storage.session import transaction

DUE_ON, LATE = date(2026, 7, 22), at(2026, 7, 23)
WAKING, NIGHTS = at(2026, 8, 3, 0), 200
PREFIX = "基准"
FIRST_NUMBER = f"{PREFIX}00000001"
OWN_ID = {"events": "case_id", "cases": "id", "limits": "case_id", "case_units": "case_id"}
"""Entries come first: the database takes no case without its own."""

SPREAD = (
    "UPDATE cases SET lead_unit = 'U' || (id % 100), state = CASE WHEN id % 4 = 0 THEN 'handling' "
    "WHEN id % 150 = 1 THEN 'verifying' ELSE 'closed' END, accountable_leader = '领导' || (id % 10)"
)
"""Lets the copies be led by many units and stand at different places, once the guards are taken away."""

Columns = dict[str, Any]


@dataclass
class Town:
    """An office with `size` open cases, and `spare` more for the twins of the largest heat.

    Each matter gets a paper of its own: that is more work than one for many.
    """

    open_one: Callable[[], Office]
    size: int
    spare: int
    _offices: list[Office] = field(default_factory=list)
    _next: int = 1

    @property
    def office(self) -> Office:
        """The office, built when it is first asked for."""
        if not self._offices:
            self._build()
        return self._offices[-1]

    def heat(self, due: int) -> range:
        """The ids of cases that are woken, each with an untouched twin `due` ids further on.

        When too few are left that nobody has touched, there is a new office.
        """
        if not self._offices or self._next + 2 * due > self.size + self.spare + 1:
            self._build()
        ids = range(self._next, self._next + due)
        self._next += 2 * due
        wake(self.office, ids)
        return ids

    def _build(self) -> None:
        office = self.open_one()
        self._offices.append(with_letters_alone(office, office.settings.secret_file.parent))
        self._next = 1
        copy_cases(self._offices[-1], self.size + self.spare)


def wake(office: Office, ids: range) -> None:
    """Let these cases be due on the day they are late."""
    ours = queries.CASE.c.id.between(ids[0], ids[-1])
    with transaction(office.engine) as tx:
        tx.execute(update(queries.CASE).where(ours).values(next_action_at=LATE))


def copy_cases(office: Office, count: int) -> None:
    """Fill an empty register with `count` cases that differ in their numbers alone."""
    cases.perform_all(office, [_order()], by=signed(OFFICER), at=OPENED)
    with transaction(office.engine) as tx:
        tx.execute(update(queries.CASE).values(next_action_at=WAKING))
        first = {name: _only_row(tx, name) for name in OWN_ID}
        for name, row in first.items():
            put(tx, name, list(row), _copies(office, tx, name, first, count))
        serials.raise_to(tx, cases.CASE_IDS, 0, count)
    settle(office)


def _order() -> Order:
    details = {
        "state": "handling",
        "title": TITLE,
        "origin": "基准测试",
        "requirement": REQUIREMENT,
        "lead_unit": LEAD_CODE,
        "dispatched_on": OPENED.date(),
        "due_on": DUE_ON,
    }
    return Order("take_over", details=details, new_number=FIRST_NUMBER)


def _only_row(tx: Connection, name: str) -> Columns:
    """The one row the case has in a table; an entry's own id is the database's to give."""
    (row,) = rows_of(tx, f"SELECT * FROM {name} WHERE {OWN_ID[name]} = 1")
    return {column: value for column, value in row.items() if (name, column) != ("events", "id")}


def _copies(
    office: Office, tx: Connection, name: str, first: dict[str, Columns], count: int
) -> Iterator[list[Any]]:
    """The rows of one table for every case after the first."""
    entry, nights = first["events"], _nights(tx)
    row = dict(first[name])
    for number in range(2, count + 1):
        row[OWN_ID[name]] = number
        if name in ("cases", "events"):
            called = f"{PREFIX}{number:08}"
            payload = entry["payload"].replace(FIRST_NUMBER, called)
            head = chain_hash(payload, entry["previous_hash"])
        if name == "cases":
            row |= {"number": called, "head": head, "next_action_at": nights[number % NIGHTS]}
        if name == "events":
            row |= {
                "payload": payload,
                "hash": head,
                "keyed_code": keyed_code(head, office.secret.newest.value),
            }
        yield list(row.values())


def _nights(tx: Connection) -> list[Any]:
    """The instants cases sleep until, as the driver takes them."""
    bind = for_driver(tx, queries.CASE.c.next_action_at)
    return [bind(WAKING + timedelta(days=night)) for night in range(NIGHTS)]


def settle(office: Office) -> None:
    """What a database does by itself in time: statistics, and the first visit to new rows."""
    statement = "VACUUM ANALYZE" if office.engine.dialect.name == "postgresql" else "ANALYZE"
    raw = office.engine.raw_connection()
    try:
        if office.engine.dialect.name == "postgresql":
            raw.driver_connection.autocommit = True
        raw.cursor().execute(statement)
    finally:
        raw.invalidate()
