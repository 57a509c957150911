"""A pseudonym holds within one export and says nothing outside it."""

from states.eventlog import Pseudonyms


def test_somebody_has_one_name_all_through():
    given = Pseudonyms(b"a" * 32)
    assert given.of("R011") == given.of("R011") != given.of("R010")


def test_another_export_gives_another_name():
    assert Pseudonyms(b"a" * 32).of("R011") != Pseudonyms(b"b" * 32).of("R011")
