"""A batch that is told in one go is refused as one whose statements are waited for: by whom, and whole."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from tests.builders import LIAISON, OFFICER, OPENED, a_case, give, rows, signed, stored
from tests.storage.test_bulk import escalations
from workflow.errors import EditConflict
from workflow.services.batch import Batch, opened
from workflow.services.entries import Act
from workflow.storage import queries
from workflow.storage.models import Escalation, Event
from workflow.storage.session import reading, transaction

LATER = OPENED + timedelta(days=3)


def read(office, case):
    with reading(office.engine) as tx:
        return opened(queries.case_by_number(tx, case.number))


def refused(office, kind, write):
    """How a transaction is refused, of which nothing is kept."""
    before = rows(office, Event), rows(office, Escalation)
    with pytest.raises(kind) as told, transaction(office.engine) as tx:
        batch = Batch(tx, office, signed(OFFICER))
        write(batch)
        batch.flush()
    assert (rows(office, Event), rows(office, Escalation)) == before
    return told.value


def test_a_case_others_have_changed_is_not_put_off_even_without_an_entry(office):
    case = a_case(office, "registered")
    stale = read(office, case)
    give(office, case, "begin", LIAISON, plan="先主干道")
    told = refused(office, EditConflict, lambda batch: batch.put_off(stale, LATER))
    assert (told.code, told.facts["cases"]) == ("edit_conflict", [case.number])
    assert stored(office, case).next_action_at != LATER


def test_neither_is_one_among_many(office):
    """As many as PostgreSQL changes with one statement."""
    stale, *others = [read(office, a_case(office, "registered")) for _ in range(21)]
    give(office, stale, "begin", LIAISON, plan="先主干道")

    def put_off(batch):
        for case in (stale, *others):
            batch.put_off(case, LATER)

    assert stale.number in refused(office, EditConflict, put_off).facts["cases"]


def test_who_came_too_late_is_told_so_whatever_else_is_refused(office):
    case = a_case(office, "registered")
    stale = read(office, case)
    give(office, case, "begin", LIAISON, plan="先主干道")

    def write(batch):
        batch.put_off(stale, LATER)
        for row in escalations(1) * 2:
            batch.add(Escalation, **row)

    assert refused(office, EditConflict, write).code == "edit_conflict"


def test_what_is_refused_for_no_case_that_changed_stays_what_it_is(office):
    case = read(office, a_case(office, "registered"))

    def write(batch):
        batch.enter(case, Act("comment_added", OPENED, "R011"))
        for row in escalations(1) * 2:
            batch.add(Escalation, **row)

    refused(office, IntegrityError, write)


def test_an_entry_there_is_already_is_told_as_a_history_ahead_of_its_row(office):
    case = read(office, a_case(office, "registered"))
    case.seq -= 1

    def write(batch):
        batch.enter(case, Act("comment_added", OPENED, "R011"))
        for row in escalations(1):
            batch.add(Escalation, **row)

    assert refused(office, EditConflict, write).code == "history_ahead"
