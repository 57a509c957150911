"""How many characters the fonts of a role can print, counted over the 通用规范汉字表.

The table (国务院, 2013) has 8,105 characters; names of people and places may use any of them, and older fonts
stop at the 6,763 of GB 2312. Called by `duban doctor`; reads font files, which takes a second or two.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from fontTools.ttLib import TTFont, TTLibError

from notifications.facts import clean
from notifications.fonts import ROLES, FontSet
from notifications.press import glyph_missing

RESTRICTED = 0x0002
"""fsType of a font whose licence forbids putting it into a file (OpenType, OS/2)."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What plays a role and how far it reaches.

    `own` counts the table's characters in the first font, `reached` those in it or in one it falls back on;
    `missing` are the ones no font of the role has. `may_embed` is what the font file says of its licence.
    """

    role: str
    label: str
    called: str
    genuine: bool
    path: str
    own: int
    reached: int
    missing: str
    may_embed: bool


@lru_cache(maxsize=1)
def standard_characters() -> frozenset[str]:
    """The 8,105 characters of the 通用规范汉字表."""
    return frozenset(files("notifications").joinpath("standard_characters.txt").read_text("utf-8").strip())


def coverage(fonts: FontSet) -> tuple[Coverage, ...]:
    """Every role of an official paper, in the order of `ROLES`."""
    return tuple(_of_role(fonts, role) for role in ROLES)


def check_glyphs(text: str, fonts: FontSet) -> None:
    """Refuse words no font of this installation can print, without printing them.

    Fonts are read only where the words hold what is neither in the table nor in GB 2312. Raises
    `NoticeUnrenderable` (`glyph_missing`).
    """
    doubtful = {one for one in clean(text) if not one.isspace() and not _is_certain(one)}
    missing = doubtful - _printable(fonts) if doubtful else doubtful
    if missing:
        raise glyph_missing(sorted(missing))


def _is_certain(character: str) -> bool:
    """Whether the fonts installed with this package have it."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return character in standard_characters()
    return True


@lru_cache(maxsize=4)
def _printable(fonts: FontSet) -> frozenset[str]:
    """What every role can print."""
    of_roles = (
        frozenset().union(*(_characters(fonts, family) for family in choice.families))
        for choice in fonts.choices.values()
    )
    return frozenset.intersection(*of_roles)


def _of_role(fonts: FontSet, role: str) -> Coverage:
    choice, wanted = fonts.choices[role], standard_characters()
    own, may_embed = _read(choice.path, choice.index)
    reached = wanted & own.union(*(_characters(fonts, family) for family in choice.families))
    return Coverage(
        role=role,
        label=ROLES[role][0],
        called=choice.called,
        genuine=choice.genuine,
        path=choice.path,
        own=len(wanted & own),
        reached=len(reached),
        missing="".join(sorted(wanted - reached)),
        may_embed=may_embed,
    )


def _characters(fonts: FontSet, family: str) -> frozenset[str]:
    return frozenset().union(*(_read(path, index)[0] for path, index in _files(fonts, family)))


def _files(fonts: FontSet, family: str) -> Iterable[tuple[str, int]]:
    found: Iterator[tuple[str, int]] = (
        (font.path, font.index) for font in fonts.library.fonts() if font.family == family and font.path
    )
    return dict.fromkeys(found)


@lru_cache(maxsize=64)
def _read(path: str, index: int) -> tuple[frozenset[str], bool]:
    """The characters a font has, and whether it may be embedded; none of a file that cannot be read."""
    try:
        with TTFont(path, fontNumber=index, lazy=True) as font:
            may_embed = "OS/2" in font and not font["OS/2"].fsType & RESTRICTED
            return frozenset(map(chr, font.getBestCmap() or ())), may_embed
    except (TTLibError, OSError, KeyError):
        return frozenset(), False
