"""Which font plays which role on an official paper, and what stands in for what.

GB/T 9704-2012 names 仿宋, 小标宋, 黑体, 楷体 and 宋体; most are commercial, so the office's own files come
first, then the system's, then free ones, and the two Noto fonts installed with this package always last: they
cover the whole 通用规范汉字表. Called by the office once per process; `typesetting` reads the result.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn
import typst
from fontTools.ttLib import TTFont, TTLibError

from notifications.errors import FontMissing

FAMILY_RECORDS = (1, 4, 6, 16)
BOLD = 600
FALLBACK_FOLDER = pylopdf_fonts_zh_cn.serif_path().parent


@dataclass(frozen=True, slots=True)
class Typeface:
    """A typeface we accept: what to call it, its names, and whether it is the type the rule asks for."""

    called: str
    names: tuple[str, ...]
    genuine: bool = True
    bold: bool = False


SOURCE_HAN_SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "思源宋体", "Noto Serif SC")
SOURCE_HAN_SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "思源黑体", "Noto Sans SC")
WENKAI = Typeface("霞鹜文楷", ("LXGW WenKai", "霞鹜文楷"), genuine=False)
SERIF = Typeface("思源宋体", SOURCE_HAN_SERIF, genuine=False)

ROLES: Mapping[str, tuple[str, tuple[Typeface, ...]]] = {
    "fang": (
        "仿宋",
        (
            Typeface("仿宋_GB2312", ("FangSong_GB2312", "仿宋_GB2312")),
            Typeface("仿宋", ("FangSong", "仿宋", "STFangsong", "华文仿宋")),
            Typeface("方正仿宋", ("FZFangSong-Z02S", "FZFangSong-Z02", "方正仿宋简体", "方正仿宋_GBK")),
            Typeface("朱雀仿宋", ("Zhuque Fangsong", "Zhuque Fangsong (technical preview)", "朱雀仿宋")),
            Typeface("Fandol仿宋", ("FandolFang R", "FandolFang")),
            WENKAI,
            SERIF,
        ),
    ),
    "song": (
        "宋体",
        (
            Typeface("宋体", ("SimSun", "宋体", "STSong", "华文宋体")),
            Typeface("Fandol宋体", ("FandolSong",)),
            Typeface("思源宋体", SOURCE_HAN_SERIF),
        ),
    ),
    "hei": (
        "黑体",
        (
            Typeface("黑体", ("SimHei", "黑体", "STHeiti", "华文黑体")),
            Typeface("Fandol黑体", ("FandolHei",)),
            Typeface("思源黑体", SOURCE_HAN_SANS),
        ),
    ),
    "kai": (
        "楷体",
        (
            Typeface("楷体_GB2312", ("KaiTi_GB2312", "楷体_GB2312")),
            Typeface("楷体", ("KaiTi", "楷体", "STKaiti", "华文楷体")),
            Typeface("Fandol楷体", ("FandolKai",)),
            WENKAI,
            SERIF,
        ),
    ),
    "biao": (
        "小标宋",
        (
            Typeface(
                "方正小标宋",
                ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
            ),
            Typeface("Fandol宋体（粗）", ("FandolSong",), genuine=False, bold=True),
            Typeface("思源宋体（粗）", SOURCE_HAN_SERIF, genuine=False, bold=True),
            SERIF,
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Face:
    """One font found: its family as Typst calls it, every name it has, its weight, its file and place."""

    family: str
    names: frozenset[str]
    weight: int
    path: str
    index: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """What plays a role: the font families in order of preference, and where the first one lies."""

    called: str
    genuine: bool
    bold: bool
    families: tuple[str, ...]
    path: str
    index: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class FontSet:
    """A font for every role. `library` is Typst's own handle on the files, made once and reused."""

    choices: Mapping[str, Choice]
    library: typst.Fonts

    @property
    def substitutions(self) -> tuple[str, ...]:
        """What stands in for what, as sentences: 仿宋以思源宋体代替."""
        return tuple(
            f"{ROLES[role][0]}以{choice.called}代替"
            for role, choice in self.choices.items()
            if not choice.genuine
        )

    def as_json(self) -> dict[str, Any]:
        """Role → families, to be recorded with every issued paper."""
        return {role: list(choice.families) for role, choice in self.choices.items()}


def find_fonts(folders: Sequence[Path] = (), *, system: bool = True) -> FontSet:
    """The best font for every role from the folders, the system and the package installed with this one.

    Raises FontMissing if a role has none. Reading the fonts takes a fraction of a second and is done once.
    """
    return _found(tuple(Path(folder).absolute() for folder in folders), system)


@lru_cache(maxsize=8)
def _found(folders: tuple[Path, ...], system: bool) -> FontSet:
    library = typst.Fonts(
        include_system_fonts=system,
        include_embedded_fonts=False,
        font_paths=[*(folder for folder in folders if folder.is_dir()), FALLBACK_FOLDER],
    )
    return FontSet(choices=choose(tuple(_faces(library))), library=library)


def choose(faces: Sequence[Face]) -> Mapping[str, Choice]:
    """A choice for every role among the faces; every further match is a fallback for rare characters."""
    return {role: _choice(role, faces) for role in ROLES}


def _choice(role: str, faces: Sequence[Face]) -> Choice:
    name, typefaces = ROLES[role]
    lightest_first = sorted(faces, key=lambda face: face.weight)
    matches = [(kind, face) for kind in typefaces for face in lightest_first if _plays(face, kind)]
    if not matches:
        raise FontMissing(
            f"找不到可用作{name}的字体，请将字体文件放入 fonts 目录，或重新安装 pylopdf-fonts-zh-cn。",
            role=role,
        )
    typeface, face = matches[0]
    last = [face.family for face in faces if face.family in (SOURCE_HAN_SERIF[-1], SOURCE_HAN_SANS[-1])]
    families = dict.fromkeys([*(match.family for _, match in matches), *sorted(last, reverse=True)])
    return Choice(typeface.called, typeface.genuine, typeface.bold, tuple(families), face.path, face.index)


def _plays(face: Face, typeface: Typeface) -> bool:
    return not face.names.isdisjoint(typeface.names) and (not typeface.bold or face.weight >= BOLD)


def _faces(library: typst.Fonts) -> Iterator[Face]:
    """Typst knows a font by its English family name where it has one; people know it by the Chinese one."""
    for font in library.fonts():
        if font.path is not None:
            names = _names(font.path, font.index) | {font.family}
            yield Face(font.family, frozenset(names), font.weight, font.path, font.index)


def _names(path: str, index: int) -> set[str]:
    """Every family name in the file. One that fontTools cannot read is known by Typst's name alone."""
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            return {str(record) for record in font["name"].names if record.nameID in FAMILY_RECORDS}
    except (TTLibError, OSError, KeyError):
        return set()
