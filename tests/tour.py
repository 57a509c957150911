"""The six pictures of the README's tour, taken from a demonstration in the system's Chromium: `make tour`."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from tests.web.chromium import chromium
from tests.web.serving import answering
from workflow import demo
from workflow.web.app import create_demonstration

FOLDER = Path(__file__).parents[1] / "docs" / "tour"
WIDTH, HEIGHT, SCALE = 1440, 740, 0.75
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
    """Walk through a demonstration that answers at `url`, and take a picture after a pause at every stop.

    A page that does not say what its stop has to say fails.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        window = browser.new_context(
            base_url=url, viewport={"width": WIDTH, "height": HEIGHT}, device_scale_factor=SCALE
        )
        page = window.new_page()
        for name, stop in STOPS.items():
            page.set_viewport_size({"width": WIDTH, "height": stop.height})
            stop.go(page)
            page.wait_for_timeout(pause)
            told = page.text_content("main") or ""
            missing = [one for one in stop.words if one not in told]
            assert not missing, (name, missing)
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


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop: how to get there, what the page has to say, and how much of it is shown."""

    go: Callable[[Page], None]
    words: tuple[str, ...]
    height: int = HEIGHT


STOPS: dict[str, Stop] = {
    "1-desk": Stop(_desk, ("待审批（函询）", "待交办", "海港大道积水点整治")),
    "2-register": Stop(_register, ("导出Excel", "滨督2026-063", "长期坚持")),
    "3-case": Stop(
        _case, ("已超期133天（91个工作日）", "为什么在这里", "下一步是什么、何时", "待回复（函询）")
    ),
    "4-signing": Stop(_signing, ("批准（函询）", "不批准（函询）", "依据", "将要发出的（草稿）")),
    "5-wall": Stop(_wall, ("近12周走势", "未来30天预测", "节点甘特图", "管网检修"), height=940),
    "6-audit": Stop(_audit, ("2026-11-10 23:59至2026-11-19 23:59", "西岭区泵站备用电源失效")),
}
"""The stops in their order, by the names of their pictures. One whose words change wants a new picture."""

if __name__ == "__main__":
    main()
