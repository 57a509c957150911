"""The pages of an office, for every test of theirs; and of one that was played once for many looks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.conftest import DIGEST, Master, lent_office
from tests.homes import PostgresHome, SqliteHome
from tests.web.browsing import Pages, pages_of
from tests.web.chromium import chromium
from tests.web.playing import Play, Story, before_its_pages, played_in
from workflow.services.office import Office

DESK = {"width": 1440, "height": 900}
LAPTOP = {"width": 1024, "height": 768}
TELEPHONE = {"width": 390, "height": 844}


@pytest.fixture
def pages(office: Office) -> Iterator[Pages]:
    with pages_of(office) as made:
        yield made


@pytest.fixture(scope="module")
def play(
    home: SqliteHome | PostgresHome,
    furnished_masters: Callable[[str, Callable[[Office], Story]], tuple[Master, Story]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Play]:
    """The office that was played, with its pages, for the tests of one module."""
    master, story = furnished_masters(DIGEST, played_in)
    own = tmp_path_factory.mktemp("played")
    with lent_office(home, master, own) as office, before_its_pages(office, story) as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as started:
        yield started


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def opened(request: pytest.FixtureRequest, browser: Any, pages: Pages) -> Iterator[Page]:
    """A page of a fresh browser; whatever it was refused by its own policy fails the test."""
    context = browser.new_context(java_script_enabled=request.param, viewport=DESK, base_url=pages.url)
    refused: list[str] = []
    page = context.new_page()
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    yield page
    context.close()
    assert [one for one in refused if "Content Security Policy" in one] == []
