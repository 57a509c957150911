"""Particulars as people type them: digits and signs in either width, and times the way they are told."""

import pytest

from states.errors import FactInvalid
from workflow.particulars import read_instant, read_rate


@pytest.mark.parametrize("written", ["80", "80%", " 80 % ", "８０％", "８０%"])
def test_a_completion_rate_is_read_in_either_width(written):
    assert read_rate(written) == 80


@pytest.mark.parametrize("written", ["１０１％", "％", "八十", "-1"])
def test_what_is_no_completion_rate_is_refused(written):
    with pytest.raises(FactInvalid, match="0至100"):
        read_rate(written)


def test_a_time_that_cannot_be_read_is_told_a_form_that_can():
    with pytest.raises(FactInvalid) as refused:
        read_instant("昨天")
    shown = refused.value.message.partition("请写成")[2].rstrip("。")
    assert shown == "2026-11-20 09:00"
    assert read_instant(shown).isoformat() == "2026-11-20T09:00:00+08:00"
