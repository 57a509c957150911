"""What a list leaves out it tells of beside it; who may decide stands in the list of measures."""

import pytest

from tests.builders import DIRECTOR, LIAISON, a_case, at, on_escalation, raised, sweep_on
from tests.services.test_set_asides import raw

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


def test_a_row_that_cannot_be_read_is_told_on_standard_error(duban, office):
    good, bad = a_case(office), a_case(office)
    raw(office, bad, "clocks", "not json")
    answer = duban("case", "list")
    assert (answer.code, good.number in answer.out, bad.number in answer.out) == (0, True, False)
    assert f"事项{bad.number}未列出" in answer.err


def test_a_proposal_is_listed_with_those_who_may_decide(duban, office):
    a_case(office)
    sweep_on(office, at(2026, 7, 23))
    on_escalation(office, "reminder", "sign", LIAISON, at(2026, 7, 23))
    sweep_on(office, at(2026, 7, 30))
    assert raised(office, "inquiry").state == "proposed"
    listed = {one["step"]: one for one in duban("escalation", "list", "--json").json["escalations"]}
    assert DIRECTOR in listed["inquiry"]["deciders"]
    assert "deciders" not in listed["reminder"]
