"""When a checkpoint is due, by the clock, by the count, and at the end of an office day."""

from datetime import timedelta

import pytest

from states.evidence.rhythm import Rhythm
from tests.builders import at

BEAT = Rhythm(timedelta(minutes=10), 500)
LAST = at(2026, 7, 1, 9, 0)


@pytest.mark.parametrize(
    ("last", "now", "new", "due"),
    [
        (None, LAST, 0, None),
        (None, LAST, 1, "time"),
        (LAST, at(2026, 7, 1, 9, 9), 499, None),
        (LAST, at(2026, 7, 1, 9, 9), 500, "count"),
        (LAST, at(2026, 7, 1, 9, 10), 1, "time"),
        (LAST, at(2026, 7, 1, 23, 59), 0, None),
        (LAST, at(2026, 7, 2, 0, 0), 0, "day_end"),
        (LAST, at(2026, 7, 2, 0, 0), 500, "day_end"),
        (LAST, at(2026, 6, 30, 9, 0), 1, "time"),
        (LAST, at(2026, 6, 30, 9, 0), 0, None),
    ],
)
def test_a_checkpoint_is_due(last, now, new, due):
    assert BEAT.due(last, now, new) == due
