"""Taking 100,000 rows out as Parquet: how fast, against statement and pyarrow alone; how much memory."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import text

from tests.benchmarks.stopwatch import middle, ratio, show
from tests.benchmarks.town import copy_cases
from tests.builders import at, signed
from workflow.services.warehouse import export_warehouse
from workflow.storage.analyst_views import views
from workflow.storage.session import reading

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
CASES, FEW, ROUNDS = 25_000, 2_500, 3
MOST_MORE_MEMORY = 48 * 1024
WHEN = at(2026, 11, 20)

MEASURED = r"""
import json, re, sys
from pathlib import Path
from tests.builders import at, signed
from workflow.services.office import open_office
from workflow.services.warehouse import export_warehouse
from workflow.settings import Settings
office = open_office(Settings(_env_file=None, **json.loads(sys.argv[1])))
export_warehouse(office, Path(sys.argv[2]), by=signed(None, at(2026, 11, 20)), overwrite=True)
print(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
"""


def bare(office, folder):
    """The same rows by the same statements, and pyarrow left to make of them what it will."""
    with reading(office.engine) as tx:
        for view in views():
            found = tx.execute(text(f'SELECT * FROM "{view.name}" ORDER BY {", ".join(view.order)}')).all()
            columns = dict(zip((one.name for one in view.columns), zip(*found, strict=True), strict=False))
            pq.write_table(
                pa.table({name: pa.array(one) for name, one in columns.items()}), folder / view.name
            )


def test_an_export_takes_little_more_than_the_statement_and_pyarrow(another_office, stopwatch, tmp_path):
    office = another_office()
    copy_cases(office, CASES)
    out, laps = tmp_path / "仓库", {"bare": [], "warehouse": []}
    for _ in range(ROUNDS):
        laps["bare"].append(stopwatch.time(lambda: bare(office, tmp_path)))
        laps["warehouse"].append(
            stopwatch.time(lambda: export_warehouse(office, out, by=signed(None, WHEN), overwrite=True))
        )
    rows = sum(one["rows"] for one in json.loads((out / "manifest.json").read_text("utf-8"))["files"])
    times = ratio(laps["warehouse"], laps["bare"])
    rate, base = rows / middle(laps["warehouse"]).wall, f"{times.wall:4.2f} x bare ({times.cpu:4.2f} cpu)"
    told = f"{rate:9,.0f} rows/s, {base}"
    show(f"Warehouse of {CASES:,} matters, {rows:,} rows on {office.engine.dialect.name}", {"parquet": told})


def test_ten_times_the_matters_need_no_more_memory(another_office, tmp_path):
    peaks = []
    for count in (FEW, CASES):
        office = another_office()
        copy_cases(office, count)
        peaks.append(peak(office, tmp_path / str(count)))
    show("Memory", {"KiB": f"{peaks[0]:,} for {FEW:,}, {peaks[1]:,} for {CASES:,}"})
    assert peaks[1] - peaks[0] < MOST_MORE_MEMORY


def peak(office, folder: Path) -> int:
    """The most memory a process of its own used, in KiB."""
    told = {name: str(getattr(office.settings, name)) for name in ("database_url", "secret_file", "files")}
    words = [sys.executable, "-c", MEASURED, json.dumps(told), str(folder)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    return int(re.findall(r"\d+", done.stdout)[-1])
