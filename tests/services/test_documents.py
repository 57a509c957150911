"""Papers people write: what each step keeps, what it refuses, and what never changes afterwards."""

import json
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlalchemy import text

import templates
from notifications.errors import NoticeUnrenderable
from states.errors import Refusal
from tests.builders import (
    AUDITOR,
    CLERK,
    DIRECTOR,
    LEAD,
    LEADER,
    LIAISON,
    OFFICER,
    OPENED,
    a_case,
    at,
    give,
    kinds,
    rows,
    signed,
    stored,
)
from tests.writing import (
    CIRCULAR,
    FOR_LEADER,
    HANDLER,
    ORDER,
    OTHER_HANDLER,
    PRINCIPAL,
    TO_PERSON,
    a_receipt,
    brought_to,
    drafted,
)
from workflow.services import redacting, rendering
from workflow.services.documents import drafting, filing, issuing, judging, showing
from workflow.services.register import show as show_case
from workflow.services.rendering import render_pending
from workflow.services.seeing import Onlooker
from workflow.services.timeline import history
from workflow.services.verification import verify
from workflow.storage import papers
from workflow.storage.models import Document, EventWords, OutboxMessage
from workflow.storage.paper_models import PaperLife
from workflow.storage.session import reading, transaction

LATER, LATEST = at(2026, 7, 3), at(2026, 7, 6)
BY_DIRECTOR = {"by": signed(DIRECTOR), "at": OPENED}


def refused(call, *words, **more):
    with pytest.raises(Refusal) as found:
        call(*words, **more)
    return found.value.code


@pytest.fixture
def case(office):
    return a_case(office)


def life(office, paper):
    return next(row for row in rows(office, PaperLife) if row.id == paper)


def document(office, paper):
    return next(row for row in rows(office, Document) if row.id == paper)


def test_a_paper_goes_its_whole_way_and_every_step_stands_in_the_history(office, case):
    paper = drafted(office, case)
    brought_to(office, paper, "archived")
    steps = [kind for kind in kinds(office, case) if kind.startswith("document_")][1:]
    assert steps == [
        f"document_{one}" for one in ("drafted", "reviewed", "signed", "issued", "served", "archived")
    ]
    assert document(office, paper).number == "滨督单〔2026〕1号"
    assert verify(office).findings == []


def test_what_people_state_lies_beside_the_entry_and_its_hash_in_it(office, case):
    paper = drafted(office, case)
    entry = next(one for one in history(office, case.number) if one["kind"] == "document_drafted")
    assert entry["words"]["details"]["stated"] == ORDER
    assert "stated" not in entry["details"]
    assert entry["details"]["content_sha256"] == life(office, paper).content_sha256


def test_a_draft_has_gaps_and_is_not_reviewed_before_they_are_filled(office, case):
    paper = drafted(office, case, stated={"order.level": "黄色"})
    assert "〔待填〕" in showing.show(office, paper, at=OPENED)["text"]
    assert refused(judging.review, office, paper, by=signed(CLERK), at=OPENED) == "fact_missing"
    drafting.revise(office, paper, stated=ORDER, by=signed(OFFICER), at=OPENED)
    assert judging.review(office, paper, by=signed(CLERK), at=OPENED)["state"] == "reviewed"


def test_what_no_font_can_print_is_refused_before_it_is_signed_and_takes_no_number(office, case):
    paper = drafted(office, case, stated={**ORDER, "order.defects": "现场标识为\U00030000"})
    assert refused(judging.review, office, paper, by=signed(CLERK), at=OPENED) == "glyph_missing"
    drafting.revise(office, paper, stated=ORDER, by=signed(OFFICER), at=OPENED)
    brought_to(office, paper, "issued")
    assert document(office, paper).number == "滨督单〔2026〕1号"


def test_the_file_of_an_issued_paper_is_given_out_as_it_is_kept(office, case, tmp_path):
    paper = drafted(office, case)
    brought_to(office, paper, "issued")
    rendering.write_paper(office, paper, tmp_path / "one.pdf", by=signed(None, OPENED))
    kept = document(office, paper).sha256
    others = replace(office, settings=office.settings.model_copy(update={"fonts": tmp_path}))
    rendering.write_paper(others, paper, tmp_path / "two.PDF", by=signed(None, OPENED))
    found = [sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("one.pdf", "two.PDF")]
    assert found == [kept, kept]


