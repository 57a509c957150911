"""The letters an office drafts: what each must say, and that every sentence of their wording is printed."""

import re
from typing import Any

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.fonts import FontSet
from notifications.inspection import examine
from notifications.plain import as_html, as_text
from notifications.stationery import load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from states.papers.kinds import PAPERS
from tests.notifications.branches import Branches
from tests.notifications.letters import LETTERS
from tests.notifications.matter import AUTHORITY, FACTS, LATE, with_fact
from tests.notifications.ruler import Line, lines, pages
from tests.notifications.test_typesetting import ISSUED_AT
from tests.notifications.test_wording import GAPS

Facts = dict[str, Any]
TENTATIVE = {"case.due_on": None, "case.due_within": "自2026年11月2日起30个工作日内"}
EXTENDED_TERM = {"case.original_due_on": None, "case.original_within": "自2026年9月1日起20个工作日内"}
LONG_NAME = {"case.title": "涉港企业集中反映疏港道路货车限行时段不合理问题"}
SOON, TODAY = {"working_days": 3, "days": 5}, {"working_days": 0, "days": 0}
BY_THE_LADDER = {"authority": AUTHORITY, "order": None}
LONG_TERM = {"case.due_on": None, "reply_by": None}
SEVERAL = {"addressee": "市住房和城乡建设局、市消防救援支队", "to_several": True}
ITEM = {"number": "滨督2026-044", "title": "路灯", "due_on": "2026-10-30", "late": LATE, "co_units": []}
ITEMS = [
    {**ITEM, "prior": FACTS["reminder"]["prior"], "dispatched_on": "2026-08-31"},
    {**ITEM, "prior": [], "original_due_on": "2026-09-30"},
    {**ITEM, "prior": [], "original_within": "60日内", "due_on": None, "due_within": "90日内"},
    {**ITEM, "prior": [], "late": None},
]
OF_SEVERAL = {"case": None, "late": None, "urge": None, "prior": [], **BY_THE_LADDER}

FURTHER: dict[str, tuple[Facts, ...]] = {
    "circular": ({"period.so_far": True}, {"totals.withdrawn": 0, "totals.merged": 0}),
    "assignment": (
        LONG_NAME,
        TENTATIVE,
        {**TENTATIVE, "reply_by": None},
        {**LONG_TERM, "cadence": "每季度"},
        {**LONG_TERM, "reply_by": "2026-09-30"},
        LONG_TERM,
        {"cadence": "不定期"},
        {**LONG_TERM, "cadence": "不定期"},
        {"instructions": [{"entry": 2, "leader": "市长", "on": "2026-08-28", "words": None}]},
        {"case.co_units": []},
        {"replaces": {"number": "滨督函〔2026〕9号"}},
    ),
    "inquiry": (
        TENTATIVE,
        {"prior": []},
        {"reply_by": "2026-12-08"},
        {"authority": AUTHORITY},
        {"prior": [*FACTS["reminder"]["prior"], *FACTS["inquiry"]["prior"]]},
    ),
    "admonition": ({"reply_by": "2026-11-24"},),
    "close_out": (
        LONG_NAME,
        {"replaces": {"number": "滨督函〔2026〕9号"}},
        {"result": None, "verification": None},
    ),
    "supervision_order": (
        LONG_NAME,
        TENTATIVE,
        EXTENDED_TERM,
        {"late": None, "left": SOON},
        {"late": None, "left": SOON, **TENTATIVE},
        {"late": None, "left": TODAY},
        {"late": None},
        {"prior": []},
        {"urge": None},
        BY_THE_LADDER,
        {**BY_THE_LADDER, **LONG_NAME},
        {"approved_by": "督查室主任", "order": None},
        SEVERAL,
        {**OF_SEVERAL, "items": ITEMS},
        {**OF_SEVERAL, "items": ITEMS, "approved_by": "督查室主任"},
        {**OF_SEVERAL, "items": ITEMS * 2},
        {**OF_SEVERAL, "items": ITEMS[3:] * 6},
    ),
    "talk_notice": (TENTATIVE, EXTENDED_TERM, {"prior": []}, SEVERAL),
    "talk_minutes": (SEVERAL,),
    "conclusion": (LONG_NAME, {"conclusion.rectify": "无"}, SEVERAL),
    "review_decision": (LONG_NAME, SEVERAL),
    "personal_reminder": ({"reply_by": "无"},),
    "personal_inquiry": (),
}
"""What else may be the case, beside the full facts and each gap in them."""


def changed(kind: str, changes: Facts) -> Facts:
    facts = FACTS[kind]
    for path, value in changes.items():
        facts = with_fact(facts, path, value)
    return facts


