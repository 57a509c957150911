"""Who sees what of a case: by the roles towards it, measure by measure and entry by entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states import lifecycle as lifecycles
from states.errors import RuleInvalid
from states.escalation import STATES
from states.facts import CaseFacts
from states.visibility import (
    DESKS,
    MENTION_SEEN,
    NO_CURTAIN,
    PROPOSED_BY_DESK,
    Sight,
    Viewer,
    curtain,
    is_accountable,
    is_of_the_office,
    sight_of,
)
from states.vocabulary import ADMINISTRATORS, OFFICE_ROLES, UNIT_ROLES, Role
from tests.states.matters import DEFAULT, TABLES

STANDARD = (TABLES / "standard.toml").read_text(encoding="utf-8")
UNIT_VIEWER = Viewer(frozenset({"BH212-L", "盛宁远"}), Sight.PARTLY)
HEAD = Viewer(frozenset({"BH212-H", "宋宁远"}), Sight.PARTLY)
OFFICER = Viewer(frozenset({"R011", "吕喆"}), Sight.WHOLE)
WATCHING = {Role.AUDITOR, *ADMINISTRATORS}

roles = st.sets(st.sampled_from(Role))


def measure(id="m1", *, issued=True, person=None, mode="on_approval"):
    known = {
        "raised_on": "2026-07-30",
        "reached_on": "2026-07-30",
        "drafted_by": "R011",
        "decided_by": "R010",
    }
    issued_on = "2026-08-03" if issued else None
    return {"id": id, "issued_on": issued_on, "object_person": person, "mode": mode, **known}


def issue(document, **details):
    """The details of the entry a paper went out with."""
    return {"document": document, "facts_sha256": "0" * 64, **details}


def kept_from(viewer, *measures, entries=()):
    return curtain(viewer, [lifecycles.parse(STANDARD)], measures, entries)


@given(roles)
def test_everybody_sees_all_or_part_or_nothing_by_his_roles(held):
    whole = bool(held & (OFFICE_ROLES | {Role.AUDITOR}))
    expected = Sight.WHOLE if whole else Sight.PARTLY if held & UNIT_ROLES else None
    assert sight_of(held) is (None if held & ADMINISTRATORS else expected)


@given(roles, st.sampled_from(sorted(ADMINISTRATORS)), st.booleans(), st.booleans())
def test_an_administrator_sees_nothing_whatever_else_he_is(held, administrator, accountable, sealed):
    seen = sight_of(held | {administrator}, is_accountable=accountable, is_sealed=sealed)
    assert seen is None


@given(roles)
def test_nobody_of_a_unit_is_drawn_into_what_the_office_says(held):
    assert is_of_the_office(held) == (bool(held & OFFICE_ROLES) and not held & UNIT_ROLES)


def test_every_role_is_of_the_office_of_a_unit_or_looks_on():
    assert set(Role) == OFFICE_ROLES | UNIT_ROLES | WATCHING
    assert not OFFICE_ROLES & (UNIT_ROLES | WATCHING)


@pytest.mark.parametrize("named", ["沈以恒", "苗立言、沈以恒", "苗立言，R003"])
def test_the_accountable_leader_sees_what_the_units_see(named):
    facts = CaseFacts(accountable_leader=named)
    assert sight_of((), is_accountable=is_accountable(frozenset({"R003", "沈以恒"}), facts)) is Sight.PARTLY
    assert not is_accountable(frozenset({"R007"}), facts)
    assert not is_accountable(frozenset({"R003"}), CaseFacts())


@pytest.mark.parametrize(
    ("viewer", "known", "sees"),
    [
        (UNIT_VIEWER, measure(), True),
        (UNIT_VIEWER, measure(issued=False), False),
        (UNIT_VIEWER, measure(person="宋宁远"), False),
        (HEAD, measure(person="宋宁远"), True),
        (HEAD, measure(person="BH212-H"), True),
        (HEAD, measure(person="宋宁远", issued=False), False),
        (OFFICER, measure(person="宋宁远", issued=False), True),
    ],
)
def test_a_measure_is_seen_once_issued_and_by_nobody_else_it_concerns(viewer, known, sees):
    assert viewer.sees(known) is sees


def test_a_unit_s_people_see_no_comment_no_mention_and_no_stage_before_the_issue():
    hidden = kept_from(UNIT_VIEWER).kinds
    assert hidden == {"commented", MENTION_SEEN} | PROPOSED_BY_DESK | DESKS
    assert {"document_drafted", "document_signed"} <= DESKS
    assert not {"document_issued", "document_served", "document_voided"} & hidden
    shown = {f"escalation_{state}" for state in STATES} - PROPOSED_BY_DESK
    assert {"escalation_issued", "escalation_served", "escalation_withdrawn"} <= shown


def test_what_is_kept_back_takes_its_entries_and_papers_with_it():
    kept, sent = measure("m1", person="宋宁远"), measure("m2")
    entries = [
        issue("d1", escalation="m1"),
        issue("d2", escalation="m2"),
        {"escalation": "m1"},
    ]
    drawn = kept_from(UNIT_VIEWER, kept, sent, entries=entries)
    assert drawn.papers == {"d1"}
    assert drawn.hides("escalation_served", {"escalation": "m1"})
    assert drawn.hides("mail_sent", {"document": "d1"})
    assert not drawn.hides("mail_sent", {"document": "d2"})
    assert not drawn.hides("begun", {})


@pytest.mark.parametrize("kind", ["personal_reminder", "personal_inquiry"])
def test_a_paper_to_a_person_that_the_office_drafts_is_kept_from_the_units(kind):
    entries = [issue("d1", kind=kind), issue("d2", kind="talk_notice")]
    drawn = kept_from(UNIT_VIEWER, entries=entries)
    assert drawn.papers == {"d1"}
    assert drawn.hides("document_served", {"document": "d1"})
    assert kept_from(OFFICER, entries=entries) is NO_CURTAIN


def test_a_paper_nobody_has_issued_is_kept_from_the_units_with_all_that_became_of_it():
    drafted = {"document": "d1", "kind": "notice", "state": "drafted"}
    drawn = kept_from(UNIT_VIEWER, entries=[drafted, {"document": "d1", "state": "voided"}])
    assert drawn.papers == {"d1"}
    assert drawn.hides("document_voided", {"document": "d1"})
    assert kept_from(UNIT_VIEWER, entries=[drafted, issue("d1", kind="notice")]).papers == frozenset()


def test_an_admonition_is_shown_to_the_person_it_concerns_with_all_that_is_told_of_it():
    entries = [issue("d1", escalation="m1"), issue("d1", kind="admonition")]
    assert kept_from(HEAD, measure(person="宋宁远"), entries=entries).papers == frozenset()
    assert kept_from(UNIT_VIEWER, measure(person="宋宁远"), entries=entries).papers == {"d1"}


def test_of_an_issued_measure_the_approver_s_part_stays_unseen():
    (seen,) = kept_from(UNIT_VIEWER).shown([measure()])
    unseen = {name for name, value in seen.items() if value is None and name != "object_person"}
    assert unseen == {"drafted_by", "snoozed_until", "decided_by", "decided_on", "reached_on", "raised_on"}
    (automatic,) = kept_from(UNIT_VIEWER).shown([measure(mode="automatic")])
    assert automatic["raised_on"] == "2026-07-30"


def test_who_objected_is_withheld_however_deep_it_stands():
    told = {
        "words": {"details": {"objection": "仍不亮", "objector": "某居民"}},
        "checks": [{"objector": "某居民"}],
    }
    seen = kept_from(UNIT_VIEWER).without_names(told)
    assert seen == {"words": {"details": {"objection": "仍不亮"}}, "checks": [{}]}
    assert NO_CURTAIN.without_names(told) is told


def test_before_the_office_there_is_no_curtain():
    secret = measure(issued=False, person="宋宁远")
    assert kept_from(OFFICER, secret) is NO_CURTAIN
    assert list(NO_CURTAIN.shown([secret])) == [secret]
    assert not NO_CURTAIN.hides("commented", {"escalation": "m1"})


def test_no_rung_for_a_person_and_no_command_of_the_office_is_told_to_a_unit():
    drawn = kept_from(UNIT_VIEWER)
    assert [rung.step for rung in DEFAULT.rungs if not drawn.foretells(rung)] == ["admonition"]
    assert drawn.offers((Role.LIAISON,), None)
    assert not drawn.offers((Role.DIRECTOR,), None)
    assert not drawn.offers((Role.LIAISON,), "inquiry")
    assert NO_CURTAIN.offers((Role.DIRECTOR,), "inquiry")


def test_a_comment_is_for_every_role_of_the_office_and_for_no_unit():
    row = lifecycles.parse(STANDARD).command_rows["comment"]
    assert (set(row.roles), row.internal) == (OFFICE_ROLES, True)


def test_a_table_that_lets_a_unit_speak_within_the_office_is_refused():
    wrong = STANDARD.replace('"officer", "director", "leader", "signer"', '"liaison", "officer"', 1)
    assert wrong != STANDARD
    with pytest.raises(RuleInvalid) as refused:
        lifecycles.parse(wrong)
    assert refused.value.code == "internal_by_unit"


def test_a_table_without_internal_commands_keeps_its_hash():
    old = lifecycles.parse(STANDARD)
    assert all(
        "internal" not in row for row in old.model_dump(mode="json")["commands"] if row["id"] != "comment"
    )
