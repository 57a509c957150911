"""A stranger's bytes and markup as plain words: whatever they are, something is read and nothing raised.

Only charsets that mail is written in are decoded as declared; Python also knows slow and strange ones, such
as punycode. Text is looked at as far as 128 KiB, a header as far as 4,000 characters.
"""

import codecs
import html
import re
from contextlib import suppress
from email.errors import MessageError
from email.header import decode_header

from states.errors import UNREADABLE

TEXT_BOUND = 128 * 1024
VALUE_BOUND = 4_000

CHARSETS = re.compile(
    r"utf-?8|(?:us-)?ascii|gb[\w-]{1,8}|hz-gb-2312|big5[\w-]{0,8}|iso-(?:8859|2022)-[\w-]{1,6}"
    r"|windows-\d{3,4}|cp\d{3,4}|koi8-\w|euc-\w\w|shift[_-]jis",
    re.ASCII,
)
UNSEEN = re.compile(r"<(/?)(?:style|script|title)\b[^<>]*>", re.IGNORECASE)
LINE_END = re.compile(r"<(?:br|/?p|/?div|/?tr|/?li|/?h\d|/?table|/td|/th)\b[^<>]*>", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")


def in_charset(data: bytes, charset: str = "") -> str:
    """The text of these bytes: as declared, else UTF-8, else GB 18030 with marks for what is unreadable."""
    declared = charset.lower() if CHARSETS.fullmatch(charset.lower()) else "utf-8"
    wider = "gb18030" if declared.startswith("gb") else declared
    for name in (wider, "utf-8"):
        with suppress(*UNREADABLE):  # the bound may cut a character in two, which the decoder waits for
            return codecs.getincrementaldecoder(name)().decode(data[:TEXT_BOUND])
    return data[:TEXT_BOUND].decode("gb18030", "replace")


def of_header(raw: str) -> str:
    """A header's value on one line, encoded words and bare bytes decoded."""
    value = in_charset(raw[:VALUE_BOUND].encode("utf-8", "surrogateescape"))
    if "=?" in value:
        with suppress(*UNREADABLE, MessageError):
            value = "".join(_of_chunk(chunk, charset) for chunk, charset in decode_header(value))
    return " ".join(value.split())


def of_html(markup: str) -> str:
    """What a reader would see of it, roughly line by line."""
    pieces = UNSEEN.split(markup)
    seen = [pieces[0], *(text for slash, text in zip(pieces[1::2], pieces[2::2], strict=True) if slash)]
    return html.unescape(TAG.sub("", LINE_END.sub("\n", "".join(seen)))).replace("\xa0", " ")


def _of_chunk(chunk: bytes | str, charset: str | None) -> str:
    if isinstance(chunk, str):
        return chunk
    return in_charset(chunk, charset) if charset else chunk.decode("raw-unicode-escape")