JOINT = ("reminder", "inquiry")
"""What they say of several matters is tried in `test_joint_wording`."""


def variants(kind: str) -> list[Facts]:
    """Full facts, each fact that may be missing left out, no contact and no copies, and FURTHER."""
    gaps = [{path: None} for path in GAPS[kind]]
    bare = dict.fromkeys(GAPS[kind])
    silent = {"office.contact": "", "office.phone": "", "copies": []}
    return [changed(kind, one) for one in ({}, silent, bare, *gaps, *FURTHER.get(kind, ()))]


def text_of(kind: str, **changes: Any) -> str:
    dotted = {path.replace("__", "."): value for path, value in changes.items()}
    return as_text(compose(load_stationery(kind), changed(kind, dotted)))


@pytest.mark.parametrize("kind", [kind for kind in FURTHER if kind not in JOINT])
def test_every_sentence_of_a_letter_is_printed_for_some_matter_and_left_out_for_another(kind: str) -> None:
    branches = Branches(load_stationery(kind).notice)
    for facts in variants(kind):
        branches.print(facts)
    assert branches.questions
    assert branches.never == []


@pytest.mark.parametrize("kind", LETTERS)
def test_a_letter_is_sound_in_every_form(kind: str, fonts: FontSet) -> None:
    paper = compose(load_stationery(kind), LETTERS[kind])
    printed = typeset(paper, fonts, issued_at=ISSUED_AT)
    assert examine(printed, paper).faults == ()
    page = as_html(paper)
    assert all(block.text in page for block in paper.body)


@pytest.mark.parametrize("kind", LETTERS)
def test_only_a_circular_has_the_head_of_a_document_and_special_papers_have_none(kind: str) -> None:
    form = compose(load_stationery(kind), LETTERS[kind]).form
    due = {"circular": "document", "supervision_order": "letter", "talk_notice": "letter"}
    assert form == due.get(kind, "internal")


def first_seen(found: list[Line], text: str) -> Line:
    """The run of text that begins with this."""
    return next(line for line in found if line.text.startswith(text))


def test_a_paper_without_red_head_has_its_mark_at_the_left_and_its_number_at_the_right(
    fonts: FontSet,
) -> None:
    paper = compose(load_stationery("personal_inquiry"), LETTERS["personal_inquiry"])
    found = lines(pages(typeset(paper, fonts, issued_at=ISSUED_AT))[0])
    marking, number, title = (first_seen(found, text) for text in ("内部", "组询", "函询通知书"))
    assert marking.left == pytest.approx(28, abs=0.2)
    assert number.baseline == pytest.approx(marking.baseline, abs=0.2)
    assert number.left > 105
    assert title.baseline - number.baseline > 20


def test_a_row_of_a_receipt_leaves_room_to_write_by_hand(fonts: FontSet) -> None:
    paper = compose(load_stationery("conclusion"), LETTERS["conclusion"])
    found = lines(pages(typeset(paper, fonts, issued_at=ISSUED_AT))[-1])
    printed, signed, dated = (first_seen(found, text).baseline for text in ("收文单位", "签收人", "签收时间"))
    assert dated - signed >= 10
    assert signed - printed < 10


@pytest.mark.parametrize("kind", ["personal_reminder", "personal_inquiry", "admonition"])
def test_a_paper_to_a_person_names_the_matter_and_never_who_reported_it(kind: str) -> None:
    text = text_of(kind)
    assert "䶮某某同志：" in text
    assert "请注意保密" in text
    assert not re.search("举报|群众反映|投诉", text)


@pytest.mark.parametrize("kind", ["personal_reminder", "personal_inquiry"])
@pytest.mark.parametrize("aspect", ["履行督办职责", "履行督办职责方面"])
def test_an_aspect_is_told_with_its_word_once_however_it_is_stated(kind: str, aspect: str) -> None:
    told = text_of(kind, personal__aspect=aspect)
    assert told.count("履行督办职责方面") == 1
    assert "方面方面" not in told


def test_what_the_ladder_orders_has_no_colour_and_what_people_draft_must_have_one() -> None:
    assert "现予督办。" in text_of("supervision_order", **BY_THE_LADDER)
    assert "现予红色督办。" in text_of("supervision_order")
    with pytest.raises(NoticeUnrenderable, match="“督办级别”"):
        text_of("supervision_order", order__level=None)


@pytest.mark.parametrize("kind", ["supervision_order", "talk_notice", "talk_minutes", "conclusion"])
def test_a_paper_to_several_units_speaks_to_none_of_them_as_if_it_were_alone(kind: str) -> None:
    told = as_text(compose(load_stationery(kind), {**FACTS[kind], **SEVERAL}))
    assert "你单位" not in told
    assert ("市住房和城乡建设局牵头办理的" if kind == "supervision_order" else "你们") in told
    assert "收文单位\n" in told or kind == "talk_minutes"


