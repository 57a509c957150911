"""The file is sound and says what it is; the same paper is the same file."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from notifications.document import Annex
from notifications.errors import MailRoomError
from notifications.word.editable import as_docx
from tests.notifications.sheets import FORM, UPWARD, composed
from tests.notifications.word.reader import ISSUED_AT, opened, paper, part, written

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SCHEMA = """
pPr: pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr
  shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN
  bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc
  textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange
rPr: rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof
  snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd
  fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath
pBdr: top left bottom right between bar
tbl: tblPr tblGrid tr
tblPr: tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc
  tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook
tblBorders: top left bottom right insideH insideV
tblCellMar: top left bottom right
tr: tblPrEx trPr tc
tc: tcPr p
tcPr: cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign
  hideMark
sectPr: headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders
  lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid
  printerSettings
style: name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed
  qFormat locked pPr rPr tblPr trPr tcPr tblStylePr
font: altName panose1 charset family notTrueType pitch sig
settings: writeProtection view zoom defaultTabStop evenAndOddHeaders characterSpacingControl compat
  rsids themeFontLang clrSchemeMapping
"""
"""The children of an element in the order of ECMA-376 (wml.xsd); in another one Word calls a file corrupt."""
ORDER = {
    name: children.split() for name, children in re.findall(r"^(\w+): ((?:.+\n)(?:  .+\n)*)", SCHEMA, re.M)
}
LIST = Annex(title="清单", columns=("甲", "乙"), rows=(("一", "长" * 200),))
PAPERS = {
    "letter": paper(draft=True, urgency="特急", attachments=("甲", "乙")),
    "document": composed(UPWARD).with_annexes((LIST,)),
    "internal": paper("urge"),
    "form": composed(FORM),
}


def parts(data: bytes) -> dict[str, Element]:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: fromstring(file.read(name)) for name in file.namelist()}


@pytest.mark.parametrize("form", PAPERS)
def test_every_element_has_its_children_in_the_order_of_the_schema(form: str) -> None:
    seen = set()
    for element in (one for root in parts(written(PAPERS[form])).values() for one in root.iter()):
        order = ORDER.get(element.tag.removeprefix(W), [])
        if element.tag.startswith(W) and order:
            places = [order.index(child.tag.removeprefix(W)) for child in element]
            assert places == sorted(places), element.tag
            seen.add(element.tag.removeprefix(W))
    assert seen >= {"pPr", "rPr", "sectPr", "style", "font", "settings", "tblBorders"}


@pytest.mark.parametrize("form", PAPERS)
def test_every_cell_ends_in_a_paragraph_and_no_table_ends_the_text(form: str) -> None:
    body = parts(written(PAPERS[form]))["word/document.xml"][0]
    assert [child.tag for child in body][-2:] == [f"{W}p", f"{W}sectPr"]
    assert all(cell[-1].tag == f"{W}p" for cell in body.iter(f"{W}tc"))


@pytest.mark.parametrize("form", PAPERS)
def test_every_style_that_is_used_is_there(form: str) -> None:
    found = parts(written(PAPERS[form]))
    known = {one.get(f"{W}styleId") for one in found["word/styles.xml"].iter(f"{W}style")}
    uses = [root.iter(f"{W}{tag}") for root in found.values() for tag in ("pStyle", "rStyle", "tblStyle")]
    assert {one.get(f"{W}val") for use in uses for one in use} <= known


@pytest.mark.parametrize("form", PAPERS)
def test_the_file_holds_nothing_but_the_paper(form: str) -> None:
    names = set(parts(written(PAPERS[form])))
    wanted = {"[Content_Types].xml", "_rels/.rels", "docProps/core.xml"}
    wanted |= {f"word/{name}.xml" for name in ("document", "styles", "settings", "fontTable")}
    assert {name for name in names if "/header" not in name and "/footer" not in name} == {
        *wanted,
        "word/_rels/document.xml.rels",
    }


def test_the_seal_is_never_in_it() -> None:
    assert written(paper(seal="image")) == written(paper(seal="place"))


@pytest.mark.parametrize("form", PAPERS)
def test_the_same_paper_is_the_same_file(form: str) -> None:
    data = written(PAPERS[form])
    written(paper(copies=()))
    assert written(PAPERS[form]) == data
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert {entry.date_time for entry in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_another_process_writes_the_same_file() -> None:
    program = (
        "import hashlib; from tests.notifications.word.reader import *;"
        "print(hashlib.sha256(written(paper())).hexdigest())"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, cwd=root)
    assert done.stdout.decode().strip() == hashlib.sha256(written(paper())).hexdigest()


@pytest.mark.parametrize(("draft", "status"), [(True, "草稿"), (False, "可编辑稿")])
def test_its_properties_say_what_it_is(draft: bool, status: str) -> None:
    told = opened(paper(draft=draft)).core_properties
    assert (told.title, told.author) == (
        "关于抓紧办理“老旧小区消防通道堵塞整治”事项的提醒函",
        "滨海市人民政府督查室",
    )
    assert (told.content_status, "不是正式文本" in told.comments) == (status, True)
    assert (told.subject, told.language, told.revision) == ("滨督函〔2026〕12号", "zh-CN", 1)


def test_its_dates_are_those_of_the_paper_in_any_zone() -> None:
    told = opened(paper()).core_properties
    assert (told.created, told.modified) == (ISSUED_AT, ISSUED_AT)
    shanghai = ISSUED_AT.astimezone(timezone(timedelta(hours=8)))
    assert as_docx(paper(), issued_at=shanghai) == written(paper())
    assert as_docx(paper(), issued_at=datetime(2026, 11, 18, tzinfo=UTC)) != written(paper())


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(MailRoomError, match="缺少时区"):
        as_docx(paper(), issued_at=ISSUED_AT.replace(tzinfo=None))


def test_a_form_without_a_signature_names_no_author() -> None:
    assert opened(composed(FORM)).core_properties.author == ""


@pytest.mark.parametrize("draft", [True, False])
def test_only_a_draft_has_the_watermark_on_every_page(draft: bool) -> None:
    data = written(paper(draft=draft))
    headers = [name for name in parts(data) if name.startswith("word/header")]
    assert len(headers) == 3
    assert all(('string="草稿"' in part(data, name)) is draft for name in headers)