def test_a_void_paper_is_given_out_as_void_and_cited_by_none(office, case, tmp_path):
    paper = drafted(office, case)
    brought_to(office, paper, "issued")
    filing.void(office, paper, by=signed(DIRECTOR), at=OPENED, reason="内容有误")
    told = rendering.render_to(
        office, case.number, "supervision_order", tmp_path / "x.txt", by=signed(None, OPENED), at=OPENED
    )
    assert (told["number"], told["void"]) == ("滨督单〔2026〕1号", True)
    with reading(office.engine) as tx:
        assert papers.issued_of(tx, case.id, "supervision_order") == []


def test_a_paper_that_could_not_be_laid_out_reached_nobody(office, case):
    paper = drafted(office, case)
    brought_to(office, paper, "issued")
    printed = "workflow.services.rendering.printed"
    with patch(printed, side_effect=NoticeUnrenderable("没有字体。", code="glyph_missing")):
        render_pending(office, by=signed(None, OPENED))
    given = {"by": signed(CLERK), "at": OPENED, "evidence": a_receipt(office)}
    assert refused(filing.serve, office, paper, **given) == "document_unrenderable"
    render_pending(office, by=signed(None, OPENED))
    assert filing.serve(office, paper, **given)["state"] == "served"


def test_a_revision_keeps_what_was_stated_and_is_not_named(office, case):
    paper = drafted(office, case)
    drafting.revise(office, paper, stated={"order.level": "红色"}, by=signed(CLERK), at=OPENED)
    text = showing.show(office, paper, at=OPENED)["text"]
    assert "红色督办单" in text
    assert "增派两个班组" in text
    assert refused(judging.review, office, paper, by=signed(CLERK), at=OPENED) == "own_draft"


def test_only_what_the_kind_asks_for_may_be_stated(office, case):
    for stated, code in (
        ({"case.due_on": "2027-01-01"}, "fact_not_stated"),
        ({"late": {"days": 0}}, "fact_not_stated"),
        ({"order": {"secret": "x"}}, "fact_not_stated"),
        ({"order.defects": "绝密★10年"}, "state_secret"),
        ({"order.defects": "看不见\u202e的"}, "text_invalid"),
        ({"order.defects": 1.5}, "fact_invalid"),
        ({"order.defects": "长" * 6001}, "fact_too_long"),
        ({"copies": [[[[[["深"]]]]]]}, "fact_invalid"),
    ):
        assert refused(drafted, office, case, stated=stated) == code
    assert [row.kind for row in rows(office, PaperLife)] == ["assignment"]


def test_a_paper_is_signed_as_it_was_reviewed_or_not_at_all(office, case):
    paper = drafted(office, case)
    brought_to(office, paper, "reviewed")
    give(office, case, "report_progress", LIAISON, progress="已修复一半", completion_rate=50)
    with pytest.raises(Refusal) as found:
        judging.sign(office, paper, **BY_DIRECTOR, opinion="同意。")
    assert (found.value.code, found.value.facts["changed"]) == ("draft_changed", ["最近进展", "最近反馈日期"])
    assert life(office, paper).state == "reviewed"
    judging.send_back(office, paper, by=signed(CLERK), at=OPENED, reason="已有新进展")
    drafting.revise(office, paper, by=signed(OFFICER), at=OPENED)
    brought_to(office, paper, "signed")


def test_whoever_names_the_hash_he_read_signs_no_other(office, case):
    paper = drafted(office, case)
    seen = showing.show(office, paper, at=OPENED)["content_sha256"]
    drafting.revise(office, paper, stated={"order.level": "红色"}, by=signed(OFFICER), at=OPENED)
    assert refused(judging.review, office, paper, by=signed(CLERK), at=OPENED, seen=seen) == "draft_changed"
    now = showing.show(office, paper, at=OPENED)["content_sha256"]
    judging.review(office, paper, by=signed(CLERK), at=OPENED, seen=now)
    assert judging.sign(office, paper, **BY_DIRECTOR, opinion="同意。", seen=now[:8])["content_sha256"] == now


