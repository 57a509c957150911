"""The scheduler's third chore: the daily lists, looked at until they are out and then not before tomorrow."""

import pytest

from tests.builders import a_case, at, rows
from workflow import scheduler
from workflow.scheduler import Scheduler
from workflow.storage import duties as reads
from workflow.storage.scheduler_models import DigestSent


@pytest.fixture
def hours(monkeypatch):
    """The instants the scheduler will be told, one for each run."""
    told = iter([])

    def set_hours(*instants):
        nonlocal told
        told = iter(instants)

    monkeypatch.setattr(scheduler, "_clock", lambda: next(told))
    return set_hours


def runs(office, times):
    """How often the cases were looked through in so many runs of the chore."""
    looks = []
    with pytest.MonkeyPatch.context() as patch:
        read = reads.cases_owing
        patch.setattr(reads, "cases_owing", lambda *given: looks.append(given) or read(*given))
        chore = Scheduler(office).digest
        for _ in range(times):
            chore.run()
    assert chore.failures == 0
    return len(looks)


def test_lists_go_out_once_the_office_opens_and_the_day_is_done_then(office, hours):
    a_case(office, "assigned")
    hours(at(2026, 7, 1, 8), at(2026, 7, 1, 8, 30), at(2026, 7, 1, 9), at(2026, 7, 1, 17))
    assert runs(office, 4) == 1
    assert len(rows(office, DigestSent)) == 1


def test_what_was_sent_is_known_after_a_restart(office, hours):
    a_case(office, "assigned")
    hours(at(2026, 7, 1, 9), at(2026, 7, 1, 10))
    assert (runs(office, 1), runs(office, 1)) == (1, 1)
    assert len(rows(office, DigestSent)) == 1


def test_another_working_day_is_looked_at_anew_and_a_rest_day_is_not(office, hours):
    a_case(office, "assigned")
    hours(at(2026, 7, 2, 9), at(2026, 7, 3, 9), at(2026, 7, 4, 9))
    assert runs(office, 3) == 2
    assert len(rows(office, DigestSent)) == 2  # by the second day the signature is late
