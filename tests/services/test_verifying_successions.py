"""Verification of who goes on with a unit's work: rows against the reforms that were registered."""

import pytest
from sqlalchemy import text

from tests.builders import LEAD_CODE, OTHER_CODE
from tests.reforming import HEIR_CODE, merged, renamed, split_up
from workflow.services.verification import verify
from workflow.storage.session import transaction


@pytest.fixture
def reformed(office):
    """市城市管理局 renamed twice and split, then one of its heirs merged into the other."""
    renamed(office, "市城市综合管理局")
    renamed(office, "市城运局")
    split_up(office, cases={})
    merged(office, OTHER_CODE)


def found_after(office, statement):
    with transaction(office.engine) as tx:
        tx.execute(text(statement))
    return [(one["code"], one["unit"], one["successor"]) for one in verify(office).findings]


def test_reforms_that_were_registered_are_clean(office, reformed):
    assert verify(office).findings == []


TO_HEIR = f"unit = '{LEAD_CODE}' AND successor = '{HEIR_CODE}'"
CHANGED = ("succession_changed", LEAD_CODE, HEIR_CODE)
MISSING = ("succession_missing", LEAD_CODE, HEIR_CODE)
MUTATIONS = [
    (f"""UPDATE unit_successions SET "on" = '2026-01-01' WHERE {TO_HEIR}""", [CHANGED]),
    (f"UPDATE unit_successions SET basis = '滨编发〔2026〕9号' WHERE {TO_HEIR}", [CHANGED]),
    (f"DELETE FROM unit_successions WHERE {TO_HEIR}", [MISSING]),
    (
        f"UPDATE unit_successions SET successor = 'BH211' WHERE {TO_HEIR}",
        [("succession_unrecorded", LEAD_CODE, "BH211"), MISSING],
    ),
    (
        f"UPDATE unit_successions SET unit = 'BH211' WHERE {TO_HEIR}",
        [("succession_unrecorded", "BH211", HEIR_CODE), MISSING],
    ),
    (
        """INSERT INTO unit_successions (unit, successor, "on", basis)
        VALUES ('BH211', 'BH215', '2026-07-06', '')""",
        [("succession_unrecorded", "BH211", "BH215")],
    ),
    (
        f"UPDATE unit_successions SET basis = '' WHERE unit = successor AND unit = '{LEAD_CODE}'",
        [("succession_changed", LEAD_CODE, LEAD_CODE)],
    ),
]


@pytest.mark.parametrize(("statement", "expected"), MUTATIONS)
def test_what_was_done_behind_the_desk_is_found_and_names_the_row(office, reformed, statement, expected):
    assert found_after(office, statement) == expected


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
def test_a_day_nobody_can_read_is_found_like_any_other(home, office, reformed):
    """PostgreSQL takes no such day."""
    assert found_after(office, f"""UPDATE unit_successions SET "on" = '某日' WHERE {TO_HEIR}""") == [CHANGED]
