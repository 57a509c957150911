"""The font files to put into an OFD, each reduced to the characters of the paper."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError

from notifications.errors import FontMissing
from notifications.fonts import FontSet

POSTSCRIPT_NAME, FAMILY_NAME = 6, 1
LAYOUT_TABLES = frozenset({"GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"})
"""What a reader that is told every character's place has no use for."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """A font reduced to the characters of one paper."""

    name: str
    family: str
    suffix: str
    data: bytes


def subset(fonts: FontSet, name: str, characters: str) -> FontFile:
    """The font of this PostScript name, with these characters alone. Raises FontMissing if it is not ours."""
    if name not in _files(fonts):
        raise FontMissing(f"找不到字体{name}的文件，不能嵌入OFD，请改用PDF。", role=name)
    path, index = _files(fonts)[name]
    subsetter, saved = Subsetter(Options(notdef_outline=True)), io.BytesIO()
    with TTFont(path, fontNumber=index, recalcTimestamp=False, recalcBBoxes=False) as font:
        for table in LAYOUT_TABLES & set(font.keys()):
            del font[table]  # before the subsetter reads through them, which takes longer than all the rest
        family = str(font["name"].getDebugName(FAMILY_NAME) or name)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.save(saved)
        suffix = "otf" if font.sfntVersion == "OTTO" else "ttf"
    return FontFile(name, family, suffix, saved.getvalue())


@lru_cache(maxsize=4)
def _files(fonts: FontSet) -> Mapping[str, tuple[str, int]]:
    """PostScript name → file and place in it, of every font that plays a role."""
    played = {family for choice in fonts.choices.values() for family in choice.families}
    found: dict[str, tuple[str, int]] = {}
    for one in fonts.library.fonts():
        if one.path is not None and one.family in played and (name := _postscript_name(one.path, one.index)):
            found.setdefault(name, (one.path, one.index))
    return found


def _postscript_name(path: str, index: int) -> str | None:
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            name = font["name"].getDebugName(POSTSCRIPT_NAME)
            return None if name is None else str(name)
    except (TTLibError, OSError, KeyError):
        return None
