"""Pictures: whether one is whole, and whether something else hides in it.

A picture of a few kilobytes can unfold to gigabytes where it is shown, so its sides are bounded, too.
"""

import re
import zlib
from collections.abc import Iterator
from struct import error as StructError
from struct import unpack_from

from workflow.services.screening.signatures import JPEG, PNG
from workflow.services.screening.unfit import Unfit, broken, polyglot

MAX_POINTS = 200_000_000
"""Of a picture; a camera of 2026 takes as many at most."""

MAX_PARTS = 100_000
"""Before the picture itself in a JPEG file."""

HIDDEN = re.compile(
    rb"(?i)<script|<html|<iframe|<!doctype html|<\?php|Rar!\x1a\x07|7z\xbc\xaf\x27\x1c|"
    rb"This program (?:cannot|must) be run"
)
END_OF_IMAGE, START_OF_SCAN, END = b"\xff\xd9", 0xDA, b"IEND"
SIZES = frozenset({0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF})
BARE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length."""


def check_nothing_hidden(data: bytes) -> None:
    """Raises `Unfit` (`file_polyglot`) for a picture that carries a web page, a program or an archive."""
    if HIDDEN.search(data):
        raise polyglot("是图片，又夹带网页、程序或压缩包")


def check_whole(data: bytes) -> None:
    """Raises `Unfit` for a picture that is torn, too large to be shown, or (PNG) goes on behind its end.

    Phones write more than one thing into a JPEG file, one after the other.
    """
    try:
        sides = _png(data) if data.startswith(PNG) else _jpeg(data)
    except (IndexError, StructError) as error:
        raise broken() from error
    if sides is None:
        raise broken()
    if not 0 < sides[0] * sides[1] <= MAX_POINTS:
        raise Unfit("image_too_large", f"的边长为{sides[0]}×{sides[1]}像素，无法显示，请缩小后再传")


def _png(data: bytes) -> tuple[int, int] | None:
    sides = None
    for start, kind, content in _chunks(data):
        if kind == b"IHDR":
            sides = unpack_from(">II", content)
        if kind == END:
            if len(data) > start:
                raise polyglot("在图片结尾之后还有内容")
            return sides
    return None


def _chunks(data: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The parts of a PNG file, each with the place where the next begins. A wrong sum ends them."""
    start = len(PNG)
    while start < len(data):
        (length,) = unpack_from(">I", data, start)
        body, start = data[start + 4 : start + 8 + length], start + 12 + length
        if len(data) < start or zlib.crc32(body) != unpack_from(">I", data, start - 4)[0]:
            return
        yield start, body[:4], body[4:]


def _jpeg(data: bytes) -> tuple[int, int] | None:
    sides, start = None, len(JPEG) - 1
    for _ in range(MAX_PARTS):
        lead, kind = data[start], data[start + 1]
        if lead != 0xFF:
            return None
        if kind in SIZES:
            height, width = unpack_from(">HH", data, start + 5)
            sides = width, height
        if kind == START_OF_SCAN:
            return sides if END_OF_IMAGE in data[start:] else None
        start += 1 if kind == 0xFF else 2 if kind in BARE else 2 + unpack_from(">H", data, start + 2)[0]
    return None
