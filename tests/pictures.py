"""Pictures of one colour, as PNG files of any kind."""

import struct
import zlib

CHUNK = ">I4s{}sI"
TRANSLUCENT_RED = b"\xd7\0\x0f\x80"


def png(
    width: int = 60,
    height: int = 60,
    *,
    pixel: bytes = TRANSLUCENT_RED,
    kind: int = 6,
    depth: int = 8,
    listed: bytes = b"",
) -> bytes:
    """Every pixel is the same; `kind` is the colour type, `listed` what tRNS says is transparent."""
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"PLTE", b"\xd7\0\x0f" * 2)][: 2 if kind == 3 else 1]
    chunks += [(b"tRNS", listed)] if listed else []
    chunks += [(b"IDAT", zlib.compress((b"\0" + pixel * width) * height)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*one) for one in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(CHUNK.format(len(content)), len(content), name, content, zlib.crc32(name + content))
