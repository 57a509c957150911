"""A matter from before clocks were kept: its history still proves its dates, and it lives on."""

from datetime import date

import pytest

from states.history import canonical
from tests.builders import DIRECTOR, LIAISON, a_case, at, give, signed, stored, suspended
from workflow.services.batch import Batch, OpenCase, opened
from workflow.services.entries import Act
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.models import TimeLimit
from workflow.storage.session import transaction

BEFORE = at(2026, 7, 2)
FORMER = {
    "due_on": "2026-07-29",
    "start": "2026-07-02",
    "rule": "stated",
    "limit": None,
    "calendar": "holidays-0.109",
    "provisional": False,
}


@pytest.fixture
def former(office) -> OpenCase:
    """A matter whose last date was set by an entry of the old form, and which has no clocks."""
    case = a_case(office)
    with transaction(office.engine) as tx:
        kept = opened(queries.case_by_id_for_update(tx, case.id))
        batch = Batch(tx, office, signed(None, BEFORE))
        changes = {"due_on": date(2026, 7, 29), "epoch": 2, "clocks": (), "extensions": 1}
        act = Act("extension_granted", BEFORE, "R010", {"deadline": FORMER}, changes, "handling", "handling")
        seq = batch.enter(kept, act)
        limit = {"case_id": case.id, "seq": seq, "clock": "handle", "epoch": 2, "due_on": date(2026, 7, 29)}
        batch.add(TimeLimit, **limit, provenance=canonical(FORMER))
        batch.flush()
    return stored(office, case)


def test_its_dates_are_still_proved(office, former):
    assert former.facts.clocks == ()
    assert verify(office).exit_code == 0


def test_its_date_goes_on_as_a_stated_one(office, former):
    suspended(office, former, at(2026, 7, 6), date(2026, 7, 20))
    resumed = give(office, former, "resume", DIRECTOR, at(2026, 7, 9), reason="改造完成")
    assert (resumed.facts.due_on, resumed.facts.epoch) == (date(2026, 8, 3), 2)
    give(office, former, "report_progress", LIAISON, at(2026, 7, 10), progress="已复工")
    assert verify(office).exit_code == 0
