"""The API of an office that was played once, with somebody of every kind before it."""

from collections.abc import Callable, Iterator

import pytest

from tests.web.api.asking import Programs, programs_of
from tests.web.playing import Play
from workflow.client import Client
from workflow.services.office import Office


@pytest.fixture
def programs(office: Office) -> Iterator[Programs]:
    """Programs before the API of an empty office."""
    with programs_of(office) as made:
        yield made


@pytest.fixture(scope="module")
def played(play: Play) -> Iterator[Programs]:
    """Programs before the API of the office that was played; who changes it plays by himself."""
    with programs_of(play.office) as made:
        made.now = play.pages.now
        yield made


@pytest.fixture
def client_of(programs: Programs) -> Callable[[str], Client]:
    return programs.client
