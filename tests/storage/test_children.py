"""The matters that came out of another are found without walking all there are."""

import pytest
from sqlalchemy import event, update

from tests.builders import a_case
from workflow.storage import queries
from workflow.storage.session import reading, transaction

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def test_they_are_found_by_their_parent_once_it_is_known_that_most_have_none(office):
    parent, child, *_ = [a_case(office, "draft").number for _ in range(30)]
    with transaction(office.engine) as tx:
        tx.execute(update(queries.CASE).where(queries.CASE.c.number == child).values(parent=parent))
        tx.exec_driver_sql("ANALYZE")
    office.engine.dispose()
    asked = []
    event.listen(office.engine, "before_cursor_execute", lambda *told: asked.append(told[2:4]))
    with reading(office.engine) as tx:
        assert [one.number for one in queries.children_of(tx, parent)] == [child]
        statement, given = asked[-1]
        plan = str(tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given).all())
    assert "cases_by_parent" in plan and "SCAN" not in plan
