"""Comments within the office: who writes and is mentioned, what lies on his list, and that nothing leaks."""

import json
from datetime import date

import pytest
from sqlalchemy import text

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal, TransitionRefused
from tests.builders import (
    ARCHIVIST,
    AUDITOR,
    DIRECTOR,
    LEADER,
    LIAISON,
    OFFICER,
    PRINCIPAL,
    UNIT_HEAD,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    give,
    history,
    row_counts,
    rows,
    signed,
    stored,
)
from workflow.errors import Ambiguous, NotFound
from workflow.services import cases, commenting, deputies
from workflow.services.cases import Order
from workflow.services.duties import owed
from workflow.services.replay import facts_of, read
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.directory_models import RoleGrant
from workflow.storage.models import Attachment, EventWords
from workflow.storage.session import transaction
from workflow.storage.work_models import Mention

SECRET = "完成率与现场不符，疑似虚报，先不告知承办单位"
SECOND, THIRD = at(2026, 7, 2), at(2026, 7, 3)


def comment(office, case, by=OFFICER, *mentions, when=SECOND, said=SECRET, **more):
    return give(office, case, "comment", by, when, text=said, mentions=mentions, **more)


def seen(office, case, by, when=THIRD):
    return commenting.put_behind(office, case.number, by=signed(by, when), at=when)


def mentioned(office, person, day=date(2026, 7, 3)):
    """The numbers of the cases somebody is mentioned on, as his list has them."""
    (mine,) = owed(office, day=day, person=person).lists
    return [duty.number for duty in mine.duties if duty.kind == "mention"]


def refusal_of(call, *args, **options):
    with pytest.raises(Refusal) as refused:
        call(*args, **options)
    return refused.value.code


@pytest.mark.parametrize(
    "state", ["draft", "assigned", "registered", "handling", "verifying", "closed", "archived"]
)
def test_a_matter_is_commented_wherever_it_stands_and_no_fact_changes(office, state):
    case = a_case(office, state)
    before = stored(office, case).facts
    comment(office, case, OFFICER, DIRECTOR)
    assert stored(office, case).facts == before
    assert facts_of(map(read, history(office, case))) == before
    assert verify(office).findings == []


def test_a_cancelled_matter_is_commented_no_more(office):
    case = give(office, a_draft(office), "withdraw", DIRECTOR, reason="重复")
    with pytest.raises(TransitionRefused):
        comment(office, case)


@pytest.mark.parametrize("person", [OFFICER, DIRECTOR, LEADER, PRINCIPAL, ARCHIVIST, "颜秉文"])
def test_whoever_works_in_the_office_comments(office, person):
    assert comment(office, a_case(office), person).seq


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD, AUDITOR, "易守拙", "沈以恒"])
def test_nobody_else_does(office, person):
    with pytest.raises(NotPermitted):
        comment(office, a_case(office), person)
    assert rows(office, Mention) == []


def test_a_comment_needs_its_text(office):
    with pytest.raises(FactMissing) as refused:
        comment(office, a_case(office), said="")
    assert refused.value.code == "text_missing"


def test_the_words_lie_beside_the_entry_and_may_be_taken_away(office):
    case = comment(office, a_case(office), OFFICER, DIRECTOR, evidence=[a_paper_of_proof(office)])
    entry = history(office, case)[-1]
    payload = json.loads(entry.payload)
    assert SECRET not in entry.payload
    assert payload["details"]["mentions"] == ["R010"]
    assert json.loads(entry.personal)["details"]["text"] == SECRET
    assert [row.seq for row in rows(office, Attachment) if row.case_id == case.id] == [entry.seq]


def test_everybody_mentioned_has_it_on_his_list_until_he_says_he_has_seen_it(office):
    case = comment(office, a_case(office), OFFICER, DIRECTOR, "R006")
    assert mentioned(office, DIRECTOR) == mentioned(office, LEADER) == [case.number]
    seen(office, case, DIRECTOR)
    assert (mentioned(office, DIRECTOR), mentioned(office, LEADER)) == ([], [case.number])
    assert {row.person: row.seen_on for row in rows(office, Mention)} == {"R010": THIRD.date(), "R006": None}
    assert verify(office).findings == []


def test_his_own_next_comment_says_so_too(office):
    case = comment(office, a_case(office), OFFICER, DIRECTOR)
    comment(office, case, DIRECTOR, OFFICER, when=THIRD, said="已阅，请现场核查")
    assert (mentioned(office, DIRECTOR), mentioned(office, OFFICER)) == ([], [case.number])
    assert verify(office).findings == []


