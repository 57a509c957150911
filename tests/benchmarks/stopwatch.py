"""Measuring in turns: every round runs all subjects, so that a busy machine hits all alike."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from sqlalchemy import Engine, text

TICKS = os.sysconf("SC_CLK_TCK")
BACKENDS = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND backend_type = 'client backend'"
)


@dataclass(frozen=True)
class Lap:
    """Seconds a subject took: on the wall, and of processor time (this process and its database server)."""

    wall: float
    cpu: float

    def __add__(self, other: "Lap") -> "Lap":
        return Lap(self.wall + other.wall, self.cpu + other.cpu)


@dataclass(frozen=True)
class Stopwatch:
    """Times subjects that work on one engine."""

    engine: Engine

    def time(self, subject: Callable[[], object]) -> Lap:
        """One run of the subject."""
        server = self._server_seconds()
        wall, cpu = time.perf_counter(), time.process_time()
        subject()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        return Lap(wall, cpu + self._server_seconds() - server)

    def _server_seconds(self) -> float:
        """Processor time of this database's PostgreSQL backends; nothing for SQLite or a server elsewhere."""
        if self.engine.dialect.name != "postgresql":
            return 0
        with self.engine.connect() as connection:
            return sum(_seconds_of(pid) for pid in connection.execute(BACKENDS).scalars())


def ratio(laps: list[Lap], base: list[Lap]) -> Lap:
    """The median over rounds of one subject's time in units of another's of the same round."""
    pairs = list(zip(laps, base, strict=True))
    return Lap(median(a.wall / b.wall for a, b in pairs), median(a.cpu / b.cpu for a, b in pairs))


def middle(laps: list[Lap]) -> Lap:
    """The median time of a subject."""
    return Lap(median(lap.wall for lap in laps), median(lap.cpu for lap in laps))


def show(title: str, rows: Mapping[str, str]) -> None:
    """Print a small table."""
    width = max(len(name) for name in rows)
    print(f"\n{title}")
    for name, value in rows.items():
        print(f"  {name:<{width}}  {value}")


def _seconds_of(pid: int) -> float:
    place = Path(f"/proc/{pid}")
    if not place.is_dir() or (place / "comm").read_text().strip() != "postgres":
        return 0
    finer = place / "schedstat"
    if finer.exists():
        return int(finer.read_text().split()[0]) / 1e9
    fields = (place / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS
