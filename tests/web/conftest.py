"""The pages of an office, for every test of theirs; and of one that was played once for many looks."""

from collections.abc import Iterator

import pytest

from tests.conftest import Master, lent_office
from tests.homes import PostgresHome, SqliteHome
from tests.web.browsing import Pages, pages_of
from tests.web.playing import Play, playing
from workflow.services.office import Office


@pytest.fixture
def pages(office: Office) -> Iterator[Pages]:
    with pages_of(office) as made:
        yield made


@pytest.fixture(scope="module")
def play(
    home: SqliteHome | PostgresHome, master: Master, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Play]:
    with lent_office(home, master, tmp_path_factory.mktemp("played")) as office, playing(office) as made:
        yield made
