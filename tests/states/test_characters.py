"""Words are stored as people see them."""

import pytest

from states.characters import is_deceptive, without_deceptive


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\u202e", "\u200b", "\ufeff", "\x7f"])
def test_what_nobody_sees_is_deceptive(character):
    assert is_deceptive(character)
    assert without_deceptive(f"路灯{character}不亮") == "路灯不亮"


@pytest.mark.parametrize("text", ["堃喆䶮", "第一行\n第二行", "甲\t乙", "𬭎"])
def test_what_people_write_stays(text):
    assert without_deceptive(text) == text


def test_windows_line_ends_become_plain_ones():
    assert without_deceptive("甲\r\n乙\r丙") == "甲\n乙\n丙"
