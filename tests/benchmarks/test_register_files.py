"""The register out and in: what the office adds to writing the same cells, and to reading the same rows.

Out: XlsxWriter in constant memory, handed the very cells the export wrote. In: reading the workbook with
calamine and inserting by the driver's fastest way, in one transaction, the very rows the import wrote into
every table it fills a row a matter of, with the same indexes, triggers and constraints. What the import does
besides is all in its figure: finding units, days and doubts in every cell, the decision, its deadline, the
light, the canonical entry with its hashes. No two neighbours in the ledger have days or units in common; in
one ledger rows further apart have the same days again, in the other hardly any two rows have.
Both by processor time, in turns.
"""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from tests.benchmarks.raw_rows import put
from tests.benchmarks.stopwatch import Stopwatch, middle, ratio, show
from tests.benchmarks.town import copy_cases
from tests.builders import OFFICER, at, signed
from tests.registers import A_MATTER, TAKEN_OVER
from workflow.services.importing import import_register
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import Taking, export_register
from workflow.services.register_filters import Asked
from workflow.storage import queries
from workflow.storage.session import transaction

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(3600)]

LINES, ROUNDS = (
    int(os.environ.get("DUBAN_BENCH_LINES", "100000")),
    int(os.environ.get("DUBAN_BENCH_ROUNDS", "3")),
)
MOST_OUT, MOST_IN, MOST_IN_OF_ANY_DAYS = 1.5, 3.5, 5.5
"""Times the bare road an export may take, and an import, of days that recur or of any: what was reached, and
room for a busy machine."""

ASKED, EVERY = Asked(order="number"), {one.id for one in COLUMNS}
TODAY = at(2026, 7, 23)
DAYS, TERMS = 300, (15, 30, 45, 60, 90, 120, 180, 365)
SINCE, ANY_DAYS, ANY_TERMS = date(2021, 1, 1), 2_000, range(10, 400)
FILLED = ("events", "cases", "limits", "case_units", "case_lights", "event_words")
"""What an import of matters fills, entries first: the database takes no case without its own."""

MOST_MORE_MEMORY = 30 * 1024
MEASURED = """
import json, sys
from datetime import datetime
from pathlib import Path
from states.office_time import OFFICE_ZONE
from workflow.services.office import Signature, open_office
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import export_register
from workflow.services.register_filters import Asked
from workflow.settings import Settings
settings, file = json.loads(sys.argv[1]), Path(sys.argv[2])
by = Signature(None, "test", datetime(2026, 7, 23, 9, tzinfo=OFFICE_ZONE))
every = {one.id for one in COLUMNS}
export_register(open_office(Settings(_env_file=None, **settings)), file, Asked(order="number"), every, by=by)
(peak,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM"))
print(peak.split()[1])
"""


def test_out(another_office, tmp_path):
    register = another_office()
    stopwatch = Stopwatch(register.engine)
    copy_cases(register, LINES)
    made, bare = tmp_path / "台账.xlsx", tmp_path / "bare.xlsx"

    def ours():
        export_register(register, made, ASKED, EVERY, by=signed(None, TODAY), taking=Taking(), force=True)

    ours()
    cells = CalamineWorkbook.from_path(made).get_sheet_by_index(0).to_python(skip_empty_area=False)
    laps = [(stopwatch.time(ours), stopwatch.time(lambda: write_bare(bare, cells))) for _ in range(ROUNDS)]
    taken, base = [one for one, _ in laps], [one for _, one in laps]
    show(
        f"Export of {LINES:,} lines on {register.engine.dialect.name}",
        {
            "ours": f"{middle(taken).cpu:6.1f} s, {ratio(taken, base).cpu:5.2f} x XlsxWriter alone (cpu)",
            "XlsxWriter": f"{middle(base).cpu:6.1f} s, {bare.stat().st_size / 1e6:.0f} MB",
        },
    )
    assert ratio(taken, base).cpu <= MOST_OUT


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


def days_that_recur(row):
    """When a row was begun, and how many days it has."""
    return date(2025, 12, 1) + timedelta(days=row % DAYS), TERMS[row % len(TERMS)]


def any_days(row):
    """The same of a ledger of several years."""
    dice = Random(row)
    return SINCE + timedelta(days=dice.randrange(ANY_DAYS)), dice.choice(ANY_TERMS)


