"""Finding the heading row of a table and which field stands in which column.

Titles, merged headings, line breaks, brackets and the names different offices use are all put up with; the
lists of names are data. Used for registers and for the unit directory alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from states.register.sheet import CellValue, Sheet, column_letter
from states.register.wording import comparable

Names = Mapping[str, tuple[str, ...]]

REGISTER_NAMES: Names = {
    "serial": ("序号",),
    "number": ("编号", "督办编号", "编号(挂号)", "挂号", "挂号编号", "事项编号", "督办号"),
    "source": ("来源", "类别", "来源/类别", "事项来源", "事项类别", "督办来源"),
    "basis": ("批示或会议依据", "交办依据", "督办依据", "批示依据", "会议依据", "依据"),
    "title": (
        "督办事项",
        "问题/事项",
        "问题",
        "事项",
        "事项名称",
        "交办事项",
        "工作事项",
        "重点事项",
        "问题事项",
    ),
    "detail": ("具体表现", "问题表现"),
    "requirement": (
        "工作要求及销号标准",
        "整改目标/销号标准",
        "整改目标",
        "销号标准",
        "工作要求",
        "工作目标",
        "目标要求",
    ),
    "measures": ("整改措施", "工作措施"),
    "complexity": ("难易程度", "复杂程度", "难度"),
    "accountable_leader": ("包保领导", "包保市领导", "责任领导", "市级领导"),
    "lead_unit": ("牵头单位", "牵头部门", "主办单位", "牵头责任单位"),
    "co_units": ("配合单位", "责任单位/协办", "责任单位", "协办单位", "配合部门", "参与单位"),
    "contact_name": ("责任人", "联系人", "承办人"),
    "contact_phone": ("联系电话", "联系人电话", "联系方式", "电话"),
    "dispatched_on": ("交办时间", "交办日期", "下达时间", "立项时间", "立项日期"),
    "milestones": ("阶段节点", "时间节点", "节点"),
    "due_on": ("办结时限", "完成时限", "整改时限", "办理时限", "办结期限", "期限", "完成时间", "时限"),
    "extended_to": ("延期至", "延期时间", "延期日期"),
    "progress": ("目前进展情况", "进展情况", "进展情况(滚动)", "目前进展", "工作进展", "办理情况"),
    "difficulty": ("存在困难及需协调事项", "存在困难", "存在问题", "需协调事项"),
    "completion_rate": ("完成率", "完成进度", "完成比例"),
    "light": ("亮灯", "亮灯情况", "红黄绿灯"),
    "closed": ("是否销号", "销号情况", "销号"),
    "closed_on": ("销号时间", "销号日期"),
    "follow_up": ("回头看", "回头看情况"),
    "remark": ("备注",),
}
REGISTER_REQUIRED = frozenset({"title", "lead_unit"})

SEARCHED = 40
"""Rows at the head of a sheet among which its heading is looked for."""

_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its number, and its heading as written."""

    number: int
    label: str

    @property
    def letter(self) -> str:
        return column_letter(self.number)


@dataclass(frozen=True, slots=True)
class Header:
    """The heading row: columns by field, and the columns nobody knows."""

    row: int
    columns: Mapping[str, Column]
    unknown: tuple[Column, ...] = ()


def find_header(sheet: Sheet, names: Names, required: frozenset[str]) -> Header | None:
    """The heading row among the first forty rows, or None if no row names all required fields.

    Of a heading that takes several rows the last counts: merged upper cells are filled down into it.
    """
    found: Header | None = None
    for number in sorted(sheet.rows)[:SEARCHED]:
        header = _match_header(sheet, number, names)
        if found and (number > found.row + 1 or len(header.columns) < len(found.columns)):
            break
        if required <= header.columns.keys():
            found = header
    return found


def nearest_header(sheet: Sheet, names: Names) -> Header:
    """The row most like a heading, to tell a person what is missing from it."""
    candidates = [_match_header(sheet, number, names) for number in sorted(sheet.rows)[:SEARCHED]]
    return max(candidates, key=lambda header: len(header.columns), default=Header(0, {}))


def _match_header(sheet: Sheet, number: int, names: Names) -> Header:
    """The row read as if it were the heading."""
    fields = {_form(name): field for field, spellings in names.items() for name in spellings}
    columns: dict[str, Column] = {}
    unknown: list[Column] = []
    for column, value in sorted(sheet.rows[number].cells.items()):
        if not isinstance(value, str) or not value.strip():
            continue
        heading = Column(column, " ".join(value.split()))
        field = fields.get(_form(value)) or fields.get(_form(_BRACKETED.sub("", comparable(value))))
        if field and field not in columns:
            columns[field] = heading
        else:
            unknown.append(heading)
    return Header(number, _with_lead(columns), tuple(unknown))


def _with_lead(columns: dict[str, Column]) -> dict[str, Column]:
    """Where a table names no lead unit, its 责任单位 is the one that leads."""
    co_units = columns.get("co_units")
    if "lead_unit" in columns or co_units is None or _form(co_units.label) != "责任单位":
        return columns
    return {field: column for field, column in columns.items() if field != "co_units"} | {
        "lead_unit": co_units
    }


def _form(heading: str) -> str:
    return _PUNCTUATION.sub("", comparable(heading))


def cell(sheet: Sheet, header: Header, row: int, field: str) -> CellValue:
    """The value of a field in a row; None where the table has no such column."""
    column = header.columns.get(field)
    return sheet.value(row, column.number) if column else None
