"""What the benchmarks share: a stopwatch, offices of a given size, and staying out of an ordinary run.

`make bench` measures. Every figure is a ratio of two things timed in turns in the same run, because rates
between runs on a shared machine mean little.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.benchmarks.stopwatch import Stopwatch
from tests.builders import signed
from workflow.services.installation import install
from workflow.services.office import Office, open_office
from workflow.services.seeding import seed
from workflow.settings import Settings
from workflow.signing import signing_file


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the benchmarks unless `-m` names them."""
    if "benchmark" in config.option.markexpr:
        return
    benchmarks = [item for item in items if item.get_closest_marker("benchmark")]
    config.hook.pytest_deselected(items=benchmarks)
    items[:] = [item for item in items if item not in benchmarks]


@pytest.fixture
def stopwatch(office: Office) -> Stopwatch:
    """Wall and CPU time, with that of the database server where it runs on this machine."""
    return Stopwatch(office.engine)


@pytest.fixture
def another_office(home, master, office: Office, tmp_path_factory) -> Iterator[Callable[[], Office]]:
    """Open as many empty offices as a benchmark needs, each on a database of its own.

    Each has its key in a folder of its own: the mark beside it tells one database from another.
    """
    opened: list[Office] = []

    def open_one() -> Office:
        folder = tmp_path_factory.mktemp("office")
        key = shutil.copy2(office.settings.secret_file, folder)
        shutil.copy2(signing_file(office.settings.secret_file), folder)
        own = {"database_url": home.copy(master[1]), "secret_file": Path(key)}
        opened.append(open_office(office.settings.model_copy(update=own)))
        return opened[-1]

    yield open_one
    for one in opened:
        one.engine.dispose()
        home.drop(one.settings.database_url)


@pytest.fixture
def invented(home, tmp_path) -> Iterator[Callable[..., Office]]:
    """Install an office of so many invented matters that have lived a while, up to an instant."""
    made: list[Office] = []

    def invent(*, cases: int, at: datetime) -> Office:
        url = home.new_url()
        own = Settings(_env_file=None, database_url=url, secret_file=tmp_path / "k", files=tmp_path / "files")
        made.append(install(own, by=signed(None, at)))
        seed(made[-1], cases=cases, seed=7, by=signed(None, at), at=at)
        return made[-1]

    yield invent
    for one in made:
        one.engine.dispose()
        home.drop(one.settings.database_url)
