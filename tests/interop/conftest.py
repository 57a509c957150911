"""Exports read back by programs that are not ours, over histories nobody wrote by hand.

They come with the extra `interop`. Without it these tests are skipped, unless `DUBAN_REQUIRE` names it.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from tests.builders import at, signed
from workflow.services.exporting import Exported, export_history
from workflow.services.installation import install
from workflow.services.office import Office
from workflow.services.seeding import seed
from workflow.settings import Settings
from workflow.storage.exports import payloads
from workflow.storage.session import reading
from workflow.workbooks.csv_cells import unguarded

NOW = at(2026, 11, 20, 17)
SEEDS = (1, 2, 3)


@dataclass(frozen=True)
class Exports:
    """An office of one seed, and where each form of its history lies."""

    office: Office
    folder: Path

    def made(self, form: str, name: str) -> Exported:
        return export_history(self.office, self.folder / name, form, by=signed(None, NOW), force=True)

    @property
    def entries(self) -> int:
        """How many entries cases have."""
        with reading(self.office.engine) as tx:
            return sum(1 for _ in payloads(tx))


def foreign(name: str) -> ModuleType:
    """A package of the extra, or the test ends here."""
    if "interop" in os.environ.get("DUBAN_REQUIRE", ""):
        return import_module(name)
    return pytest.importorskip(name)


@pytest.fixture(scope="session")
def pm4py() -> ModuleType:
    return foreign("pm4py")


@pytest.fixture(scope="session", params=SEEDS, ids=lambda seed: f"seed{seed}")
def exports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exports]:
    """A seeded office on a database of its own."""
    folder = tmp_path_factory.mktemp("seeded")
    settings = Settings(
        _env_file=None,
        database_url=f"sqlite:///{folder / 'duban.db'}",
        secret_file=folder / "duban.secret",
        files=folder / "files",
    )
    office = install(settings, by=signed(None, NOW))
    seed(office, cases=60, seed=request.param, by=signed(None, NOW), at=NOW)
    yield Exports(office, folder)
    office.engine.dispose()


@pytest.fixture(scope="session")
def told() -> Callable[[Path], list[dict[str, str]]]:
    """The lines of a CSV file."""

    def read(file: Path) -> list[dict[str, str]]:
        import csv

        with file.open(encoding="utf-8-sig", newline="") as opened:
            return [{name: unguarded(cell) for name, cell in row.items()} for row in csv.DictReader(opened)]

    return read
