"""An XML document as lines of text, and what in it would act: remote templates, other programs, scripts."""

import re

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from workflow.services.screening.unfit import active

PARAGRAPHS = frozenset({"p", "si", "is", "text"})
"""`text` is that of a comment in a workbook."""
LINE_ENDS = PARAGRAPHS | {"br", "cr"}

FETCHED = ("attachedTemplate", "oleObject", "frame", "subDocument", "aFChunk")
"""Relations whose target is fetched when the document is opened. A link waits until somebody follows it."""
ELSEWHERE = re.compile(r"(?i)\s*(https?|ftp)://|\s*[\\/]{2}|\s*file:[\\/]{2}[^\\/]|\s*(mhtml|javascript):")
MACROS = re.compile(r"(?i)macroEnabled|vbaProject|ms-office\.activeX|intlmacrosheet|excel4macrosheet")
FIELD = re.compile(r"(?i)\s*DDE(AUTO)?\s")
SCRIPTED = frozenset({"script", "foreignObject", "handler", "iframe"})
PAGES = frozenset({"html", "svg"})

PRINT_CODES = re.compile(r'&(?:([LCR])|K[0-9A-Fa-f]{6}|"[^"]*"|\d+|[A-KM-QS-Z])')
"""Codes in the header of a printed sheet: where a part of it begins, and how it looks."""


def lines_of(data: bytes, *, picture: bool = False) -> str:
    """The text of a document, line by line. Raises `Unfit` (`file_active`), or whatever a torn one raises.

    `picture`: it lies in a Word or Excel file as a drawing in SVG, which by itself does nothing.
    """
    parser = DefusedXMLParser(target=_Lines(picture))
    try:
        parser.feed(data)
        return PRINT_CODES.sub(lambda code: "\n" if code[1] else "", str(parser.close()))
    except DefusedXmlException as error:
        raise active("的XML中定义了实体或引用了外部文件") from error


class _Lines:
    """Takes a document in as lines: the runs of a paragraph in one, and every attribute in its own.

    A mark is often set in several runs, for the star wants another font; a watermark is an attribute.
    """

    def __init__(self, picture: bool) -> None:
        self._pieces: list[str] = []
        self._attributes: list[str] = []
        self._paragraphs = 0
        self._picture = picture

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._check(_local(tag), {_local(name): value for name, value in attributes.items()})
        self._attributes += (value for value in attributes.values() if "密" in value)
        if _local(tag) in PARAGRAPHS:
            self._paragraphs += 1
            self._pieces.append("\n")

    def end(self, tag: str) -> None:
        name = _local(tag)
        self._paragraphs -= name in PARAGRAPHS
        if name == "tab":
            self._pieces.append("\t")
        elif not self._paragraphs or name in LINE_ENDS:
            self._pieces.append("\n")

    def data(self, text: str) -> None:
        self._pieces.append(text)

    def close(self) -> str:
        lines = "".join(self._pieces)
        if any(FIELD.match(line) for line in lines.splitlines()):
            raise active("内有调用其他程序的域（DDE）")
        return lines + "\n" + "\n".join(self._attributes)

    def _check(self, name: str, attributes: dict[str, str]) -> None:
        if name in PAGES and not self._picture:
            raise active("内有网页或SVG图形")
        if name == "ddeLink":
            raise active("内有调用其他程序的链接（DDE）")
        if name in ("Override", "Default") and MACROS.search(attributes.get("ContentType", "")):
            raise active("带有宏或控件")
        if name == "Relationship" and _is_fetched(attributes):
            raise active("打开时会从别处取用模板或对象")
        if name in SCRIPTED or (self._picture and any(_acts(*one) for one in attributes.items())):
            raise active("内有脚本")


def _is_fetched(attributes: dict[str, str]) -> bool:
    is_elsewhere = attributes.get("TargetMode", "").lower() == "external"
    kind, target = attributes.get("Type", "").rpartition("/")[2], attributes.get("Target", "")
    return is_elsewhere and kind in FETCHED and ELSEWHERE.match(target) is not None


def _acts(name: str, value: str) -> bool:
    return name.lower().startswith("on") or value.lstrip().lower().startswith("javascript:")


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
