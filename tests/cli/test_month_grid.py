"""A month as it hangs on the wall, and as many of them abreast as the screen has room for."""

from datetime import date

import pytest
from rich.cells import cell_len
from rich.console import Console

from workflow.cli.month_grid import Mark, abreast, month_grid


def lines_of(renderable, width=120):
    console = Console(width=width, force_terminal=False)
    with console.capture() as caught:
        console.print(renderable)
    return caught.get().rstrip("\n").splitlines()


def test_a_month_is_seven_columns_with_signs_behind_the_days():
    marks = {date(2026, 2, 14): Mark("班", "cyan"), date(2026, 2, 15): Mark("休", "red")}
    title, weekdays, *weeks = lines_of(month_grid(2026, 2, marks))
    assert (title.strip(), weekdays.split()) == ("2月", list("一二三四五六日"))
    assert weeks[0].split() == ["1"]
    assert weeks[2].rstrip().endswith("13  14班15休")
    assert {cell_len(line) for line in (weekdays, *weeks)} == {28}


def test_a_month_s_last_days_are_there_and_the_next_month_s_are_not():
    assert lines_of(month_grid(2026, 3, {}))[-1].split() == ["30", "31"]


@pytest.mark.parametrize(("width", "columns"), [(120, 3), (100, 3), (99, 2), (64, 2), (63, 1)])
def test_as_many_months_stand_abreast_as_there_is_room_for(width, columns):
    grids = [month_grid(2026, month, {}) for month in range(1, 13)]
    assert lines_of(abreast(grids, width), width)[0].split() == ["1月", "2月", "3月"][:columns]
