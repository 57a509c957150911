"""What is said in a paper is said in its editable copy, word for word, and nothing else."""

import pytest
from fontTools.ttLib import TTFont
from pylopdf_fonts_zh_cn import serif_path

from notifications.document import Annex, Block, Document, Run
from notifications.plain import as_text
from notifications.stationery import load_form, load_stationery
from notifications.wording import compose
from tests.notifications.matter import COMMON, FACTS
from tests.notifications.sheets import FORM, UPWARD, composed
from tests.notifications.word.reader import DRAFT_LINE, lines, opened, paper, said, squeezed

HOSTILE = (
    '#read("/etc/passwd") $x$ <b>粗</b> &amp; &lt; ]]> {{ case.title }} {% raw %}',
    "</w:t></w:r></w:p><w:p/><!-- -- > <?xml version='1.0'?>",
    "\"引号\" 'x' `y` \\n \\u0000 ~ 一、不是标题 @附件 丙|丁",
)


def body(*texts: str) -> tuple[Block, ...]:
    return tuple(Block(runs=(Run(text=text),)) for text in texts)


@pytest.mark.parametrize("kind", FACTS)
def test_every_kind_of_paper_is_read_back_as_it_was_written(kind: str) -> None:
    document = paper(kind)
    copy, told = said(opened(document)), squeezed(as_text(document))
    if document.form == "form":
        copy, told = (_cells(text, document) for text in (copy, told))
    assert copy == told


def _cells(text: str, document: Document) -> str:
    """What stands in a form: plain text has number, colons and foot elsewhere."""
    for part in (*document.title, document.number or "", document.marking or "", document.page_foot):
        text = text.replace(squeezed(part), "", 1)
    return text.replace("：", "")


def test_an_internal_paper_with_its_table_is_read_back() -> None:
    reckoning = {
        **dict.fromkeys(("clock", "limit", "since", "due", "rule", "basis", "calendar", "tally"), "某"),
        "pauses": ["2026年10月8日至2026年10月10日"],
        "columns": ["日期", "说明"],
        "days": [["2026-10-01", "国庆节"], ["2026-10-10", "调休上班"]],
    }
    document = compose(load_form("deadline"), {**COMMON, "reckoning": reckoning})
    assert said(opened(document)) == squeezed(as_text(document))


def test_a_draft_keeps_its_gaps() -> None:
    facts = {name: fact for name, fact in FACTS["inquiry"].items() if name not in ("number", "late")}
    document = compose(load_stationery("inquiry"), facts, draft=True)
    told = said(opened(document))
    assert told.count("〔待填〕") == as_text(document).count("〔待填〕") >= 2
    assert "【草稿】" + told == squeezed(as_text(document))


def test_the_head_and_foot_of_a_document_going_upwards_are_read_back() -> None:
    told = lines(opened(composed(UPWARD)))
    assert told[:6] == [
        "000012",
        "工作秘密",
        "特急",
        "滨海市人民政府督查室文件",
        "\t滨督〔2026〕3号\t签发人：甲某某　乙某某",
        "关于老旧小区消防通道堵塞整治情况的报告",
    ]
    assert told[-2:] == ["抄送：市政府办公室。", "滨海市人民政府督查室\t2026年11月18日印发"]


def test_the_third_of_three_approvers_stands_with_the_number() -> None:
    told = lines(opened(composed(UPWARD.replace("@标题", "@签发人 丙某某\n@标题"))))
    assert told[4:6] == ["\t\t签发人：甲某某　乙某某", "\t滨督〔2026〕3号\t丙某某"]


def test_a_form_is_read_back_cell_by_cell() -> None:
    assert lines(opened(composed(FORM))) == [
        *("销号申请（审批）表", "内部\t滨督销〔2026〕7号"),
        *("事项名称", "老旧小区消防通道堵塞整治"),
        *("事项编号", "滨督2026-031", "牵头单位", "市住房和城乡建设局"),
        *("交办日期", "2026年8月31日", "办结期限", "2026年10月30日", "延期次数", "1次"),
        *("办理情况", "47处堵点全部打通。", "建立了巡查制度。"),
        *("序号", "佐证材料", "说明"),
        *("1", "现场照片", "整治前后各47张"),
        *("2", "验收单", "市消防救援支队签章"),
        *("牵头单位\n意见", "同意申请销号。", "签名：甲某　2026年11月12日"),
        *("督查室意见", "签名：　　　　　　　　年　　月　　日"),
        "本表一式两份。",
    ]


@pytest.mark.parametrize("text", HOSTILE)
def test_markup_in_data_stays_text_wherever_it_stands(text: str) -> None:
    annex = Annex(title="堵点清单", columns=(text, "栏"), rows=((text, text),))
    document = paper(body=body(text), addressee=text, note=text, copies=(text,)).with_annexes((annex,))
    told = lines(opened(document))
    assert {text, f"{text}：", f"（{text}）", f"抄送：{text}。"} <= set(told)
    assert told.count(text) == 4


@pytest.mark.parametrize(
    "illegal",
    ["\x00", "\x0b", "\x0c", "\x1f", "\ud800", "\ufffe", "\uffff"],
    ids=lambda one: f"U+{ord(one):04X}",
)
def test_what_xml_cannot_hold_is_left_out(illegal: str) -> None:
    assert "甲乙" in lines(opened(paper(body=body(f"甲{illegal}乙"))))


def test_a_line_break_in_a_value_begins_no_paragraph() -> None:
    assert "甲 乙 丙" in lines(opened(paper(body=body("甲\n乙\t\r\n丙"))))


def test_bidirectional_and_rare_characters_are_kept() -> None:
    text = "喆某堃䶮𪻐𬭎\u202e\u200f\u2066一"
    assert text in lines(opened(paper(body=body(text))))


def test_every_character_of_the_common_list_survives() -> None:
    with TTFont(serif_path(), lazy=True) as font:
        characters = "".join(map(chr, sorted(font.getBestCmap())))
    hans = "".join(one for one in characters if one >= "㐀")
    assert len(hans) > 8105
    assert hans in lines(opened(paper(body=body(hans))))


@pytest.mark.parametrize("draft", [True, False])
def test_what_the_copy_says_of_itself_stands_outside_the_text(draft: bool) -> None:
    copy = opened(paper(draft=draft))
    section = copy.sections[0]
    headers = (section.header, section.even_page_header, section.first_page_header)
    assert [DRAFT_LINE in [one.text for one in header.paragraphs] for header in headers] == [draft] * 3
    assert not [line for line in lines(copy) if "草稿" in line or "可编辑稿" in line]


def test_attachments_are_numbered_where_there_are_several() -> None:
    def named(*names: str) -> list[str]:
        return [line for line in lines(opened(paper(attachments=names))) if "清单" in line]

    assert named("甲清单") == ["附件：甲清单"]
    assert named("甲清单", "乙清单") == ["附件：1.甲清单", "2.乙清单"]
