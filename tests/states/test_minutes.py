"""Minutes and instructions taken apart: what is found stands in the text, word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.errors import FactInvalid, FactMissing
from states.intake.minutes import MOST_TEXT, Rule, taken_apart

MINUTES = """滨海市人民政府专题会议纪要
〔2026〕12号

6月20日，市政府召开专题会议，研究城市内涝治理工作。会议听取了市住建局的汇报。纪要如下：
一、关于学府路积水整治
（一）完善学府路雨水管网。由市住建局牵头，市城管局、学府街道办事处配合，于2026年9月30日前完成雨水管网改造。
（二）加强汛期值守。市应急局要落实24小时值班制度。
二、关于老旧小区加装电梯
1.制定加装电梯实施方案。责任单位：市住建局；配合单位：市财政局、市自然资源局；完成时限：2026年7月15日。
2.建立资金补贴办法，市财政局牵头，15个工作日内报市政府审定。
会议强调，各单位要高度重视。

出席：甲某　乙某
"""
INSTRUCTION = """请市生态环境局牵头核查，于7月10日前报结果。请市城管局研究噪声，提出长效办法；请信访局跟踪。
王某　6月1日"""


def found(text):
    return [(one.marker, one.title, *map(one.said, Rule)) for one in taken_apart(text).drafts]


def test_the_items_of_minutes_are_found_with_units_and_limits():
    assert taken_apart(MINUTES).heading == "滨海市人民政府专题会议纪要"
    assert found(MINUTES) == [
        ("（一）", "完善学府路雨水管网", "市住建局", "市城管局、学府街道办事处", "于2026年9月30日前", ""),
        ("（二）", "加强汛期值守", "市应急局", "", "", ""),
        ("1.", "制定加装电梯实施方案", "市住建局", "市财政局、市自然资源局", "2026年7月15日", ""),
        (
            "2.",
            "建立资金补贴办法，市财政局牵头，15个工作日内报市政府审定",
            "市财政局",
            "",
            "15个工作日内",
            "",
        ),
    ]


def test_each_request_of_an_instruction_is_a_draft():
    assert [one[2:] for one in found(INSTRUCTION)] == [
        ("市生态环境局", "", "于7月10日前", "请市生态环境局牵头"),
        ("市城管局", "", "", "请市城管局研究"),
        ("信访局", "", "", "请信访局跟踪"),
    ]


@pytest.mark.parametrize(
    ("text", "lead", "co_units"),
    [
        ("一、请市水务局于12月20日前完成泵站检修。", "市水务局", ""),
        ("1．请市教育局立即整改。", "市教育局", ""),
        ("（一）市财政局负责落实资金。", "市财政局", ""),
        ("二、市水务局要抓紧检修，市城管局配合。", "市水务局", "市城管局"),
        ("三、由市公安局、市应急局共同牵头排查。", "市公安局、市应急局", ""),
        ("四、由市发展改革委会同市财政局、市住建局研究提出方案。", "市发展改革委", "市财政局、市住建局"),
    ],
)
def test_units_are_found_as_minutes_say_them_and_nothing_that_is_no_name(text, lead, co_units):
    drafts = taken_apart(text).drafts
    assert [(one.said(Rule.LEAD), one.said(Rule.CO_UNITS)) for one in drafts] == [(lead, co_units)]


def test_a_label_is_no_title_and_a_numbered_item_nothing_was_found_in_is_told():
    taken = taken_apart("一、责任单位：市交通局；完成时限：年底。\n二、会议强调，各单位要提高认识。")
    assert taken.drafts[0].title.startswith("责任单位：市交通局")
    assert taken.passed == ("二、会议强调，各单位要提高认识。",)


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("1．请市水务局办理，6月底前完成。", "6月底前"),
        ("（1）由市水务局负责，年底前完成。", "年底前"),
        ("一、由市水务局负责，三个月内完成。", "三个月内"),
        ("一、由市水务局负责，完成时限：2026年12月。", "2026年12月"),
        ("一、由市水务局负责。", ""),
    ],
)
def test_limits_are_found_as_they_are_written(text, limit):
    (draft,) = taken_apart(text).drafts
    assert (draft.said(Rule.LEAD), draft.said(Rule.LIMIT)) == ("市水务局", limit)


@pytest.mark.parametrize(
    "text", ["会议听取了汇报。", "一、总体要求\n坚持统筹推进。", "1.5万人受益，成效明显。", "2026年6月20日"]
)
def test_what_asks_nobody_for_anything_is_no_draft(text):
    assert taken_apart(text).drafts == ()


SAID = (
    "一、 （二） 3. 由市住建局牵头 请市水务局研究 配合单位：市财政局 于6月30日前 。 ； ， 完成整改 🙂 出席："
)
WORDS = st.sampled_from([*SAID.split(), "\n", "\n\n", "\u3000", "\u202e", "a" * 70, "\r\n", "10个工作日内"])


@given(st.lists(WORDS, max_size=60).map("".join))
def test_every_word_of_a_draft_stands_in_the_text(text):
    if not text.strip():
        return
    taken = taken_apart(text)
    assert taken.heading in text
    for one in taken.drafts:
        assert one.title in text and one.requirement in text and one.marker in text and one.quotes
        assert all(text[said.start : said.end] == said.words for said in one.quotes)


def test_bounds_are_kept():
    with pytest.raises(FactMissing):
        taken_apart(" \n")
    with pytest.raises(FactInvalid, match="分段"):
        taken_apart("请" * (MOST_TEXT + 1))
    with pytest.raises(FactInvalid, match="超过100项"):
        taken_apart("请市水务局办理。" * 101)
