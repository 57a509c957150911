"""Verification holds what came in to what the journal tells of it, column by column."""

import pytest
from sqlalchemy import delete, update

from tests.builders import OFFICER, a_paper_of_proof, signed
from tests.intake import ARRIVED, an_arrival, sent
from tests.tampering.test_every_column import EMPTY, a_value, another
from workflow.services.intake import dealing
from workflow.services.verification import verify
from workflow.storage.intake_models import IntakeItem, IntakeSupplement
from workflow.storage.queries import table
from workflow.storage.session import transaction

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")

ITEM, SUPPLEMENT = table(IntakeItem), table(IntakeSupplement)
UNTOLD = {"applicant", "follows"}
TOLD = [one for one in (*ITEM.columns, *SUPPLEMENT.columns) if one.name not in UNTOLD]


@pytest.fixture
def settled(office):
    """An item that was returned, with a supplement and files."""
    item = sent(office, an_arrival(), a_paper_of_proof(office)).item
    sent(office, an_arrival(text="补充"), a_paper_of_proof(office, "照片"))
    dealing.send_back(office, item, "不属本办职责", by=signed(OFFICER, ARRIVED), at=ARRIVED)
    return office


def codes(office):
    return {one["code"] for one in verify(office).findings}


@pytest.mark.parametrize("column", TOLD, ids=str)
def test_another_value_in_a_column_is_found(settled, column):
    with transaction(settled.engine) as tx:
        before = tx.execute(column.table.select()).one()
        value = getattr(before, column.name)
        other = a_value(column) if value in EMPTY else another(value)
        tx.execute(update(column.table).values({column.name: other}))
    assert codes(settled) & {"intake_changed", "intake_unrecorded"}


@pytest.mark.parametrize("rows", [ITEM, SUPPLEMENT], ids=str)
def test_a_row_that_is_gone_is_found(settled, rows):
    assert codes(settled) == set()
    with transaction(settled.engine) as tx:
        tx.execute(delete(rows))
    assert "intake_missing" in codes(settled)
