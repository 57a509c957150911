"""What the layout costs beside a bare compile of the finished page and WeasyPrint, and over 1,000 papers."""

import os
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
import typst
from sqlalchemy import create_engine

from notifications.document import Document
from notifications.fonts import FontSet, find_fonts
from notifications.plain import as_html
from notifications.typesetting import typeset
from tests.benchmarks.finished_page import finished
from tests.benchmarks.stopwatch import Lap, middle, ratio, show
from tests.benchmarks.stopwatch import Stopwatch as Watch
from tests.notifications.ruler import pages
from tests.notifications.test_typesetting import letter

AT = datetime(2026, 11, 17, 1, tzinfo=UTC)
LETTERS, ROUNDS = 10, 15
AIM, LEAST_A_SECOND, SLOWEST = 0.8, 30, 0.65
"""Of the speed of a bare compile: what we aim at, and what no busy machine excuses."""

WARM, MANY, GROWTH = 200, 1_000, 24 * 1024 * 1024
NUMBERS = count(1)


@pytest.fixture(scope="module")
def fonts() -> FontSet:
    folder = os.environ.get("DUBAN_FONTS")
    return find_fonts((Path(folder),) if folder else (), system=False)


@pytest.fixture(scope="module")
def stopwatch() -> Watch:
    """For this process alone: nothing here asks a database."""
    return Watch(create_engine("sqlite://"))


def letters(amount: int = LETTERS) -> list[Document]:
    """Letters of two pages, none of which was ever set before."""
    return [
        letter(number=f"滨督函〔2026〕{n}号", addressee=f"市第{n}局")
        for n in (next(NUMBERS) for _ in range(amount))
    ]


def timed(stopwatch: Watch, setter: Callable[[Document], object]) -> Lap:
    papers = letters()
    return stopwatch.time(lambda: [setter(paper) for paper in papers])


def in_turns(stopwatch: Watch, *setters: Callable[[Document], object]) -> list[list[Lap]]:
    """The laps of each after a first round that warms all."""
    rounds = [[timed(stopwatch, setter) for setter in setters] for _ in range(1 + ROUNDS)]
    return [list(laps) for laps in zip(*rounds[1:], strict=True)]


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_a_letter_costs_little_more_than_a_bare_compile_of_its_finished_page(
    stopwatch: Watch, fonts: FontSet
) -> None:
    def ours(paper: Document) -> bytes:
        return typeset(paper, fonts, issued_at=AT)

    def bare(paper: Document) -> bytes:
        source = finished(paper, fonts)
        return bytes(
            typst.compile(
                source,
                format="pdf",
                font_paths=fonts.library,
                pdf_standards="a-2b",
                timestamp=int(AT.timestamp()),
            )
        )

    assert len(pages(ours(letters(1)[0]))) == len(pages(bare(letters(1)[0]))) == 2
    laps, base = in_turns(stopwatch, ours, bare)
    speed, each = 1 / ratio(laps, base).cpu, middle(laps).cpu / LETTERS
    show(
        "a letter of two pages, warm",
        {
            "bare compile": f"{middle(base).cpu / LETTERS * 1000:.1f} ms CPU",
            "typeset": f"{each * 1000:.1f} ms CPU, {1 / each:.0f} a second and core (aim ≥ {LEAST_A_SECOND})",
            "speed": f"{speed:.2f} of the bare compile (aim ≥ {AIM})",
        },
    )
    assert speed >= SLOWEST
    assert 1 / each >= LEAST_A_SECOND


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_weasyprint_takes_longer_for_the_same_words(stopwatch: Watch, fonts: FontSet) -> None:
    """Where it is installed (`bench`, and the system's Pango)."""
    weasyprint = pytest.importorskip("weasyprint", exc_type=ImportError)
    (paper,) = letters(1)
    ours = [stopwatch.time(lambda one=one: typeset(one, fonts, issued_at=AT)) for one in letters(5)]
    theirs = [stopwatch.time(lambda: weasyprint.HTML(string=as_html(paper)).write_pdf()) for _ in range(5)]
    times = ratio(theirs, ours).cpu
    show("the same words by WeasyPrint", {"CPU": f"{times:.1f} times ours"})
    assert times > 1


@pytest.mark.benchmark
@pytest.mark.timeout(600)
def test_memory_stays_flat_over_a_thousand_letters(fonts: FontSet) -> None:
    for paper in letters(WARM):
        typeset(paper, fonts, issued_at=AT)
    before = _resident()
    for paper in letters(MANY):
        typeset(paper, fonts, issued_at=AT)
    grown = _resident() - before
    show(f"{MANY} letters", {"memory": f"{before / 2**20:.0f} MB, then {grown / 2**20:+.1f} MB"})
    assert grown <= GROWTH


def _resident() -> int:
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * resource.getpagesize()
