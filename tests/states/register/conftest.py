"""Real parts for the register tests: the two demo workbooks, the 2026 calendar, and small sheets by hand."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import holidays
import pytest

from states.calendar import DayKind, WorkCalendar
from states.register.directory import DirectoryReading, read_directory
from states.register.rows import RegisterReading, RowReading, read_register
from states.register.sheet import Sheet
from states.register.units import Directory
from workflow.workbooks.opening import open_workbook

DEMO = Path(__file__).parents[3] / "workflow" / "demo_data"
AS_OF = date(2026, 11, 20)
HEADINGS = (
    "督办编号",
    "事项来源",
    "督办事项",
    "牵头单位",
    "配合单位",
    "交办时间",
    "办结时限",
    "延期至",
    "完成率",
    "是否销号",
    "销号时间",
    "备注",
    "难易程度",
    "序号",
)
A_ROW = {
    "督办编号": "滨督2026-001",
    "事项来源": "书记批示件",
    "督办事项": "海安路断头路打通",
    "牵头单位": "市交通运输局",
    "交办时间": date(2026, 3, 2),
    "办结时限": "2026年12月15日",
    "是否销号": "否",
}

ReadRow = Callable[..., RowReading]


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    """2026 as the State Council arranged it."""
    china = holidays.country_holidays("CN", years=[2026])
    make_up = dict.fromkeys((day for day in china.weekend_workdays if day.year == 2026), DayKind.MAKE_UP)
    return WorkCalendar("2026", frozenset({2026}), dict.fromkeys(china, DayKind.REST) | make_up)


@pytest.fixture(scope="session")
def directory_reading() -> DirectoryReading:
    return read_directory(open_workbook(DEMO / "单位名录.xlsx"))


@pytest.fixture(scope="session")
def directory(directory_reading: DirectoryReading) -> Directory:
    return directory_reading.directory


@pytest.fixture(scope="session")
def sample_sheets() -> tuple[Sheet, ...]:
    return open_workbook(DEMO / "台账-样例.xlsx")


@pytest.fixture(scope="session")
def sample(sample_sheets, directory, calendar) -> RegisterReading:
    return read_register(sample_sheets, directory=directory, calendar=calendar, as_of=AS_OF)


@pytest.fixture(scope="session")
def sample_rows(sample) -> dict[int, RowReading]:
    return {row.row: row for row in sample.rows}


@pytest.fixture(scope="session")
def read_rows(directory, calendar) -> Callable[..., RegisterReading]:
    """Read a register with these rows (each a dict of heading to value) under a plain heading."""

    def read(*rows: dict, known_numbers=frozenset()) -> RegisterReading:
        cells = {1: dict(enumerate(HEADINGS, start=1))}
        for number, row in enumerate(rows, start=2):
            cells[number] = {HEADINGS.index(heading) + 1: value for heading, value in row.items()}
        sheet = Sheet.filled("台账", cells)
        return read_register(
            [sheet], directory=directory, calendar=calendar, as_of=AS_OF, known_numbers=known_numbers
        )

    return read


@pytest.fixture(scope="session")
def read_row(read_rows) -> ReadRow:
    """Read one good row with these cells changed."""

    def read(**changes) -> RowReading:
        return read_rows(A_ROW | changes).rows[0]

    return read
