"""The fonts: all in the file and mapped to text, and which of them stand in for the type the rule names."""

import re
from collections import Counter
from collections.abc import Iterator

from notifications.fonts import ROLES
from notifications.inspection.look import Look, Page, Piece, bare, label_of
from notifications.inspection.of_head import MARKINGS, URGENCIES, approvers
from notifications.inspection.standard import CELL, LEFT, SMALL_SIZE, TEXT_SIZE
from notifications.inspection.verdict import Item, Topic
from notifications.pdf.types import Type

EMBEDDED = Topic("fonts_embedded", "字体嵌入", "所用字体全部嵌入文件")
MAPPED = Topic("text_map", "文字映射", "每种字体都有ToUnicode映射，文字可以检索、复制")
ROLE = Topic(
    "font_roles",
    "字体",
    "标题小标宋，正文仿宋，一级标题、标识、紧急程度和附件标记黑体，二级标题和签发人姓名楷体，页码宋体"
    "（GB/T 9704-2012，5.2.3、7.2、7.3、7.5）",
)
FIRST_LEVEL, SECOND_LEVEL = re.compile("[一二三四五六七八九十]+、"), re.compile("（[一二三四五六七八九十]+）")


def embedded(look: Look) -> list[Item]:
    loose = sorted({one.name for one in look.file.types if not one.embedded})
    faults = [EMBEDDED.fault(f"字体{name}没有嵌入", measured=name) for name in loose]
    return EMBEDDED.judged(faults, _names(look))


def mapped(look: Look) -> list[Item]:
    mute = sorted({one.name for one in look.file.types if not one.mapped})
    return MAPPED.judged([MAPPED.fault(f"字体{name}没有文字映射", measured=name) for name in mute])


def roles(look: Look) -> list[Item]:
    """A substitute is told and no fault: geometry holds, since every 汉字 is one em wide."""
    replaced = [f"{called}以{name}代替" for called, name in _substitutes(look)]
    if not replaced:
        return ROLE.sound(_names(look), "各处字体符合要求")
    return ROLE.sound("、".join(replaced), f"有代用字体：{'、'.join(replaced)}")


def _names(look: Look) -> str:
    return "、".join(dict.fromkeys(one.name for one in look.file.types))


def _substitutes(look: Look) -> Iterator[tuple[str, str]]:
    for role, used in _used(look):
        called, typefaces = ROLES[role]
        genuine = {_plain(name) for one in typefaces if one.genuine for name in one.names}
        if not any(_plain(used.name).startswith(name) for name in genuine):
            yield called, used.name


def _used(look: Look) -> Iterator[tuple[str, Type]]:
    """The type that most of the glyphs of each role are set in."""
    for role, told in _set_in(look).items():
        counts: Counter[str] = Counter()
        for one, glyphs in told:
            counts[one.name] += glyphs
        if counts:
            most = max(counts, key=lambda name: counts[name])
            yield role, next(one for one, _ in told if one.name == most)


def _set_in(look: Look) -> dict[str, list[tuple[Type, int]]]:
    """Role → types, and how many glyphs of its text are set in each."""
    texts = [one for page in look.main for one in page.of_size(TEXT_SIZE)]
    bold = [one for one in texts if _is_bold(one)]
    bold += [label for page in look.pages[1:] if (label := label_of(page))]
    second = [one for one in texts if _is_heading(one, SECOND_LEVEL)]
    running = [one for one in texts if one not in (*bold, *second)]
    folios = [page.folio for page in look.pages if page.folio and page.folio.is_of(SMALL_SIZE)]
    roles = {"biao": look.title, "fang": running, "hei": bold, "kai": second, "song": folios}
    told = {role: [(one.type, len(one.glyphs)) for one in pieces] for role, pieces in roles.items()}
    told["kai"] += [(_last_type(look.first, one), 1) for one in approvers(look)]
    return told


def _is_bold(piece: Piece) -> bool:
    return bare(piece.text) in MARKINGS + URGENCIES or _is_heading(piece, FIRST_LEVEL)


def _is_heading(piece: Piece, level: re.Pattern[str]) -> bool:
    """A paragraph that begins with a number of this level; its type is that of its first glyph."""
    return piece.left > LEFT + CELL and level.match(piece.text) is not None


def _last_type(page: Page, piece: Piece) -> Type:
    """签发人： is 仿宋, the name behind it is not (7.2.6)."""
    return next(run.type for run in page.sheet.content.runs if piece.glyphs[-1] in run.glyphs)


def _plain(name: str) -> str:
    return "".join(character for character in name.lower() if character.isalnum())
