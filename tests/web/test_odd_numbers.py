"""A matter of an old register is reached by its number, whatever that holds."""

import re
from dataclasses import replace

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from tests.builders import OFFICER, at, papers, rows, sweep_on
from tests.registers import A_MATTER, TAKEN_OVER, a_register, take_over
from workflow.addresses import MATTERS, number_in, page_of
from workflow.storage.models import Case

ODD = [
    "督办[2023]12/3号",
    "..",
    ".",
    "2023.12",
    "%2F..%2e%2e",
    "a?done=close_out#e1",
    "new",
    "new/open",
    "12/acts/comment",
    "~2F",
    "<b>&\"'",
    "\\..\\12;x=1",
    "督办〔2023〕7号",
]
LINK = re.compile(r'<td class="number"><a href="([^"]*)">')
FILE = re.compile(r'href="([^"]*/files/[0-9a-f]{64})"')


@pytest.mark.parametrize("number", ODD)
def test_a_matter_with_an_odd_number_is_found_shown_acted_on_and_gives_its_file(
    office, pages, tmp_path, number
):
    pages.now = TAKEN_OVER
    take_over(office, a_register(tmp_path / "old.xlsx", {"督办编号": number}))
    him = pages.signed_in(OFFICER)
    (address,) = LINK.findall(him.sees("/cases"))
    assert A_MATTER["督办事项"] in him.sees(address)
    proof = [("evidence", ("核查单.txt", "路基完成".encode(), "text/plain"))]
    answer = him.sends(f"{address}/acts/comment", files=proof, text="请核查进度")
    shown = him.sees(answer.headers["location"])
    assert [one.number for one in rows(office, Case)] == [number] and "请核查进度" in shown
    assert him.get(FILE.findall(shown)[0]).content.decode() == "路基完成"


@over(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=64))
def test_every_number_is_one_plain_piece_of_an_address_and_comes_back_from_it(number):
    piece = page_of(number).removeprefix(MATTERS)
    assert number_in(piece) == number
    assert piece.isprintable() and not set("/.%?#\\;& ") & set(piece)


@pytest.mark.parametrize("piece", ["~00", "~", "~2", "~2f", "~FF", "~C3~28", "滨督2026-999"])
def test_what_is_no_escape_of_ours_is_a_number_nobody_has(pages, piece):
    him = pages.signed_in(OFFICER)
    assert number_in(piece) == piece
    assert him.get(f"/cases/{piece}").status_code == 404


def test_a_paper_leads_to_the_page_of_its_matter(office, tmp_path):
    known = office.settings.model_copy(update={"public_url": "https://duban.binhai.example/"})
    take_over(office, a_register(tmp_path / "old.xlsx", {"督办编号": "2023.12/3"}))
    sweep_on(replace(office, settings=known), at(2026, 12, 28))
    assert {one["link"] for one in papers(office)} == {"https://duban.binhai.example/cases/2023~2E12~2F3"}


def test_an_ordinary_number_is_read_in_its_address():
    assert page_of("滨督2026-001") == "/cases/滨督2026-001"
