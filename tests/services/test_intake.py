"""来件: taken in once, shown with what it may be about, and dealt with by an officer alone."""

from dataclasses import replace
from datetime import UTC, timedelta, timezone

import pytest

from states.errors import FactInvalid, NotPermitted, Refusal
from states.intake import Applicant
from tests.builders import (
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    TITLE,
    a_case,
    a_draft,
    a_paper_of_proof,
    give,
    history,
    kinds,
    rows,
    signed,
    stored,
)
from tests.intake import ARRIVED, CONTACT, HOTLINE, an_arrival, sent
from tests.unguarded import behind_the_application
from workflow.errors import EditConflict, FileRefused, NotFound
from workflow.services import attachments
from workflow.services.intake import dealing, desk, folder, telling
from workflow.services.intake.receiving import Fate
from workflow.services.seeing import Onlooker
from workflow.services.verification import verify
from workflow.storage.intake_models import IntakeItem, IntakeSupplement
from workflow.storage.models import Case, Event

LATER = ARRIVED + timedelta(hours=1)
MATTER = {"title": "修复望海街道路灯", "source": HOTLINE}


def registered(office, item, when=LATER, **changed):
    details = MATTER | changed
    return dealing.register(office, item, by=signed(OFFICER, when), at=when, **details)


def seen(office, item, person=OFFICER):
    return desk.whole(office, item, by=Onlooker(person, LATER))


def steps(office, external_id="RX-0001", source=HOTLINE):
    return [one.step.value for one in telling.account(office, source, external_id).steps]


def clean(office):
    return [one["code"] for one in verify(office).findings]


def test_an_item_waits_for_an_officer_and_is_no_matter(office):
    item = sent(office, an_arrival()).item
    assert rows(office, Case) == [] and desk.waiting(office) == 1
    found = seen(office, item)
    assert (found.item.arrival, found.item.state.value) == (an_arrival(), "waiting")
    assert steps(office) == ["received"] and clean(office) == []


def test_the_same_again_changes_nothing_and_writes_nothing(office):
    first = sent(office, an_arrival(), a_paper_of_proof(office))
    written = len(rows(office, Event))
    again = sent(office, an_arrival(), a_paper_of_proof(office), at=LATER)
    assert (again.item, again.fate, first.fate) == (first.item, Fate.AGAIN, Fate.NEW)
    assert len(rows(office, Event)) == written


def test_the_same_instant_told_from_another_zone_is_no_supplement(office):
    sent(office, an_arrival(received_at=ARRIVED.astimezone(UTC)))
    office_time = ARRIVED.astimezone(timezone(timedelta(hours=8)))
    assert sent(office, an_arrival(received_at=office_time), at=LATER).fate is Fate.AGAIN


def test_the_same_id_of_another_source_is_another_item(office):
    assert sent(office, an_arrival()).item != sent(office, an_arrival(), source="信访系统").item


def test_another_body_of_the_same_id_is_kept_beside_the_first(office):
    item = sent(office, an_arrival()).item
    more = an_arrival(text="今晚又有三盏不亮。")
    assert sent(office, more, a_paper_of_proof(office), at=LATER).fate is Fate.SUPPLEMENT
    found = seen(office, item)
    assert found.item.arrival == an_arrival() and found.supplements[0].arrival == more
    assert found.unseen == 1 and steps(office) == ["received", "supplemented"] and clean(office) == []


def test_registering_opens_a_draft_whose_history_says_where_it_came_from(office):
    item = sent(office, an_arrival(), a_paper_of_proof(office)).item
    case = registered(office, item)
    assert (case.facts.state, case.facts.title) == ("draft", MATTER["title"])
    assert kinds(office, case) == ["opened", "intake_linked"]
    told = attachments.listed(office, case.number, by=Onlooker(OFFICER, LATER))
    assert [one.name for one in told] == ["路灯修复验收单.txt"]
    assert steps(office) == ["received", "registered"] and desk.waiting(office) == 0 and clean(office) == []


