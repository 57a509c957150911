"""Proposals of roles against the journal: nobody gives himself a role by SQL, or by the program alone."""

import pytest

from states.accounts.administrators import Change
from tests.administrators import SYSTEM_ADMIN, with_three
from tests.builders import OPENED, signed
from tests.unguarded import behind_the_application
from workflow.services import directory_record
from workflow.services.accounts import confirming, roles
from workflow.services.batch import Batch
from workflow.services.verification import verify
from workflow.storage import directory_rows, role_requests
from workflow.storage.session import transaction

ROW = "('x', 'R012', 'director', '', 'grant', '2026-07-01', 'R023', '2026-07-01 00:00:00')"
COLUMNS = "(id, person, role, unit, change, valid_from, proposed_by, proposed_at)"


@pytest.fixture
def proposed(office):
    made = roles.propose(
        with_three(office), "R012", "clerk", Change.GRANT, by=signed(SYSTEM_ADMIN), at=OPENED
    )
    return office, made["request"]


def codes(office):
    return {one["code"] for one in verify(office).findings}


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (f"INSERT INTO role_requests {COLUMNS} VALUES {ROW}", "role_request_unrecorded"),
        ("DELETE FROM role_requests", "role_request_missing"),
        ("UPDATE role_requests SET role = 'director'", "role_request_changed"),
        ("UPDATE role_requests SET decision = 'confirmed'", "role_request_changed"),
        ("UPDATE role_requests SET valid_from = '2026-06-01'", "role_request_changed"),
    ],
)
def test_what_is_done_to_a_proposal_by_sql_is_named(proposed, statement, code):
    office, _ = proposed
    assert codes(office) == set()
    behind_the_application(office, statement)
    assert codes(office) == {code}


def test_a_role_that_nobody_confirmed_is_named_though_the_journal_tells_of_it(proposed):
    office, _ = proposed
    with transaction(office.engine) as tx:
        before, batch = directory_rows.kept(tx), Batch(tx, office, signed(None))
        role_requests.give(tx, "R012", "director", "", OPENED.date())
        directory_record.note_changes(batch, before, at=OPENED)
        batch.flush()
    assert codes(office) == {"grant_unconfirmed"}


def test_whoever_confirmed_without_the_office_is_named(proposed, monkeypatch):
    office, request = proposed
    monkeypatch.setattr(confirming, "check_decides", lambda _: None)
    confirming.confirm(office, [request], by=signed("R011"), at=OPENED)
    assert codes(office) == {"permission_not_held"}
