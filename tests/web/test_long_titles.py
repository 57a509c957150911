"""Titles as long as a page: lists and headers have their beginning, the matter's page has all of it."""

import pytest

from tests.builders import DIRECTOR, OFFICER, a_draft

END = "以上各点须逐一核对"
LONG = "海港大道沿线路灯成片不亮且井盖缺失" * 100 + END


@pytest.fixture
def case(office):
    return a_draft(office, title=LONG)


@pytest.mark.parametrize("path", ["/cases", "/desk", "/cases/{}/acts/assign"])
def test_lists_and_headers_have_the_beginning_of_a_long_title(pages, case, path):
    shown = pages.signed_in(DIRECTOR).sees(path.format(case.number))
    assert END not in shown and f"{LONG[:79]}…" in shown


def test_the_matter_s_page_has_all_of_it_once(pages, case):
    shown = pages.signed_in(OFFICER).sees(f"/cases/{case.number}")
    assert f"<dt>事项名称</dt><dd>{LONG}</dd>" in shown and shown.count(END) == 1
