"""What goes into a paper comes out of its text layer: every character, whatever it looks like."""

from functools import cache

import pylopdf_fonts_zh_cn
import pytest
from fontTools.ttLib import TTFont

from notifications.document import Signature
from notifications.fonts import FontSet
from notifications.inspection.examining import examine
from notifications.plain import as_html, as_text
from notifications.typesetting import typeset
from tests.notifications.random_papers import Papers
from tests.notifications.ruler import text_of
from tests.notifications.sheets import composed
from tests.notifications.test_typesetting import ISSUED_AT, letter, paragraphs

HAN = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x2F800), range(0x2FA20, 0x40000))
"""The unified ideographs; those for compatibility are other ones in normal form."""

PARTS = 20
HOSTILE = (
    '#read("/etc/passwd")',
    "#import(sys.inputs)",
    "$x^2$ *粗* _斜_ `码` <标> @引",
    "<b>&amp;</b><script>alert(1)</script>",
    "{{ office.name }}{% raw %}{# 注 #}",
    "\\u{41} // 注释 /* 注释 */ ~ -- ---",
    "甲\u202e乙\u2066丙\u200b丁\u0007戊\ufeff",
    "= 标题\n- 列表\n+ 编号\n/ 术语: 说明",
    "@格 冒名|内容",
    "一、冒名的标题",
    "，。、；：）」首字是标点",
)
EVERYWHERE = """\
@版式 表单
@标题 {{ word }}登记表
@主送 {{ word }}
@格 事项|{{ word }}|编号|{{ word }}
@大格 情况|3|{{ word }}
@续 {{ word }}
@栏 序号|说明
@项 1|{{ word }}
@意见 审批意见|3|{{ word }}|{{ word }}|{{ word }}

{{ word }}
@附件 {{ word }}
@附表 清单
@表头 甲
@行 {{ word }}
@附注 {{ word }}
@署名 {{ word }}
@日期 2026年11月17日
@抄送 {{ word }}
"""
PLACES = 16


def bare(text: str) -> str:
    """Without white space and what has no shape."""
    return "".join(one for one in text if one.isprintable() and not one.isspace())


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_are_printed_as_they_were_written_in_every_part(word: str, fonts: FontSet) -> None:
    paper = composed(EVERYWHERE, {"word": word})
    printed = text_of(typeset(paper, fonts, issued_at=ISSUED_AT))
    assert printed.count(bare(word)) == PLACES
    assert bare(as_text(paper)).count(bare(word)) == PLACES
    assert "<script>" not in as_html(paper)
    assert "<b>" not in as_html(paper)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_han_character_of_the_installed_font_comes_back_from_the_text_layer(
    part: int, fonts: FontSet
) -> None:
    """The whole 通用规范汉字表 (8105) is among them. Neighbours, which may share a glyph, never meet."""
    text = han_of_the_installed_font()[part::PARTS]
    printed = text_of(typeset(letter(body=paragraphs(text)), fonts, issued_at=ISSUED_AT))
    assert text in printed.replace("—2—", "").replace("—3—", "")


@cache
def han_of_the_installed_font() -> str:
    with TTFont(str(pylopdf_fonts_zh_cn.serif_path()), lazy=True) as font:
        codes = [code for code in font.getBestCmap() if any(code in block for block in HAN)]
    assert len(codes) > 27_000
    return "".join(map(chr, sorted(codes)))


@pytest.mark.parametrize("seed", range(1_000, 1_020))
def test_a_random_paper_is_sound_and_says_what_it_was_given(seed: int, fonts: FontSet) -> None:
    paper = Papers(seed).paper()
    report = examine(typeset(paper, fonts, issued_at=ISSUED_AT), paper)
    assert [item.sentence for item in report.faults] == []


def test_a_very_long_organ_signs_on_several_lines(fonts: FontSet) -> None:
    organ = "滨海市人民政府老旧小区消防通道堵塞整治工作领导小组办公室督查组会同市住房和城乡建设局消防专班"
    for seal in ("place", "none"):
        paper = letter(seal=seal, signature=Signature(organ=organ, date="2026年11月17日"))
        report = examine(typeset(paper, fonts, issued_at=ISSUED_AT), paper)
        assert [item.sentence for item in report.faults] == []
