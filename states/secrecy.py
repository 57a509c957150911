"""Marks of state secrets: the one rule that keeps them out of the system.

Called by whatever takes in text from outside (workbooks, uploads, particulars). An unclassified system may
not store or process state secrets (保守国家秘密法, 2024); 工作秘密 and 内部 are not state secrets and pass.
"""

import re
import unicodedata

GRADES = "绝密|机密|秘密"
_TERM = r"(?:\d{1,2}(?:年|个月)|长期)"

# The statutory mark is the grade, a star and the term: 机密★10年 (国家秘密定密管理暂行规定). Whoever has no
# star at hand types another, or an asterisk, which in prose is a footnote unless a term follows.
# The star may stand behind a bracket (【机密】★10年), or the term within one (机密(10年)).
_STARRED = re.compile(
    rf"(?<!工作)(?<!商业)(?:{GRADES})级?"
    rf"(?:[)\]】〕]?(?:[★☆✩✪✫✬✭✮✯✰⭐🌟⋆⭑]|\*+(?={_TERM}))|[(\[【〔]{_TERM}[)\]】〕])"
)
_NAMED = re.compile(rf"密级[:：]({GRADES})级?(?=$|[,，;；。]|保密|期限|{_TERM})")
"""A grade named as such, as on a cover: 密级：机密 保密期限：10年."""
_ALONE = re.compile(
    rf"[(\[【〔]?(?:密级[:：]?)?({GRADES})级?(?:[★*]|{_TERM})*[)\]】〕]?(?:特急|加急|特提|平急|急件)?"
)
_BEGINNING = re.compile("[绝机秘絕機]")
_SIMPLIFIED = dict(zip(map(ord, "絕機級長個"), map(ord, "绝机级长个"), strict=True))
"""The letters of a mark that are written otherwise in the traditional script."""

_CELLS = re.compile(r"\t| {3,}|\u3000{2,}")
"""What parts the words that stand in one line, as 秘密 at its left and 特急 at its right."""

_BLANK = frozenset("\u2800\u3164\uffa0\u115f\u1160")
"""Letters and symbols by their category that leave their place empty."""
_UNSEEN = frozenset({"Cc", "Cf", "Mn", "Me", "Zs", "Zl", "Zp"})


class _Visible(dict[int, int | None]):
    """What stays of each character, found out once: files of tens of megabytes are looked through."""

    def __missing__(self, code: int) -> int | None:
        character = chr(code)
        is_unseen = character in _BLANK or unicodedata.category(character) in _UNSEEN
        self[code] = None if is_unseen else code
        return self[code]


_VISIBLE = _Visible(_SIMPLIFIED)


def find_mark(text: str) -> str | None:
    """The grade (绝密, 机密 or 秘密) `text` is marked with, or None.

    A mark is a grade followed by a star or by its term in brackets, named as 密级, or standing alone on its
    line or in its cell; the words within a sentence, as in 商业秘密 or 保守秘密, are prose. The traditional
    script is read too.
    """
    if "密" not in text:
        return None
    for line in (line for line in text.splitlines() if "密" in line and _BEGINNING.search(line)):
        shown = _visible(line)
        if starred := _STARRED.search(shown):
            return starred.group()[:2]
        if named := _NAMED.search(shown):
            return named.group(1)
        for cell in (line, *_CELLS.split(line)):
            if alone := _ALONE.fullmatch(_visible(cell)):
                return alone.group(1)
    return None


def _visible(line: str) -> str:
    """The line without spaces, zero-width characters and accents, which a mark may be spread out with."""
    return unicodedata.normalize("NFKC", line).translate(_VISIBLE)
