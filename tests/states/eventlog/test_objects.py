"""What a history is about, as objects whose attributes change and which point at each other."""

from states.eventlog import Relation, related, things_of
from tests.eventlog_entries import ASSIGNED, CASE, OPENED, entry, told

RAISED = entry(
    3, "escalation_proposed", "2026-07-29T01:00:00.000000Z", actor="system",
    escalation="E1", step="inquiry", state="proposed", unit="BH212", epoch=1, clock="handle",
)  # fmt: skip
ISSUED = entry(
    4, "escalation_issued", "2026-07-30T01:00:00.000000Z",
    escalation="E1", step="inquiry", state="issued", document="D1", document_number="滨督函〔2026〕1号",
    facts_sha256="0" * 64,
)  # fmt: skip


def things(*entries, whole=True):
    return {thing.id: thing for thing in things_of(told(*entries), whole=whole)}


def values(thing, name):
    return [(one.time, one.value) for one in thing.changes if one.name == name]


def test_a_case_has_its_first_values_from_the_start_and_later_ones_when_they_came():
    case = things(OPENED, ASSIGNED)[f"case:{CASE}"]
    assert values(case, "state") == [(None, "draft"), ("2026-07-01T01:00:00.000000Z", "assigned")]
    assert values(case, "due_on") == [("2026-07-01T01:00:00.000000Z", "2026-07-22")]


def test_a_value_taken_away_is_empty_and_one_that_stays_is_no_change():
    objected = entry(3, "objected", "2026-07-02T01:00:00Z", sets={"due_on": None, "state": "assigned"})
    case = things(OPENED, ASSIGNED, objected)[f"case:{CASE}"]
    assert values(case, "due_on")[-1] == ("2026-07-02T01:00:00Z", "")
    assert len(values(case, "state")) == 2


def test_of_two_values_at_one_time_the_later_entry_s_counts():
    same = [entry(seq, "moved", "2026-07-02T01:00:00Z", sets={"state": f"s{seq}"}) for seq in (3, 4)]
    case = things(OPENED, ASSIGNED, *same)[f"case:{CASE}"]
    assert values(case, "state")[-1] == ("2026-07-02T01:00:00Z", "s4")
    assert len({one.time for one in case.changes if one.name == "state"}) == 3


def test_a_measure_is_followed_from_its_proposal_to_its_paper():
    found = things(OPENED, ASSIGNED, RAISED, ISSUED)
    measure, paper = found["escalation:E1"], found["document:D1"]
    assert values(measure, "state") == [(None, "proposed"), ("2026-07-30T01:00:00.000000Z", "issued")]
    assert Relation("document", "D1", "issued_as") in measure.relations
    assert Relation("unit", "BH212", "concerns") in measure.relations
    assert values(paper, "number") == [(None, "滨督函〔2026〕1号")]
    assert Relation("case", CASE, "about") in paper.relations


def test_an_entry_points_at_all_it_is_about_and_says_as_what():
    *_, issued = told(OPENED, ASSIGNED, RAISED, ISSUED).happenings
    assert [one.qualifier for one in related(issued)] == [
        "case", "lead_unit", "escalation", "document", "actor",
    ]  # fmt: skip


def test_other_cases_are_linked_only_where_they_are_in_the_log():
    split = entry(1, "derived", "2026-07-01T01:00:00Z", sets={"parent": "滨督2026-009", "link": "split"})
    parent = Relation("case", "滨督2026-009", "split")
    assert parent in things(split)[f"case:{CASE}"].relations
    assert parent not in things(split, whole=False)[f"case:{CASE}"].relations


def test_units_that_help_are_linked_as_what_they_are():
    shared = {"co_units": ["BH213"], "tasks": [{"unit": "BH405"}]}
    case = things(OPENED, entry(2, "assigned", "2026-07-01T01:00:00Z", sets=shared))[f"case:{CASE}"]
    assert {(one.key, one.qualifier) for one in case.relations} == {
        ("BH213", "co_unit"),
        ("BH405", "task_unit"),
    }
