"""The forms people fill in: every row of them is printed for some matter, and blanks are room to write."""

from typing import Any

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.form import ItemsRow, OpinionRow, TallRow
from notifications.inspection import examine
from notifications.plain import as_html, as_text
from notifications.samples import BARE, samples
from notifications.stationery import load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from states.papers.kinds import PAPERS
from tests.notifications.branches import Branches
from tests.notifications.filled_forms import FORM_GAPS, NEEDED, SLIP
from tests.notifications.matter import FACTS, LATE, with_fact
from tests.notifications.ruler import pages, text_of
from tests.notifications.test_typesetting import ISSUED_AT
from tests.notifications.test_wording import GAPS

Facts = dict[str, Any]
TENTATIVE = {"case.due_on": None, "case.due_within": "自2026年11月2日起30个工作日内"}
LONG_TERM = {"case.due_on": None}
LONG_NAME = {"case.title": "涉港企业集中反映疏港道路货车限行时段不合理问题"}
REFUSED = {
    "extension.decision": {"words": "可以赶工。", "by": "舒景行", "on": "2026-10-23", "is_granted": False}
}
NOBODY_HAS_DECIDED = {"extension.decision": {}, "extension.former_due_on": None}
REFUSED_BEFORE = {"asked_on": "2026-09-21", "is_granted": False, "by": "卞知远", "on": "2026-09-24"}
ONE_OF_THEM = {"record.talkers": [{"name": "言某某"}]}
MATTERS = [{"number": "滨督2026-031", "title": "消防通道"}, {"number": "滨督2026-044", "title": "路灯"}]
LONG = "经逐处核实，47处堵点中有31处已经打通，其余涉及产权争议，正在协商。"

FURTHER: dict[str, tuple[Facts, ...]] = {
    "urge": (
        TENTATIVE,
        {**TENTATIVE, "urge.original_due_on": None},
        {"case.original_within": "自2026年9月1日起20个工作日内"},
        {"late": None, "left": {"working_days": 0, "days": 0}},
        {"late": None, "left": {"working_days": 3, "days": 5}},
        LONG_TERM,
        {**LONG_TERM, "cadence": None},
        {"urge.log": []},
    ),
    "dispatch_slip": (TENTATIVE, LONG_TERM, {"slip.tasks": [], "case.co_units": []},
                      {"slip.urgency": None, "case.complexity": None}),
    "inquiry_reply": (
        {"reply.matters": MATTERS},
        {"reply.matters": MATTERS, "reply.answers": None, "reply.questions": None},
        {"reply.matters": MATTERS * 3, "reply.answers": None},
    ),
    "personal_inquiry_reply": (),
    "admonition_record": ({"ground.clause": None}, ONE_OF_THEM, {"record.talkers": []}),
    "extension_form": (
        TENTATIVE,
        {**TENTATIVE, **NOBODY_HAS_DECIDED},
        {**TENTATIVE, **NOBODY_HAS_DECIDED, "case.original_due_on": None},
        {"case.original_within": "自2026年9月1日起20个工作日内"},
        {"case.original_due_on": None, **NOBODY_HAS_DECIDED},
        REFUSED,
        {"extension.earlier": [REFUSED_BEFORE]},
    ),
    "closing_form": (
        TENTATIVE,
        LONG_TERM,
        {"closing.tasks": [], "case.co_units": []},
        {"closing.notice": {}},
        {"closing.notice.objections": 0},
        {"closing.notice.objections": 0, "closing.notice.is_over": False},
        {"closing.urges": 0, "closing.extensions": 0},
    ),
    "handling_report": (
        LONG_NAME,
        {"report.process": None, "report.acknowledged_on": None},
        {"report.process": None, "report.begun_on": None},
        {"report.process": None, "report.acknowledged_on": None, "report.begun_on": None},
        {"report.process": "已按方案办理。"},
        {"report.result": None, "report.reported_on": None},
        {"report.result": None, "report.rate": None},
    ),
}  # fmt: skip
"""What else may be the case, beside the full facts and each gap in them."""


def changed(kind: str, changes: Facts) -> Facts:
    facts = FACTS[kind]
    for path, value in changes.items():
        facts = with_fact(facts, path, value)
    return facts


def made(kind: str, changes: Facts | None = None, *, draft: bool = False) -> Any:
    return compose(load_stationery(kind), changed(kind, changes or {}), draft=draft)


def bare(kind: str) -> Facts:
    return dict.fromkeys(GAPS[kind])


def text(kind: str, changes: Facts | None = None) -> str:
    return as_text(made(kind, changes))


@pytest.mark.parametrize("kind", FURTHER)
def test_every_row_of_a_form_is_printed_for_some_matter_and_left_out_for_another(kind: str) -> None:
    branches = Branches(load_stationery(kind).notice)
    silent = {"office.contact": "", "office.phone": ""}
    every = ({}, silent, bare(kind), *({path: None} for path in GAPS[kind]), *FURTHER[kind])
    for changes in every:
        branches.print(changed(kind, changes))
        if changes.get("report.result", True) is not None:
            made(kind, changes)
    assert branches.questions
    assert branches.never == []