def test_a_changed_wording_has_to_be_read_again(office, case, tmp_path):
    paper = drafted(office, case)
    own, packaged = tmp_path / "templates" / "notices", Path(templates.__file__).parent / "notices"
    own.mkdir(parents=True)
    wording = (packaged / "supervision_order.txt.j2").read_text(encoding="utf-8")
    (own / "supervision_order.txt.j2").write_text(wording.replace("现予", "现给予"), encoding="utf-8")
    settings = office.settings.model_copy(update={"templates": own.parent})
    with pytest.raises(Refusal) as found:
        judging.review(replace(office, settings=settings), paper, by=signed(CLERK), at=OPENED)
    assert (found.value.code, found.value.facts["changed"]) == ("draft_changed", ["文书措辞"])


def test_a_signed_paper_never_changes(office, case):
    paper = drafted(office, case)
    brought_to(office, paper, "signed")
    for call, more in (
        (drafting.revise, {"stated": {"order.level": "红色"}}),
        (judging.send_back, {"reason": "再改"}),
        (judging.sign, {"opinion": "同意。"}),
    ):
        assert refused(call, office, paper, by=signed(LEADER), at=OPENED, **more) == "transition_refused"
    give(office, case, "report_progress", LIAISON, LATER, progress="已修复一半", completion_rate=50)
    issuing.issue(office, paper, by=signed(CLERK), at=LATER)
    facts = json.loads(document(office, paper).facts)
    assert facts["date"] == "2026-07-01"
    assert facts["urge"]["progress"] is None
    assert verify(office).findings == []


def test_a_correction_is_a_new_paper_and_the_old_one_void(office, case):
    old = drafted(office, case)
    brought_to(office, old, "served")
    new = drafted(office, case, at=LATER, replaces="滨督单〔2026〕1号")
    assert life(office, old).state == "served"
    brought_to(office, new, "issued", at=LATER)
    assert (life(office, old).state, life(office, old).voided_on) == ("voided", date(2026, 7, 3))
    assert showing.show(office, old, at=OPENED)["void_reason"] == "由滨督单〔2026〕2号替换"
    shown = {one["number"]: one for one in show_case(office, case.number, today=LATER)["documents"]}
    assert shown["滨督单〔2026〕1号"]["replaced_by"] == "滨督单〔2026〕2号"
    assert verify(office).findings == []


@pytest.mark.parametrize(
    ("replaced", "code"), [("滨督交〔2026〕1号", "replaces_other"), ("draft", "replaces_unissued")]
)
def test_only_an_issued_paper_of_the_kind_is_replaced(office, case, replaced, code):
    unissued = drafted(office, case)
    name = unissued if replaced == "draft" else replaced
    assert refused(drafted, office, case, replaces=name) == code


def test_a_void_paper_keeps_its_number_and_its_unsent_mails_are_stopped(office, case):
    paper = drafted(office, case)
    brought_to(office, paper, "issued")
    filing.void(office, paper, **BY_DIRECTOR, reason="要求写错")
    (mail,) = (row for row in rows(office, OutboxMessage) if row.document_id == paper)
    assert (mail.state, document(office, paper).number) == ("cancelled", "滨督单〔2026〕1号")
    render_pending(office, by=signed(None))
    (mail,) = (row for row in rows(office, OutboxMessage) if row.document_id == paper)
    assert mail.state == "cancelled"
    assert showing.show(office, paper, at=OPENED)["void_reason"] == "要求写错"
    assert verify(office).findings == []
    again = drafted(office, case)
    assert brought_to(office, again, "issued")["number"] == "滨督单〔2026〕2号"


def test_of_a_void_draft_nothing_is_left_but_its_entries(office, case):
    paper = drafted(office, case)
    filing.void(office, paper, by=signed(OFFICER), at=OPENED, reason="不再需要")
    told = showing.show(office, paper, at=OPENED)
    assert (told["state"], told["text"], life(office, paper).facts) == ("voided", None, None)
    assert verify(office).findings == []


def test_a_void_paper_of_a_command_stays_void_when_the_unit_signs_for_the_matter(office):
    case = a_case(office, "assigned")
    notice = "滨督交〔2026〕1号"
    filing.void(office, notice, **BY_DIRECTOR, reason="单位名称有误")
    give(office, case, "acknowledge", LIAISON)
    assert showing.show(office, notice, at=OPENED)["state"] == "voided"
    assert verify(office).findings == []


