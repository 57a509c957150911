"""Reading workbooks with calamine: the old formats, and plain .xlsx twenty times as fast as cell by cell.

Calamine lays a sheet out whole, from its first cell to its last, and tells no formula from its result. So a
file is looked over first: one with formulas or error values, or with cells too far apart to be laid out
cheaply, is left to the reader that streams; an old workbook like that is refused.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from struct import error as StructError
from struct import unpack_from
from typing import Any
from zipfile import ZipFile

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum

from states.register.sheet import CellValue, MergedRange
from workflow.services.screening.compound import EXCEL, FILE_LOCKED, Compound
from workflow.services.screening.unfit import Unfit

EXACT = 1e15
"""Below it every whole number is itself."""

MOST_PLACES = 6_000_000
"""Places of a sheet laid out whole: about 200 MB."""

CHUNK, MOST_TAG = 1 << 20, 8 << 20
_NARROW = 26
"""Columns a sheet has without one of two letters."""

_NOT_PLAIN = re.compile(rb'<(?:\w+:)?f[ >/]|<\w+:(?:c|row|sheetData)[ >]|<!DOCTYPE|<!ENTITY| t="e"')
_ORDINARY = b"<row ", b"</row>", b"<c ", b"</c>", b"<v>", b"</v>", b"<is>", b"</is>", b"<t>", b"<t ", b"</t>"
"""The tags most of a sheet consists of; none of them is one of those."""

_ROW = re.compile(rb'<row [^>]*?r="(\d{1,7})"')
_FAR = re.compile(rb'<c r="([A-Z]{2,3})\d')
_SHEET, _END = b"<sheetData", b"</worksheet>"
CELL_RECORDS = frozenset({0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00FD, 0x00D6, 0x0201, 0x0406, 0x0004})
SEVERAL = frozenset({0x00BD, 0x00BE})
"""Records of a cell (MS-XLS 2.3), and of several side by side."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A sheet as a reader gives it: its rows by number, and the ranges that are merged."""

    name: str
    rows: Iterable[tuple[int, Mapping[int, CellValue]]]
    merged: Iterable[MergedRange] = ()


class TooWide(Exception):
    """An old workbook whose cells lie so far apart that nobody can lay it out."""


class Locked(Exception):
    """An old workbook with a password."""


def is_plain(path: Path) -> bool:
    """Whether an .xlsx can be read quickly with the same result."""
    with ZipFile(path) as archive:
        names = [one.filename for one in archive.infolist() if one.filename.endswith(".xml")]
        return all(_is_plain(archive, name) for name in names if "sharedStrings" not in name)


def read_quickly(path: Path) -> Iterator[Raw]:
    """The sheets of a workbook that is plain."""
    with path.open("rb") as stream:
        book = CalamineWorkbook.from_filelike(stream)
        for one in book.sheets_metadata:
            if one.typ is SheetTypeEnum.WorkSheet:
                sheet = book.get_sheet_by_name(one.name)
                yield Raw(one.name, _rows(sheet), list(_merged(sheet)))


def check_old(data: bytes) -> None:
    """Look over an old workbook before it is laid out. Raises `Locked`, `TooWide`, `Unfit` (torn)."""
    compound = Compound(data)
    for stream in compound.streams:
        if stream.name in EXCEL:
            _check_records(compound.bytes_of(stream))
            return
    raise Unfit("file_broken", "不是Excel工作簿")


def _check_records(content: bytes) -> None:
    place, rows, columns = 0, 0, 0
    try:
        while place + 4 <= len(content):
            kind, length = unpack_from("<HH", content, place)
            if kind == FILE_LOCKED:
                raise Locked
            if kind in CELL_RECORDS or kind in SEVERAL:
                row, column = unpack_from("<HH", content, place + 4)
                if kind in SEVERAL:
                    (column,) = unpack_from("<H", content, place + 2 + length)
                rows, columns = max(rows, row + 1), max(columns, column + 1)
            place += 4 + length
    except StructError as error:
        raise Unfit("file_broken", "已损坏") from error
    if rows * columns > MOST_PLACES:
        raise TooWide


def _is_plain(archive: ZipFile, name: str) -> bool:
    """Whether a part is no sheet, or one without formulas, whole, its cells each with its place."""
    rows, widest, is_sheet, has_ended = 0, _NARROW, False, False
    for piece in _pieces(archive, name):
        is_sheet, has_ended = is_sheet or _SHEET in piece, has_ended or _END in piece
        if not _is_ordinary(piece) and _NOT_PLAIN.search(piece):
            return False
        if is_sheet:
            placed = _ROW.findall(piece)
            if len(placed) != piece.count(b"<row") or piece.count(b"<c ") != piece.count(b'<c r="'):
                return False
            rows = max([rows, *map(int, placed)])
            widest = max([widest, *map(_column, _FAR.findall(piece))])
    return not is_sheet or (has_ended and rows * widest <= MOST_PLACES)


def _is_ordinary(piece: bytes) -> bool:
    """Whether counting shows that nothing but good cells is in a piece: far faster than a pattern."""
    return b' t="e"' not in piece and piece.count(b"<") == sum(map(piece.count, _ORDINARY))


def _pieces(archive: ZipFile, name: str) -> Iterator[bytes]:
    """A part in pieces that end between two tags."""
    rest = b""
    with archive.open(name) as part:
        while read := part.read(CHUNK):
            whole = rest + read
            cut = whole.rfind(b"<") if len(whole) < MOST_TAG else len(whole)
            yield whole[:cut]
            rest = whole[cut:]
    yield rest


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def _rows(sheet: CalamineSheet) -> Iterator[tuple[int, Mapping[int, CellValue]]]:
    left = sheet.start[1] + 1 if sheet.start else 1
    for number, row in enumerate(sheet.iter_rows(), start=1):
        cells = {
            column: value if type(value) is str else _value(value)
            for column, value in enumerate(row, start=left)
            if value != "" and not (type(value) is str and value.isspace())
        }
        if cells:
            yield number, cells


def _value(value: Any) -> CellValue:
    """A value as the reader of single cells gives it."""
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < EXACT else value
    if isinstance(value, bool | int | datetime):
        return value
    return datetime(value.year, value.month, value.day) if isinstance(value, date) else str(value)  # noqa: DTZ001


def _merged(sheet: CalamineSheet) -> Iterator[MergedRange]:
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or ():
        yield MergedRange(top + 1, left + 1, bottom + 1, right + 1)
