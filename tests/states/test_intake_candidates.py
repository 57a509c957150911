"""Which matters an item may be about: each reason is said in words, and the likeliest comes first."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.intake import Arrival
from states.intake.candidates import MOST, InHand, candidates, likeness, pairs

HERE, SOURCE = "BH212", "滨海热线"


def an_item(title="学府路雨后积水严重", **changed):
    return Arrival("RX-1", title, "逢雨积水", **changed)


def reasons(item, *matters, **known):
    return [(one.number, one.reasons) for one in candidates(item, SOURCE, matters, **known)]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("学府路雨后积水严重", "事项名称相同"),
        ("学府路，雨后积水严重。", "事项名称相同"),
        ("关于学府路雨后积水严重问题", "事项名称相近（相同80%）"),
    ],
)
def test_titles_are_compared_without_what_only_punctuates_them(title, expected):
    assert reasons(an_item(), InHand("1", title)) == [("1", (expected,))]


@pytest.mark.parametrize("title", ["学府路夜间施工噪声", "整治黑臭水体", ""])
def test_another_matter_is_no_candidate(title):
    assert reasons(an_item(region="学府路"), InHand("1", title, HERE), unit="BH213") == []


def test_the_same_place_and_unit_make_a_looser_likeness_count():
    matter = InHand("1", "学府路雨水管网改造", HERE, "市城市管理局")
    ((_, (why,)),) = reasons(an_item(region="学府路"), matter, unit=HERE)
    assert "同在“学府路”" in why and "市城市管理局" in why
    assert reasons(an_item(region="学府路"), matter, unit="BH213") == []


def test_the_same_id_of_another_source_and_the_same_file_count():
    linked = InHand("1", "别的", linked=(("信访系统", "RX-1"), (SOURCE, "RX-1")))
    assert reasons(an_item(), linked) == [("1", ("“信访系统”编号同为RX-1的来件已归入该事项",))]
    ((_, (why,)),) = reasons(an_item(), InHand("1", "别的", files={"ab": "照片.jpg"}), files={"ab"})
    assert "照片.jpg" in why


def test_the_likeliest_comes_first_and_no_more_than_can_be_looked_at():
    many = [InHand(f"{place:02}", "关于学府路雨后积水严重问题") for place in range(20)]
    found = reasons(an_item(), *many, InHand("99", "学府路雨后积水严重"))
    assert found[0][0] == "99" and len(found) == MOST


@given(st.text(max_size=40), st.text(max_size=40))
def test_likeness_is_a_share_the_same_both_ways(one, other):
    share = likeness(pairs(one), pairs(other))
    assert 0 <= share <= 1 and share == likeness(pairs(other), pairs(one))
    assert likeness(pairs(one), pairs(one)) in (0, 1)


def test_another_item_that_waits_is_called_one():
    other = InHand("RX-1", "学府路雨后积水严重", linked=(("信访系统", "RX-1"),), item="f" * 32)
    (found,) = candidates(an_item(), SOURCE, [other])
    assert (found.number, found.item) == ("RX-1", "f" * 32)
    assert found.reasons == ("“信访系统”编号同为RX-1的来件也在待办", "标题相同")


def test_the_place_an_item_is_about_counts_as_one_in_the_name_of_a_matter():
    beside = InHand("RX-9", "路灯夜里全都不亮", HERE, "市城市管理局", item="f" * 32, place="望海街道")
    asked = an_item("路灯夜里总是关着", region="望海街道")
    (found,) = candidates(asked, SOURCE, [beside], unit=HERE)
    assert "建议承办单位同为市城市管理局" in found.reasons[0]
    assert candidates(asked, SOURCE, [replace(beside, place="学府路")], unit=HERE) == ()
