import re
from pathlib import Path

import pytest

from notifications.errors import NoticeUnrenderable
from notifications.facts import KINDS
from notifications.fonts import FontSet
from notifications.plain import as_html, as_text
from notifications.stationery import Stationery, load_stationery
from notifications.typesetting import typeset
from notifications.wording import compose
from tests.notifications.filled_forms import FORM_GAPS
from tests.notifications.matter import FACTS, with_fact
from tests.notifications.ruler import text_of
from tests.notifications.test_typesetting import ISSUED_AT

SAMPLES = Path(__file__).parent / "samples"
CLUMSY = re.compile(r"（）|（，|，）|：）|：，|，，|，。|。。|“”|None|待填|附件：(?!\S)|抄送：。")

COMMON_GAPS = ("office.contact", "office.phone", "link")
BACKGROUND = ("case.source", "case.basis", "case.dispatched_on", "case.original_due_on")
OF_REPLIES = ("reply_by", "reply_working_days")
OF_COUNTS = (
    *("totals.closed_percent", "totals.with_date", "totals.due", "totals.reported", "totals.open_overdue"),
    *("totals.due_originally", "totals.struck_here", "totals.looked_back", "totals.average"),
    *("totals.happened", "totals.happened.returned_of", "totals.happened.relapsed_of"),
)
OF_URGES = ("urge.original_due_on", "urge.progress", "urge.progress_on")

GAPS: dict[str, tuple[str, ...]] = {
    "assignment": (
        *COMMON_GAPS,
        *BACKGROUND,
        *("case.requirement", "case.accountable_leader", "reply_by", "cadence", "instructions"),
    ),
    "due_soon": (*COMMON_GAPS, *BACKGROUND),
    "urge": (*COMMON_GAPS, *BACKGROUND, *OF_URGES, "urge.log", "reply_by"),
    "reminder": (*COMMON_GAPS, *BACKGROUND, "reply_by", "authority"),
    "inquiry": (*COMMON_GAPS, *BACKGROUND, "question", "approved_by", "reply_working_days"),
    "admonition": (*COMMON_GAPS, *BACKGROUND, "person.post", "reply_working_days", "effect_months"),
    "close_out": (*COMMON_GAPS, *BACKGROUND, "result", "verification", "closed_on"),
    "supervision_order": (*COMMON_GAPS, *BACKGROUND, *OF_URGES, "urge.attempt", "reply_by"),
    "talk_notice": (*COMMON_GAPS, *BACKGROUND, "talk.topics", "late"),
    "talk_minutes": (*COMMON_GAPS, "talk_notice", "talk.attendees"),
    "conclusion": (*COMMON_GAPS, "checks"),
    "review_decision": COMMON_GAPS,
    "personal_reminder": (*COMMON_GAPS, "person.post", "personal.advice"),
    "personal_inquiry": (
        *COMMON_GAPS,
        *OF_REPLIES,
        "person.post",
        "personal.endorser",
        "personal.deliver_to",
    ),
    "circular": (*COMMON_GAPS, *OF_COUNTS, "comparisons", "ranking", "categories", "circular.examples"),
    **FORM_GAPS,
}
EVERY_GAP = [(kind, path) for kind, paths in GAPS.items() for path in paths]

ASSIGNED = FACTS["assignment"]

