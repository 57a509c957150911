from pathlib import Path

from fontTools.subset import Subsetter
from fontTools.ttLib import TTFont

from notifications.coverage import coverage, standard_characters
from notifications.fonts import FALLBACK_FOLDER, FontSet, find_fonts


def test_the_table_holds_its_8105_characters() -> None:
    assert len(standard_characters()) == 8_105
    assert {"一", "䶮", "𬭎", "𫖮"} <= standard_characters()


def test_the_installed_fallback_prints_every_standard_character(fonts: FontSet) -> None:
    assert [one.missing for one in coverage(fonts)] == [""] * len(fonts.choices)


def test_a_font_of_an_old_repertoire_is_told_with_what_it_lacks(tmp_path: Path) -> None:
    _font(tmp_path / "own.otf", "一二三", family="FangSong_GB2312")
    fang = coverage(find_fonts((tmp_path,), system=False))[0]
    assert (fang.called, fang.own, fang.reached) == ("仿宋_GB2312", 3, 8_105)


def test_a_font_that_may_not_be_embedded_is_told(tmp_path: Path) -> None:
    _font(tmp_path / "own.otf", "一二", family="SimHei", licence=0x0002)
    hei = {one.role: one for one in coverage(find_fonts((tmp_path,), system=False))}["hei"]
    assert hei.called == "黑体"
    assert not hei.may_embed


def _font(path: Path, characters: str, *, family: str, licence: int = 0) -> None:
    """An office's own font of these characters, under this name."""
    subsetter = Subsetter()
    subsetter.populate(text=characters)
    with TTFont(next(FALLBACK_FOLDER.glob("*Serif*")), lazy=True) as font:
        subsetter.subset(font)
        for record in font["name"].names:
            record.string = family
        font["OS/2"].fsType = licence
        font.save(path)
