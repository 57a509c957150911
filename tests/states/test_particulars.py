"""Particulars are bounded by the rule book, whoever gives them."""

import pytest

from states.errors import FactInvalid
from states.particulars import CLOSED, MAX_TEXT, MAX_TITLE, RULES, check


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("completion_rate", 101, "completion_rate_invalid"),
        ("completion_rate", "80%", "completion_rate_invalid"),
        ("co_units", tuple(str(n) for n in range(501)), "co_units_invalid"),
        ("evidence", [{}] * 101, "evidence_invalid"),
        ("split_into", ("滨督2026-002",) * 21, "split_into_invalid"),
        ("title", "长" * (MAX_TITLE + 1), "text_too_long"),
        ("progress", "长" * (MAX_TEXT + 1), "text_too_long"),
        ("title", "关于路灯的函 机密★10年", "state_secret"),
        ("missing", ("验收单", "秘密"), "state_secret"),
    ],
)
def test_a_particular_that_cannot_be_is_refused_by_name(name, value, code):
    with pytest.raises(FactInvalid) as refused:
        check(name, value)
    assert (refused.value.code, refused.value.facts["particular"]) == (code, name)


@pytest.mark.parametrize(
    ("name", "value"), [("remark", "已核"), ("completion_rate", 0), ("title", "长" * MAX_TITLE)]
)
def test_a_particular_within_its_bounds_passes(name, value):
    check(name, value)


def test_a_word_of_a_closed_list_is_checked_by_that_list_alone():
    assert CLOSED.keys().isdisjoint(RULES)
