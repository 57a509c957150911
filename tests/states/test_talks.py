"""A notice says in words when a talk is held."""

from datetime import date, datetime

import pytest

from states.office_time import OFFICE_ZONE
from states.papers.talks import read_talk


def at(hour, minute=0):
    return datetime(2026, 11, 24, hour, minute, tzinfo=OFFICE_ZONE)


@pytest.mark.parametrize(
    ("words", "when"),
    [
        ("2026年11月24日9时30分", at(9, 30)),
        ("2026年11月24日（星期二）下午3时", at(15)),
        ("2026年11月24日 上午9:05", at(9, 5)),
        ("2026-11-24 14：00", at(14)),
        ("2026年11月24日下午2点半", at(14, 30)),
        ("拟于2026年11月24日中午12时", at(12)),
        ("2026年11月24日", None),
        ("2026年11月24日25时", None),
    ],
)
def test_the_day_and_the_hour_are_read_as_people_write_them(words, when):
    found = read_talk("p", ["BH212"], words)
    assert (found.on, found.at) == (date(2026, 11, 24), when)


@pytest.mark.parametrize("words", ["", "另行通知", "11月24日9时", "2026年2月30日9时", "9" * 5000])
def test_words_that_name_no_day_make_no_talk(words):
    assert read_talk("p", ["BH212"], words) is None
