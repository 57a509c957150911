"""Who reads the words of a matter about a person, for every role there is."""

import pytest

from states.handlers import deciding_on_paper, handlers_of, veiled, withheld_among
from states.visibility import Curtain
from states.vocabulary import Role

OBJECT = "宋宁远"
ROW = {
    "id": "m1", "document_id": "d1", "object_person": OBJECT, "issued_on": None, "state": "proposed",
    "drafted_by": "R018", "decided_by": None,
}  # fmt: skip
DECIDED = {**ROW, "state": "served", "issued_on": "2026-08-24", "decided_by": "R001"}
DECIDING = frozenset({Role.PRINCIPAL})
ENTRY = {
    "actor": "R018",
    "set": {},
    "details": {
        "escalation": "m1", "judgement": "insufficient", "judged_on": "2026-09-01", "object_code": "77",
        "evidence": [{"name": "宋宁远.pdf", "sha256": "ab"}], "content_sha256": "cd",
    },
}  # fmt: skip


def reads(row, roles=(), *known_as):
    return handlers_of(row, DECIDING).include(known_as, frozenset(roles))


@pytest.mark.parametrize("role", Role)
def test_by_role_the_organization_department_reads_always_and_who_decides_until_it_is_decided(role):
    assert reads(ROW, {role}) == (role in {Role.ORGANIZATION, Role.PRINCIPAL})
    assert reads(DECIDED, {role}) == (role is Role.ORGANIZATION)


@pytest.mark.parametrize(("person", "before", "after"), [("R018", 1, 1), ("R001", 0, 1), (OBJECT, 0, 1)])
def test_by_name_read_who_drafted_who_decided_and_from_its_issue_the_person(person, before, after):
    assert (reads(ROW, (), person), reads(DECIDED, (), person)) == (before, after)


@pytest.mark.parametrize("state", ["drafted", "reviewed", "signed", "issued", "archived"])
def test_a_paper_is_read_by_who_may_sign_it_until_it_is_signed(state):
    paper = {"id": "p1", "document_id": None, "state": state, "signed_by": "R001"}
    signing = deciding_on_paper("personal_inquiry")
    kept = withheld_among([(paper, signing)], {"R002"}, {Role.PRINCIPAL})
    assert kept == (frozenset() if state in ("drafted", "reviewed") else {"p1"})
    assert withheld_among([(paper, signing)], {"R001"}, {Role.LEADER}) == frozenset()


def test_the_paper_of_a_measure_is_its_measure_s():
    paper = {"id": "d1", "document_id": None, "state": "issued", "signed_by": None}
    both = [(DECIDED, DECIDING), (paper, frozenset[Role]())]
    assert withheld_among(both, {"R011"}, {Role.OFFICER}) == {"m1", "d1"}
    assert withheld_among(both, {"R001"}, {Role.LEADER}) == frozenset()


def test_a_veiled_entry_keeps_days_and_hashes_and_says_nothing():
    assert veiled(ENTRY)["details"] == {
        "escalation": "m1",
        "judged_on": "2026-09-01",
        "evidence": [{"sha256": "ab"}],
        "content_sha256": "cd",
    }


@pytest.mark.parametrize(("viewer", "words"), [("R018", {"reason": "含糊"}), ("R011", None), (None, None)])
def test_whoever_wrote_an_entry_reads_it_again(viewer, words):
    drawn = Curtain(wordless=frozenset({"m1"}), viewer=viewer)
    assert drawn.told(ENTRY, {"reason": "含糊"})[1] == words
