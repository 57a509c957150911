"""What keeps the sweep from a case is told beside what the ladder would do."""

import pytest

from tests.builders import a_case, at, signed
from workflow.services import holds
from workflow.services.batch import Batch
from workflow.services.explaining import explain
from workflow.services.forecasting import forecast
from workflow.storage import sweeps
from workflow.storage.session import transaction

LATE = at(2026, 7, 23)


@pytest.fixture
def case(office):
    return a_case(office)


def set_aside(office, case, *, waits=True):
    told = {"failures": 3, "code": "unit_unknown", "message": "没有这个单位。", "last_at": LATE}
    with transaction(office.engine) as tx:
        sweeps.keep_failure(tx, {"case_id": case.id, **told, "waits": waits})


def explained(office, case):
    return explain(office, case.number, today=LATE)


def test_nothing_is_told_where_nothing_stands_still(office, case):
    set_aside(office, case, waits=False)
    document = explained(office, case)
    assert (document["set_aside"], document["held"]) == (None, [])


def test_a_case_that_is_set_aside_says_why_and_how_to_have_it_tried_again(office, case):
    set_aside(office, case)
    told = explained(office, case)["set_aside"]
    again = f"duban sweep retry {case.number}"
    assert (told["case"], told["code"], told["facts"]) == (
        case.number,
        "set_aside",
        {"because": "unit_unknown"},
    )
    assert told["message"].startswith("巡查已搁置：没有这个单位") and again in told["message"]


def test_one_case_set_aside_says_nothing_of_another(office, case):
    set_aside(office, a_case(office))
    assert explained(office, case)["set_aside"] is None


def test_a_hold_in_force_is_told_until_it_is_released(office, case):
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, LATE))
        holds.hold(batch, holds.UNUSUAL, "明显多于平日")
        batch.flush()
    (held,) = explained(office, case)["held"]
    assert (held["reason"], held["message"]) == (
        "unusual",
        "巡查已暂缓（数量异常），核对后用duban sweep release放行。",
    )


def test_of_a_case_set_aside_nothing_is_foreseen_but_that(office, case):
    other = a_case(office)
    set_aside(office, case)
    found = forecast(office, at=at(2026, 7, 20)).as_json()
    assert {one["case"] for one in found["steps"]} == {other.number}
    assert [(one["case"], one["code"]) for one in found["held_cases"]] == [(case.number, "set_aside")]
