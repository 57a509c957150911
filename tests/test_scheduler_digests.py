"""The scheduler's third chore: the daily lists, looked at until they are out and then not before tomorrow."""

import pytest

from tests.builders import OPENED, a_case, at, rows
from workflow.scheduler import Scheduler
from workflow.storage import duties as reads
from workflow.storage.scheduler_models import DigestSent


def runs(office, *instants):
    """How often the cases were looked through when the chore runs at these instants."""
    looks, clock = [], [OPENED]
    with pytest.MonkeyPatch.context() as patch:
        read = reads.cases_owing
        patch.setattr(reads, "cases_owing", lambda *given: looks.append(given) or read(*given))
        chore = Scheduler(office, clock=lambda: clock[-1]).chores["digest"]
        for now in instants:
            clock.append(now)
            chore.run()
    assert chore.failures == 0
    return len(looks)


def test_lists_go_out_once_the_office_opens_and_the_day_is_done_then(office):
    a_case(office, "assigned")
    hours = at(2026, 7, 1, 8), at(2026, 7, 1, 8, 30), at(2026, 7, 1, 9), at(2026, 7, 1, 17)
    assert runs(office, *hours) == 1
    assert len(rows(office, DigestSent)) == 1


def test_what_was_sent_is_known_after_a_restart(office):
    a_case(office, "assigned")
    assert (runs(office, at(2026, 7, 1, 9)), runs(office, at(2026, 7, 1, 10))) == (1, 1)
    assert len(rows(office, DigestSent)) == 1


def test_another_working_day_is_looked_at_anew_and_a_rest_day_is_not(office):
    a_case(office, "assigned")
    assert runs(office, at(2026, 7, 2, 9), at(2026, 7, 3, 9), at(2026, 7, 4, 9)) == 2
    assert len(rows(office, DigestSent)) == 2  # by the second day the signature is late
