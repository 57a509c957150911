"""When a session is over, by rule."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.accounts.sessions import Ending, Limits, over
from states.office_time import OFFICE_ZONE

BEGAN = datetime(2026, 7, 1, 9, tzinfo=OFFICE_ZONE)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LIMITS = Limits(30 * MINUTE, 12 * HOUR)
SPANS = st.timedeltas(timedelta(), 48 * HOUR)


@pytest.mark.parametrize(
    ("seen", "now", "ending"),
    [
        (0 * HOUR, 29 * MINUTE, None),
        (0 * HOUR, 30 * MINUTE, Ending.IDLE),
        (11.9 * HOUR, 12 * HOUR, Ending.EXPIRED),
        (0 * HOUR, 13 * HOUR, Ending.EXPIRED),
        (11.9 * HOUR, 12 * HOUR - MINUTE, None),
    ],
)
def test_a_session_ends_to_the_minute(seen, now, ending):
    assert over(BEGAN, BEGAN + seen, BEGAN + now, LIMITS) is ending


@given(SPANS, SPANS, SPANS)
def test_what_is_over_stays_over(seen, now, later):
    if over(BEGAN, BEGAN + seen, BEGAN + now, LIMITS) is not None:
        assert over(BEGAN, BEGAN + seen, BEGAN + now + later, LIMITS) is not None
