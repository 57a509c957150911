"""What a claim costs, and a look whether there is any: neither may follow the number of messages that wait.

One mail is posted by the office and copied by the database into as many as are wanted, all due.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import a_case, at
from tests.unguarded import take_guards_away
from workflow.services.office import Office
from workflow.storage import outbox, queries
from workflow.storage.session import reading, rehearsal, transaction

FEW, MANY = 1_000, 100_000
ROUNDS, TIMES, BATCH = 9, 50, 50
NOW, LEASE = at(2026, 7, 2), timedelta(minutes=15)
DOMAINS = ("binhai.example",)
AIM, ROOM = 1.3, 1.25


Installed = Callable[[], Office]


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_a_claim_does_not_follow_the_messages_that_wait(another_office: Installed) -> None:
    assert growth(f"a claim of {BATCH} messages", another_office, claiming) <= AIM * ROOM


@pytest.mark.benchmark
@pytest.mark.timeout(1_200)
def test_nor_does_a_look_at_what_is_due_where_no_domain_is_allowed(another_office: Installed) -> None:
    assert growth("a look at what is due, nobody allowed", another_office, looking) <= AIM * ROOM


def growth(what: str, another_office: Installed, act: Callable[[Office], Callable[[], None]]) -> float:
    """How much more of the processor it takes with many than with few that wait."""
    offices = {size: with_messages(another_office(), size) for size in (FEW, MANY)}
    laps: dict[int, list[Lap]] = {size: [] for size in offices}
    for _ in range(1 + ROUNDS):
        for size, office in offices.items():
            laps[size].append(Stopwatch(office.engine).time(act(office)))
    few, many = (one[1:] for one in laps.values())  # the first round warms the caches
    more = ratio(many, few)
    show(
        f"{what}, {offices[FEW].engine.dialect.name}",
        {
            f"{FEW:,} waiting": f"{middle(few).wall / TIMES * 1e3:.2f} ms",
            f"{MANY:,} waiting": f"{middle(many).wall / TIMES * 1e3:.2f} ms",
            "growth": f"{more.wall:.2f}× wall, {more.cpu:.2f}× CPU (aim: {AIM}×)",
        },
    )
    return float(more.cpu)


def with_messages(office: Office, count: int) -> Office:
    """The office with so many messages of three priorities to leave."""
    a_case(office, "assigned")
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        tx.execute(text("UPDATE documents SET sha256 = 'there'"))
        tx.execute(text(_copies()), {"count": count})
        if tx.dialect.name == "postgresql":  # it does so by itself in time; SQLite does not
            tx.execute(text("ANALYZE"))
    return office


def _copies() -> str:
    columns = [column.name for column in queries.OUTBOX.columns]
    own = {name: f"{name} || '-' || copy.i" for name in ("dedupe_key", "message_id")}
    own |= {"id": "substr(id, 1, 20) || '-' || copy.i", "priority": "1 + 4 * (copy.i % 3)"}
    return (
        f"INSERT INTO outbox ({', '.join(columns)}) "
        "WITH RECURSIVE copy(i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM copy WHERE i < :count) "
        f"SELECT {', '.join(own.get(name, name) for name in columns)} FROM outbox, copy"
    )


def looking(office: Office) -> Callable[[], None]:
    """Fifty looks of a tick: at mails, at copies, at what is out of step."""

    def look() -> None:
        for _ in range(TIMES):
            with reading(office.engine) as tx:
                assert not outbox.any_due(tx, NOW, ())
                assert not outbox.any_copy_due(tx, NOW)
                assert not outbox.any_out_of_step(tx, NOW)

    return look


def claiming(office: Office) -> Callable[[], None]:
    """Fifty claims, each taken back."""

    def claim() -> None:
        for _ in range(TIMES):
            with rehearsal(office.engine) as tx:
                outbox.count_since(tx, NOW)
                assert len(outbox.lease(tx, NOW, NOW + LEASE, DOMAINS, BATCH)) == BATCH

    return claim
