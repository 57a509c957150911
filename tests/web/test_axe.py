"""Every page is read by axe-core, as the person whose page it is, everything unfolded, on a desk and of
each kind once on a telephone: nothing to mend, and nothing that reaches beyond the screen."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from states.vocabulary import Role
from tests.web.conftest import DESK, LAPTOP, TELEPHONE
from tests.web.furnishing import furnish
from tests.web.playing import MISSING, Play
from tests.web.rights import ROUTES, Somebody, Who
from tests.web.walking import kind_of, walk

NO_PAGES = {
    *("/health/live", "/health/ready", "/metrics", "/static", "/", "/sign-in/provider"),
    *("/sign-in/provider/back", "/cases/{number}/files/{sha256}", "/cases/{number}/papers/{paper}"),
    *(
        "/calendars/{secret}.ics",
        "/imports/template",
        "/intake/{item}/files/{sha256}",
        "/signing/{kind}/{id}/preview",
        "/audit/checkpoints/{serial}",
        "/audit/works/{work}/file",
        "/register/exports/{work}/file",
    ),
}
"""What is read by programs, leads elsewhere, or is a file."""

LOOKING = (
    *(Role.OFFICER, Role.DIRECTOR, Role.LIAISON, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN),
    *(Role.AUDIT_ADMIN, Role.CLERK, Somebody.NO_ROLE, Somebody.STRANGER),
)
EACH_HIS_OWN = {"/desk", "/account", "/accounts", "/roles", "/invitations/{token}", "/cases/{number}"}
"""Pages that differ by whose they are."""

FEW = {
    "/cases/{number}": 2,
    "/cases/{number}/acts/{command}": 3,
    "/cases/{number}/measures/{measure}": 2,
    "/cases/{number}/measures/{measure}/acts/{command}": 1,
    "/signing/{kind}/{id}": 3,
}
"""Pages made by one template of many matters: so many are looked at with each."""

WRONG = [f"/cases/{MISSING}", "/cases?due_from=昨天&light=紫&unit=天外局", "/audit/search?since=昨天"]
ANSWERED = [
    (Role.OFFICER, "/settings/policies/draft?beginning=petition", ("检查并比较",)),
    (Role.OFFICER, "/settings/policies/draft?beginning=petition", ("推演在办事项",)),
    (Role.OFFICER, "/cases?ticked=all", ("催办", "催办")),
]
"""Whose page, and what he presses one after the other: a result, or a form that comes back."""

GRAVE = {"serious", "critical"}
UNFOLD = "document.querySelectorAll('details').forEach(one => { one.open = true })"
ACROSS = "document.documentElement.scrollWidth"
NEEDED = {"resultTypes": ["violations"], "preload": False}

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.mark.timeout(900)
def test_axe_finds_nothing_grave_on_any_page(play: Play, browser: Any) -> None:
    found, seen = list[str](), set[str]()
    for who, addresses in to_look_at(play).items():
        page = before(play, browser, who)
        for address in addresses:
            route = kind_of(address)[0]
            found += grave(page, address, (DESK,) if route in seen else (DESK, TELEPHONE))
            seen.add(route)
        page.context.close()
    routes = {route.removeprefix("GET ") for route in ROUTES if route.startswith("GET ")}
    assert routes - NO_PAGES - seen == set()
    assert found == []


@pytest.mark.parametrize(("who", "address", "presses"), ANSWERED)
def test_nor_on_a_page_that_answers_a_form(
    play: Play, browser: Any, who: Who, address: str, presses: tuple[str, ...]
) -> None:
    page = before(play, browser, who)
    page.goto(address)
    for name in presses:
        page.evaluate(UNFOLD)
        page.get_by_role("button", name=name, exact=True).first.click()
    page.evaluate(UNFOLD)
    found = [one for size in (DESK, TELEPHONE) for one in _grave(page, address, size)]
    page.context.close()
    assert found == []


def to_look_at(play: Play) -> dict[Who, list[str]]:
    """By person, the addresses of his pages, but for those that somebody before him looks at."""
    places, seen = furnish(play), set[Any]()
    chosen: dict[Who, list[str]] = {Role.OFFICER: [*WRONG]}
    for who in LOOKING:
        front = ["/sign-in"] if who is Somebody.STRANGER else ["/", "/account"]
        counted = Counter[str]()
        for sheet in walk(play.browser(who), *front, *places.get(who, ())):
            route, mark = kind_of(sheet.address)[0], mark_of(sheet.address, who)
            if mark not in seen and counted[route] < FEW.get(route, 99):
                chosen.setdefault(who, []).append(sheet.address)
                counted[route] += 1
                seen.add(mark)
    return chosen


def mark_of(address: str, who: Who) -> Any:
    """What pages have in common of which one is enough."""
    kind = kind_of(address)
    if kind[0] in EACH_HIS_OWN:
        return (kind, who, address if kind[0] in FEW else "")
    return address if kind[0] in FEW and "/acts/" not in kind[0] else kind


def before(play: Play, browser: Any, who: Who) -> Page:
    """A page of a browser somebody has signed in with."""
    context = browser.new_context(viewport=DESK, base_url=play.pages.url)
    held = play.browser(who).cookies.items()
    context.add_cookies([{"name": name, "value": value, "url": play.pages.url} for name, value in held])
    return context.new_page()


def grave(page: Page, address: str, sizes: Iterable[Any]) -> list[str]:
    """What axe finds grave on a page, and whether it is wider than the screen."""
    page.goto(address)
    page.evaluate(UNFOLD)
    return wider(page, address, LAPTOP) + [one for size in sizes for one in _grave(page, address, size)]


def wider(page: Page, address: str, size: Any) -> list[str]:
    """Whether a page is wider than such a screen."""
    page.set_viewport_size(size)
    across = page.evaluate(ACROSS)
    return [f"{size['width']} px {address} is {across} px wide"] if across > size["width"] else []


def _grave(page: Page, address: str, size: Any) -> list[str]:
    too_wide = wider(page, address, size)
    told = Axe().run(page, options=NEEDED).response["violations"]
    return too_wide + [
        f"{size['width']} px {address} {rule['id']} {one['html'][:120]} {one['failureSummary']}"
        for rule in told
        if rule["impact"] in GRAVE
        for one in rule["nodes"]
    ]