def test_several_mentions_of_one_matter_are_one_thing_to_look_at(office):
    case = comment(office, a_case(office), OFFICER, DIRECTOR)
    comment(office, case, LEADER, DIRECTOR, when=THIRD)
    (mine,) = owed(office, day=date(2026, 7, 6), person=DIRECTOR).lists
    (duty,) = [one for one in mine.duties if one.kind == "mention"]
    assert (duty.label, duty.since, duty.due_on, duty.overdue) == ("提及我", SECOND.date(), None, False)
    seen(office, case, DIRECTOR, at(2026, 7, 6))
    assert mentioned(office, DIRECTOR) == []


@pytest.mark.parametrize("state", ["closed", "archived"])
def test_what_is_struck_off_still_waits_on_the_list_of_whom_it_mentions(office, state):
    case = comment(office, a_case(office, state), OFFICER, DIRECTOR)
    assert mentioned(office, DIRECTOR) == [case.number]


@pytest.mark.parametrize("person", [LIAISON, UNIT_HEAD, AUDITOR, "米嘉树", "沈以恒"])
def test_only_people_of_the_office_are_mentioned(office, person):
    case, before = a_case(office), row_counts(office)
    assert refusal_of(comment, office, case, OFFICER, DIRECTOR, person) == "mention_outside_office"
    assert row_counts(office) == before


def grant(office, **columns):
    with transaction(office.engine) as tx:
        tx.execute(queries.table(RoleGrant).insert().values(**columns))


@pytest.mark.parametrize("unit", ["BH212", "BH213"])
def test_nor_is_an_officer_who_has_a_post_at_a_unit_of_the_matter(office, unit):
    """He sits on both sides, as liaison of the lead unit or of a co-unit."""
    grant(office, person="R013", role="liaison", unit=unit)
    case = a_case(office, co_units=("BH213",))
    assert refusal_of(comment, office, case, OFFICER, "R013") == "mention_outside_office"
    assert comment(office, a_case(office, "assigned", lead_unit="市水务局"), OFFICER, "R013").seq


def test_a_deputy_of_the_office_is_mentioned_in_his_days_only(office):
    days = {"valid_from": date(2026, 7, 2), "valid_to": date(2026, 7, 3)}
    named = (office, DIRECTOR, "沈以恒", "director")
    deputies.appoint(*named, by=signed(DIRECTOR), at=at(2026, 7, 1), **days)
    case = comment(office, a_case(office), OFFICER, "沈以恒")
    assert mentioned(office, "沈以恒") == [case.number]
    assert mentioned(office, "沈以恒", date(2026, 7, 6)) == []  # he works in the office no more
    late = refusal_of(comment, office, case, OFFICER, "沈以恒", when=at(2026, 7, 6))
    assert late == "mention_outside_office"


def test_whoever_writes_does_not_mention_himself(office):
    with pytest.raises(FactInvalid) as refused:
        comment(office, a_case(office), OFFICER, "R011")
    assert refused.value.code == "mention_of_oneself"


def test_somebody_nobody_knows_is_not_mentioned(office):
    with pytest.raises(NotFound) as refused:
        comment(office, a_case(office), OFFICER, "查无此人")
    assert refused.value.code == "person_unknown"
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE people SET name = '卞知远' WHERE code = 'R013'"))
    with pytest.raises(Ambiguous):
        comment(office, a_case(office), OFFICER, DIRECTOR)


def test_what_mentions_nobody_cannot_be_put_behind(office):
    case = comment(office, a_case(office), OFFICER, DIRECTOR)
    assert refusal_of(seen, office, case, LEADER) == "not_mentioned"
    seen(office, case, DIRECTOR)
    assert refusal_of(seen, office, case, DIRECTOR) == "not_mentioned"
    assert refusal_of(seen, office, case, None) == "person_missing"
    assert refusal_of(seen, office, case, "查无此人") == "person_unknown"
    unknown = refusal_of(commenting.put_behind, office, "滨督2026-999", by=signed(DIRECTOR), at=THIRD)
    assert unknown == "case_unknown"


def test_a_comment_does_not_make_a_stated_matter_the_system_s(office):
    stated = {"title": "旧事项", "source": "来信", "origin": "台账第5行", "state": "handling"}
    case = give_new(office, **stated)
    comment(office, case)
    assert stored(office, case).facts.witnessed is False
    give(office, case, "restate", OFFICER, THIRD, state="verifying", origin="台账第5行")


def give_new(office, **details):
    return cases.create(office, "take_over", by=signed(OFFICER), at=at(2026, 7, 1), **details)


def test_two_matters_in_one_go_and_a_refusal_leaves_nothing(office):
    first, second = a_case(office), a_case(office)
    orders = [
        Order("comment", first.number, {"text": SECRET, "mentions": (DIRECTOR,)}),
        Order("comment", second.number, {"text": SECRET, "mentions": (LIAISON,)}),
    ]
    before = row_counts(office)
    assert (
        refusal_of(cases.perform_all, office, orders, by=signed(OFFICER), at=SECOND)
        == "mention_outside_office"
    )
    assert row_counts(office) == before
    assert [row for row in rows(office, EventWords) if SECRET in row.text] == []
