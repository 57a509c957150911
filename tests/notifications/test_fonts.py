from pathlib import Path

import pytest

from notifications.errors import FontMissing
from notifications.fonts import ROLES, Face, FontSet, choose, find_fonts

NOTO = (
    Face("Noto Serif SC", frozenset({"Noto Serif SC"}), 400, "serif.otf"),
    Face("Noto Sans SC", frozenset({"Noto Sans SC"}), 400, "sans.otf"),
)


def test_the_installed_fallback_plays_every_role(fonts: FontSet) -> None:
    assert set(fonts.as_json()) == set(ROLES)
    assert "仿宋以思源宋体代替" in fonts.substitutions


def test_an_office_s_own_font_comes_before_every_substitute() -> None:
    own = Face("FangSong_GB2312", frozenset({"FangSong_GB2312", "仿宋_GB2312"}), 400, "own.ttf")
    choice = choose((*NOTO, own))["fang"]
    assert choice.genuine
    assert choice.families == ("FangSong_GB2312", "Noto Serif SC", "Noto Sans SC")


def test_a_font_known_only_by_its_chinese_name_is_found() -> None:
    own = Face("FZXBSJW", frozenset({"FZXBSJW", "方正小标宋简体"}), 400, "own.ttf")
    assert choose((*NOTO, own))["biao"].families[0] == "FZXBSJW"


def test_a_role_without_any_font_is_an_error_and_no_empty_page() -> None:
    with pytest.raises(FontMissing, match="找不到可用作仿宋的字体"):
        choose(())


def test_a_missing_font_folder_is_no_obstacle(tmp_path: Path) -> None:
    assert find_fonts((tmp_path / "fonts",), system=False).choices["hei"].called == "思源黑体"


def test_a_relative_folder_is_that_of_the_working_directory_there_is(tmp_path, monkeypatch):
    """Fonts are looked for once a process, which may change its working directory."""
    for name in ("here", "there"):
        (tmp_path / name / "fonts").mkdir(parents=True)
        monkeypatch.chdir(tmp_path / name)
        found = find_fonts([Path("fonts")], system=False)
        assert found is find_fonts([tmp_path / name / "fonts"], system=False)
