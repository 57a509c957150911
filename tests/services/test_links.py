"""Matters that came out of others: they know their parent, and a matter that is not there has no children."""

import pytest

from tests.builders import OFFICER, OPENED, a_case, signed, stored
from workflow.errors import NotFound
from workflow.services import cases


def derived(office, parent):
    matter = {"title": "望海街道箱变更新", "source": "协调会议定", "parent": parent, "link": "coordination"}
    return cases.create(office, "derive", by=signed(OFFICER), at=OPENED, **matter)


def test_a_derived_matter_names_the_one_it_came_from(office):
    parent = a_case(office, "handling")
    child = stored(office, derived(office, parent.number))
    assert (child.facts.parent, child.facts.link, child.facts.state) == (
        parent.number,
        "coordination",
        "draft",
    )
    assert child.number != parent.number


def test_nothing_comes_from_a_matter_that_is_not_there(office):
    with pytest.raises(NotFound) as refused:
        derived(office, "滨督2026-999")
    assert refused.value.code == "case_unknown"
