"""Opening a workbook or a CSV from outside without trusting it.

Called by the import service. What a file is, is told by its content and checked before anything is parsed;
cells stay within bounds, formulas are never evaluated, and a file that carries marks of state secrets is
refused as a whole. A plain .xlsx is read quickly, one with formulas cell by cell, so that they are told from
values; of old workbooks (.xls, .et) a formula is the value it showed.
"""

import warnings
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from defusedxml.ElementTree import iterparse
from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.escape import unescape

from states.errors import Refusal
from states.register.sheet import CellValue, Formula, MergedRange, Sheet, column_letter
from states.secrecy import find_mark
from workflow.services.screening.unfit import Unfit
from workflow.workbooks.container import Kind, kind_of, locked
from workflow.workbooks.csv_in import read_csv
from workflow.workbooks.errors import WorkbookRefused
from workflow.workbooks.quick import Locked, Raw, TooWide, check_old, is_plain, read_quickly

MAX_ROWS = 120_000
MAX_COLUMNS = 200
MAX_TEXT = 32_767
MAX_MERGED_CELLS = 1_000_000

PANIC = "PanicException"
"""What a fault inside calamine comes out as: no `Exception`, and of no module that can be named."""

_EXCEL_ROWS = 1_048_576
_MERGE_TAG = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"

Cells = Mapping[int, Mapping[int, CellValue]]


