"""What every answer says to a browser, whatever it is an answer to."""

import re

import pytest

from tests.builders import OFFICER, a_case
from tests.web.browsing import pages_of

FOREIGN_OR_INLINE = r"""<script(?![^>]+src=)|<style|\sstyle=|\son\w+=|(src|href|action)="(https?:)?//"""
PATHS = ("/sign-in", "/cases", "/nothing/there", "/static/duban.css", "/health/live", "/metrics")


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_forbids_what_is_not_ours(pages, path):
    headers = pages.signed_in(OFFICER).get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert not re.search("unsafe|https?:|\\*", policy)
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "uvicorn" not in headers.get("server", "").casefold()


def test_no_page_of_somebodys_is_kept_but_its_style_is_asked_for_again(pages):
    him = pages.signed_in(OFFICER)
    assert him.get("/cases").headers["cache-control"] == "no-store"
    assert him.get("/static/duban.css").headers["cache-control"] == "no-cache"


def test_a_page_asks_for_nothing_of_another_host_and_holds_nothing_inline(office, pages):
    him, matter = pages.signed_in(OFFICER), f"/cases/{a_case(office).number}"
    for path in (
        "/sign-in",
        "/desk",
        "/cases",
        "/cases/new/open",
        "/account",
        matter,
        f"{matter}/acts/comment",
    ):
        shown = him.sees(path)
        assert not re.search(FOREIGN_OR_INLINE, shown)


def test_only_over_tls_a_browser_is_told_to_come_back_by_tls(office):
    with pages_of(office, proxies=("127.0.0.1",)) as pages:
        plain = pages.stranger().get("/sign-in")
        secure = pages.stranger().get("/sign-in", headers={"x-forwarded-proto": "https"})
    assert "strict-transport-security" not in plain.headers
    assert secure.headers["strict-transport-security"].startswith("max-age=")
    assert "__Host-duban-guest" in secure.headers["set-cookie"] and "Secure" in secure.headers["set-cookie"]


@pytest.mark.parametrize("path", [*PATHS, "/account", "/nothing/there", "/cases/new/open"])
def test_a_page_asked_for_its_head_alone_says_the_same_without_its_body(pages, path):
    him = pages.signed_in(OFFICER)
    for browser in (him, pages.stranger()):
        whole, head = browser.get(path), browser.head(path)
        assert (head.status_code, head.content) == (whole.status_code, b"")
        ours = ("content-type", "location", "cache-control", "content-security-policy")
        assert [head.headers.get(one) for one in ours] == [whole.headers.get(one) for one in ours]


def test_a_stranger_who_asks_for_a_head_comes_back_to_the_page_and_not_to_a_lost_form(pages):
    stranger = pages.stranger()
    stranger.cookies.set("duban", "over")
    assert stranger.head("/cases").headers["location"] == "/sign-in?next=%2Fcases&said=ended"
