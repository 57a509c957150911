"""Two hundred papers nobody would think of, of every form: the checks find nothing wrong with any of them."""

import pytest

from notifications.fonts import FontSet
from notifications.inspection import examine
from tests.notifications.random_papers import Papers
from tests.notifications.test_inspection import printed

A_PART = 10


@pytest.mark.parametrize("part", range(20))
def test_random_papers_are_found_sound(part: int, fonts: FontSet) -> None:
    for seed in range(part * A_PART, (part + 1) * A_PART):
        paper = Papers(seed).paper()
        pdf = printed(paper, fonts)
        assert examine(pdf, paper).faults == (), seed
        unknown = examine(pdf)
        assert (unknown.form, unknown.faults) == (paper.form, ()), seed
