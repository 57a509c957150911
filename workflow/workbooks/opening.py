"""Opening an .xlsx file from outside without trusting it.

Called by the import service. The container is checked before anything is parsed, cells are streamed within
bounds, formulas are never evaluated, and a file that carries marks of state secrets is refused as a whole.
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

from states.errors import Refusal
from states.register.sheet import CellValue, Formula, MergedRange, Sheet, column_letter
from states.secrecy import find_mark
from workflow.workbooks.container import check_container
from workflow.workbooks.errors import WorkbookRefused

MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_TEXT = 32_767
MAX_MERGED_CELLS = 1_000_000

_EXCEL_ROWS = 1_048_576
_MERGE_TAG = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}mergeCell"

Cells = Mapping[int, Mapping[int, CellValue]]


def open_workbook(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a workbook that hold data, hidden ones included, merged cells filled.

    Bounds: 20 MiB packed, 200 MiB unpacked, 50,000 rows by 200 columns, 32,767 characters a cell. Raises
    WorkbookRefused with a code that says why; nothing of a refused file is returned.
    """
    check_container(path)
    try:
        with warnings.catch_warnings():
            # openpyxl warns of what it would lose on saving; nothing is saved here.
            warnings.simplefilter("ignore")
            sheets = tuple(_sheets(path))
    except Refusal:
        raise
    except Exception as error:
        # A damaged file can make the parser raise anything; all of it means the same to the office.
        message = f"“{path.name}”已损坏，无法读取；请用Excel或WPS打开后另存为.xlsx，再重新导入"
        raise WorkbookRefused(message, code="workbook_broken", file=path.name) from error
    if not sheets:
        message = f"“{path.name}”里没有数据，请确认选对了文件"
        raise WorkbookRefused(message, code="workbook_empty", file=path.name)
    return sheets


def _sheets(path: Path) -> Iterator[Sheet]:
    # Given an open file, openpyxl goes by content; given a name, it would go by the extension.
    with path.open("rb") as stream, ZipFile(path) as archive:
        book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        for source in book.worksheets:
            cells = _cells(source)
            _refuse_secrets(source.title, cells)
            if cells:
                # The streaming reader knows where its sheet lies, but leaves out the merged ranges.
                merged = _merged(archive, source._worksheet_path, cells, source.title)
                yield Sheet.filled(source.title, cells, merged)


def _cells(source: Any) -> dict[int, dict[int, CellValue]]:
    """The values of a sheet by row and column; blank cells and rows are left out."""
    source.reset_dimensions()  # the stated size may be wrong, and reading would stop there
    rows: dict[int, dict[int, CellValue]] = {}
    for number, row in enumerate(source.iter_rows(), start=1):
        values = {cell.column: _value(cell) for cell in row if not _is_empty(cell.value)}
        if values:
            rows[number] = values
            _refuse_beyond_bounds(source.title, number, values)
        elif number > _EXCEL_ROWS:
            raise _too_large(f"工作表“{source.title}”的行数超出Excel的限度")
    return rows


def _is_empty(value: object) -> bool:
    """Whether a cell holds nothing at all; a dash is content, and kept."""
    return value is None or (isinstance(value, str) and not value.strip())


def _value(cell: Any) -> CellValue:
    if cell.data_type == "f":
        return Formula(str(getattr(cell.value, "text", cell.value)))
    if isinstance(cell.value, str | int | float | bool | date | datetime):
        return cell.value
    return str(cell.value)  # a time of day or a span, which no field of ours asks for


def _refuse_beyond_bounds(title: str, number: int, values: Mapping[int, CellValue]) -> None:
    if number > MAX_ROWS:
        raise _too_large(f"工作表“{title}”超过{MAX_ROWS}行")
    if max(values) > MAX_COLUMNS:
        raise _too_large(f"工作表“{title}”第{number}行超过{MAX_COLUMNS}列")
    for column, value in values.items():
        if isinstance(value, str) and len(value) > MAX_TEXT:
            raise _too_large(f"工作表“{title}”第{number}行{column_letter(column)}列的文字超过{MAX_TEXT}字")


def _refuse_secrets(title: str, cells: Cells) -> None:
    """Refuse the file at the first mark, naming the place and never the content."""
    for number, values in cells.items():
        for column, value in values.items():
            text = value.text if isinstance(value, Formula) else value
            if isinstance(text, str) and find_mark(text):
                raise _secret(title, number, column)
    if find_mark(title):
        raise _secret("（表名）", 0, 0)


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


def _merged(archive: ZipFile, part: str, cells: Cells, title: str) -> list[MergedRange]:
    """The merged ranges of a sheet, as long as filling them stays within bounds."""
    last_row, last_column = max(cells), max(map(max, cells.values()))
    ranges = list(_merged_ranges(archive, part))
    if sum(block.clipped(last_row, last_column).area for block in ranges) > MAX_MERGED_CELLS:
        raise _too_large(f"工作表“{title}”的合并单元格过多")
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
