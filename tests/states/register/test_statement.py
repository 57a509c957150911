"""What a row states of a case, given the columns its sheet has."""

from dataclasses import replace
from datetime import date

import pytest

from states.facts import CaseFacts
from states.register.matter import MatterRecord
from states.register.statement import statement

DUE = date(2026, 12, 15)
MATTER = MatterRecord(title="海安路断头路打通", lead_unit="BH213", due_on=DUE, original_due_on=DUE)
COLUMNS = {"title", "lead_unit", "due_on", "completion_rate", "remark"}
CASE = CaseFacts(
    state="handling", title=MATTER.title, lead_unit="BH213", due_on=DUE, original_due_on=DUE, source="信访件"
)


def test_a_row_that_says_the_same_differs_in_nothing():
    assert not statement(MATTER, COLUMNS).differs_from(CASE)


def test_a_rate_of_nought_is_stated():
    stated = statement(replace(MATTER, completion_rate=0), COLUMNS)
    assert (stated.particulars(CASE)["completion_rate"], stated.differs_from(CASE)) == (0, True)


@pytest.mark.parametrize(
    ("name", "value"), [("remark", "待补充"), ("completion_rate", 0), ("open_ended", True)]
)
def test_a_blank_under_a_heading_clears_what_was_known(name, value):
    stated = statement(MATTER, COLUMNS)
    case = replace(CASE, **{name: value})
    assert (stated.differs_from(case), stated.particulars(case)["cleared"]) == (True, [name])


def test_a_column_the_sheet_does_not_have_says_nothing():
    stated = statement(MATTER, COLUMNS)
    assert "source" not in stated.facts
    assert "cleared" not in stated.particulars(CASE)


@pytest.mark.parametrize(
    ("mark", "state"),
    [({"closed": True}, "closed"), ({"closing_requested": True}, "verifying"), ({}, "handling")],
)
def test_the_closing_mark_says_where_the_matter_stands(mark, state):
    assert statement(replace(MATTER, **mark), COLUMNS).state == state


@pytest.mark.parametrize("state", ["handling", "verifying"])
def test_a_sheet_without_a_column_for_closing_leaves_a_matter_where_it_is(state):
    case = replace(CASE, state=state)
    silent, telling = statement(MATTER, COLUMNS), statement(MATTER, {*COLUMNS, "closed"})
    assert (silent.differs_from(case), silent.particulars(case)["state"]) == (False, state)
    assert telling.particulars(case)["state"] == "handling"