def test_a_circular_is_of_no_case_and_lives_in_the_journal(office):
    a_case(office)
    paper = drafted(office, None, "circular", CIRCULAR, to=[LEAD, "市财政局"])
    done = brought_to(office, paper, "issued", hands=FOR_LEADER)
    assert (done["case"], done["number"]) == (None, "滨督通〔2026〕1号")
    assert json.loads(document(office, paper).facts)["addressee"] == "市城市管理局、市财政局"
    assert {row.recipient_name for row in rows(office, OutboxMessage) if row.document_id == paper} != set()
    render_pending(office, by=signed(None))
    assert document(office, paper).sha256
    assert verify(office).findings == []


def test_what_is_of_a_matter_needs_one_and_a_matter_that_ended_gets_none(office, case):
    assert refused(drafted, office, None) == "case_missing"
    assert refused(drafted, office, case, "circular", CIRCULAR) == "case_unwanted"
    give(office, case, "withdraw", DIRECTOR, reason="已由上级办理")
    assert refused(drafted, office, case) == "draft_of_ended"
    assert refused(drafted, office, "没有2026-001") == "case_unknown"


@pytest.mark.parametrize(
    ("more", "alone"),
    [({}, True), ({"to": [LEAD, "市财政局"]}, False), ({"to": ["市财政局"]}, True)],
)
def test_a_paper_knows_whether_it_goes_to_several_units(office, case, more, alone):
    text = showing.show(office, drafted(office, case, "talk_notice", {}, **more), at=OPENED)["text"]
    assert ("对你单位进行约谈" in text, "对你们进行约谈" in text) == (alone, not alone)


def test_who_states_the_addressee_says_by_it_whether_there_are_several(office, case):
    for addressee, you in (("各区政府", "你们"), ("路灯专班（市城管局、市财政局）", "你单位")):
        stated = {"addressee": addressee}
        paper = drafted(office, case, "talk_notice", stated)
        assert you in showing.show(office, paper, at=OPENED)["text"]


def personal(office, case, **more):
    return drafted(office, case, "personal_reminder", TO_PERSON, by=HANDLER, **more)


def test_a_paper_to_a_person_is_written_and_signed_without_the_supervision_office(office, case):
    assert refused(drafted, office, case, "personal_reminder", TO_PERSON) == "not_permitted"
    paper = personal(office, case)
    assert refused(judging.review, office, paper, by=signed(DIRECTOR), at=OPENED) == "not_permitted"
    done = brought_to(office, paper, "served", hands=(OTHER_HANDLER, PRINCIPAL))
    assert done["number"] == "组提〔2026〕1号"
    assert json.loads(document(office, paper).facts)["addressee"] == "宋宁远同志"
    assert verify(office).findings == []


def test_a_reply_form_has_the_questions_of_the_person_it_names(office, case):
    asked = {}
    said = {"宋宁远": (OPENED, "为何未研究部署？"), "盛宁远": (LATER, "为何未及时报告？")}
    for name, (when, question) in said.items():
        person = {"name": name, "post": "局长", "unit": "市城市管理局"}
        stated = {"person": person, "personal": {"aspect": "履职"}, "question": question}
        paper = drafted(office, case, "personal_inquiry", stated, by=HANDLER, at=when)
        brought_to(office, paper, "issued", hands=(OTHER_HANDLER, PRINCIPAL), at=when)
        form = {"person.name": "宋宁远"}
        reply = drafted(office, case, "personal_inquiry_reply", form, by=HANDLER, at=when)
        asked[name] = showing.show(office, reply, at=LATER)["text"]
    assert asked["宋宁远"] == asked["盛宁远"]
    assert "第1问：为何未研究部署？" in asked["盛宁远"]


def test_a_reply_form_of_somebody_who_was_asked_nothing_has_nobody_else_s_questions(office, case):
    stated = {"person": TO_PERSON["person"], "personal": {"aspect": "履职"}, "question": "为何未研究部署？"}
    paper = drafted(office, case, "personal_inquiry", stated, by=HANDLER)
    brought_to(office, paper, "issued", hands=(OTHER_HANDLER, PRINCIPAL))
    namesake = {"person": {**TO_PERSON["person"], "unit": "市财政局"}}
    reply = drafted(office, case, "personal_inquiry_reply", namesake, by=HANDLER)
    text = showing.show(office, reply, at=OPENED)["text"]
    assert "第1问：〔待填〕" in text
    assert "研究部署" not in text


