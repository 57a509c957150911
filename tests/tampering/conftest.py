"""Copies of a city that has lived half a year, for every test to tamper with."""

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from states.history import SHA256
from tests.builders import OPENED, signed
from tests.conftest import DIRECTORY, settings_in
from tests.states.test_any_sequence import LIVES
from tests.tampering.lived_city import COHORTS, EARLIER, FEWER, live
from workflow.services.directories import import_directory
from workflow.services.installation import install
from workflow.services.office import Office, open_office

CITY = "city.db"
Worlds = Callable[[str], Path]
"""The folder of the city in a digest profile."""


@pytest.fixture(scope="session")
def cities(tmp_path_factory: pytest.TempPathFactory) -> Worlds:
    """Every profile's city, lived once for all workers of a run."""
    root = tmp_path_factory.getbasetemp()
    shared = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root

    @cache
    def city(profile: str) -> Path:
        folder = shared / f"city-{profile}"
        folder.mkdir(exist_ok=True)
        with (folder.with_suffix(".lock")).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "lived").exists():
                lived_in(folder, profile)
                (folder / "lived").touch()
        return folder

    return city


def lived_in(folder: Path, profile: str) -> None:
    """Live the half year on SQLite; in an ordinary run the other digest has fewer plain matters to hash."""
    settings = settings_in(folder, f"sqlite:///{folder / CITY}").model_copy(update={"digest": profile})
    office = install(settings, by=signed(None))
    import_directory(office, DIRECTORY, by=signed(None), at=OPENED)
    live(office, folder, COHORTS if profile == SHA256 or LIVES > 80 else FEWER)
    office.engine.dispose()


@pytest.fixture
def copy_of(cities: Worlds, profile: str, tmp_path: Path) -> Iterator[Callable[[], Office]]:
    """Open copies of the city on SQLite, each gone when the next is asked for."""
    with ExitStack() as stack:

        def opened() -> Office:
            stack.close()
            folder = tmp_path / "copy"
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(cities(profile), folder)
            office = open_in(folder, f"sqlite:///{folder / CITY}")
            stack.callback(office.engine.dispose)
            return office

        yield opened


def open_in(folder: Path, url: str) -> Office:
    """The city in a folder, its database wherever it lies."""
    own = {"checkpoint_dir": folder / "outside", "auditor_mail": "jiang.weiyi@binhai.example"}
    policy = {"policy": folder / "own_policy.toml"}
    return open_office(settings_in(folder, url).model_copy(update=own | policy))


@pytest.fixture
def small(cities: Worlds, profile: str, tmp_path: Path) -> Iterator[Office]:
    """A copy of the same city as it was at the end of August: its stories alone, in a few hundred rows."""
    shutil.copytree(cities(profile), tmp_path / "small")
    shutil.copy(tmp_path / "small" / EARLIER, tmp_path / "small" / CITY)
    for late in sorted((tmp_path / "small" / "outside").iterdir())[1:]:
        late.unlink()
    office = open_in(tmp_path / "small", f"sqlite:///{tmp_path / 'small' / CITY}")
    yield office
    office.engine.dispose()
