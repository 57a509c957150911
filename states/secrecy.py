"""Marks of state secrets: the one rule that keeps them out of the system.

Called by whatever takes in text from outside (workbooks, uploads). An unclassified system may not store or
process state secrets (保守国家秘密法, 2024); 工作秘密 and 内部 are not state secrets and pass.
"""

import re
import unicodedata

# The statutory mark is the grade, a star and the term: 机密★10年 (国家秘密定密管理暂行规定).
_STARRED = re.compile(r"(?<!工作)(?<!商业)(?:绝密|机密|秘密)[★☆✩⭐]")
_ALONE = re.compile(r"[(\[【〔]?(?:密级[:：]?)?(绝密|机密|秘密)[)\]】〕]?")


def find_mark(text: str) -> str | None:
    """The grade (绝密, 机密 or 秘密) `text` is marked with, or None.

    A mark is a grade followed by a star, or a grade standing alone on its line; the words within a sentence,
    as in 商业秘密 or 保守秘密, are prose.
    """
    if "密" not in text:
        return None
    for shown in (_visible(line) for line in text.splitlines() if "密" in line):
        if starred := _STARRED.search(shown):
            return starred.group()[:2]
        if alone := _ALONE.fullmatch(shown):
            return alone.group(1)
    return None


def _visible(line: str) -> str:
    """The line without spaces and zero-width characters, which a mark may be spread out with."""
    normal = unicodedata.normalize("NFKC", line)
    return "".join(char for char in normal if not char.isspace() and unicodedata.category(char) != "Cf")