@pytest.mark.parametrize("unit", ["BH103", "没有的单位"])
def test_nobody_but_an_organization_department_writes_to_a_person(office, case, unit):
    with transaction(office.engine) as tx:
        tx.execute(text("UPDATE posts SET unit = :unit"), {"unit": unit})
    assert refused(personal, office, case) == "organ_missing"
    assert stored(office, case).facts == case.facts
    settings = office.settings.model_copy(update={"organization_name": "中共滨海市委组织部"})
    named = replace(office, settings=settings)
    shown = showing.show(named, personal(named, case), at=OPENED)
    assert "\n中共滨海市委组织部\n" in shown["text"]


def test_a_paper_to_a_person_goes_to_one_person_and_never_in_bulk(office, case):
    assert refused(personal, office, case, to=[LEAD]) == "person_in_bulk"


def test_whom_a_paper_concerns_has_no_hand_in_it(office, case):
    stated = {**TO_PERSON, "person": {"name": PRINCIPAL, "post": "书记", "unit": "市委"}}
    paper = drafted(office, case, "personal_reminder", stated, by=HANDLER)
    judging.review(office, paper, by=signed(OTHER_HANDLER), at=OPENED)
    assert refused(judging.sign, office, paper, by=signed(PRINCIPAL), at=OPENED, opinion="同意") == "recusal"


@pytest.mark.parametrize(
    ("viewer", "reads"),
    [(None, True), (HANDLER, True), (PRINCIPAL, True), (OFFICER, False), (AUDITOR, False)],
)
def test_the_words_to_a_person_are_for_those_who_handle_and_sign_them(office, case, viewer, reads):
    paper = personal(office, case)
    told = showing.show(office, paper, at=OPENED, by=viewer and Onlooker(viewer, OPENED))
    assert ((told["text"] is not None), told["withheld"]) == (reads, not reads)
    assert told["content_sha256"]


def test_a_unit_sees_what_was_sent_to_it_and_nothing_of_how_it_was_written(office, case):
    sent, waiting = drafted(office, case), drafted(office, case)
    brought_to(office, sent, "issued")
    to_unit = Onlooker(LIAISON, OPENED)
    assert showing.show(office, sent, at=OPENED, by=to_unit)["text"]
    for paper in (waiting, personal(office, case)):
        assert refused(showing.show, office, paper, at=OPENED, by=to_unit) == "not_yours"
    told = {one["kind"] for one in history(office, case.number, by=to_unit)}
    assert told & {"document_drafted", "document_reviewed", "document_signed"} == set()
    assert show_case(office, case.number, today=OPENED, by=to_unit)["drafts"] == []
    assert len(show_case(office, case.number, today=OPENED)["drafts"]) == 2


def test_the_words_of_a_draft_are_redacted_once_it_is_issued_or_void(office, case):
    paper = drafted(office, case)
    seq = next(one["seq"] for one in history(office, case.number) if one["kind"] == "document_drafted")
    redaction = {"reason": "含个人信息", "by": signed(DIRECTOR), "at": LATEST}
    assert refused(redacting.redact, office, case.number, seq, **redaction) == "words_in_use"
    filing.void(office, paper, by=signed(OFFICER), at=OPENED, reason="不再需要")
    redacting.redact(office, case.number, seq, **redaction)
    (words,) = (row.text for row in rows(office, EventWords) if row.seq == seq)
    assert "增派" not in words
    assert verify(office).findings == []


def test_a_paper_is_named_by_its_number_or_the_beginning_of_its_id(office, case):
    paper = drafted(office, case)
    assert showing.show(office, paper[:8], at=OPENED)["id"] == paper
    assert showing.show(office, "滨督交〔2026〕1号", at=OPENED)["kind"] == "assignment"
    assert refused(showing.show, office, paper[:4], at=OPENED) == "document_unknown"
    assert refused(showing.show, office, "滨督交〔2026〕99号", at=OPENED) == "document_unknown"


def test_a_case_s_next_look_is_not_lost_over_its_papers(office, case):
    before = stored(office, case).next_action_at
    brought_to(office, drafted(office, case), "issued")
    assert stored(office, case).next_action_at == before
