"""The picture of a seal: what may be printed as one. Signing is another matter and happens elsewhere."""

import struct
import zlib
from collections.abc import Iterator

from notifications.errors import NoticeUnrenderable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
MAX_BYTES, MAX_PIXELS = 2_000_000, 3_000
PALETTE = 3
ALPHA_AFTER = {4: 1, 6: 3}
"""Samples of a pixel before its alpha, by colour type (ISO/IEC 15948, 11.2.2)."""


def checked_seal(picture: bytes | None) -> bytes:
    """The PNG as it is. Raises NoticeUnrenderable (`seal_invalid`) if there is none, or it is no fit picture.

    It must be a PNG of at most 2 MB, as wide as high to a tenth and of 3000 pixels at most: a seal is round,
    and 42 mm wide on the paper. It lies over the signature, so its corner, outside the ring, lets through.
    """
    if not picture:
        raise NoticeUnrenderable("没有印章图片，请先上传，或改为留位盖章。", code="seal_invalid")
    if not picture.startswith(SIGNATURE) or picture[12:16] != b"IHDR" or len(picture) < 33:
        raise NoticeUnrenderable("印章图片不是PNG格式，请另存为PNG。", code="seal_invalid")
    width, height = struct.unpack(">II", picture[16:24])
    if len(picture) > MAX_BYTES or not 1 <= max(width, height) <= MAX_PIXELS:
        raise NoticeUnrenderable(
            f"印章图片过大，不得超过{MAX_BYTES // 1_000_000}MB和{MAX_PIXELS}像素见方。", code="seal_invalid"
        )
    if abs(width - height) > max(width, height) / 10:
        raise NoticeUnrenderable("印章图片应为正方形，请裁去四周空白。", code="seal_invalid")
    if _is_opaque(picture):
        raise NoticeUnrenderable(
            "印章图片的背景不透明，会遮住署名和日期，请另存为背景透明的PNG。", code="seal_invalid"
        )
    return picture


def _is_opaque(picture: bytes) -> bool:
    """Whether the corner is. The first pixel is the same whatever the filter: it has no neighbour (9.2)."""
    depth, kind = picture[24:26]
    try:
        data = b"".join(content for name, content in _chunks(picture) if name == b"IDAT")
        pixel = zlib.decompressobj().decompress(data, 9)[1:]
        listed = next((content for name, content in _chunks(picture) if name == b"tRNS"), b"")
        return _alpha(pixel, depth, kind, listed) == 255
    except (struct.error, zlib.error, IndexError) as error:
        raise NoticeUnrenderable("印章图片已损坏，请重新上传。", code="seal_invalid") from error


def _alpha(pixel: bytes, depth: int, kind: int, listed: bytes) -> int:
    """Of a pixel that has its own, is of a palette, or is opaque unless it is the one colour listed."""
    if kind in ALPHA_AFTER:
        return pixel[ALPHA_AFTER[kind] * depth // 8]
    if kind == PALETTE:
        return (listed + b"\xff" * 256)[pixel[0] >> (8 - depth)]
    samples = pixel[: len(listed)] if depth == 16 else bytes(_widened(pixel[: len(listed) // 2], depth))
    return 0 if listed and samples == listed else 255


def _widened(samples: bytes, depth: int) -> Iterator[int]:
    """Each in two bytes, as they are listed."""
    for one in samples:
        yield from (0, one >> (8 - depth))


def _chunks(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = len(SIGNATURE)
    while place < len(picture):
        length, name = struct.unpack(">I4s", picture[place : place + 8])
        yield name, picture[place + 8 : place + 8 + length]
        place += length + 12
