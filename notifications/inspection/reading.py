"""Opening a PDF that may be anything: what it says of itself, and the content of its pages.

A file comes from anywhere and is read within bounds of size, pages and unpacked length; nothing in it is run.
Called by `examining`; judges nothing. pypdf finds the objects, `content` reads the pages.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader
from pypdf.errors import LimitReachedError
from pypdf.generic import IndirectObject, StreamObject

from notifications.errors import MailRoomError
from notifications.inspection.content import POINTS, Content, Memory, read_content
from notifications.inspection.operations import ContentBroken
from notifications.pdf.types import Type, part

MAX_BYTES, MAX_PAGES, MAX_OBJECTS = 50_000_000, 200, 200_000

ACTIVE = {
    "/JavaScript": "JavaScript脚本",
    "/JS": "JavaScript脚本",
    "/Launch": "启动程序的动作",
    "/EmbeddedFile": "嵌入的文件",
    "/EmbeddedFiles": "嵌入的文件",
    "/SubmitForm": "提交表单的动作",
    "/ImportData": "导入数据的动作",
    "/RichMedia": "多媒体内容",
    "/Movie": "多媒体内容",
    "/Sound": "多媒体内容",
    "/XFA": "XFA表单",
    "/AA": "自动触发的动作",
    "/OpenAction": "打开时触发的动作",
}
SUSPECT = re.compile(b"|".join(name.encode() + rb"(?![A-Za-z0-9])" for name in ACTIVE))
ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
END, STARTED = b"%%EOF", re.compile(rb"startxref\s+(\d+)\s+\Z")
PDFA = re.compile(rb"pdfaid:(part|conformance)\s*(?:=\s*[\"']|>)\s*(\w)")


class PaperUnreadable(MailRoomError):
    """The file cannot be looked over at all: no PDF, broken, locked, or beyond the bounds."""

    code = "pdf_unreadable"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page: its size in millimetres as it is seen, cropped and turned, and what it shows."""

    width: float
    height: float
    content: Content


@dataclass(frozen=True, slots=True)
class File:
    """What a PDF is. `part` and `conformance` are what it says of PDF/A; `active` what in it could act."""

    sheets: tuple[Sheet, ...]
    types: tuple[Type, ...]
    title: str
    part: str
    conformance: str
    has_intent: bool
    active: tuple[str, ...]
    odd: tuple[str, ...]


def read(pdf: bytes) -> File:
    """The whole file. Raises PaperUnreadable, saying why, for one that cannot be read within the bounds."""
    _check_start(pdf)
    try:
        return _read(pdf)
    except PaperUnreadable:
        raise
    except LimitReachedError as error:
        raise PaperUnreadable("文件展开后过大，不予检查。", reason="too_large_unpacked") from error
    except ContentBroken as error:
        raise PaperUnreadable(f"文件内容无法读取：{error}。", reason="broken") from error
    except Exception as error:  # of a broken file anything may be missing or of another kind
        raise PaperUnreadable(f"文件已损坏，无法读取（{type(error).__name__}）。", reason="broken") from error


def _check_start(pdf: bytes) -> None:
    if len(pdf) > MAX_BYTES:
        raise PaperUnreadable(f"文件超过{MAX_BYTES // 1_000_000}MB，不予检查。", reason="too_large")
    if b"%PDF-" not in pdf[:1024]:
        raise PaperUnreadable("这不是PDF文件。", reason="not_pdf")


def _read(pdf: bytes) -> File:
    reader = PdfReader(BytesIO(pdf))
    if reader.is_encrypted:
        raise PaperUnreadable("文件已加密，请解除密码后再检查。", reason="encrypted")
    pages = _pages(reader)
    memory = Memory()
    sheets = tuple(_sheet(page, memory) for page in pages)
    said = dict(PDFA.findall(_metadata(reader)))
    return File(
        sheets=sheets,
        types=tuple(memory.types.values()),
        title=_title(reader),
        part=said.get(b"part", b"").decode(),
        conformance=said.get(b"conformance", b"").decode(),
        has_intent=any(
            one.get_object().get("/S") == "/GTS_PDFA1" for one in part(_root(reader), "/OutputIntents")
        ),
        active=tuple(dict.fromkeys(_active(reader, pdf))),
        odd=(
            *_odd(pdf),
            *(f"第{n}页{odd}" for n, sheet in enumerate(sheets, 1) for odd in sheet.content.odd),
        ),
    )