@pytest.mark.parametrize(
    ("days", "most"), [(days_that_recur, MOST_IN), (any_days, MOST_IN_OF_ANY_DAYS)], ids=["recurring", "any"]
)
def test_in(another_office, tmp_path, days, most):
    ledger = a_ledger(another_office(), tmp_path / "台账.xlsx", days)
    laps = [a_lap(another_office(), another_office(), ledger) for _ in range(ROUNDS)]
    taken, base = [ours for ours, _ in laps], [bare for _, bare in laps]
    show(
        f"Import of {LINES:,} lines, {days.__name__.replace('_', ' ')}, by {ROUNDS} laps of each",
        {
            "ours": f"{middle(taken).cpu:6.1f} s, {ratio(taken, base).cpu:5.2f} x the bare road (cpu)",
            "bare": f"{middle(base).cpu:6.1f} s",
            "laps": ", ".join(f"{ours.cpu / bare.cpu:.2f}" for ours, bare in laps),
        },
    )
    assert ratio(taken, base).cpu <= most


def a_lap(register, bare, ledger):
    """What an import into an empty office takes, and what writing the same rows into another does."""
    done = {}

    def ours():
        done["report"] = import_register(register, ledger, by=signed(OFFICER, TAKEN_OVER), at=TAKEN_OVER)

    ours_took = Stopwatch(register.engine).time(ours)
    assert done["report"].imported == LINES
    ready = {name: ready_rows(register, name) for name in FILLED}
    base_took = Stopwatch(bare.engine).time(lambda: read_and_insert(bare, ledger, ready))
    assert {name: len(ready_rows(bare, name)[1]) for name in FILLED} == {
        name: len(rows) for name, (_, rows) in ready.items()
    }
    return ours_took, base_took


def a_ledger(register, path, days):
    """A ledger of so many good rows, of all units, with their days and terms; every fifth is closed."""
    with register.engine.connect() as tx:
        units = [one.name for one in queries.units(tx)]
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("督办台账")
    sheet.write_row(0, 0, [*A_MATTER, "销号时间"])
    for row in range(1, LINES + 1):
        sheet.write_row(row, 0, list((A_MATTER | a_row(row, units, *days(row))).values()))
    book.close()
    return path


def a_row(row, units, begun, term):
    over = {} if row % 5 else {"是否销号": "是", "销号时间": (begun + timedelta(days=row % 30)).isoformat()}
    return {
        "督办编号": f"滨督2026-{row:06}",
        "督办事项": f"海安路断头路第{row}段打通",
        "牵头单位": units[row % len(units)],
        "交办时间": begun.isoformat(),
        "办结时限": (begun + timedelta(days=term)).isoformat(),
        "目前进展情况": f"第{row}段路基完成",
        "销号时间": "",
        **over,
    }


def ready_rows(register, name):
    """The columns and rows an import wrote into a table, as the driver takes them."""
    with register.engine.connect() as tx:
        key = "id > 0" if name == "cases" else "case_id > 0"
        found = tx.exec_driver_sql(f"SELECT * FROM {name} WHERE {key}")
        places = [at for at, column in enumerate(found.keys()) if (name, column) != ("events", "id")]
        columns = [list(found.keys())[at] for at in places]
        return columns, [[row[at] for at in places] for row in found]


def read_and_insert(bare, ledger, ready):
    """The file read by calamine, and the rows an import writes inserted by the driver."""
    rows = CalamineWorkbook.from_path(ledger).get_sheet_by_index(0).to_python()
    assert len(rows) == LINES + 1
    with transaction(bare.engine) as tx:
        for name, (columns, values) in ready.items():
            put(tx, name, columns, values)


def test_a_hundred_times_the_lines_need_no_more_memory(another_office, tmp_path):
    peaks = []
    for lines in (100, max(LINES // 10, 1000)):
        register = another_office()
        copy_cases(register, lines)
        peaks.append(peak(register, tmp_path / f"{lines}.xlsx"))
    show(
        "Peak memory of the export",
        {"few": f"{peaks[0] / 1024:.1f} MiB", "many": f"{peaks[1] / 1024:.1f} MiB"},
    )
    assert peaks[1] - peaks[0] < MOST_MORE_MEMORY


def peak(office, file):
    """The most memory (KiB) a process needs that does nothing but the export."""
    settings = office.settings.model_dump(include={"database_url", "secret_file", "files"}, mode="json")
    command = [sys.executable, "-c", MEASURED, json.dumps(settings), str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return int(done.stdout)
