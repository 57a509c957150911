"""The system's own Chromium, driven by Playwright: a browser as an officer has one.

Without it the test is skipped, unless `DUBAN_REQUIRE` names `browser`.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def program() -> str:
    """Where it is."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        give_up = pytest.fail if "browser" in os.environ.get("DUBAN_REQUIRE", "") else pytest.skip
        give_up("no Chromium is installed")
    return str(found)


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless one, until the end of the block."""
    path = program()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
