"""Items in the rows of a table (.xlsx, .csv), as platforms hand out lists: columns by their headings."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from states.errors import FactInvalid, Refusal
from states.intake import Applicant, Arrival, checked
from states.office_time import OFFICE_ZONE
from states.register.headers import Header, Names, cell, find_header, nearest_header
from states.register.sheet import CellValue, Formula, Sheet
from states.register.wording import text_of
from workflow import particulars
from workflow.services.intake.bodies import MOST_ITEMS
from workflow.workbooks.opening import open_workbook

NAMES: Names = {
    "external_id": ("来源编号", "工单编号", "诉求编号", "受理编号", "信访件编号", "编号", "工单号"),
    "title": ("标题", "诉求标题", "工单标题", "事项名称", "主题"),
    "text": ("内容", "诉求内容", "工单内容", "反映内容", "主要内容", "问题描述"),
    "category": ("类别", "诉求类别", "问题类别", "分类"),
    "region": ("地点", "区域", "地点（区域）", "发生地点", "所属区域", "地址"),
    "unit": ("建议承办单位", "承办单位", "转办单位", "责任单位"),
    "occurred_at": ("发生时间", "反映时间", "诉求时间"),
    "received_at": ("受理时间", "登记时间", "来件时间"),
    "wished_by": ("期望办结日期", "办理时限", "要求办结日期", "办结时限"),
    "name": ("申请人", "申请人姓名", "诉求人", "来电人", "信访人"),
    "contact": ("联系方式", "联系电话", "申请人联系方式", "来电号码"),
}
REQUIRED = frozenset({"external_id", "title", "text"})
SHOWN = 20


def arrivals_in(path: Path, at: datetime) -> list[Arrival]:
    """The items of a table, which is taken whole or not at all.

    Raises as `open_workbook`, and `FactInvalid`: `intake_columns_missing`, `intake_rows_invalid` with what is
    wrong in which row, `intake_rows_many`.
    """
    found: list[Arrival] = []
    wrong: list[str] = []
    for sheet in open_workbook(path):
        header = _header(sheet)
        for row in (one for one in sorted(sheet.rows) if one > header.row):
            try:
                found.append(checked(_arrival(sheet, header, row), at))
            except Refusal as refusal:
                wrong.append(f"第{row}行：{refusal.message}")
    if len(found) + len(wrong) > MOST_ITEMS:
        raise FactInvalid(f"一个文件最多{MOST_ITEMS}行，请拆分。", code="intake_rows_many")
    if wrong:
        more = f"等{len(wrong)}行" if len(wrong) > SHOWN else ""
        raise FactInvalid("".join(wrong[:SHOWN]) + more, code="intake_rows_invalid", rows=len(wrong))
    return found


def _header(sheet: Sheet) -> Header:
    header = find_header(sheet, NAMES, REQUIRED)
    if header is None:
        lacking = [
            NAMES[one][0] for one in NAMES if one in REQUIRED - nearest_header(sheet, NAMES).columns.keys()
        ]
        message = f"工作表“{sheet.name}”缺少这些列：{'、'.join(lacking)}。"
        raise FactInvalid(message, code="intake_columns_missing", columns=lacking)
    return header


def _arrival(sheet: Sheet, header: Header, row: int) -> Arrival:
    values: dict[str, Any] = {name: _value(cell(sheet, header, row, name), name) for name in NAMES}
    texts = {name: text_of(values[name]) for name in NAMES}
    named: dict[str, Any] = {
        name: texts[name] for name in ("external_id", "title", "text", "category", "region", "unit")
    }
    instants: Mapping[str, Any] = {name: _instant(values[name]) for name in ("occurred_at", "received_at")}
    applicant = Applicant(texts["name"], texts["contact"])
    return Arrival(
        **named,
        **instants,
        wished_by=particulars.read_day(_dashed(texts["wished_by"])) if texts["wished_by"] else None,
        applicant=applicant if any(applicant.as_json.values()) else None,
    )


def _value(value: CellValue, name: str) -> CellValue:
    """A cell as it is. Raises `FactInvalid` (`formula_live`) for one that would be calculated."""
    if isinstance(value, Formula):
        message = f"“{NAMES[name][0]}”是公式，系统不计算公式，请粘贴为数值。"
        raise FactInvalid(message, code="formula_live", particular=name)
    return value


def _instant(value: Any) -> datetime | None:
    """An instant as a cell has it; a day alone begins the day."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=OFFICE_ZONE)
    if isinstance(value, date):
        return datetime.combine(value, time(), OFFICE_ZONE)
    text = text_of(value)
    return particulars.read_instant(_dashed(text)) if text else None


def _dashed(text: str) -> str:
    return text.replace("/", "-")
