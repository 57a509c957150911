"""The office's own register as tests take it over: the demo workbook, changed copies, small ones by hand."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook

from states.register.directory import read_directory
from tests.builders import OFFICER, at, signed
from tests.conftest import DIRECTORY
from workflow.services.directories import write_directory
from workflow.services.importing import ImportReport, import_register
from workflow.services.office import Office
from workflow.workbooks.opening import open_workbook

SAMPLE = Path(__file__).parents[1] / "workflow" / "demo_data" / "台账-样例.xlsx"
SHEET = "督办台账"
TAKEN_OVER = at(2026, 11, 20)
"""The Friday the register speaks for."""

WAITING_ROWS = (17, 28, 31, 38, 39, 45, 47, 53, 60, 61, 68, 70, 72)
A_MATTER = {
    "督办编号": "滨督2026-901",
    "事项来源": "书记批示件",
    "督办事项": "海安路断头路打通",
    "牵头单位": "市交通运输局",
    "交办时间": "2026-03-02",
    "办结时限": "2026年12月15日",
    "包保领导": "苗立言",
    "目前进展情况": "路基完成",
    "是否销号": "否",
}


def take_over(office: Office, path: Path = SAMPLE, when: Any = TAKEN_OVER, **options: Any) -> ImportReport:
    """Import a register in the officer's name."""
    return import_register(office, path, by=signed(OFFICER, when), at=when, **options)


def takes_in_directory(office: Office, when: Any, unit: str = "", **changed: Any) -> None:
    """Import the demo directory, with other values for one unit."""
    listed = read_directory(open_workbook(DIRECTORY))
    units = tuple(replace(one, **changed) if one.code == unit else one for one in listed.units)
    write_directory(
        office, replace(listed, units=units), source=DIRECTORY.name, by=signed(None, when), at=when
    )


def changed_copy(target: Path, **cells: Any) -> Path:
    """The demo register with some cells changed, as somebody's spreadsheet program would save it."""
    book = load_workbook(SAMPLE)
    for place, value in cells.items():
        book[SHEET][place] = value
    book.save(target)
    return target


def a_register(target: Path, *rows: dict[str, Any]) -> Path:
    """A register of these rows, each the good matter with some cells changed."""
    book = Workbook()
    book.active.append(list(A_MATTER))
    for row in rows:
        book.active.append([(A_MATTER | row)[heading] for heading in A_MATTER])
    book.save(target)
    return target