@pytest.mark.parametrize("kind", FURTHER)
def test_a_form_is_sound_in_every_form_of_print(kind: str, fonts: FontSet) -> None:
    paper = made(kind)
    printed = typeset(paper, fonts, issued_at=ISSUED_AT)
    assert examine(printed, paper).faults == ()
    page, told = as_html(paper), text_of(printed)
    for row in paper.rows:
        if isinstance(row, TallRow | OpinionRow):
            assert all(one in page for one in row.paragraphs)
            assert all("".join(one.split()) in told for one in row.paragraphs)


@pytest.mark.parametrize("kind", FORM_GAPS)
def test_a_form_is_a_table_but_the_report_a_document_with_its_signer(kind: str) -> None:
    paper = made(kind)
    if kind == "handling_report":
        assert (paper.form, paper.approvers, paper.seal) == ("document", ("宋某某",), "place")
    else:
        assert (paper.form, paper.mark, paper.seal) == ("form", None, "none")


@pytest.mark.parametrize("kind", [kind for kind in FORM_GAPS if kind != "handling_report"])
def test_an_opinion_nobody_gave_leaves_room_to_write_and_to_sign(kind: str) -> None:
    paper = made(kind, bare(kind))
    opinions = [row for row in paper.rows if isinstance(row, OpinionRow)]
    assert all((row.signer, row.date) == ("", "") for row in opinions)
    assert all(row.lines >= 2 for row in opinions)


@pytest.mark.parametrize("kind", [kind for kind in FORM_GAPS if kind != "handling_report"])
def test_what_a_unit_writes_is_no_gap_even_in_a_draft(kind: str) -> None:
    for path in (*FORM_GAPS[kind], "number"):
        told = as_text(made(kind, {path: None}, draft=True))
        needed = path == "number" and kind == "dispatch_slip"
        personal = path in ("reply.questions", "record.reason") and PAPERS[kind].is_confidential
        assert ("待填" in told) == (needed or (personal and kind == "personal_inquiry_reply")), path


@pytest.mark.parametrize(
    ("kind", "path", "called"),
    [
        ("dispatch_slip", "number", "发文字号"),
        ("dispatch_slip", "case.requirement", "办理要求"),
        ("dispatch_slip", "case.dispatched_on", "交办日期"),
        ("inquiry_reply", "reply.number", "函询文号"),
        ("personal_inquiry_reply", "person.name", "当事人姓名"),
        ("admonition_record", "person.unit", "当事人所在单位"),
        ("handling_report", "report.number", "承办单位发文字号"),
        ("handling_report", "report.signer", "签发人"),
        ("handling_report", "report.next_steps", "下一步打算"),
    ],
)
def test_what_the_office_must_know_is_a_gap_in_a_draft_and_refused_in_print(
    kind: str, path: str, called: str
) -> None:
    assert "〔待填〕" in as_text(made(kind, {path: None}, draft=True))
    with pytest.raises(NoticeUnrenderable, match=f"缺少“{called}”") as refused:
        made(kind, {path: None})
    assert refused.value.code == "fact_missing"


def test_what_is_needed_is_left_out_of_no_list_by_mistake() -> None:
    assert not set(NEEDED) & {path for paths in FORM_GAPS.values() for path in paths}


def test_each_question_of_an_inquiry_has_room_for_its_answer() -> None:
    unanswered = {"reply.answers": ["16处涉及产权争议。"]}
    rows = [row for row in made("inquiry_reply", unanswered).rows if isinstance(row, TallRow)][:2]
    assert [row.label for row in rows] == ["第1问", "第2问"]
    assert [row.paragraphs[1] for row in rows] == ["答：16处涉及产权争议。", "答："]
    assert all(row.lines >= 4 for row in rows)


def test_an_inquiry_without_questions_of_its_own_is_answered_on_those_it_printed() -> None:
    asked = text("inquiry_reply", {"reply.questions": None, "reply.answers": None})
    printed = as_text(compose(load_stationery("inquiry"), with_fact(FACTS["inquiry"], "question", None)))
    for place in (1, 2, 3):
        question = next(line for line in asked.split("\n") if line.startswith(f"第{place}问"))
        assert f"{place}.{question.partition('：')[2].rstrip('；。')}" in printed


def test_each_matter_of_a_joint_inquiry_has_room_for_its_answer_and_many_share_one() -> None:
    asked = {"reply.answers": None, "reply.matters": MATTERS}
    tall = [row.label for row in made("inquiry_reply", asked).rows if isinstance(row, TallRow)]
    assert tall[:4] == ["第1问", "事项1 答复", "事项2 答复", "第2问"]
    assert "答（请按事项序号逐项填写，可以另附纸）：" in text(
        "inquiry_reply", {**asked, "reply.matters": MATTERS * 3}
    )


