"""Which type stands in for which: told of every role in the table of fonts, and no fault."""

from collections.abc import Callable

import pytest

from notifications.fonts import ROLES, FontSet
from notifications.inspection import Item, examine
from tests.notifications.sheets import UPWARD, composed
from tests.notifications.test_inspection import printed

HEADED = composed(UPWARD.replace("现将有关情况报告如下。", "现将有关情况报告如下。\n一、进展\n（一）堵点"))
APPROVED = composed(UPWARD)

OTHERWISE = {
    "biao": (APPROVED, "grid", "font: fonts.biao", "font: fonts.hei", "NotoSansSC"),
    "fang": (APPROVED, "", "font: fonts.fang", "font: fonts.hei", "NotoSansSC"),
    "song": (APPROVED, "page", "font: fonts.song", "font: fonts.hei", "NotoSansSC"),
    "hei": (APPROVED, "head", "font: fonts.hei", "font: fonts.song", "NotoSerifSC"),
    "kai": (APPROVED, "head", "font: fonts.kai", "font: fonts.hei", "NotoSansSC"),
}


def roles(pdf: bytes) -> Item:
    return next(one for one in examine(pdf).items if one.id == "font_roles")


def test_every_role_of_the_table_is_tried() -> None:
    assert OTHERWISE.keys() == ROLES.keys()


def test_the_installed_fonts_are_told_where_they_stand_in(fonts: FontSet) -> None:
    said = roles(printed(APPROVED, fonts)).sentence
    assert all(f"{one}以NotoSerifSC" in said for one in ("小标宋", "仿宋", "楷体"))
    assert "宋体以" not in said
    assert "黑体以" not in said


@pytest.mark.parametrize("role", OTHERWISE)
def test_another_type_than_the_role_s_is_told(
    role: str, patched: Callable[[str, str, str], None], fonts: FontSet
) -> None:
    document, part, old, new, name = OTHERWISE[role]
    patched(part, old, new)
    item = roles(printed(document, fonts))
    assert item.verdict == "ok"
    assert f"{ROLES[role][0]}以{name}" in item.sentence


@pytest.mark.parametrize("called", ["黑体", "楷体"])
def test_headings_of_the_text_tell_their_types(
    called: str, patched: Callable[[str, str, str], None], fonts: FontSet
) -> None:
    bare = HEADED.model_copy(update={"marking": None, "urgency": None, "approvers": ()})
    patched("grid", "font: fonts.at(item.font)", "font: fonts.song")
    assert f"{called}以NotoSerifSC" in roles(printed(bare, fonts)).sentence
