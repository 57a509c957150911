"""A paper as an OFD file. Called by `duban render`; the official copy is the PDF of `typesetting`."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape

from notifications.archive import archived, legal
from notifications.document import Document
from notifications.fonts import FontSet
from notifications.ofd.drawing import DECLARATION, NAMESPACE, Numbers, box, page_xml
from notifications.ofd.page import Page, Picture, Text
from notifications.ofd.reading import read_pages
from notifications.ofd.typefaces import FontFile, subset
from notifications.typesetting import typeset
from states.office_time import office_day

NATURE = "试验性版式文件，供归档系统试用；正式文本为PDF。"


def as_ofd(document: Document, fonts: FontSet, *, issued_at: datetime, seal: bytes | None = None) -> bytes:
    """The pages of the official copy as OFD, with their fonts; `seal` as in `typeset`.

    The same paper, fonts and instant give the same bytes. Raises as `typeset`, `FontMissing`, and
    NoticeUnrenderable (`ofd_unsupported`) for what cannot be told in OFD.
    """
    pdf = typeset(document, fonts, issued_at=issued_at, seal=seal)
    pages, numbers = read_pages(pdf), Numbers()
    files = [subset(fonts, name, characters) for name, characters in sorted(_used(pages).items())]
    ids = {file.name: numbers.next() for file in files}
    picture = (
        numbers.next() if any(isinstance(item, Picture) for page in pages for item in page.items) else None
    )
    contents = [(numbers.next(), page_xml(page, numbers, ids, picture)) for page in pages]
    parts = {
        "OFD.xml": _entry(document, hashlib.sha256(pdf).hexdigest()[:32], issued_at),
        "Doc_0/Document.xml": _root(pages[0], [number for number, _ in contents], numbers.last, picture),
        "Doc_0/PublicRes.xml": _fonts(files, ids),
    }
    if picture is not None:
        parts["Doc_0/DocumentRes.xml"] = _pictures(picture)
    parts |= {f"Doc_0/Pages/Page_{place}/Content.xml": xml for place, (_, xml) in enumerate(contents)}
    resources = {f"Doc_0/Res/{_file_name(place, file)}": file.data for place, file in enumerate(files)}
    if picture is not None:
        resources["Doc_0/Res/seal.png"] = seal or b""
    return archived({name: xml.encode() for name, xml in parts.items()} | resources)


def _used(pages: Sequence[Page]) -> dict[str, str]:
    """Font → the characters it draws, each once."""
    used: dict[str, set[str]] = {}
    for text in (item for page in pages for item in page.items if isinstance(item, Text)):
        used.setdefault(text.font, set()).update(*(glyph.text for glyph in text.glyphs))
    return {name: "".join(sorted(characters)) for name, characters in used.items()}


def _entry(document: Document, identity: str, issued_at: datetime) -> str:
    """The entrance of the file: what it is and where it begins (7.4)."""
    told = {
        "DocID": identity,
        "Title": document.name,
        "Author": document.signature.organ if document.signature else "",
        "Subject": document.number or "",
        "Abstract": NATURE,
        "CreationDate": office_day(issued_at).isoformat(),
        "Creator": "Duban",
    }
    info = "".join(f"<ofd:{name}>{escape(legal(text))}</ofd:{name}>" for name, text in told.items() if text)
    body = f"<ofd:DocInfo>{info}</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot>"
    kind = f'{NAMESPACE} Version="1.0" DocType="OFD"'
    return f"{DECLARATION}<ofd:OFD {kind}><ofd:DocBody>{body}</ofd:DocBody></ofd:OFD>"


def _root(first: Page, pages: Sequence[int], last: int, picture: int | None) -> str:
    """The document: its resources and its pages in order (7.5)."""
    area = f"<ofd:PageArea><ofd:PhysicalBox>{box(first)}</ofd:PhysicalBox></ofd:PageArea>"
    resources = "<ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
    if picture is not None:
        resources += "<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>"
    common = f"<ofd:CommonData><ofd:MaxUnitID>{last}</ofd:MaxUnitID>{area}{resources}</ofd:CommonData>"
    listed = "".join(
        f'<ofd:Page ID="{number}" BaseLoc="Pages/Page_{place}/Content.xml"/>'
        for place, number in enumerate(pages)
    )
    return f"{DECLARATION}<ofd:Document {NAMESPACE}>{common}<ofd:Pages>{listed}</ofd:Pages></ofd:Document>"


def _fonts(files: Sequence[FontFile], ids: Mapping[str, int]) -> str:
    listed = "".join(
        f'<ofd:Font ID="{ids[file.name]}" FontName="{escape(file.name)}" FamilyName="{escape(file.family)}">'
        f"<ofd:FontFile>{_file_name(place, file)}</ofd:FontFile></ofd:Font>"
        for place, file in enumerate(files)
    )
    return _resources(f"<ofd:Fonts>{listed}</ofd:Fonts>")


def _pictures(number: int) -> str:
    file = "<ofd:MediaFile>seal.png</ofd:MediaFile>"
    media = f'<ofd:MultiMedia ID="{number}" Type="Image" Format="PNG">{file}</ofd:MultiMedia>'
    return _resources(f"<ofd:MultiMedias>{media}</ofd:MultiMedias>")


def _resources(listed: str) -> str:
    return f'{DECLARATION}<ofd:Res {NAMESPACE} BaseLoc="Res">{listed}</ofd:Res>'


def _file_name(place: int, file: FontFile) -> str:
    return f"font_{place}.{file.suffix}"
