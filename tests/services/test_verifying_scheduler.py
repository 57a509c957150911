"""What the scheduler keeps is proved by the journal: nobody lets a hold go or forges a list unseen."""

import pytest
from sqlalchemy import text

from tests.builders import OFFICER, a_case, late_cases, scheduled_on, signed
from tests.services.test_set_asides import LATE, MINUTE, set_aside
from workflow.services import holds, set_asides
from workflow.services.batch import Batch
from workflow.services.digests import send_digests
from workflow.services.scheduled import release
from workflow.services.verification import verify
from workflow.storage.session import transaction


def hold(office, reason, when):
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(None, when))
        holds.hold(batch, reason, f"数量异常；{holds.NEXT}", usual=2)
        batch.flush()


def found_after(office, deed):
    """The codes of what verification finds after a deed behind the application, and not before."""
    assert verify(office).findings == []
    with transaction(office.engine) as tx:
        tx.execute(text(deed))
    return {one["code"] for one in verify(office).findings}


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("DELETE FROM holds WHERE released_at IS NULL", "hold_missing"),
        ("UPDATE holds SET released_at = since, released_by = 'R010'", "hold_changed"),
        ("UPDATE holds SET covers = 5000 WHERE released_at IS NOT NULL", "hold_changed"),
        ("UPDATE holds SET told = '无事' WHERE released_at IS NULL", "hold_changed"),
        (
            "INSERT INTO holds (id, reason, told, since) VALUES ('x', 'x', '', '2026-07-23')",
            "hold_unrecorded",
        ),
    ],
)
def test_a_hold_that_was_tampered_with_is_found(office, deed, code):
    hold(office, holds.UNUSUAL, LATE)
    release(office, by=signed(OFFICER, LATE), at=LATE, reason="属实")
    hold(office, holds.RESTORED, LATE + MINUTE)
    assert found_after(office, deed) == {code}


@pytest.mark.parametrize(
    ("deed", "codes"),
    [
        ("UPDATE digests SET content = 'x'", {"digest_changed"}),
        ("DELETE FROM digests", {"digest_missing"}),
        ("UPDATE digests SET day = '2026-07-29'", {"digest_missing", "digest_unrecorded"}),
    ],
)
def test_a_forged_list_that_would_keep_the_next_from_being_sent_is_found(office, deed, codes):
    late_cases(office, 2)
    assert send_digests(office, at=LATE, by=signed(None, LATE)).sent > 0
    assert found_after(office, deed) == codes


@pytest.mark.parametrize(
    ("deed", "code"),
    [
        ("DELETE FROM set_asides", "set_aside_missing"),
        ("UPDATE set_asides SET waits = false, failures = 1", "set_aside_missing"),
        ("UPDATE set_asides SET waits = false", "set_aside_changed"),
    ],
)
def test_a_case_that_sleeps_without_its_mark_is_found(office, monkeypatch, deed, code):
    set_aside(office, a_case(office), monkeypatch)
    assert code in found_after(office, deed)


def test_a_forged_mark_that_a_case_waits_for_a_person_is_found(office):
    case = a_case(office)
    forged = f"({case.id}, 3, 'x', '无', '2026-07-23 00:00:00', true)"
    deed = f"INSERT INTO set_asides (case_id, failures, code, message, last_at, waits) VALUES {forged}"
    assert found_after(office, deed) == {"set_aside_unrecorded"}


def test_a_case_that_was_brought_back_is_no_finding(office, monkeypatch):
    case = a_case(office)
    later = set_aside(office, case, monkeypatch)
    set_asides.retry(office, [case.number], by=signed(OFFICER, later), at=later)
    assert verify(office).findings == []
    scheduled_on(office, later + MINUTE)
    assert verify(office).findings == []
