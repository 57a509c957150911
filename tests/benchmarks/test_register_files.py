"""The register out and in: what the office adds to writing the same cells, and to reading the same rows.

Out: XlsxWriter in constant memory, handed the very cells the export wrote. In: reading the workbook with
calamine and inserting ready rows into the tables an import fills. Both by processor time, in turns.
"""

import os

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.benchmarks.stopwatch import middle, ratio, show
from tests.benchmarks.town import copy_cases
from tests.builders import at, signed
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import Taking, export_register
from workflow.services.register_filters import Asked

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

LINES, ROUNDS = int(os.environ.get("DUBAN_BENCH_LINES", "100000")), 3
ASKED, EVERY = Asked(order="number"), {one.id for one in COLUMNS}
TODAY = at(2026, 7, 23)


def test_out(office, another_office, stopwatch, tmp_path):
    register = another_office()
    copy_cases(register, LINES)
    made, bare = tmp_path / "台账.xlsx", tmp_path / "bare.xlsx"

    def ours():
        export_register(register, made, ASKED, EVERY, by=signed(None, TODAY), taking=Taking(), force=True)

    ours()
    cells = CalamineWorkbook.from_path(made).get_sheet_by_index(0).to_python(skip_empty_area=False)
    laps = [(stopwatch.time(ours), stopwatch.time(lambda: write_bare(bare, cells))) for _ in range(ROUNDS)]
    taken, base = [one for one, _ in laps], [one for _, one in laps]
    show(
        f"Export of {LINES:,} lines on {office.engine.dialect.name}",
        {
            "ours": f"{middle(taken).cpu:6.1f} s, {ratio(taken, base).cpu:5.2f} x XlsxWriter alone (cpu)",
            "XlsxWriter": f"{middle(base).cpu:6.1f} s, {bare.stat().st_size / 1e6:.0f} MB",
        },
    )


def write_bare(path, rows):
    """The same cells by XlsxWriter in constant memory, each with a look."""
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    looks = {"text_wrap": True, "border": 1, "font_name": "宋体", "font_size": 10}
    text, day = book.add_format(looks), book.add_format({**looks, "num_format": 'yyyy"年"m"月"d"日"'})
    sheet = book.add_worksheet("台账")
    for row, cells in enumerate(rows):
        for column, value in enumerate(cells):
            if isinstance(value, str):
                if value:
                    sheet.write_string(row, column, value, text)
                else:
                    sheet.write_blank(row, column, None, text)
            elif isinstance(value, int | float):
                sheet.write_number(row, column, value, text)
            else:
                sheet.write_datetime(row, column, value, day)
    book.close()
