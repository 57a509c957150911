"""What stands over the title: number, marks and red line, after the form of the paper.

GB/T 9704-2012, 7.2 for the 文件格式, 10.1 for the 信函格式. A paper for the office itself has a
line over its title instead, a form under it.
"""

from collections.abc import Iterator

from notifications.document import Document
from notifications.title import width
from notifications.word.markup import EDGE, TAB, blank, cells, paragraph, run
from notifications.word.styles import CHARACTERS, PITCH, RED, sized

MARK_SIZE = 46
LONG_NAME = 6
HEI, KAI = CHARACTERS["hei"][0], CHARACTERS["kai"][0]
UNGRIDDED = '<w:snapToGrid w:val="0"/>'


def head(document: Document) -> list[str]:
    """The paragraphs before the title; those of a letter's header are not among them."""
    if document.form == "letter":
        return [*_letter_head(document), blank(count=2)]
    if document.form == "document":
        return [*_document_head(document), blank(count=2)]
    return []


def number_line(document: Document) -> list[str]:
    """The line of a paper without a head: marks at the left, the number at the right."""
    marks = "　".join(filter(None, (document.copy_number, document.marking, document.urgency)))
    if not marks and not document.number:
        return []
    return [paragraph("GwEntry", run(marks, style=HEI), TAB, run(document.number or ""), properties=EDGE)]


def _corner(document: Document) -> list[str]:
    """份号, 标识 and 紧急程度, one below the other (7.2.1 to 7.2.3)."""
    copy = [run(document.copy_number)] if document.copy_number else []
    return [*copy, *(run(mark, style=HEI) for mark in (document.marking, document.urgency) if mark)]


def _letter_head(document: Document) -> Iterator[str]:
    """The number flush right, 7/8 of a character under the red lines, the marks beside and below it."""
    corner, number = _corner(document), document.number
    for place, left in enumerate(corner or [""]):
        right = TAB + run(number) if place == 0 and number else ""
        above = f'{UNGRIDDED}<w:spacing w:before="{14 * 20}"/>' if place == 0 else ""
        yield paragraph("GwNumber", left, right, properties=EDGE + above)


def _document_head(document: Document) -> list[str]:
    """The mark 35 mm under the upper edge of the type area, number and red line two lines below it."""
    corner = [paragraph("GwPlain", mark) for mark in _corner(document)]
    size = min(MARK_SIZE, 156 * 72 / 25.4 / len(document.mark or "督"))
    above = max(0, 35 * 72 / 25.4 - len(corner) * PITCH / 20)
    height = f'w:before="{round(above * 20)}" w:line="{round(size * 20)}" w:lineRule="exact"'
    spacing = f"{UNGRIDDED}<w:spacing {height}/>"
    mark = paragraph("GwMark", run(document.mark or "", properties=sized(size)), properties=spacing)
    return [*corner, mark, blank(count=2), *_numbered(document)]


def _numbered(document: Document) -> list[str]:
    """The number over the red line: centred, or at the left where approvers (签发人) stand at the right."""
    line = f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="11" w:color="{RED}"/></w:pBdr>'
    number = run(document.number or "")
    if not document.approvers:
        return [paragraph("GwNumber", number, properties=line + '<w:jc w:val="center"/>')]
    *upper, (stops, last) = _approvers(document.approvers)
    above = [paragraph("GwNumber", TAB, TAB, names, properties=stops) for stops, names in upper]
    return [*above, paragraph("GwNumber", TAB, number, TAB, last, properties=line + stops)]


def _approvers(names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """签发人：甲　乙, two in a row unless they are long, further rows under the first name (7.2.6).

    Each row with its stops: where the number begins, and where the row does.
    """
    count = 1 if max(map(len, names)) > LONG_NAME else 2
    rows = ["　".join(names[first : first + count]) for first in range(0, len(names), count)]
    begin = 28 - 1 - max(map(width, rows))
    for place, row in enumerate(rows):
        called = run("签发人：") if place == 0 else ""
        stops = (1, begin - 4 if called else begin)
        marks = "".join(f'<w:tab w:val="left" w:pos="{cells(at)}"/>' for at in stops)
        yield f"<w:tabs>{marks}</w:tabs>", called + run(row, style=KAI)