def test_joining_lays_it_to_a_matter_with_its_files_and_supplements(office):
    case, item = a_case(office, when=ARRIVED), sent(office, an_arrival(), at=LATER).item
    sent(office, an_arrival(text="补充照片"), a_paper_of_proof(office, "照片"), at=LATER)
    dealing.join(office, item, case.number, by=signed(OFFICER, LATER), at=LATER, seen=1)
    assert kinds(office, case)[-1] == "intake_linked"
    assert telling.account(office, HOTLINE, "RX-0001").item.number == case.number
    assert stored(office, case).facts == case.facts and clean(office) == []


def test_a_returned_item_says_why_forgets_who_asked_and_may_come_again(office):
    item = sent(office, an_arrival()).item
    dealing.send_back(office, item, "不属本办职责", by=signed(OFFICER, LATER), at=LATER)
    told = telling.account(office, HOTLINE, "RX-0001")
    assert (told.last.step.value, told.last.reason) == ("returned", "不属本办职责")
    assert rows(office, IntakeItem)[0].applicant is None and sent(office, an_arrival()).fate is Fate.AGAIN
    sent(office, an_arrival(text="已补齐材料"), at=LATER)
    assert seen(office, item).item.state.value == "waiting" and clean(office) == []


def test_every_return_stays_told_with_its_reason_when_the_item_came_anew(office):
    item = sent(office, an_arrival()).item
    for hours, reason in ((1, "地址不明"), (3, "仍不明")):
        when = ARRIVED + timedelta(hours=hours)
        dealing.send_back(office, item, reason, by=signed(OFFICER, when), at=when)
        sent(office, an_arrival(text=f"补正：{reason}"), at=when + timedelta(hours=1))
    registered(office, item, when=ARRIVED + timedelta(hours=5))
    told = telling.account(office, HOTLINE, "RX-0001").steps
    names = ["received", "returned", "supplemented", "returned", "supplemented", "registered"]
    assert [one.step.value for one in told] == names and seen(office, item).steps == told
    assert [one.reason for one in told if one.reason] == ["地址不明", "仍不明"]


def test_of_a_matter_it_was_joined_to_a_source_is_told_where_it_stood_then_and_not_what_was_before(office):
    case, item = a_case(office, "handling", ARRIVED), sent(office, an_arrival(), at=LATER).item
    when = LATER + timedelta(hours=1)
    dealing.join(office, item, case.number, by=signed(OFFICER, when), at=when)
    told = telling.account(office, HOTLINE, "RX-0001").steps
    assert [one.step.value for one in told] == ["received", "joined", "under_way"]
    assert (told[-1].stage, told[-1].at) == ("限期办结", when)


def test_what_is_sent_after_it_was_dealt_with_comes_up_until_somebody_takes_note(office):
    item = sent(office, an_arrival()).item
    case = registered(office, item)
    sent(office, an_arrival(text="补充一张照片"), a_paper_of_proof(office, "照片"), at=LATER)
    assert desk.waiting(office) == 1
    dealing.take_note(office, item, by=signed(OFFICER, LATER), at=LATER, seen=1)
    assert desk.waiting(office) == 0 and kinds(office, case)[-1] == "intake_linked"
    with pytest.raises(FactInvalid, match="没有待阅的补充"):
        dealing.take_note(office, item, by=signed(OFFICER, LATER), at=LATER)
    assert clean(office) == []


def test_what_came_while_somebody_looked_is_not_decided_over(office):
    item = sent(office, an_arrival()).item
    sent(office, an_arrival(text="其实已经修好"), at=LATER)
    with pytest.raises(EditConflict):
        dealing.send_back(office, item, "重复", by=signed(OFFICER, LATER), at=LATER, seen=0)


def test_nothing_is_dealt_with_twice(office):
    item = sent(office, an_arrival()).item
    registered(office, item)
    with pytest.raises(FactInvalid, match="已登记为新事项"):
        registered(office, item)
    assert len(rows(office, Case)) == 1


