"""A wide table is printed over pages, so that it can be read."""

from itertools import pairwise

import pytest

from workflow.workbooks.paging import A3, A4, ACROSS, LEGIBLE, laid, pixels

FIGURE, NAME = [9, 9, 9], [25]


def pages_of(groups, kept, breaks):
    """How wide each page is, in pixels, and the columns it holds."""
    columns = [width for one in groups for width in one]
    first = sum(len(one) for one in groups[:kept])
    bounds = [first, *breaks, len(columns)]
    held = [range(start, end) for start, end in pairwise(bounds)]
    return [sum(map(pixels, columns[:first] + [columns[at] for at in one])) for one in held], held


@pytest.mark.parametrize("figures", [0, 3, 6, 10, 14, 30])
def test_every_page_fits_at_a_size_that_can_be_read_and_no_column_is_lost(figures):
    groups = [NAME, *[FIGURE] * figures]
    made = laid(groups, 1)
    widths, held = pages_of(groups, 1, made.breaks)
    assert made.scale >= 100 * LEGIBLE - 1
    assert all(width * made.scale <= 100 * ACROSS[made.paper] for width in widths)
    assert [at for one in held for at in one] == list(range(1, 1 + 3 * figures))


def test_no_figure_is_torn_from_what_it_is_made_of():
    assert all((place - 1) % 3 == 0 for place in laid([NAME, *[FIGURE] * 14], 1).breaks)


@pytest.mark.parametrize(("figures", "paper", "pages"), [(1, A4, 1), (6, A3, 1), (14, A3, 2)])
def test_it_takes_no_more_paper_than_it_needs(figures, paper, pages):
    made = laid([NAME, *[FIGURE] * figures], 1)
    assert (made.paper, 1 + len(made.breaks)) == (paper, pages)
