"""`duban recount`: counts changed past the program are told and put right; without any it says so."""

from sqlalchemy import update

from tests.builders import LEAD_CODE, a_case
from workflow.storage.session import transaction
from workflow.storage.tallies import TALLY


def test_counts_are_put_right_and_nothing_else_is_told(office, duban):
    a_case(office)
    assert duban("recount", "--json").json == {"astray": []}
    with transaction(office.engine) as tx:
        tx.execute(update(TALLY).where(TALLY.c.unit == LEAD_CODE).values(red=9))
    assert f"计数不符的单位：{LEAD_CODE}" in duban("recount").out
    assert "都相符" in duban("recount").out
