"""What shows only in a row as a whole: odd cells, what is missing, days that contradict each other.

Called by the row reader, before the fields are read and after. Nothing is corrected here.
"""

from datetime import date

from states.register.line import CELL_ERRORS, Line
from states.register.matter import MatterRecord, with_remedies
from states.register.problems import NOTHING, Finding, Findings, asked, noted, together
from states.register.sheet import CellValue, Formula
from states.register.wording import quoted, text_of

_UNREAD = frozenset({"serial", "light"})
_WEEKDAYS = "一二三四五六日"


def check_cells(line: Line) -> Findings:
    """Live formulas and Excel's error values say nothing; merged cells say it for several rows."""
    found, values = NOTHING, line.cells.values()
    if not line.page.sheet.merges and CELL_ERRORS.isdisjoint(values) and Formula not in map(type, values):
        return found
    for field, value in line.cells.items():
        if field in _UNREAD:
            continue
        if isinstance(value, Formula):
            message = f"{line.label(field)}是公式，系统不计算公式，请粘贴为数值后重新导入"
            found += asked(field, Finding("formula_live", message, "粘贴为数值"))
        elif value in CELL_ERRORS:
            message = f"{line.label(field)}是Excel错误值{value}，请更正后重新导入"
            found += asked(field, Finding("cell_error", message, "更正单元格"))
        if line.page.sheet.merges:
            found += _merged(line, field, value)
    return found


def check_matter(line: Line, matter: MatterRecord, found: Findings) -> Findings:
    """Everything across fields; `found` is what the fields themselves have brought up."""
    more = together(_required(matter, found), _order(line, matter, found))
    as_accepted = with_remedies(matter, [finding for _, finding in together(found, more).asked])
    return together(more, _limit(line, matter), _light(line, as_accepted))


def _merged(line: Line, field: str, value: CellValue) -> Findings:
    block = line.page.sheet.merged_range(line.row, line.page.header.columns[field].number)
    if not (block and block.top == line.row < block.bottom):
        return NOTHING
    shown = f"{line.label(field)}取自合并单元格（第{block.top}—{block.bottom}行）"
    message = f"{shown}，值已补到每一行，均为{quoted(text_of(value))}"
    return noted(field, Finding("merged_value", message))


def _required(matter: MatterRecord, found: Findings) -> Findings:
    """A matter needs a title, a lead unit and, while it is open, a limit or 长期坚持."""
    has_limit = matter.due_on or matter.open_ended or matter.closed
    if matter.title and matter.lead_text and has_limit and matter.dispatched_on:
        return NOTHING
    wanted = (
        ("title", matter.title, "title_missing", "事项名称为空，请补填后重新导入"),
        ("lead_unit", matter.lead_text, "unit_missing", "牵头单位为空，请补填后重新导入"),
        ("due_on", has_limit, "due_missing", "办结时限为空，请补填日期，或写明“长期坚持”"),
    )
    more = NOTHING
    for field, stated, code, message in wanted:
        if not stated and not found.ask_about(field):
            more += asked(field, Finding(code, message, "补填"))
    if matter.dispatched_on is None and not found.ask_about("dispatched_on"):
        more += noted("dispatched_on", Finding("dispatch_missing", "交办时间为空，无法推算用时"))
    return more


def _order(line: Line, matter: MatterRecord, found: Findings) -> Findings:
    """Dates that contradict each other, or a past that has not come yet, are for a person."""
    dispatched, closed_on, first_limit = matter.dispatched_on, matter.closed_on, matter.original_due_on
    more = together(
        _not_before(line, "due_on", first_limit, "早于交办时间", dispatched),
        _not_before(line, "extended_to", matter.extended_to, "早于原办结时限", first_limit),
        _not_before(line, "closed_on", closed_on, "早于交办时间", dispatched),
        _not_ahead(line, "dispatched_on", dispatched),
        _not_ahead(line, "closed_on", closed_on),
    )
    if closed_on and not (matter.closed or matter.closing_requested) and not found.ask_about("closed"):
        message = f"已填销号时间{closed_on}，但未标已销号，请核对"
        more += asked("closed", Finding("closed_date_without_mark", message, "核对是否销号"))
    return more


def _not_before(line: Line, field: str, day: date | None, relation: str, other: date | None) -> Findings:
    if not (day and other and day < other):
        return NOTHING
    message = f"{line.label(field)}{day}{relation}{other}，请核对"
    return asked(field, Finding("date_order", message, "核对日期"))


def _not_ahead(line: Line, field: str, day: date | None) -> Findings:
    if not (day and day > line.page.as_of):
        return NOTHING
    message = f"{line.label(field)}{day}晚于统计日期{line.page.as_of}，请核对"
    return asked(field, Finding("date_future", message, "核对日期"))


def _limit(line: Line, matter: MatterRecord) -> Findings:
    """What is worth knowing about the limit in force. A date given outright does not roll."""
    if matter.due_on is None:
        return NOTHING
    field = "extended_to" if matter.extended_to else "due_on"
    return _extension(line, matter, matter.due_on) + _rest_day(line, field, matter.due_on)


def _extension(line: Line, matter: MatterRecord, due: date) -> Findings:
    if not (matter.extended_to and matter.original_due_on):
        return NOTHING
    late = "，不计逾期" if due >= line.page.as_of else ""
    message = f"保留原期限{matter.original_due_on}，现期限{due}{late}"
    return noted("extended_to", Finding("extension", message))


def _rest_day(line: Line, field: str, due: date) -> Findings:
    calendar = line.page.calendar
    if calendar.is_provisional(due, due):
        message = f"期限{due}跨入节假日安排未公布的年份，剩余工作日按“暂定”显示"
        return noted(field, Finding("calendar_unknown_year", message))
    if calendar.is_working(due):
        return NOTHING
    name = calendar.names.get(due, f"星期{_WEEKDAYS[due.weekday()]}")
    return noted(field, Finding("date_rest_day", f"{due}为{name}；指定日期不顺延，仅提示"))


def _light(line: Line, matter: MatterRecord) -> Findings:
    """The hand-kept light is never imported; one that hides an overdue matter is pointed out."""
    light, due, as_of = line.text("light"), matter.due_on, line.page.as_of
    if not light or light.startswith("红") or matter.closed or not due or due >= as_of:
        return NOTHING
    days = line.page.calendar.working_days_between(due, as_of)
    message = f"台账亮灯为“{light}”，按规则应为红（逾期{days}个工作日），以系统推算为准"
    return noted("light", Finding("light_differs", message))
