"""What an act asks the database: of units nobody named nothing, of the rules in force one question."""

import pytest
from sqlalchemy import event

from tests.builders import LIAISON, a_case, give


@pytest.fixture
def asked(office):
    """What was asked while somebody began on a matter he had taken over."""
    case, asked = a_case(office, state="registered"), []
    event.listen(office.engine, "before_cursor_execute", lambda *words: asked.append(words[2]))
    give(office, case, "begin", LIAISON, plan="分三批抢修，先主干道后背街小巷")
    return asked


def test_nothing_is_asked_of_units_that_are_not_named(asked):
    assert [one for one in asked if "WHERE units.code IN" in one] == []


def test_the_rules_in_force_are_asked_for_once(asked):
    assert sum("FROM rule_versions" in one for one in asked) == 1


def test_an_act_on_one_matter_takes_so_many_statements(asked):
    assert len(asked) <= 18, "\n\n".join(asked)