def open_workbook(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a file that hold data, hidden ones included, merged cells filled.

    Bounds: 40 MiB packed, 200 MiB unpacked, 120,000 rows by 200 columns, 32,767 characters a cell. Raises
    WorkbookRefused with a code that says why; nothing of a refused file is returned.
    """
    kind = kind_of(path)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it would lose on saving; nothing is saved here.
            warnings.simplefilter("ignore")
            sheets = tuple(_sheets(path, kind))
    except Refusal:
        raise
    except Exception as error:
        # A damaged file can make the parser raise anything; all of it means the same to the office.
        raise _broken(path) from error
    except BaseException as error:
        if type(error).__name__ != PANIC:
            raise
        raise _broken(path) from error
    if not sheets:
        message = f"“{path.name}”里没有数据，请确认选对了文件"
        raise WorkbookRefused(message, code="workbook_empty", file=path.name)
    return sheets


def _broken(path: Path) -> WorkbookRefused:
    message = f"“{path.name}”已损坏，无法读取；请用Excel或WPS打开后另存为.xlsx，再重新导入"
    return WorkbookRefused(message, code="workbook_broken", file=path.name)


def _sheets(path: Path, kind: Kind) -> Iterator[Sheet]:
    for raw in _raw(path, kind):
        cells = _cells(raw)
        _refuse_secrets(raw.name, cells)
        if cells:
            yield Sheet.filled(raw.name, cells, _merged(raw, cells))


def _raw(path: Path, kind: Kind) -> Iterator[Raw]:
    if kind is Kind.CSV:
        return read_csv(path)
    if kind is Kind.XLS:
        _check_old(path)
        return read_quickly(path)
    return read_quickly(path) if is_plain(path) else _streamed(path)


def _check_old(path: Path) -> None:
    try:
        check_old(path.read_bytes())
    except Locked as error:
        raise locked(path) from error
    except TooWide as error:
        raise _too_large(f"“{path.name}”的单元格相距太远") from error
    except Unfit as error:
        raise _broken(path) from error


def _streamed(path: Path) -> Iterator[Raw]:
    """Cell by cell, each with what it is."""
    # Given an open file, openpyxl goes by content; given a name, it would go by the extension.
    with path.open("rb") as stream, ZipFile(path) as archive:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        for source in book.worksheets:
            # The streaming reader knows where its sheet lies, but leaves out the merged ranges.
            yield Raw(source.title, _rows(source), _merged_ranges(archive, source._worksheet_path))


def _rows(source: Any) -> Iterator[tuple[int, Mapping[int, CellValue]]]:
    source.reset_dimensions()  # the stated size may be wrong, and reading would stop there
    for number, row in enumerate(source.iter_rows(), start=1):
        values = {cell.column: _value(cell) for cell in row if not _is_empty(cell.value)}
        if values:
            yield number, values
        elif number > _EXCEL_ROWS:
            raise _too_large(f"工作表“{source.title}”的行数超出Excel的限度")


def _cells(raw: Raw) -> dict[int, Mapping[int, CellValue]]:
    """The values of a sheet by row and column, as long as they are within bounds."""
    rows: dict[int, Mapping[int, CellValue]] = {}
    for number, values in raw.rows:
        rows[number] = values
        _refuse_beyond_bounds(raw.name, number, values)
    return rows


def _is_empty(value: object) -> bool:
    """Whether a cell holds nothing at all; a dash is content, and kept."""
    return value is None or (isinstance(value, str) and not value.strip())


def _value(cell: Any) -> CellValue:
    if cell.data_type == "f":
        return Formula(str(getattr(cell.value, "text", cell.value)))
    if isinstance(cell.value, str):
        return unescape(cell.value) if "_x" in cell.value else cell.value
    if isinstance(cell.value, int | float | bool | date | datetime):
        return cell.value
    return str(cell.value)  # a time of day or a span, which no field of ours asks for


def _refuse_beyond_bounds(title: str, number: int, values: Mapping[int, CellValue]) -> None:
    if number > MAX_ROWS:
        raise _too_large(f"工作表“{title}”超过{MAX_ROWS}行")
    if max(values) > MAX_COLUMNS:
        raise _too_large(f"工作表“{title}”第{number}行超过{MAX_COLUMNS}列")
    if max(map(len, _texts(values)), default=0) > MAX_TEXT:
        column = next(at for at, value in values.items() if len("".join(_texts({at: value}))) > MAX_TEXT)
        raise _too_large(f"工作表“{title}”第{number}行{column_letter(column)}列的文字超过{MAX_TEXT}字")


def _refuse_secrets(title: str, cells: Cells) -> None:
    """Refuse the file at the first mark, naming the place and never the content.

    A mark stands in a line of a cell, so the cells of a row are looked through as lines of one text.
    """
    for number, values in cells.items():
        if find_mark("\n".join(_texts(values))):
            raise _secret(title, number, _first_marked(values))
    if find_mark(title):
        raise _secret("（表名）", 0, 0)


def _first_marked(values: Mapping[int, CellValue]) -> int:
    return next(at for at, value in values.items() if any(map(find_mark, _texts({at: value}))))


def _texts(values: Mapping[int, CellValue]) -> list[str]:
    """What the cells of a row say in words, or as formulas."""
    said = [value.text if type(value) is Formula else value for value in values.values()]
    return [text for text in said if isinstance(text, str)]


def _secret(title: str, row: int, column: int) -> WorkbookRefused:
    place = f"第{row}行{column_letter(column)}列" if row else ""
    return WorkbookRefused(
        f"工作表“{title}”{place}有国家秘密标志，整个文件不予导入；本系统不得存储、处理国家秘密，"
        "请按保密规定处置该文件",
        code="state_secret",
        sheet=title,
        row=row,
        column=column_letter(column),
    )


def _merged(raw: Raw, cells: Cells) -> list[MergedRange]:
    """The merged ranges of a sheet, as long as filling them stays within bounds."""
    last_row, last_column = max(cells), max(map(max, cells.values()))
    ranges = list(raw.merged)
    if sum(block.clipped(last_row, last_column).area for block in ranges) > MAX_MERGED_CELLS:
        raise _too_large(f"工作表“{raw.name}”的合并单元格过多")
    return ranges


def _merged_ranges(archive: ZipFile, part: str) -> Iterator[MergedRange]:
    with archive.open(part) as stream:
        for _, element in iterparse(stream):
            if element.tag == _MERGE_TAG:
                left, top, right, bottom = range_boundaries(element.attrib["ref"])
                yield MergedRange(top, left, bottom, right)
            element.clear()


def _too_large(what: str) -> WorkbookRefused:
    return WorkbookRefused(f"{what}，请拆分或删去无关内容后重新导入", code="workbook_too_large")
