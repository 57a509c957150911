"""Text in columns (CSV) as a sheet: its encoding and separator are told by the text itself.

UTF-8 with or without its mark and GB18030 are known, and UTF-16 by its mark, as a spreadsheet saves Unicode
text. A guard
before what looks like a formula is taken off again; nothing in it is ever calculated.
"""

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from pathlib import Path

from states.register.sheet import CellValue
from workflow.workbooks.container import UTF_16
from workflow.workbooks.csv_cells import unguarded
from workflow.workbooks.errors import WorkbookRefused
from workflow.workbooks.quick import Raw

SEPARATORS = (",", "\t", ";", "，")
SHEET = "CSV"
MOST_CELL = 131_072


def read_csv(path: Path) -> Iterator[Raw]:
    """The one sheet of a text. Raises WorkbookRefused (`workbook_encoding`) where no encoding fits."""
    text = decoded(path)
    yield Raw(SHEET, _rows(path, text))


def decoded(path: Path, instead: str = "CSV，或者.xlsx") -> str:
    """The text of a file; `instead` is what else to send. Raises WorkbookRefused (`workbook_encoding`)."""
    content = path.read_bytes()
    for encoding in ("utf-16",) if content.startswith(UTF_16) else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    message = f"“{path.name}”的编码无法识别，请另存为UTF-8编码的{instead}"
    raise WorkbookRefused(message, code="workbook_encoding", file=path.name)


def _rows(path: Path, text: str) -> Iterator[tuple[int, Mapping[int, CellValue]]]:
    head = text[:MOST_CELL].splitlines()[:5]
    separator = max(SEPARATORS, key=lambda one: sum(line.count(one) for line in head))
    try:
        for number, row in enumerate(csv.reader(StringIO(text, newline=""), delimiter=separator), start=1):
            cells = {at: unguarded(cell) for at, cell in enumerate(row, start=1) if cell.strip()}
            if cells:
                yield number, cells
    except csv.Error as error:
        message = f"“{path.name}”不是完整的CSV，请重新导出后再导入"
        raise WorkbookRefused(message, code="workbook_broken", file=path.name) from error
