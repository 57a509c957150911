"""A backup and a restore of 100,000 entries against the bare copy: how fast, and in how much memory.

The base on SQLite is its own copy of the file (`Connection.backup`), on PostgreSQL `COPY` of every table to a
file and back: what any tool must spend. Verifying after a restore is measured elsewhere and left out here.
"""

import hashlib
import sqlite3
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect
from sqlalchemy.engine import make_url

from tests.benchmarks.raw_rows import put, rows_of
from tests.benchmarks.stopwatch import Lap, Stopwatch, middle, ratio, show
from tests.builders import at, signed
from tests.homes import dropped_afterwards
from tests.stories import a_whole_story
from workflow.services import backing_up, checkpoints, putting_back
from workflow.services.office import Office
from workflow.storage import migrations
from workflow.storage.session import open_engine, reading, transaction

pytestmark = [pytest.mark.benchmark, pytest.mark.timeout(1_800)]
ENTRIES, FEW, ROUNDS, NOW = 100_000, 10_000, 3, at(2026, 11, 20)
MOST_MORE_MEMORY = 4 << 20
"""How many bytes ten times the entries may cost beyond what a tenth of them needs."""


@pytest.fixture
def house(another_office: Callable[[], Office]) -> Callable[[int], Office]:
    """Offices with so many entries, sealed: one whole story, again and again."""

    def build(entries: int) -> Office:
        office = another_office()
        story = a_whole_story(office)
        with transaction(office.engine) as tx:
            found = rows_of(tx, f"SELECT * FROM events WHERE case_id = {story.id} ORDER BY seq")
            columns = [name for name in found[0] if name != "id"]
            put(tx, "events", columns, copies(found, columns, entries))
        checkpoints.checkpoint(office, at=NOW, by=signed(None, NOW))
        return office

    return build


def copies(found: list[dict[str, Any]], columns: list[str], entries: int) -> Iterator[list[Any]]:
    """Whether the hashes hold is nothing to a copy; that they pack like hashes is."""
    for case_id in range(2, entries // len(found) + 1):
        for row in found:
            own = {name: hashlib.sha256(f"{case_id}{row[name]}".encode()).hexdigest()
                   for name in ("hash", "previous_hash", "keyed_code")}  # fmt: skip
            copied = {**row, **own, "case_id": case_id}
            yield [copied[name] for name in columns]


def test_a_backup_and_a_restore_against_the_bare_copy(house, home, stopwatch, tmp_path, monkeypatch):
    monkeypatch.setattr(putting_back, "verify", lambda _office, **_: None)
    office = house(ENTRIES)
    watch, laps = Stopwatch(office.engine), {name: [] for name in ("backup", "copy", "restore", "back")}
    for turn in range(1 + ROUNDS):
        file, bare = tmp_path / f"{turn}.duban", tmp_path / f"bare{turn}"
        laps["backup"].append(watch.time(lambda file=file: backed_up(office, file)))
        laps["copy"].append(watch.time(lambda bare=bare: copied_bare(office.settings.database_url, bare)))
        with dropped_afterwards(home, home.new_url()) as url:
            laps["restore"].append(timed(url, lambda url=url, file=file: put_back(office, file, url)))
        with dropped_afterwards(home, home.new_url()) as url:
            laps["back"].append(timed(url, lambda url=url, bare=bare: put_back_bare(bare, url)))
    tell(office, {name: found[1:] for name, found in laps.items()}, file.stat().st_size)


def test_ten_times_the_entries_need_no_more_memory(house, home, tmp_path, monkeypatch):
    monkeypatch.setattr(putting_back, "verify", lambda _office, **_: None)
    peaks = {}
    for entries in (FEW, ENTRIES):
        office, file = house(entries), tmp_path / f"{entries}.duban"
        with dropped_afterwards(home, home.new_url()) as url:
            peaks[entries] = [peak(backed_up, office, file), peak(put_back, office, file, url)]
    show(f"memory, {home.__class__.__name__}", {f"{n} entries": f"{told} bytes" for n, told in peaks.items()})
    assert all(b - a <= MOST_MORE_MEMORY for a, b in zip(peaks[FEW], peaks[ENTRIES], strict=True))


def backed_up(office: Office, file: Path) -> None:
    backing_up.back_up(office, file, at=NOW, by=signed(None, NOW))


def put_back(office: Office, file: Path, url: str) -> None:
    settings = office.settings.model_copy(update={"database_url": url})
    putting_back.put_back(settings, file, at=NOW, by=signed(None, NOW))


def timed(url: str, work: Callable[[], None]) -> Lap:
    engine = open_engine(url)
    try:
        return Stopwatch(engine).time(work)
    finally:
        engine.dispose()


def peak(work: Callable[..., None], *given: Any) -> int:
    tracemalloc.start()
    try:
        work(*given)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def copied_bare(url: str, place: Path) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(make_url(url).database or "") as own, sqlite3.connect(place) as other:
            own.backup(other)
        return
    place.mkdir()
    engine = open_engine(url)
    with reading(engine) as tx:
        for name in inspect(tx).get_table_names():
            _copy_out(tx, name, place / name)
    engine.dispose()


def put_back_bare(place: Path, url: str) -> None:
    if url.startswith("sqlite"):
        with sqlite3.connect(place) as own, sqlite3.connect(make_url(url).database or "") as other:
            own.backup(other)
        return
    engine = open_engine(url)
    with transaction(engine) as tx:
        migrations.bring_to(tx)
        for name in ("evidence", "sealer", "alembic_version"):
            tx.exec_driver_sql(f"DELETE FROM {name}")
        first = ("events", "event_words")
        for path in sorted(place.iterdir(), key=lambda one: (one.name not in first, one.name)):
            _copy_in(tx, path.name, path)
    engine.dispose()


def _copy_out(tx: Connection, table: str, place: Path) -> None:
    cursor: Any = tx.connection.cursor()
    with cursor.copy(f'COPY "{table}" TO STDOUT (FORMAT BINARY)') as copy, place.open("wb") as file:
        for part in copy:
            file.write(part)


def _copy_in(tx: Connection, table: str, place: Path) -> None:
    cursor: Any = tx.connection.cursor()
    with cursor.copy(f'COPY "{table}" FROM STDIN (FORMAT BINARY)') as copy, place.open("rb") as file:
        while part := file.read(1 << 20):
            copy.write(part)


def tell(office: Office, laps: dict[str, list[Lap]], size: int) -> None:
    out, back = ratio(laps["backup"], laps["copy"]), ratio(laps["restore"], laps["back"])
    each = {
        name: f"{middle(found).wall:.2f} s, {middle(found).cpu:.2f} s CPU" for name, found in laps.items()
    }
    show(
        f"{ENTRIES} entries, {office.engine.dialect.name}, {size >> 20} MiB packed",
        {
            **each,
            "backup against the copy": f"{out.wall:.1f}× wall, {out.cpu:.1f}× CPU",
            "restore against it": f"{back.wall:.1f}× wall, {back.cpu:.1f}× CPU",
        },
    )
