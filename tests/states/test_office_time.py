"""The office's own day and minute, wherever an instant was written."""

from datetime import UTC, date, datetime

from states.office_time import office_day, office_minute

EVENING_IN_UTC = datetime(2026, 7, 1, 16, 30, 59, tzinfo=UTC)


def test_an_instant_is_told_by_the_office_s_clock_and_day():
    assert office_minute(EVENING_IN_UTC) == "2026-07-02 00:30"
    assert office_day(EVENING_IN_UTC) == date(2026, 7, 2)