def test_no_row_of_a_form_stands_alone_on_its_last_page(fonts: FontSet) -> None:
    (bare,) = (one for one in samples("dispatch_slip") if one.label == BARE)
    _, last = pages(
        typeset(compose(load_stationery("dispatch_slip"), bare.facts), fonts, issued_at=ISSUED_AT)
    )
    assert last.extract_text().startswith("签收回执")


@pytest.mark.parametrize("talkers", [0, 1])
def test_a_talk_has_room_for_two_talkers_at_least(talkers: int) -> None:
    paper = made("admonition_record", {"record.talkers": [{"name": "言某某"}] * talkers})
    (people,) = [row for row in paper.rows if isinstance(row, ItemsRow)]
    assert [item[0] for item in people.items] == ["谈话人", "谈话人", "记录人"]


def test_a_talk_is_signed_on_every_page(fonts: FontSet) -> None:
    exchanges = [{"ask": LONG, "answer": LONG}] * 60
    paper = made("admonition_record", {"record.exchanges": exchanges})
    printed = pages(typeset(paper, fonts, issued_at=ISSUED_AT))
    assert len(printed) >= 4
    for page in printed:
        read = "".join(page.extract_text().split())
        assert all(f"{name}：" in read for name in ("本页签名谈话对象", "谈话人", "记录人"))


LONG_TEXTS: dict[str, Facts] = {
    "dispatch_slip": {
        "case.requirement": "\n".join([LONG] * 40),
        "slip.instructions": SLIP["instructions"] * 20,
        "slip.tasks": SLIP["tasks"] * 50,
    },
    "urge": {"urge.progress": "\n".join([LONG] * 60), "urge.log": FACTS["urge"]["urge"]["log"] * 20},
    "inquiry_reply": {"reply.answers": [LONG * 60, LONG * 60]},
    "personal_inquiry_reply": {"reply.answers": [LONG * 60, LONG * 60]},
    "admonition_record": {"record.exchanges": [{"ask": "原因是什么？", "answer": LONG * 60}]},
    "extension_form": {"extension.reason": "\n".join([LONG] * 80)},
    "closing_form": {
        "closing.result": LONG * 100,
        "closing.evidence": [f"第{place}处堵点整改前后对比照片和验收记录.pdf" for place in range(1, 101)],
    },
    "handling_report": {"report.result": "\n".join([LONG] * 80), "report.evidence": [LONG] * 50},
}


@pytest.mark.parametrize("kind", LONG_TEXTS)
def test_long_words_go_on_over_pages_and_none_is_lost(kind: str, fonts: FontSet) -> None:
    paper = made(kind, LONG_TEXTS[kind])
    printed = typeset(paper, fonts, issued_at=ISSUED_AT)
    assert len(pages(printed)) >= 3
    assert examine(printed, paper).faults == ()
    told = text_of(printed)
    wanted = [one for row in paper.rows for one in getattr(row, "paragraphs", ())]
    counted = sum(one.count("产权争议") for one in (*wanted, *(block.text for block in paper.body)))
    assert told.count("产权争议") >= counted


def test_every_file_of_proof_is_listed_on_the_form_that_closes_a_matter(fonts: FontSet) -> None:
    told = text_of(typeset(made("closing_form", LONG_TEXTS["closing_form"]), fonts, issued_at=ISSUED_AT))
    assert all(f"第{place}处堵点整改" in told for place in range(1, 101))


@pytest.mark.parametrize(
    "value", ["甲|乙", "@意见 审批意见|2|同意。|某某|2026年1月1日", "一、标题\n@项 甲|乙|丙"]
)
def test_what_people_wrote_never_becomes_a_row_of_the_form(value: str) -> None:
    honest = made("extension_form")
    paper = made(
        "extension_form", {"extension.reason": value, "extension.earlier": [REFUSED_BEFORE | {"by": value}]}
    )
    assert [row.kind for row in paper.rows] == [row.kind for row in honest.rows]
    assert [getattr(row, "label", None) for row in paper.rows] == [
        getattr(row, "label", None) for row in honest.rows
    ]


def test_a_late_matter_on_a_provisional_calendar_is_urged_by_its_term() -> None:
    told = text("urge", TENTATIVE)
    assert f"按暂定日历计算，至今已逾期{LATE['working_days']}个工作日" in told
    assert "现定时限：自2026年11月2日起30个工作日内" in told


@pytest.mark.parametrize("kind", [kind for kind in FORM_GAPS if PAPERS[kind].is_confidential])
def test_a_form_about_a_person_is_marked_and_names_no_informant(kind: str) -> None:
    paper = made(kind)
    assert (paper.marking, PAPERS[kind].issuer) == ("内部", "organization")
    assert not any(word in as_text(paper) for word in ("举报", "群众反映", "投诉"))
