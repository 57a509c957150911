"""Verification of who is mentioned in comments: rows against the entries that tell of them."""

import pytest
from sqlalchemy import text

from tests.builders import DIRECTOR, LEADER, OFFICER, a_case, at, give, rows, signed
from workflow.services import commenting
from workflow.services.replay import mentions_in, read
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import reading, transaction
from workflow.storage.work_models import Mention

SECOND, THIRD, LATER = at(2026, 7, 2), at(2026, 7, 3), at(2026, 7, 6)


@pytest.fixture
def talked(office):
    """Three comments: two people mentioned, of whom one has answered and one has said he has seen it."""
    case = a_case(office)
    give(office, case, "comment", OFFICER, SECOND, text="请核", mentions=(DIRECTOR, LEADER))
    give(office, case, "comment", DIRECTOR, THIRD, text="已核", mentions=(OFFICER, LEADER))
    commenting.put_behind(office, case.number, by=signed(LEADER, LATER), at=LATER)
    return give(office, case, "comment", DIRECTOR, LATER, text="再核", mentions=(LEADER,))


def test_the_table_can_be_made_again_from_the_entries(office, talked):
    with reading(office.engine) as tx:
        told = mentions_in(map(read, queries.events_of(tx, talked.id)))
    kept = {
        (row.seq, row.person): {"mentioned_on": row.mentioned_on, "seen_on": row.seen_on}
        for row in rows(office, Mention)
    }
    assert told == kept
    assert len(kept) == 5
    assert [seen["seen_on"] for seen in kept.values()].count(None) == 2
    assert verify(office).findings == []


FORGED = (
    "INSERT INTO mentions SELECT case_id, seq, 'R014', mentioned_on, NULL FROM mentions WHERE person = 'R011'"
)
MUTATIONS = [
    ("DELETE FROM mentions WHERE person = 'R011'", {"mention_missing"}),
    (FORGED, {"mention_unrecorded"}),
    ("UPDATE mentions SET person = 'R014' WHERE person = 'R011'", {"mention_missing", "mention_unrecorded"}),
    ("UPDATE mentions SET seen_on = NULL WHERE person = 'R010'", {"mention_changed"}),
    ("UPDATE mentions SET seen_on = '2026-07-03' WHERE person = 'R011'", {"mention_changed"}),
    ("UPDATE mentions SET mentioned_on = '2026-07-01' WHERE person = 'R011'", {"mention_changed"}),
    ("UPDATE mentions SET case_id = 999 WHERE person = 'R011'", {"mention_missing", "mention_unrecorded"}),
]


@pytest.mark.parametrize(("statement", "expected"), MUTATIONS)
def test_what_was_done_behind_the_desk_is_found(office, talked, statement, expected):
    with transaction(office.engine) as tx:
        tx.execute(text(statement))
    assert {one["code"] for one in verify(office).findings} == expected
