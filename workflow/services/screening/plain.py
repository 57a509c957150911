"""Text as it lies there, in whatever encoding an office may have used; and the text of a web page."""

import re
from collections.abc import Iterator
from html import unescape

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
SIGN = "密"
"""A character of every mark: what does not have it in an encoding has no mark in that encoding."""
WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x19\x1c-\x1f]")
"""What no text has in it. 0x1A ends a file of DOS, 0x1B begins the escapes of some mails."""

CELLS = re.compile(r'[,;"\r\n]+')
TAG = re.compile(r"<[^<>]*>")
BLOCK = re.compile(r"</?(?:p|div|br|li|tr|td|th|h\d|table|title|body)\b[^<>]*>", re.I)
"""A tag that ends a line where a page is shown. Neither pattern looks past the next tag."""
NUMBERED = b"&#"


def plain(data: bytes) -> Iterator[str]:
    """A text under every encoding in which it could bear a mark; a wrong guess invents none."""
    for encoding in ENCODINGS:
        if SIGN.encode(encoding) in data:
            yield data.decode(encoding, errors="replace")


def table(data: bytes) -> Iterator[str]:
    """The cells of a table in text, each on a line of its own."""
    yield from (CELLS.sub("\n", text) for text in plain(data))


def page(data: bytes) -> Iterator[str]:
    """What a reader of a web page sees: without tags, with characters for their names and numbers."""
    texts = [data.decode("ascii", errors="replace")] if NUMBERED in data else []
    for text in (*texts, *plain(data)):
        yield unescape(TAG.sub("", BLOCK.sub("\n", text)))


def is_text(data: bytes) -> bool:
    """Whether a file can be read as text."""
    if data.startswith(WIDE_BOMS):
        return _decodes(data, "utf-16")
    return CONTROLS.search(data) is None


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        return CONTROLS.search(data.decode(encoding).encode()) is None
    except UnicodeDecodeError:
        return False
