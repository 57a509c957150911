"""Which retention class is the longer one."""

import pytest

from states.policy.retention import RetentionRule
from states.vocabulary import RetentionClass

EVER, THIRTY, TEN = RetentionClass.PERMANENT, RetentionClass.YEARS_30, RetentionClass.YEARS_10


@pytest.mark.parametrize(("one", "other"), [(TEN, THIRTY), (TEN, EVER), (THIRTY, EVER)])
def test_fewer_years_are_shorter_and_for_ever_is_longest(one, other):
    assert one.is_shorter_than(other)
    assert not other.is_shorter_than(one) and not one.is_shorter_than(one)


@pytest.mark.parametrize(("category", "source"), [(TEN, EVER), (EVER, TEN), (EVER, EVER)])
def test_of_category_and_source_the_longer_holds(category, source):
    rule = RetentionRule(by_category={"complex": category}, by_source={"市委": source})
    assert rule.class_for("complex", "市委") is EVER