def test_an_order_tells_how_often_the_unit_was_urged_and_what_it_said_last() -> None:
    text = text_of("supervision_order")
    assert "经2次催办仍未办结" in text
    assert "你单位于2026年11月10日反馈：" in text
    assert "你单位至今未反馈进展。" in text_of("supervision_order", urge__progress=None)


def test_an_order_before_the_due_date_says_what_is_left() -> None:
    text = text_of("supervision_order", late=None, left=SOON)
    assert "还有3个工作日（5天），进度滞后" in text


def test_a_conclusion_tells_of_the_thirty_days_and_where_to_apply() -> None:
    assert "自收到本督查结论之日起30日内，向滨海市人民政府书面申请复核" in text_of("conclusion")


def test_a_conclusion_without_anything_to_mend_says_so() -> None:
    text = text_of("conclusion", conclusion__rectify="无")
    assert "本次督查没有要求整改的事项。" in text
    assert "第十八条" not in text


@pytest.mark.parametrize(
    ("kind", "path"), [("conclusion", "conclusion__rectify"), ("personal_reminder", "reply_by")]
)
def test_nobody_is_told_that_nothing_is_asked_of_him_because_somebody_forgot_to_say(
    kind: str, path: str
) -> None:
    with pytest.raises(NoticeUnrenderable) as refusal:
        text_of(kind, **{path: None})
    assert refusal.value.code == "fact_missing"
    assert "本函不要求书面回复。" in text_of("personal_reminder", reply_by="无")


def test_a_review_says_that_those_who_concluded_stood_back() -> None:
    text = text_of("review_decision")
    assert "《督查结论》（滨督结〔2026〕1号，2026年12月25日）" in text
    assert "参与作出原督查结论的工作人员已回避" in text


def test_an_inquiry_of_a_person_names_its_fifteen_days_from_receipt_and_who_endorses() -> None:
    text = text_of("personal_inquiry")
    assert "自收到本通知之日起15个工作日内（按成文当日送达计算，至2026年12月8日止）" in text
    assert "由本人签名，经所在单位党组主要负责同志签署意见后密封" in text
    assert "由本人签名后密封" in text_of("personal_inquiry", personal__endorser=None)


def test_an_admonition_names_its_six_months_and_the_review_after_them() -> None:
    assert "诫勉影响期为6个月，自本诫勉书送达之日起计算" in text_of("admonition", effect_months=None)
    assert "诫勉影响期为12个月" in text_of("admonition", effect_months=12)


def test_a_circular_ranks_the_units_behind_it_and_leaves_out_shares_of_nothing() -> None:
    units, categories = compose(load_stationery("circular"), LETTERS["circular"]).annexes
    assert (units.rows[0][:2], categories.rows[0][:2]) == (("1", "市交通运输局"), ("一般", "40"))
    text = text_of("circular", totals__with_date=0, totals__reported=0, ranking=[], categories=[])
    assert "逾期率" not in text
    assert "附件" not in text


@pytest.mark.parametrize("kind", LETTERS)
def test_what_is_handed_over_comes_with_a_receipt_to_sign(kind: str) -> None:
    annexes = [annex.title for annex in compose(load_stationery(kind), LETTERS[kind]).annexes]
    has_receipt = any(title.endswith("回执") for title in annexes)
    assert has_receipt == (kind not in ("circular", "talk_minutes"))


@pytest.mark.parametrize("kind", ["reminder", "supervision_order", "talk_notice"])
def test_a_matter_extended_from_a_certain_date_to_a_provisional_one_can_be_told_of(kind: str) -> None:
    assert "（原定时限为2026年9月30日，经批准已作调整）" in as_text(
        compose(load_stationery(kind), changed(kind, TENTATIVE))
    )


def test_a_late_matter_on_a_provisional_calendar_is_late_by_its_term() -> None:
    text = text_of("talk_notice", **{path.replace(".", "__"): value for path, value in TENTATIVE.items()})
    assert "应自2026年11月2日起30个工作日内办结" in text
    assert f"按暂定日历计算已逾期{LATE['working_days']}个工作日" in text


@pytest.mark.parametrize("kind", [kind for kind in LETTERS if PAPERS[kind].is_confidential])
def test_a_paper_to_a_person_comes_from_the_organization_department_for_internal_use(kind: str) -> None:
    paper = compose(load_stationery(kind), LETTERS[kind])
    assert (PAPERS[kind].issuer, paper.marking) == ("organization", "内部")
