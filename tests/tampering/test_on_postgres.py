"""The same city moved to PostgreSQL and back: nothing is lost on the way, tampering is found there too."""

from pathlib import Path

import pytest

from tests.homes import PostgresHome, dropped_afterwards
from tests.states.test_any_sequence import LIVES
from tests.tampering.conftest import CITY, open_in
from tests.tampering.matrix import MATRIX
from tests.tampering.test_mutations import missed_in
from tests.tampering.transfer import transfer
from workflow.services.office import open_office
from workflow.services.verification import verify
from workflow.storage.session import open_engine

EVERY = 4
"""One class in so many is tried here in an ordinary run: the checks are the same, the database is not."""

pytestmark = pytest.mark.postgres
SAMPLE = MATRIX if LIVES > 80 else MATRIX[::EVERY]


@pytest.fixture(scope="module")
def moved(home, cities):
    """The city on PostgreSQL, to be copied there."""
    if not isinstance(home, PostgresHome):
        pytest.skip("tried on SQLite in test_mutations.py")
    source = open_engine(f"sqlite:///{cities('sha256') / CITY}")
    with dropped_afterwards(home, home.new_url()) as url:
        transfer(source, url)
        source.dispose()
        yield url


@pytest.fixture
def office(home, moved, cities):
    """A copy of it, with the files and checkpoints of the city."""
    with dropped_afterwards(home, home.copy(moved)) as url:
        opened = open_in(cities("sha256"), url)
        yield opened
        opened.engine.dispose()


def test_moving_between_both_kinds_of_database_raises_no_alarm(office, tmp_path: Path):
    there = verify(office)
    assert (there.findings, there.unkeyed, there.anchored) == ([], 0, True)
    transfer(office.engine, f"sqlite:///{tmp_path / CITY}")
    back = open_office(office.settings.model_copy(update={"database_url": f"sqlite:///{tmp_path / CITY}"}))
    again = verify(back)
    back.engine.dispose()
    assert (again.findings, again.entries, again.anchors) == ([], there.entries, there.anchors)


IN_FILES = ("swap_a_file", "lose_a_file", "edit_a_checkpoint_outside")


@pytest.mark.parametrize(
    "tampering", [one for one in SAMPLE if one.name not in IN_FILES], ids=lambda one: one.name
)
def test_tampering_is_found_and_named_there_too(office, tampering):
    assert missed_in(office, tampering, seed=0) is None