def _pages(reader: PdfReader) -> list[PageObject]:
    pages: list[PageObject] = []
    for page in reader.pages:
        if len(pages) >= MAX_PAGES:
            raise PaperUnreadable(f"文件超过{MAX_PAGES}页，不予检查。", reason="too_many_pages")
        pages.append(page)
    if not pages:
        raise PaperUnreadable("文件没有任何页面。", reason="no_pages")
    return pages


def _sheet(page: PageObject, memory: Memory) -> Sheet:
    box, unit = page.cropbox, float(page.get("/UserUnit", 1)) / POINTS
    contents = page.get_contents()
    content = read_content(
        contents.get_data() if contents is not None else b"",
        part(page, "/Resources"),
        (float(box.left), float(box.top)),
        memory,
    )
    width, height = float(box.width) * unit, float(box.height) * unit
    turned = page.rotation % 180 == 90
    return Sheet(*((height, width) if turned else (width, height)), content)


def _root(reader: PdfReader) -> Any:
    return part(reader.trailer, "/Root")


def _metadata(reader: PdfReader) -> bytes:
    stream = part(_root(reader), "/Metadata")
    return stream.get_data() if isinstance(stream, StreamObject) else b""


def _title(reader: PdfReader) -> str:
    return str(reader.metadata.title or "") if reader.metadata else ""


def _odd(pdf: bytes) -> Iterator[str]:
    """What a careful reader minds about the file as a whole (ISO 32000-1, 7.5; ISO 19005-2, 6.1.3)."""
    if not pdf.startswith(b"%PDF-"):
        yield "文件开头不是PDF标志"
    end = pdf.rfind(END)
    if end < 0:
        yield "文件结尾不完整"
        return
    behind = pdf[end + len(END) :]
    if behind not in (b"", b"\n", b"\r", b"\r\n"):
        yield f"结尾标志之后还有{len(behind)}字节的内容"
    place = STARTED.search(pdf, max(0, end - 64), end)
    begun = pdf[int(place[1]) :][:24].lstrip() if place else b""
    if not re.match(rb"xref|\d+\s+\d+\s+obj", begun):
        yield "交叉引用表的位置不对"


# ---- what could act ----
def _active(reader: PdfReader, pdf: bytes) -> Iterator[str]:
    """Looks closely only where one of the names occurs: going through every object takes its time."""
    names = ESCAPED_NAME.sub(lambda found: bytes([int(found[1], 16)]), b"\n".join([pdf, *_packed(reader)]))
    if SUSPECT.search(names):
        for one in _objects(reader):
            yield from _acting(one)


def _packed(reader: PdfReader) -> Iterator[bytes]:
    """The objects that are packed into streams (7.5.7)."""
    for number in {stream for stream, _ in reader.xref_objStm.values()}:
        packed: Any = reader.get_object(IndirectObject(number, 0, reader))
        yield packed.get_data()


def _objects(reader: PdfReader) -> Iterator[Any]:
    numbers = {(number, 0) for number in reader.xref_objStm}
    numbers |= {(number, edition) for edition, places in reader.xref.items() for number in places}
    if len(numbers) > MAX_OBJECTS:
        raise PaperUnreadable("文件内的对象过多，不予检查。", reason="too_many_objects")
    yield reader.trailer
    for number, edition in sorted(numbers):
        yield reader.get_object(IndirectObject(number, edition, reader))


def _acting(one: Any) -> Iterator[str]:
    """What this object could do, by the names in it; `/OpenAction` may be no more than a place to open at."""
    if isinstance(one, dict):
        for name, value in one.items():
            harmless = name == "/OpenAction" and not isinstance(value.get_object(), dict)
            if name in ACTIVE and not harmless:
                yield ACTIVE[name]
            yield from _acting(value)
    elif isinstance(one, list):
        for value in one:
            yield from _acting(value)
    elif isinstance(one, str) and one in ACTIVE and one != "/AA":
        yield ACTIVE[one]