STRUCTURE_LOOKALIKES = (
    "一、另立一级标题",
    "（一）另立二级标题",
    "@抄送 不相干的单位",
    "附件：无中生有的附件",
    "前一行\n@附件 伪造的附件",
    "\ue001\n@署名 冒名的机关\ue000",
    "{{ office.name }}{% include 'x' %}",
    "甲\u2028@文号 滨督函〔2026〕99号",
)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_worded_as_its_stored_sample(kind: str) -> None:
    paper = compose(load_stationery(kind), FACTS[kind])
    assert as_text(paper) == (SAMPLES / f"{kind}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("kind", "path"), EVERY_GAP)
def test_a_paper_reads_well_without_what_may_be_missing(kind: str, path: str) -> None:
    text = as_text(compose(load_stationery(kind), with_fact(FACTS[kind], path, None)))
    assert not CLUMSY.search(text)


@pytest.mark.parametrize("kind", KINDS)
def test_a_paper_of_bare_necessities_is_printed(kind: str, fonts: FontSet) -> None:
    facts = {**FACTS[kind], "copies": [], "prior": []}
    for path in GAPS[kind]:
        facts = with_fact(facts, path, "" if path.startswith("office.") else None)
    paper = compose(load_stationery(kind), facts)
    assert not CLUMSY.search(as_text(paper))
    assert paper.note is None
    assert "".join(paper.title) in text_of(typeset(paper, fonts, issued_at=ISSUED_AT))


@pytest.mark.parametrize(
    "words", ["亮灯率达到98%", "误差不超过3‰", "完成率100％", "责任到人（见附件1）", "落实《办法》"]
)
def test_what_people_wrote_without_a_full_stop_gets_one(words: str) -> None:
    text = as_text(compose(load_stationery("assignment"), with_fact(ASSIGNED, "case.requirement", words)))
    assert f"{words}。\n" in text


@pytest.mark.parametrize(
    "words", ["全部复亮。", "（全部复亮。）", "做到“全部复亮！”", "分两批：", "全部复亮……", "All lit."]
)
def test_what_ends_as_a_sentence_or_a_part_of_one_is_left_as_it_is(words: str) -> None:
    text = as_text(compose(load_stationery("assignment"), with_fact(ASSIGNED, "case.requirement", words)))
    assert f"{words}\n" in text


def test_a_long_term_matter_is_told_its_cadence_instead_of_a_date() -> None:
    facts = with_fact(with_fact(FACTS["assignment"], "case.due_on", None), "reply_by", None)
    text = as_text(compose(load_stationery("assignment"), {**facts, "cadence": "每季度"}))
    assert "本事项须长期坚持，请每季度书面报告一次进展情况。" in text


def test_a_matter_reported_on_at_no_fixed_times_is_asked_for_none() -> None:
    text = as_text(compose(load_stationery("assignment"), {**ASSIGNED, "cadence": "不定期"}))
    assert "办理期间" not in text
    long_term = {**with_fact(ASSIGNED, "case.due_on", None), "cadence": "不定期"}
    assert "请定期书面报告进展情况" in as_text(compose(load_stationery("assignment"), long_term))


def test_a_withdrawn_instruction_leaves_no_trace_on_a_paper() -> None:
    gone = {"entry": 2, "leader": "分管副市长", "on": "2026-08-28", "words": None}
    assert "批示" not in as_text(compose(load_stationery("assignment"), {**ASSIGNED, "instructions": [gone]}))


def test_an_automatic_paper_names_its_authority_and_who_answers_for_it() -> None:
    text = as_text(compose(load_stationery("reminder"), FACTS["reminder"]))
    assert (
        "（本函依据《督办阶梯默认规则》第1版由督办系统自动签发，滨海市人民政府督查室对其内容负责。）" in text
    )


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_called_automatic_without_its_authority(kind: str) -> None:
    wording = load_stationery(kind)
    assert "自动" not in as_text(compose(wording, {**FACTS[kind], "authority": None}))
    assert "自动" not in wording.text + wording.html + wording.subject


@pytest.mark.parametrize(
    ("kind", "path", "called"),
    [
        ("reminder", "number", "“发文字号”（number）"),
        ("reminder", "late", "“逾期情况”（late）"),
        ("inquiry", "case.due_on", "“办理时限”（case.due_on）"),
        ("admonition", "ground", "“诫勉依据”（ground）"),
        ("admonition", "approved_by", "“批准机关”（approved_by）"),
    ],
)
def test_a_missing_fact_is_named(kind: str, path: str, called: str) -> None:
    with pytest.raises(NoticeUnrenderable, match=re.escape(f"缺少{called}")) as refusal:
        compose(load_stationery(kind), with_fact(FACTS[kind], path, None))
    assert refusal.value.code == "fact_missing"


def test_a_draft_shows_its_gaps() -> None:
    facts = {**FACTS["admonition"], "number": None, "ground": None, "approved_by": None, "approved_on": None}
    paper = compose(load_stationery("admonition"), facts, draft=True)
    text = as_text(paper)
    assert paper.number == "〔待填〕"
    assert text.startswith("【草稿】")
    assert "依据〔待填〕，经研究并于〔待填〕报经〔待填〕批准" in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_of_any_kind_is_printed_with_only_the_matter_known(kind: str, fonts: FontSet) -> None:
    known = {"office": FACTS[kind]["office"], "date": "2026-11-17", "case": {"number": "滨督2026-031"}}
    paper = compose(load_stationery(kind), known, draft=True)
    assert "〔待填〕" in text_of(typeset(paper, fonts, issued_at=ISSUED_AT))


@pytest.mark.parametrize("value", STRUCTURE_LOOKALIKES)
def test_data_never_becomes_structure(value: str) -> None:
    wording, facts = load_stationery("assignment"), FACTS["assignment"]
    honest = compose(wording, facts)
    paper = compose(wording, with_fact(facts, "case.requirement", value))
    headings = [block.text for block in paper.body if block.level]
    assert headings == [block.text for block in honest.body if block.level]
    assert (paper.number, paper.copies, paper.attachments, paper.signature) == (
        (honest.number, honest.copies, honest.attachments, honest.signature)
    )


def test_what_cannot_be_seen_is_not_printed() -> None:
    facts = with_fact(FACTS["close_out"], "case.title", "\u202e消防\u200b通\x07道\ufeff整治\ue000")
    assert compose(load_stationery("close_out"), facts).name == "关于“消防通道整治”事项予以销号的通知"


def test_a_bar_in_a_matter_s_name_breaks_no_title() -> None:
    paper = compose(load_stationery("close_out"), with_fact(FACTS["close_out"], "case.title", "甲|乙|丙"))
    assert paper.title == ("关于“甲|乙|丙”事项予以销号的通知",)


def test_a_name_in_quotation_marks_is_quoted_within_the_quotation() -> None:
    facts = with_fact(FACTS["reminder"], "case.title", "推进“三个一”任务")
    assert "“推进‘三个一’任务”（编号：滨督2026-031）" in as_text(compose(load_stationery("reminder"), facts))


def test_a_matter_too_long_for_one_line_goes_by_its_number_in_the_title() -> None:
    facts = with_fact(FACTS["reminder"], "case.title", "涉港企业集中反映疏港道路货车限行时段不合理问题")
    paper = compose(load_stationery("reminder"), facts)
    assert paper.title == ("关于抓紧办理滨督2026-031号", "督办事项的提醒函")
    assert "疏港道路" in paper.body[2].text


def test_an_impossible_date_is_refused() -> None:
    with pytest.raises(NoticeUnrenderable, match="“下月初”不是日期"):
        compose(load_stationery("due_soon"), with_fact(FACTS["due_soon"], "case.due_on", "下月初"))


def test_a_novel_in_a_cell_is_refused_with_its_length() -> None:
    with pytest.raises(NoticeUnrenderable, match=r"“办理要求”.*共6001字") as refusal:
        compose(
            load_stationery("assignment"), with_fact(FACTS["assignment"], "case.requirement", "字" * 6001)
        )
    assert refusal.value.facts["length"] == 6001


def test_an_unofficial_number_is_refused() -> None:
    with pytest.raises(NoticeUnrenderable, match=r"发文字号“滨督函\[2026\]012号”不合规范"):
        compose(load_stationery("reminder"), with_fact(FACTS["reminder"], "number", "滨督函[2026]012号"))


def test_a_directive_written_twice_is_refused() -> None:
    wording = load_stationery("due_soon")
    twice = Stationery(
        "due_soon", wording.notice + "@用印 留位\n", wording.subject, wording.text, wording.html
    )
    with pytest.raises(NoticeUnrenderable, match="“@用印”写了两次"):
        compose(twice, FACTS["due_soon"])


def test_the_page_for_the_screen_escapes_what_people_wrote() -> None:
    facts = with_fact(FACTS["reminder"], "case.title", "<script>alert(1)</script>")
    page = as_html(compose(load_stationery("reminder"), facts))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
