"""A register ten times as long takes no more memory on its way out."""

import tracemalloc

import pytest

from tests.benchmarks.town import copy_cases
from tests.services.test_register_returns import taken_out

MANY, MOST_MORE = 2_000, 1_500_000


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_ten_times_the_lines_need_no_more_memory(office, tmp_path, form):
    copy_cases(office, MANY)
    taken_out(office, tmp_path / f"先.{form}", form)
    peaks = [peak(office, tmp_path / f"{words}.{form}", form, words) for words in ("基准000001", "")]
    assert peaks[1] - peaks[0] < MOST_MORE


def peak(office, file, form, words):
    """The most memory Python takes for the lines with these words in their number."""
    tracemalloc.start()
    taken_out(office, file, form, words=words)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