def test_a_refused_registration_leaves_the_item_as_it_was(office):
    item = sent(office, an_arrival(), a_paper_of_proof(office)).item
    with pytest.raises(Refusal):
        registered(office, item, complexity="没有这一类")
    assert rows(office, Case) == [] and seen(office, item).item.state.value == "waiting"


@pytest.mark.parametrize("person", [LIAISON, CLERK, DIRECTOR])
def test_nobody_but_an_officer_deals_with_items_or_sees_them(office, person):
    item = sent(office, an_arrival()).item
    with pytest.raises(NotPermitted):
        seen(office, item, person)
    with pytest.raises(NotPermitted):
        dealing.send_back(office, item, "不办", by=signed(person, LATER), at=LATER)


def test_a_machine_does_not_deal_with_what_it_handed_in(office):
    item = sent(office, an_arrival()).item
    machine = replace(signed(None, LATER), machine=HOTLINE)
    with pytest.raises(NotPermitted) as refused:
        dealing.send_back(office, item, "不办", by=machine, at=LATER)
    assert refused.value.code == "machine_not_allowed"


def test_a_matter_that_is_over_takes_no_item(office):
    case, item = a_draft(office), sent(office, an_arrival()).item
    give(office, case, "withdraw", DIRECTOR, LATER, reason="重复")
    with pytest.raises(FactInvalid, match="不能再并入来件"):
        dealing.join(office, item, case.number, by=signed(OFFICER, LATER), at=LATER)
    with pytest.raises(NotFound):
        dealing.join(office, item, "滨督2026-999", by=signed(OFFICER, LATER), at=LATER)


def test_candidates_are_shown_with_their_reasons(office):
    same, other = a_case(office), a_draft(office, title="整治城区黑臭水体")
    found = seen(office, sent(office, an_arrival()).item).candidates
    assert [(one.number, one.reasons) for one in found] == [(same.number, ("事项名称相同",))]
    assert other.number not in {one.number for one in found}


def test_a_matter_one_is_not_shown_is_no_candidate_and_an_item_beside_it_is(office):
    registered(office, sent(office, an_arrival()).item)
    beside = sent(office, an_arrival(), source="网络问政").item
    twin = sent(office, an_arrival(), source="信访系统").item
    assert len(seen(office, twin).candidates) == 2
    behind_the_application(office, "UPDATE cases SET sealed_on = '2026-07-02'")
    assert [one.item for one in seen(office, twin).candidates] == [beside]


def test_the_same_id_of_another_source_and_the_same_file_are_reasons(office):
    case = registered(office, sent(office, an_arrival(), a_paper_of_proof(office)).item, title="甲")
    twin = sent(office, an_arrival(title="乙"), a_paper_of_proof(office), source="信访系统").item
    (found,) = seen(office, twin).candidates
    assert found.number == case.number and len(found.reasons) == 2


def test_a_source_follows_its_item_through_the_stages_and_a_merger(office):
    item = sent(office, an_arrival()).item
    case, other = registered(office, item), a_case(office, "verifying", ARRIVED)
    give(office, case, "merge", DIRECTOR, LATER, reason="同一事项", surviving=other.number)
    then, proof = LATER + timedelta(days=1), [a_paper_of_proof(office)]
    give(office, other, "close_out", DIRECTOR, then, verification="夜间抽查", evidence=proof)
    told = telling.account(office, HOTLINE, "RX-0001")
    assert [(one.step.value, one.number) for one in told.steps][-2:] == [
        ("joined", other.number),
        ("closed", other.number),
    ]


def test_a_source_is_told_when_it_is_closed_and_nothing_said_within(office):
    item = sent(office, an_arrival()).item
    case = a_case(office, "closed", LATER)
    dealing.join(office, item, case.number, by=signed(OFFICER, LATER), at=LATER)
    told = telling.account(office, HOTLINE, "RX-0001").steps
    assert [one.stage for one in told if one.step.value == "closed"] == ["销号"]
    assert "抽查" not in str(told)


