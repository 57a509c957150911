"""A paper of several matters is held against every history that tells of it."""

import pytest
from sqlalchemy import delete, update

from tests.builders import at, late_cases, rows, signed, sweep_on
from tests.unguarded import take_guards_away
from workflow.services.register import show
from workflow.services.rendering import render_pending
from workflow.services.verification import verify
from workflow.storage.models import Document, Escalation
from workflow.storage.queries import DOCUMENT, ESCALATION, OUTBOX
from workflow.storage.session import transaction

LATE = at(2026, 7, 23)


@pytest.fixture
def cases(office):
    """Three matters on one paper that was laid out."""
    found = late_cases(office, 3)
    sweep_on(office, LATE)
    render_pending(office, by=signed(None, LATE))
    assert verify(office).findings == []
    return found


def tamper(office, statement):
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        tx.execute(statement)


def found(office):
    return sorted((one["code"], one.get("case")) for one in verify(office).findings if "case" in one)


def everywhere(code, cases):
    return sorted((code, case.number) for case in cases)


def test_a_fact_changed_on_it_is_found_in_every_history(office, cases):
    tamper(office, update(DOCUMENT).values(facts=DOCUMENT.c.facts + " "))
    assert found(office) == everywhere("paper_changed", cases)


def test_a_file_exchanged_under_it_is_found_in_every_history(office, cases):
    tamper(office, update(DOCUMENT).values(sha256=None))
    assert found(office) == everywhere("paper_changed", cases)


def test_its_loss_is_found_in_every_history(office, cases):
    tamper(office, delete(DOCUMENT))
    told = found(office)
    assert set(everywhere("paper_missing", cases)) <= set(told)


def test_moved_to_another_of_its_matters_it_is_found(office, cases):
    tamper(office, update(DOCUMENT).values(case_id=cases[1].id))
    assert ("paper_changed", cases[1].number) in found(office)


def test_a_mail_moved_to_another_of_its_matters_is_found(office, cases):
    tamper(office, update(OUTBOX).values(case_id=cases[2].id))
    assert ("mail_changed", cases[2].number) in found(office)


def test_a_recipient_changed_is_found_in_every_history(office, cases):
    tamper(office, update(OUTBOX).values(recipient="x@binhai.example"))
    assert found(office) == everywhere("mail_changed", cases)


def test_a_measure_cut_from_it_is_missed_and_nothing_else(office, cases):
    tamper(office, delete(ESCALATION).where(ESCALATION.c.case_id == cases[1].id))
    codes = {code for code, case in found(office) if case == cases[1].number}
    assert "escalation_missing" in codes
    assert not codes & {"paper_missing", "mail_missing"}


def test_a_measure_hung_on_a_paper_of_others_is_found(office, cases):
    (other,) = late_cases(office, 1, "市农业农村局")
    sweep_on(office, LATE)
    (shared,) = {row.document_id for row in rows(office, Escalation) if row.case_id == cases[0].id}
    mine = ESCALATION.c.case_id == other.id
    tamper(office, update(ESCALATION).where(mine).values(document_id=shared))
    assert {case for _, case in found(office)} == {other.number}


def test_what_was_known_of_it_at_an_instant_is_the_same_for_each(office, cases):
    then = rows(office, Document)[0].issued_at
    for case in cases:
        (paper,) = show(office, case.number, today=LATE, as_of=then)["documents"]
        assert (paper["matters"], len(paper["mails"])) == (3, 1)
