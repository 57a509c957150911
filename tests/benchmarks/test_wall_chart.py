"""挂图作战 of a large office: all it asks of the register, beside the same figures from all cases.

The raw aggregate is one pass of SQL over the cases for each figure, with what is kept beside each case: the
quickest way there is without counts. Both give the same figures; the wall reads the matters that hang on it
by name besides, which the raw aggregate is spared.
"""

import os
from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, case, func, select, text

from states import tallies as counting
from states.tallies import OF_COLUMN, STANDING, Found, Kind, Span, monday_of, stretch_around
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from tests.benchmarks.town import LATE, copy_cases, settle
from tests.builders import OFFICER
from tests.unguarded import take_guards_away
from tests.web.browsing import pages_of
from tests.web.test_register_statements import MOST_BYTES, asked_for
from workflow.services import relighting
from workflow.services.office import Office
from workflow.services.wall_chart import DAYS, LISTED, WEEKS
from workflow.storage import queries, tallies
from workflow.storage.lights import LIGHT
from workflow.storage.session import reading, transaction
from workflow.storage.tallies import Part

CASES = int(os.environ.get("DUBAN_BENCH_CASES", "100000"))
ROUNDS, TIMES, AIM, STATEMENTS = 7, 5, 1 / 50, 12
UNITS, OPEN, DUE_DAYS = 30, 4, 120
"""Units, one open case in so many, and over how many days the cases fall due."""
STRETCH = stretch_around(LATE, WEEKS, DAYS)


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_the_figures_of_the_wall_take_a_fiftieth_of_counting_them(office: Office) -> None:
    copy_cases(office, CASES)
    spread(office)
    relighting.recount(office, at=LATE)
    settle(office)
    office.engine.dispose()  # SQLite's connections know what was found out when they were opened
    stopwatch, kept, raw = Stopwatch(office.engine), [], []
    with reading(office.engine) as tx:
        assert shown(*figures(tx)) == shown(*as_kept(*counted(tx)))
        for _ in range(1 + ROUNDS):
            kept.append(stopwatch.time(lambda: [asked(tx) for _ in range(TIMES)]))
            raw.append(stopwatch.time(lambda: [counted(tx) for _ in range(TIMES)]))
    share = ratio(kept[1:], raw[1:])
    show(
        f"the wall's figures of {CASES:,} cases, {office.engine.dialect.name}",
        {
            "kept": f"{middle(kept[1:]).wall / TIMES * 1e3:.2f} ms",
            "raw aggregate": f"{middle(raw[1:]).wall / TIMES * 1e3:.1f} ms",
            "share": f"1/{1 / share.wall:.0f} of the time, 1/{1 / share.cpu:.0f} by CPU (aim: 1/50)",
            "page": page_of(office, stopwatch),
        },
    )
    assert share.cpu <= AIM


def spread(office: Office) -> None:
    """Let the cases be led by many units and fall due on many days, most of them struck off."""
    statement = (
        "UPDATE cases SET lead_unit = 'U' || (id / 4 % :units), due_on = {due}, dispatched_on = {sent}, "
        "state = CASE WHEN id % :open = 0 THEN state ELSE 'closed' END, "
        "closed_on = CASE WHEN id % :open = 0 THEN NULL ELSE {due} END, "
        "outcome = CASE WHEN id % :open = 0 THEN NULL WHEN id % 7 = 0 THEN 'late' ELSE 'on_time' END"
    )
    first, days = LATE.date() - timedelta(days=DUE_DAYS // 2), "(id / 128) % :days"
    if office.engine.dialect.name == "postgresql":
        due = f"DATE '{first}' + ({days})::int"
        sent = f"{due} - 30"
    else:
        due = f"date('{first}', '+' || ({days}) || ' days')"
        sent = f"date({due}, '-30 days')"
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        given = {"units": UNITS, "open": OPEN, "days": DUE_DAYS}
        tx.execute(text(statement.format(due=due, sent=sent)), given)


def asked(tx: Connection) -> Any:
    """All the wall asks of the register: its figures, and the matters that hang on it by name."""
    named = list(tallies.singled_out(tx, None, LATE, LISTED))
    assert len(named) >= LISTED[Part.LONGEST]
    return figures(tx), named


def figures(tx: Connection) -> Any:
    """The figures as the wall asks for them."""
    return tallies.by_unit(tx, None, LATE), tallies.around(tx, None, STRETCH)


def counted(tx: Connection) -> Any:
    """The same from every case."""
    columns = {kind: LIGHT.c[column] for column, kind in OF_COLUMN.items() if kind in STANDING}
    sums = {kind.value: func.sum(case((column <= LATE, 1), else_=0)) for kind, column in columns.items()}
    sums[Kind.IN_HAND.value] = func.count(columns[Kind.YELLOW])
    joined = select(queries.CASE.c.lead_unit, *sums.values()).join_from(
        queries.CASE, LIGHT, LIGHT.c.case_id == queries.CASE.c.id
    )
    found = {}
    for unit, *numbers in tx.execute(joined.group_by(queries.CASE.c.lead_unit)):
        found[unit] = {kind: int(n) for kind, n in zip(sums, numbers, strict=True) if n}
    return found, dict(_by_instant(tx))


def _by_instant(tx: Connection) -> Any:
    for column, kind in OF_COLUMN.items():
        if kind is Kind.MISSED:
            continue
        at, since = LIGHT.c[column], LATE if kind in (Kind.YELLOW, Kind.RED) else STRETCH.since
        grouped = select(at, func.count()).where(at.between(since, STRETCH.until)).group_by(at)
        yield from (((kind.value, when), int(count)) for when, count in tx.execute(grouped))


def as_kept(units: Any, by_instant: Any) -> Any:
    """What was counted from every case, by week and instant."""
    found: dict[Span, dict[Any, Counter[str]]] = {span: defaultdict(Counter) for span in Span}
    for (kind, when), count in by_instant.items():
        if kind not in STANDING:
            found[Span.FLOW][when][kind] += count
        elif when < STRETCH.monday:
            found[Span.WEEK][monday_of(when)][kind] += count
        else:
            found[Span.INSTANT][when][kind] += count
    return units, found


def shown(units: Any, found: Found) -> Any:
    """What the wall says of it."""
    told = {unit: counting.tally(counts) for unit, counts in units.items() if counts.get(Kind.IN_HAND)}
    now = counting.added(told.values())
    weeks = counting.weeks(found, LATE, now.overdue, WEEKS)
    return told, weeks, counting.due_by_day(found, LATE), counting.ahead(found, LATE, now, DAYS)


def page_of(office: Office, stopwatch: Stopwatch) -> str:
    """What a look at the wall costs: in time, statements and bytes."""
    with pages_of(office) as pages:
        pages.now = LATE
        him = pages.signed_in(OFFICER)
        him.sees("/wall")
        seen, shown = asked_for(office, him, "/wall")
        lap = middle([stopwatch.time(lambda: him.sees("/wall")) for _ in range(ROUNDS)])
    assert len(seen) <= STATEMENTS and len(shown.encode()) <= MOST_BYTES
    return f"{lap.wall * 1e3:.1f} ms, {len(seen)} statements, {len(shown.encode()):,} bytes"
