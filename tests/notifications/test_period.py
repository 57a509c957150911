"""The names of periods."""

from datetime import date

import pytest

from notifications.period import period_label

LABELS = [
    ("2026-01-01", "2026-12-31", "2026年"),
    ("2026-01-01", "2026-06-30", "2026年上半年"),
    ("2026-07-01", "2026-12-31", "2026年下半年"),
    ("2026-01-01", "2026-03-31", "2026年第一季度"),
    ("2026-10-01", "2026-12-31", "2026年第四季度"),
    ("2028-02-01", "2028-02-29", "2028年2月"),
    ("2026-02-01", "2026-05-31", "2026年2月至5月"),
    ("2026-07-01", "2026-09-29", "2026年7月1日至2026年9月29日"),
    ("2026-07-02", "2026-09-30", "2026年7月2日至2026年9月30日"),
    ("2025-07-01", "2026-09-30", "2025年7月1日至2026年9月30日"),
]


@pytest.mark.parametrize(("since", "until", "label"), LABELS)
def test_a_period_goes_by_the_name_people_use(since: str, until: str, label: str) -> None:
    assert period_label(date.fromisoformat(since), date.fromisoformat(until)) == label