def test_no_entry_names_whoever_turned_to_the_platform(office):
    item = sent(office, an_arrival()).item
    case = registered(office, item)
    assert CONTACT not in "".join(one.payload for one in rows(office, Event))
    assert CONTACT not in str(history(office, case))


def test_who_turned_to_the_platform_is_forgotten_when_the_matter_is_long_over(office):
    item = sent(office, an_arrival()).item
    case = registered(office, item)
    sent(office, an_arrival(text="补充"), at=LATER)
    give(office, case, "withdraw", DIRECTOR, LATER, reason="重复")
    by, then = signed(None, LATER), LATER + timedelta(days=91)
    assert folder.forget_applicants(office, at=LATER, by=by) == 0
    assert folder.forget_applicants(office, at=then, by=by) == 2
    assert [one.applicant for one in (*rows(office, IntakeItem), *rows(office, IntakeSupplement))] == [
        None
    ] * 2
    assert clean(office) == []


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"external_id": "a/b"}, "external_id_invalid"),
        ({"external_id": ".."}, "external_id_invalid"),
        ({"title": "  "}, "title_missing"),
        ({"text": "x" * 32_768}, "text_too_long"),
        ({"text": "机密★10年"}, "state_secret"),
        ({"region": "望海\u202e街道"}, "text_invalid"),
        ({"applicant": Applicant("某", "1" * 65)}, "text_too_long"),
        ({"occurred_at": ARRIVED + timedelta(days=1)}, "at_ahead"),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(office, changed, code):
    with pytest.raises(Refusal) as refused:
        sent(office, an_arrival(**changed))
    assert refused.value.code == code and rows(office, IntakeItem) == []


def test_files_are_looked_through_before_anything_is_kept(office, tmp_path):
    bad = tmp_path / "说明.txt"
    bad.write_text("绝密★30年", encoding="utf-8")
    with pytest.raises(FileRefused):
        sent(office, an_arrival(), bad)
    assert rows(office, IntakeItem) == []


def test_an_item_without_candidates_says_so(office):
    a_draft(office, title="整治城区黑臭水体")
    assert seen(office, sent(office, an_arrival(title=TITLE)).item).candidates == ()


def test_items_that_wait_beside_it_are_shown_as_such_and_joined_to_nothing(office):
    other = sent(office, an_arrival("XF-7"), source="信访系统").item
    old = sent(office, an_arrival("XF-1"), source="信访系统", at=ARRIVED - timedelta(weeks=7)).item
    item = sent(office, an_arrival()).item
    assert [(one.item, one.number) for one in seen(office, item).candidates] == [(other, "XF-7")]
    assert old not in {one.item for one in seen(office, item).candidates}
    with pytest.raises(NotFound):
        dealing.join(office, item, "XF-7", by=signed(OFFICER, LATER), at=LATER)
    registered(office, other)
    assert [one.item for one in seen(office, item).candidates] == [None]


@pytest.mark.parametrize("settled", [False, True])
def test_the_inbox_is_leafed_through_both_ways_by_place(office, settled):
    ids = [sent(office, an_arrival(f"RX-{n}"), at=ARRIVED + timedelta(minutes=n // 2)).item for n in range(7)]
    for one in ids if settled else ():
        dealing.send_back(office, one, "不属本办", by=signed(OFFICER, LATER), at=LATER)
    walk = [leaf(office, settled)]
    while (place := walk[-1].after) is not None:
        walk.append(leaf(office, settled, desk.Turned(place)))
    shown = [[one.item.id for one in each.lines] for each in walk]
    assert sorted(one for each in shown for one in each) == sorted(ids) and [len(one) for one in shown] == [
        3,
        3,
        1,
    ]
    back = [leaf(office, settled, desk.Turned(each.before, back=True)) for each in walk[:0:-1]]
    assert [[one.item.id for one in each.lines] for each in back] == shown[-2::-1]
    assert back[-1].before is None


def leaf(office, settled, turned=None):
    return desk.inbox(office, by=Onlooker(OFFICER, LATER), settled=settled, turned=turned, most=3)
