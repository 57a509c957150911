"""Taking a history of 100,000 entries out of the house: how fast, against a bare writer, in how much memory.

The base is `csv.writer` over the same lines, ready made: what any program must spend to write them down.
"""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from states.history import chain_hash, keyed_code
from tests.benchmarks.raw_rows import put, rows_of
from tests.benchmarks.stopwatch import middle, ratio, show
from tests.builders import at, signed
from tests.stories import a_whole_story
from workflow.services.exporting import export_history
from workflow.storage.session import transaction

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1800)]
ENTRIES, FEW, ROUNDS = 100_000, 10_000, 3
FORMS = {"csv": ("csv", "log.csv"), "xes": ("xes", "log.xes"),
         "ocel json": ("ocel", "log.json"), "ocel sqlite": ("ocel", "log.sqlite")}  # fmt: skip
MOST_MORE_MEMORY = 48 * 1024
"""How many KiB ten times the entries may cost beyond what a tenth of them needs; people and units are few."""

OWN_ID = re.compile('("(?:document|escalation|message|id)":"[0-9a-f]{4})[0-9a-f]{28}')

MEASURED = r"""
import json, re, sys
from pathlib import Path
from tests.builders import at, signed
from workflow.services.exporting import export_history
from workflow.services.office import open_office
from workflow.settings import Settings
office = open_office(Settings(_env_file=None, **json.loads(sys.argv[1])))
export_history(office, Path(sys.argv[3]), sys.argv[2], by=signed(None, at(2026, 11, 20)))
print(re.search(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.fixture
def house(another_office) -> Iterator[Any]:
    """Offices with a history of so many entries: one whole story, again and again under other numbers."""

    def build(entries: int) -> Any:
        office = another_office()
        story = a_whole_story(office)
        with transaction(office.engine) as tx:
            found = rows_of(tx, f"SELECT * FROM events WHERE case_id = {story.id} ORDER BY seq")
            columns = [name for name in found[0] if name != "id"]
            put(tx, "events", columns, copies(office, found, columns, entries, story.number))
        return office

    return build


def copies(office, found, columns, entries, number) -> Iterator[list[Any]]:
    """The story under other numbers and ids, each with its own chain."""
    for case_id in range(2, entries // len(found) + 1):
        previous = found[0]["previous_hash"]
        for row in found:
            named = row["payload"].replace(number, f"基准{case_id:08}")
            payload = OWN_ID.sub(rf"\g<1>{case_id:028}", named)
            head = chain_hash(payload, previous)
            code = keyed_code(head, office.secret.key)
            changed = {"payload": payload, "previous_hash": previous, "hash": head, "keyed_code": code}
            copied = {**row, "case_id": case_id, **changed}
            previous = head
            yield [copied[name] for name in columns]


def export(office, folder: Path, form: str, name: str) -> Any:
    return export_history(office, folder / name, form, by=signed(None, at(2026, 11, 20)), force=True)


def test_an_export_takes_few_times_what_a_bare_writer_takes(house, stopwatch, tmp_path):
    office = house(ENTRIES)
    done = export(office, tmp_path, "csv", "log.csv")
    with done.file.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))

    def bare() -> None:
        with (tmp_path / "bare.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, quoting=csv.QUOTE_ALL).writerows(lines)

    subjects = {name: (lambda how=how: export(office, tmp_path, *how)) for name, how in FORMS.items()}
    laps = {name: [] for name in ("bare", *subjects)}
    for _ in range(ROUNDS):
        for name, subject in {"bare": bare, **subjects}.items():
            laps[name].append(stopwatch.time(subject))
    base, rates = laps.pop("bare"), {}
    for name, taken in laps.items():
        times = ratio(taken, base)
        rates[name] = (
            f"{done.entries / middle(taken).wall:9,.0f} entries/s, {times.cpu:5.1f} x bare csv.writer (cpu)"
        )
    show(f"Export of {done.entries:,} entries on {office.engine.dialect.name}", rates)


def test_ten_times_the_entries_need_no_more_memory(house, tmp_path):
    offices = {entries: house(entries) for entries in (FEW, ENTRIES)}
    peaks = {
        name: [peak(office, tmp_path / f"{entries}-{file}", form) for entries, office in offices.items()]
        for name, (form, file) in FORMS.items()
    }
    told = {name: f"{few / 1024:6,.1f} MiB, {many / 1024:6,.1f} MiB" for name, (few, many) in peaks.items()}
    show(f"Peak memory of {FEW:,} and of {ENTRIES:,} entries", told)
    assert all(many - few < MOST_MORE_MEMORY for few, many in peaks.values())


def peak(office, file: Path, form: str) -> int:
    """The most memory a process needs that does nothing but the export."""
    settings = office.settings.model_dump(include={"database_url", "secret_file", "files"}, mode="json")
    command = [sys.executable, "-c", MEASURED, json.dumps(settings), form, str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2])
    return int(done.stdout)
