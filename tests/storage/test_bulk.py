"""Rows written by the driver's shortest way are the rows SQLAlchemy's insert would have written."""

from datetime import date

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DataError, IntegrityError

from tests.builders import OPENED, a_case
from workflow.storage import queries
from workflow.storage.bulk import MANY, Guard, add_to_rows, insert_rows, update_rows
from workflow.storage.models import Escalation
from workflow.storage.session import reading, transaction
from workflow.storage.tallies import KEY, KINDS, TALLY

FEW = 2
ESCALATION = queries.ESCALATION


def escalations(count: int) -> list[dict]:
    """Escalations of different cases, with and without dates."""
    common = {"clock": "handle", "epoch": 1, "step": "reminder", "state": "issued", "mode": "automatic"}
    return [
        {
            "id": f"{number:032}",
            "case_id": number,
            **common,
            "policy": "督",
            "unit": "BH212",
            "due_on": date(2026, 7, 22),
            "raised_on": OPENED.date(),
            "reason": "办结期限已过“一日”",
            "issued_on": OPENED.date() if number % 2 else None,
        }
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [1, FEW, 3 * MANY])
def test_rows_are_stored_as_sqlalchemy_stores_them(office, count):
    with transaction(office.engine) as tx:
        insert_rows(tx, ESCALATION, escalations(count))
        ours = set(tx.execute(select(ESCALATION)))
        tx.execute(delete(ESCALATION))
        tx.execute(insert(ESCALATION), escalations(count))
        assert ours == set(tx.execute(select(ESCALATION))) and len(ours) == count


@pytest.mark.parametrize("count", [1, FEW, 3 * MANY])
def test_rows_that_are_there_are_added_to(office, count):
    units = [f"又{number:03}" for number in range(count)]
    told = [{"unit": unit, "span": "week", "at": OPENED, **dict.fromkeys(KINDS, 3)} for unit in units]
    with transaction(office.engine) as tx:
        add_to_rows(tx, TALLY, told[:1], KEY)
        add_to_rows(tx, TALLY, told, KEY)
        found = tx.execute(select(TALLY.c.unit, TALLY.c.closed).where(TALLY.c.at == OPENED))
        assert dict(map(tuple, found)) == dict.fromkeys(units, 3) | {units[0]: 6}


@pytest.mark.parametrize("count", [FEW, 3 * MANY])
def test_a_second_row_of_the_same_key_is_told_without_its_values(office, count):
    with pytest.raises(IntegrityError) as told, transaction(office.engine) as tx:
        insert_rows(tx, ESCALATION, escalations(count))
        insert_rows(tx, ESCALATION, escalations(count))
    assert "BH212" not in str(told.value)
    with reading(office.engine) as tx:
        assert queries.count_rows(tx, Escalation) == 0


@pytest.mark.postgres
@pytest.mark.parametrize("count", [FEW, 3 * MANY])
def test_what_is_too_long_is_refused_by_the_table(office, count):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite does not bound text")
    with pytest.raises(DataError), transaction(office.engine) as tx:
        insert_rows(tx, ESCALATION, [row | {"unit": "督" * 33} for row in escalations(count)])


@pytest.mark.parametrize("count", [FEW, 3 * MANY])
def test_only_rows_at_their_version_are_changed(office, count):
    ids = [a_case(office, "draft").id for _ in range(FEW)]
    changes = {"next_action_at": None, "recorded_at": OPENED, "title": "改后"}
    rows = [{"id": number, "version": 1, **changes} for number in (*ids, *range(9_000, 9_000 + count))]
    rows[0]["version"] = 7
    with transaction(office.engine) as tx:
        assert update_rows(tx, queries.CASE, rows).rowcount == FEW - 1
    with reading(office.engine) as tx:
        found = {row.id: row for row in tx.execute(select(queries.CASE))}
    assert [found[one].version for one in ids] == [1, 2]
    assert (found[ids[1]].title, found[ids[1]].next_action_at) == ("改后", None)


@pytest.mark.parametrize("count", [FEW, 3 * MANY])
def test_only_rows_a_guard_lets_through_are_changed_and_it_counts_where_it_says(office, count):
    as_issued = Guard("epoch", besides="kept.state = 'issued'")
    rows = escalations(count)
    rows[0] |= {"epoch": 2}
    rows[1] |= {"state": "waived"}
    changes = [{"id": row["id"], "epoch": 1, "reason": "改后", "issued_on": None} for row in rows]
    with transaction(office.engine) as tx:
        insert_rows(tx, ESCALATION, rows)
        assert update_rows(tx, ESCALATION, changes, as_issued).rowcount == count - FEW
        found = {row.id: row for row in tx.execute(select(ESCALATION))}
    assert [found[row["id"]].reason == "改后" for row in rows] == [False, False, *[True] * (count - FEW)]
    assert [found[row["id"]].epoch for row in rows] == [row["epoch"] for row in rows]
