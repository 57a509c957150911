"""Every kind of paper as another program reads it: pages, words and places are those our checker measures."""

from functools import cache

import pytest

from notifications.document import Document
from notifications.facts import INTERNAL_FORMS, KINDS
from notifications.fonts import find_fonts
from notifications.inspection.look import Look, Piece, look_at
from notifications.inspection.reading import read
from tests.notifications.another_reader import Leaf, comparable, leaves
from tests.notifications.matter import FACTS
from tests.notifications.sheets import FORM, UPWARD, composed
from tests.notifications.test_inspection import letter, printed

PAPERS: dict[str, Document] = {
    **{kind: letter(kind) for kind in FACTS},
    "upward": composed(UPWARD),
    "sheet": composed(FORM),
}
RUNNING = [name for name, paper in PAPERS.items() if paper.form != "form"]
DATED = [name for name, paper in PAPERS.items() if paper.signature is not None]
NUMBERED = [name for name, paper in PAPERS.items() if paper.number is not None]
NEAR = 0.05


@cache
def both(name: str) -> tuple[Look, tuple[Leaf, ...]]:
    """A paper as our checker sees it, and as PDFium does."""
    pdf = printed(PAPERS[name], find_fonts((), system=False))
    return look_at(read(pdf), PAPERS[name]), leaves(pdf)


def agree(piece: Piece, leaf: Leaf) -> bool:
    """Whether these words stand on the page where our checker found them, from end to end, and as large."""
    ours = pytest.approx((piece.left, piece.glyphs[-1][1], piece.baseline, piece.size), abs=NEAR)
    found = leaf.places(piece.text)
    return any((one.left, last.left, one.baseline, one.size) == ours for one, last in found)


def test_every_kind_of_paper_has_its_sample() -> None:
    assert KINDS.keys() | INTERNAL_FORMS.keys() <= PAPERS.keys() | {"deadline"}


@pytest.mark.parametrize("name", PAPERS)
def test_another_reader_finds_as_many_pages_of_the_same_size(name: str) -> None:
    ours, theirs = both(name)
    assert len(theirs) == len(ours.pages)
    for page, leaf in zip(ours.pages, theirs, strict=True):
        assert (leaf.width, leaf.height) == pytest.approx((page.sheet.width, page.sheet.height), abs=NEAR)


@pytest.mark.parametrize("name", PAPERS)
def test_another_reader_finds_the_same_text_in_the_same_order(name: str) -> None:
    ours, theirs = both(name)
    text = "".join(leaf.text for leaf in theirs)
    assert sorted(text) == sorted(ours.text)
    if not PAPERS[name].approvers:  # PDFium puts the number before what stands at its right
        assert text == ours.text


@pytest.mark.parametrize("name", RUNNING)
def test_a_paper_reads_from_top_to_bottom_as_it_was_written(name: str) -> None:
    """Its title, every paragraph, 署名 and date, without a look at our own reader."""
    paper, text, place = PAPERS[name], "".join(leaf.from_top_to_bottom() for leaf in both(name)[1]), 0
    assert paper.signature
    signed = (paper.signature.organ, paper.signature.date)
    for words in (paper.name, *(block.text for block in paper.body), *signed):
        place = text.find(comparable(words), place)
        assert place >= 0, words


@pytest.mark.parametrize("name", PAPERS)
def test_the_title_stands_where_our_checker_says(name: str) -> None:
    ours, theirs = both(name)
    assert [one.text for one in ours.title] == [*PAPERS[name].title]
    assert all(agree(line, theirs[0]) for line in ours.title)


@pytest.mark.parametrize("name", NUMBERED)
def test_the_number_stands_where_our_checker_says(name: str) -> None:
    ours, theirs = both(name)
    assert ours.number is not None
    assert agree(ours.number, theirs[0])


@pytest.mark.parametrize("name", DATED)
def test_the_date_stands_where_our_checker_says(name: str) -> None:
    ours, theirs = both(name)
    assert ours.date is not None
    page, line = ours.date
    assert agree(line, theirs[page.number - 1])
