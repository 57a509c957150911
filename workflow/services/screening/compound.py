"""Old Office files (MS-CFB): their streams by name, and what of them is encrypted or would act.

Read here and not by a package: what is asked is a directory of names and three bits, and a file written to
break its reader is bounded by its own length.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from struct import error as StructError
from struct import unpack_from

from workflow.services.screening.plain import plain
from workflow.services.screening.unfit import active, broken, encrypted

HEADER, IN_HEADER, ENTRY = 512, 109, 128
LAST, FREE = 0xFFFFFFFA, 0xFFFFFFFF
STREAM, ROOT = 2, 5
MINI = 64

WORD, EXCEL = frozenset({"WordDocument"}), frozenset({"Workbook", "Book"})
LOCKED = frozenset({"EncryptedPackage", "EncryptionInfo", "\x06DataSpaces"})
MACROS = frozenset({"_VBA_PROJECT", "_VBA_PROJECT_CUR", "VBA", "Macros"})
PACKED = "\x01Ole10Native"
EMBEDDED = frozenset({"Package", "CONTENTS"})

WORD_MAGIC, WORD_LOCKED = 0xA5EC, 0x0100
SHEET, FILE_LOCKED, GLOBALS_END, MACRO_SHEET = 0x0085, 0x002F, 0x000A, 1

CELL = re.compile(rb"\x02\x00?\x01((?:\xdd\x7e|\x3a\x67|\xd8\x79)\xc6\x5b)")
"""绝密, 机密 or 秘密 in a workbook as a cell or a sheet's name of two characters."""


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream or a storage, which has no bytes of its own."""

    name: str
    kind: int
    start: int
    size: int


class Compound:
    """A compound file. Raises `Unfit` (`file_broken`) where it is torn."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        try:
            self._read()
        except (StructError, UnicodeDecodeError, IndexError) as error:
            raise broken() from error

    def _read(self) -> None:
        (shift,) = unpack_from("<H", self._data, 30)
        if shift not in (9, 12):
            raise broken()
        self._sector = 1 << shift
        (first, _, self._cutoff, mini, _, more, _) = unpack_from("<7I", self._data, 48)
        self._fat = self._table(self._fat_sectors(more))
        self.streams = list(self._entries(self._chain(first)))
        if sum(one.size for one in self.streams if one.kind == STREAM) > len(self._data):
            raise broken()  # streams that share their sectors would be read for ever
        root = next((one for one in self.streams if one.kind == ROOT), None)
        self._mini_fat = self._table(self._sectors(mini)) if mini < LAST else []
        self._mini = self._chain(root.start) if root and root.start < LAST else b""

    def bytes_of(self, stream: Stream) -> bytes:
        """What a stream holds; no more is read than it says."""
        if stream.kind == STREAM and stream.size < self._cutoff:
            places = islice(_linked(self._mini_fat, stream.start), -(-stream.size // MINI))
            found = b"".join(self._mini[MINI * one : MINI * (one + 1)] for one in places)
        else:
            places = islice(self._sectors(stream.start), -(-stream.size // self._sector))
            found = b"".join(map(self._at, places))
        if len(found) < stream.size:
            raise broken()
        return found[: stream.size]

    def _fat_sectors(self, more: int) -> Iterator[int]:
        yield from (one for one in unpack_from(f"<{IN_HEADER}I", self._data, 76) if one < LAST)
        for _ in range(len(self._data) // self._sector):
            if more >= LAST:
                return
            *listed, more = unpack_from(f"<{self._sector // 4}I", self._at(more))
            yield from (one for one in listed if one < LAST)

    def _table(self, sectors: Iterator[int]) -> list[int]:
        return [one for place in sectors for one in unpack_from(f"<{self._sector // 4}I", self._at(place))]

    def _sectors(self, start: int) -> Iterator[int]:
        return _linked(self._fat, start)

    def _chain(self, start: int) -> bytes:
        return b"".join(map(self._at, self._sectors(start)))

    def _at(self, place: int) -> bytes:
        """A sector; the last of a file may be cut short, none may lie beyond it."""
        start = (place + 1) * self._sector
        if start >= len(self._data):
            raise broken()
        return self._data[start : start + self._sector].ljust(self._sector, b"\0")

    def _entries(self, directory: bytes) -> Iterator[Stream]:
        for place in range(0, len(directory), ENTRY):
            length, kind = unpack_from("<HB", directory, place + 64)
            start, size = unpack_from("<II", directory, place + 116)
            name = directory[place : place + max(length - 2, 0)].decode("utf-16-le")
            if kind:
                yield Stream(name, kind, start, size)


def _linked(table: list[int], place: int) -> Iterator[int]:
    """The places of a chain. One that is longer than its table goes round."""
    for _ in table:
        if place >= LAST:
            return
        yield place
        place = table[place]
    if place < LAST:
        raise broken()


def texts_of(data: bytes) -> Iterator[str]:
    """Every text of an old Office file, whatever its parts are called.

    Raises `Unfit`: `file_broken`, `file_encrypted`, or `file_active` for macros and packed files.
    """
    compound = Compound(data)
    names = {one.name for one in compound.streams}
    if names & LOCKED:
        raise encrypted()
    if names & MACROS:
        raise active("带有宏")
    if PACKED in names:
        raise active("内嵌了其他文件")
    for stream in (one for one in compound.streams if one.kind == STREAM and one.size):
        yield from _texts(stream.name, compound.bytes_of(stream))


def embedded_in(data: bytes) -> Iterator[bytes]:
    """The files in today's form that lie in an old one."""
    compound = Compound(data)
    for one in compound.streams:
        if one.name in EMBEDDED and one.kind == STREAM:
            yield compound.bytes_of(one)


def is_of(data: bytes, names: frozenset[str]) -> bool:
    """Whether a compound file is of the program that calls its main stream so."""
    return any(one.name in names for one in Compound(data).streams)


def _texts(name: str, content: bytes) -> Iterator[str]:
    """A stream's text: a character may begin at an odd place in it as well as at an even one."""
    if name in WORD:
        _check_word(content)
    if name in EXCEL:
        _check_excel(content)
        yield from (one[1].decode("utf-16-le") for one in CELL.finditer(content))
    yield from plain(content)
    yield content[1:].decode("utf-16-le", errors="replace")


def _check_word(content: bytes) -> None:
    magic, flags = unpack_from("<H", content)[0], unpack_from("<H", content, 10)[0]
    if magic != WORD_MAGIC:
        raise broken()
    if flags & WORD_LOCKED:
        raise encrypted()


def _check_excel(content: bytes) -> None:
    """Look over the records before the first sheet."""
    place = 0
    while place + 4 <= len(content):
        kind, length = unpack_from("<HH", content, place)
        if kind == FILE_LOCKED:
            raise encrypted()
        if kind == SHEET and length > 5 and content[place + 9] == MACRO_SHEET:
            raise active("带有宏表")
        if kind == GLOBALS_END:
            return
        place += 4 + length
