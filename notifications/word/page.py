"""The sheet: A4 with its margins and grid, and what stands in headers and footers.

The head of a letter lies above the type area, so it is the header of the first page; a letter's first page
has no number (GB/T 9704-2012, 10.1). Numbers stand right on odd and left on even pages (7.5).
"""

from typing import Any

from docx.document import Document as Copy
from docx.section import Section
from docx.shared import Mm

from notifications.document import Document
from notifications.word.markup import blank, grafted, paragraph, run, twips
from notifications.word.styles import CHARACTERS, PITCH, RED, sized

NUMBER_UP = 25.6
"""Millimetres under the page number: its dash lies 7 mm below the type area."""
MARK_DOWN, LINE_UP = 30, 20
"""Millimetres from the edges of the sheet to a letter's mark and to its last red line."""
LETTER_WIDTH = 170
DRAFT_LINE = "草稿（可编辑稿，不是正式文本）"


def lay_out(copy: Copy, document: Document) -> None:
    """Give the copy its sheet, its headers and its footers."""
    section = copy.sections[0]
    letter = document.form == "letter"
    section.different_first_page_header_footer = letter
    _measure(section, letter=letter)
    _fill_headers(section, document)
    _fill_footers(section, document)


def letter_mark(text: str) -> str:
    """The mark over its double red line, 170 mm wide: a thick line above a thin one."""
    size = min(40, LETTER_WIDTH * 72 / 25.4 / len(text))
    line = f'<w:bottom w:val="thickThinSmallGap" w:sz="24" w:space="11" w:color="{RED}"/>'
    return paragraph("GwMark", run(text, properties=sized(size)), properties=_wide(line, size))


def _measure(section: Section, *, letter: bool) -> None:
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.gutter = Mm(0)
    section.header_distance = Mm(MARK_DOWN if letter else 15)
    section.footer_distance = Mm(LINE_UP if letter else NUMBER_UP)
    properties: Any = section._sectPr
    for old in properties.findall(f"{{{properties.nsmap['w']}}}docGrid"):
        properties.remove(old)
    # `linesAndChars` would give every character a cell narrower than itself, that is two cells.
    properties.extend(grafted([f'<w:docGrid w:type="lines" w:linePitch="{PITCH}"/>']))


def _fill_headers(section: Section, document: Document) -> None:
    drafted = [_draft_line(), _watermark()] if document.draft else []
    for header in (section.header, section.even_page_header):
        _fill(header, [*drafted, blank("GwNil")])
    if document.form == "letter" and document.mark:
        _fill(section.first_page_header, [*drafted, letter_mark(document.mark)])


def _fill_footers(section: Section, document: Document) -> None:
    raised = twips(NUMBER_UP - LINE_UP) if document.form == "letter" else 0
    signed = _page_signers(document)
    _fill(section.footer, [signed, _page_number("right", raised)])
    _fill(section.even_page_footer, [signed, _page_number("left", raised)])
    if document.form == "letter":
        line = f'<w:bottom w:val="thinThickSmallGap" w:sz="24" w:space="0" w:color="{RED}"/>'
        _fill(section.first_page_footer, [paragraph("GwNil", properties=_wide(line, 1))])


def _wide(line: str, height: float) -> str:
    """A line 170 mm wide: 8 mm beyond the type area on the left, 6 mm on the right."""
    return (
        f'<w:pBdr>{line}</w:pBdr><w:snapToGrid w:val="0"/>'
        f'<w:spacing w:line="{round(height * 20)}" w:lineRule="exact"/>'
        f'<w:ind w:left="-{twips(8)}" w:right="-{twips(6)}"/>'
    )


def _page_number(side: str, raised: int) -> str:
    """— 2 —, one character from the outer edge."""
    edge = f'<w:spacing w:after="{raised}"/><w:ind w:{side}="280"/><w:jc w:val="{side}"/>'
    field = "".join(
        f"<w:r>{part}</w:r>"
        for part in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>1</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    return paragraph("GwPage", run("— "), field, run(" —"), properties=edge)


def _page_signers(document: Document) -> str:
    """Places to sign at the foot of every page of a record."""
    if not document.page_signers:
        return ""
    places = document.page_foot.replace("：", "：　　　　　　")
    return paragraph("GwCopies", run(places, style=CHARACTERS["fang"][0]))


def _draft_line() -> str:
    """A line at the top edge of the sheet, in a frame of its own, so that it moves nothing."""
    frame = (
        f'<w:framePr w:w="{twips(156)}" w:wrap="around" w:vAnchor="page" w:hAnchor="margin" '
        f'w:xAlign="center" w:y="{twips(12)}"/>'
    )
    return paragraph("GwDraft", run(DRAFT_LINE), properties=frame)


def _watermark() -> str:
    """草稿 across the page, as Word itself puts a watermark."""
    place = (
        "position:absolute;width:400pt;height:200pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    shape = (
        '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
        'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
        '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>'
        '<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/><v:f eqn="if @0 @4 21600"/>'
        '</v:formulas><v:path textpathok="t" o:connecttype="rect"/><v:textpath on="t" fitshape="t"/>'
        '</v:shapetype><v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136" '
        f'style="{place}" fillcolor="#e4e4e4" stroked="f">'
        '<v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="草稿"/></v:shape>'
    )
    return paragraph("GwNil", f"<w:r><w:pict>{shape}</w:pict></w:r>")


def _fill(place: Any, parts: list[str]) -> None:
    place.is_linked_to_previous = False
    element = place._element
    element[:] = grafted(parts)
