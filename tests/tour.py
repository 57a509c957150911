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
SHEET, SCALE = {"width": 1440, "height": 740}, 0.8
"""How large a window is, and how much smaller its picture."""


def main() -> None:
    """Play a demonstration, and take the pictures anew."""
    with TemporaryDirectory() as folder:
        played = demo.play(Path(folder) / "out")
        with demo.standing(played.out) as office:
            app = create_demonstration(office, clock=demo.clock_from(played.until))
            with answering(app) as url:
                take(url, FOLDER)


def take(url: str, folder: Path) -> None:
    """Walk through a demonstration that answers at `url`, and take a picture at every stop."""
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        window = browser.new_context(base_url=url, viewport=SHEET, device_scale_factor=SCALE)
        page = window.new_page()
        for name, go in STOPS.items():
            go(page)
            page.screenshot(path=folder / f"{name}.png")
        window.close()


def _be(page: Page, name: str) -> None:
    page.goto("/sign-in")
    page.get_by_role("button", name=name).click()


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")


def _desk(page: Page) -> None:
    _be(page, "卞知远")


def _register(page: Page) -> None:
    page.get_by_role("link", name="台账", exact=True).click()


def _case(page: Page) -> None:
    page.goto("/cases/滨督办2026-003")


def _measure(page: Page) -> None:
    page.goto("/desk")
    page.get_by_role("row", name="待审批（函询）").first.get_by_role("link", name="查看办理").click()


def _roles(page: Page) -> None:
    _be(page, "米嘉树")
    page.get_by_role("link", name="职责", exact=True).click()


STOPS: dict[str, Callable[[Page], None]] = {
    "1-sign-in": _sign_in,
    "2-desk": _desk,
    "3-register": _register,
    "4-case": _case,
    "5-measure": _measure,
    "6-roles": _roles,
}
"""The stops in their order, by the names of their pictures."""

if __name__ == "__main__":
    main()
