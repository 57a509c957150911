"""The six pictures of the README's tour, taken from a demonstration in the system's Chromium: `make tour`."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.web.chromium import chromium
from tests.web.serving import answering
from workflow import demo
from workflow.web.app import create_demonstration

FOLDER = Path(__file__).parents[1] / "docs" / "tour"
SHEET, SCALE = {"width": 1440, "height": 740}, 0.75
"""How large a window is, and how much smaller its picture."""

DRAWN = 3_000
"""By when a browser has drawn a PDF inside a page, in milliseconds: nothing in the page tells."""


def main() -> None:
    """Play a demonstration, and take the pictures anew."""
    with TemporaryDirectory() as folder:
        played = demo.play(Path(folder) / "out")
        with demo.standing(played.out) as office:
            app = create_demonstration(office, clock=demo.clock_from(played.until))
            with answering(app) as url:
                take(url, FOLDER, pause=DRAWN)


def take(url: str, folder: Path, *, pause: int = 0) -> None:
    """Walk through a demonstration that answers at `url`, and take a picture after a pause at every stop."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        window = browser.new_context(base_url=url, viewport=SHEET, device_scale_factor=SCALE)
        page = window.new_page()
        for name, go in STOPS.items():
            go(page)
            page.wait_for_timeout(pause)
            page.screenshot(path=folder / f"{name}.png")
        window.close()


def _be(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=name).click()


def _desk(page: Page) -> None:
    _be(page, "卞知远")


def _register(page: Page) -> None:
    page.get_by_role("link", name="台账", exact=True).click()


def _case(page: Page) -> None:
    page.goto("/cases/滨督办2026-003")


def _signing(page: Page) -> None:
    page.goto("/signing")
    page.get_by_role("link", name="批准函询").first.click()


def _wall(page: Page) -> None:
    page.goto("/wall")


def _audit(page: Page) -> None:
    _be(page, "江惟一")
    page.goto("/audit/differences?first=2026-11-10&last=2026-11-19")


STOPS: dict[str, Callable[[Page], None]] = {
    "1-desk": _desk,
    "2-register": _register,
    "3-case": _case,
    "4-signing": _signing,
    "5-wall": _wall,
    "6-audit": _audit,
}
"""The stops in their order, by the names of their pictures."""

if __name__ == "__main__":
    main()
