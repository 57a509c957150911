"""Reading one row of a register into a matter, with everything found on the way.

Called by `read_register` for each row that is a matter. Every field is read by its own reader; this module
puts them together, gives each finding its place and checks what only shows across fields.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from states.calendar import WorkCalendar
from states.errors import Refusal
from states.register.cells import read_closing, read_number, read_rate
from states.register.dates import DateReading, read_date, unreadable
from states.register.headers import Header, cell
from states.register.matter import MatterRecord
from states.register.problems import Finding, Problem, Verdict, verdict_of
from states.register.sheet import CellValue, Formula, Sheet
from states.register.units import Directory, UnitReading
from states.register.wording import quoted, text_of

LONG_TEXT = 3_000

_TEXTS = (
    *("source", "basis", "title", "detail", "requirement", "measures", "complexity", "accountable_leader"),
    *("contact_name", "contact_phone", "milestones", "progress", "difficulty", "follow_up", "remark"),
)
_UNREAD = frozenset({"serial", "light"})
_STARTS_FORMULA = re.compile(r"[=+\-@＝＋－＠]")
_CELL_ERRORS = frozenset(("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"))
_WEEKDAYS = "一二三四五六日"


class SuggestionMissing(Refusal):
    """A row was to be accepted, but some problem has no suggestion that can be taken alone."""

    code = "suggestion_missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReading:
    """A row as read: the matter it states, what a person must decide (`problems`) and may know (`notes`)."""

    sheet: str
    row: int
    matter: MatterRecord
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return verdict_of(self.problems)

    def accepted(self) -> "RowReading":
        """The row with every suggestion taken; its problems become notes.

        Raises SuggestionMissing when a problem has none that can be taken without a person's own answer, as
        for an unknown unit or a date that cannot be.
        """
        unanswered = [problem for problem in self.problems if problem.remedy is None]
        if unanswered:
            reasons = "；".join(f"{problem.message}（{problem.suggestion}）" for problem in unanswered)
            raise SuggestionMissing(
                f"第{self.row}行不能按建议导入：{reasons}",
                sheet=self.sheet,
                row=self.row,
                codes=[problem.code for problem in unanswered],
            )
        return replace(
            self,
            matter=with_remedies(self.matter, self.problems),
            problems=(),
            notes=self.notes + self.problems,
        )


@dataclass(frozen=True, slots=True)
class Page:
    """What all rows of one reading share."""

    sheet: Sheet
    header: Header
    directory: Directory
    calendar: WorkCalendar
    as_of: date


def read_row(page: Page, number: int) -> RowReading:
    """Read one matter row."""
    row = _OpenRow(page, number)
    row.check_cells()
    dates = row.dates()
    matter = MatterRecord(
        number=row.number(),
        serial=text_of(row.value("serial")),
        **row.texts(),
        **row.units(),
        **dates,
        **row.closing(dates["dispatched_on"]),
        completion_rate=row.rate(),
    )
    row.check_required(matter)
    row.check_order(matter)
    row.note_limit(matter)
    row.note_light(with_remedies(matter, row.problems))
    return RowReading(
        sheet=page.sheet.name,
        row=number,
        matter=matter,
        problems=tuple(row.problems),
        notes=tuple(row.notes),
    )


def with_remedies(matter: MatterRecord, problems: Iterable[Problem]) -> MatterRecord:
    """The matter with the suggestions that can be taken alone."""
    changes: dict[str, Any] = {}
    for problem in problems:
        changes |= problem.remedy or {}
    return replace(matter, **changes)


class _OpenRow:
    """A row while it is being read: asked by field, collecting findings with their place."""

    def __init__(self, page: Page, number: int) -> None:
        self.page = page
        self.row = number
        self.problems: list[Problem] = []
        self.notes: list[Problem] = []
        self.asked: set[str] = set()

    def value(self, field: str) -> CellValue:
        value = cell(self.page.sheet, self.page.header, self.row, field)
        return None if isinstance(value, Formula) or value in _CELL_ERRORS else value

    def label(self, field: str) -> str:
        column = self.page.header.columns.get(field)
        return column.label if column else field

    def ask(self, field: str, *findings: Finding) -> None:
        self.problems += [self._placed(field, finding) for finding in findings]
        self.asked |= {field for _ in findings}

    def note(self, field: str, *findings: Finding) -> None:
        self.notes += [self._placed(field, finding) for finding in findings]

    def _placed(self, field: str, finding: Finding) -> Problem:
        column = self.page.header.columns.get(field)
        place = (column.letter, column.label) if column else ("", "")
        return finding.at(self.page.sheet.name, self.row, *place)

    # Field by field

    def number(self) -> str | None:
        reading = read_number(self.value("number"))
        self.ask("number", *reading.problems)
        self.note("number", *reading.notes)
        return reading.number

    def texts(self) -> dict[str, Any]:
        return {field: self._text(field) for field in _TEXTS}

    def _text(self, field: str) -> str:
        text = text_of(self.value(field))
        if len(text) >= LONG_TEXT:
            message = f"{self.label(field)}{len(text)}字，已完整保留；列表折叠显示，不得截断"
            self.note(field, Finding("text_long", message))
        if _STARTS_FORMULA.match(text):
            message = f"{self.label(field)}以“{text[0]}”开头，按普通文本保存，导出时加保护"
            self.note(field, Finding("text_formula", message))
        return text

    def rate(self) -> int | None:
        reading = read_rate(self.value("completion_rate"))
        self.ask("completion_rate", *reading.problems)
        self.note("completion_rate", *reading.notes)
        return reading.percent

    def units(self) -> dict[str, Any]:
        """The lead unit, exactly one, and the co-units."""
        co_units = self._resolved("co_units")
        suggested = co_units.suggested
        for finding in co_units.problems:
            remedy = None if suggested is None else {"co_units": suggested}
            self.ask("co_units", replace(finding, remedy=remedy))
        lead = self._resolved("lead_unit")
        alone = len(lead.codes) == 1 and not lead.problems
        if alone:
            self._note_legal_owner(lead.codes[0])
        else:
            self._ask_lead(lead, suggested or co_units.codes)
        lead_unit = lead.codes[0] if alone else None
        written = text_of(self.value("lead_unit"))
        return {
            "lead_unit": lead_unit,
            "lead_text": written,
            "co_units": _without(lead_unit, co_units.codes),
        }

    def _resolved(self, field: str) -> UnitReading:
        value = self.value(field)
        reading = self.page.directory.resolve(text_of(value), label=self.label(field))
        self.note(field, *reading.notes)
        if isinstance(value, str) and value != value.rstrip() and len(reading.codes) == 1:
            name = self.page.directory.unit(reading.codes[0]).name
            self.note(field, Finding("trailing_space", f"{self.label(field)}去除尾部空格后识别为{name}"))
        return reading

    def _ask_lead(self, lead: UnitReading, co_units: tuple[str, ...]) -> None:
        suggested = lead.suggested or ()
        for finding in lead.problems:
            self.ask("lead_unit", replace(finding, remedy=_lead_remedy(suggested, co_units)))
        if len(lead.codes) > 1:
            self._ask_several_leads(lead, suggested, co_units)

    def _ask_several_leads(
        self, lead: UnitReading, suggested: tuple[str, ...], co_units: tuple[str, ...]
    ) -> None:
        count = f"{self.label('lead_unit')}栏有{len(lead.codes)}个单位"
        if any(note.code == "unit_group" for note in lead.notes):
            message = f"{count}，且以单位组填写，分不出首位，请指定一个牵头单位"
            self.ask(
                "lead_unit", Finding("unit_several_leads", message, "指定一个牵头单位，其余填入配合单位")
            )
            return
        first, *others = [self.page.directory.unit(code).name for code in lead.codes]
        moved = "、".join(f"“{name}”" for name in others)
        message = f"{count}，建议首位“{first}”为牵头、{moved}转为配合，请人工确认"
        advice = f"“{first}”为牵头，{moved}转为配合"
        self.ask(
            "lead_unit", Finding("unit_several_leads", message, advice, _lead_remedy(suggested, co_units))
        )

    def _note_legal_owner(self, code: str) -> None:
        unit = self.page.directory.unit(code)
        if not unit.is_standing_group:
            return
        owner = self.page.directory.legal_owner(code)
        named = f"法定责任单位按名录为{owner.name}" if owner else "名录备注未写明法定责任单位，请补充"
        self.note("lead_unit", Finding("unit_needs_legal_owner", f"牵头为{unit.kind}，{named}"))

    def dates(self) -> dict[str, Any]:
        """Dispatch, limit and extension; the limit in force is the extension where there is one."""
        dispatched = self._day("dispatched_on", None)
        due = self._day("due_on", dispatched.day)
        extended = self._day("extended_to", dispatched.day)
        self._report("dispatched_on", dispatched, "dispatched_on")
        self._report("due_on", due, "original_due_on", *(() if extended.day else ("due_on",)))
        self._report("extended_to", extended, "extended_to", "due_on")
        return {
            "dispatched_on": dispatched.day,
            "original_due_on": due.day,
            "extended_to": extended.day,
            "due_on": extended.day or due.day,
            "open_ended": due.open_ended and not extended.day,
        }

    def closing(self, dispatched_on: date | None) -> dict[str, Any]:
        """Whether and when the matter was closed; a mark without a date waits for the date."""
        mark = read_closing(self.value("closed"))
        self.ask("closed", *mark.problems)
        self.note("closed", *mark.notes)
        closed_on = self._day("closed_on", dispatched_on)
        self._report("closed_on", closed_on, "closed_on")
        if mark.closed and not closed_on.day and "closed_on" not in self.asked:
            message = f"已标“是否销号：{text_of(self.value('closed'))}”但缺销号时间，请补填或改为未销号"
            remedy = {"closed": False, "closing_requested": True}
            self.ask("closed_on", Finding("closed_without_date", message, "按未销号、待审批导入", remedy))
        return {"closed": mark.closed, "closing_requested": mark.requested, "closed_on": closed_on.day}

    def _day(self, field: str, reference: date | None) -> DateReading:
        value = self.value(field)
        reading = read_date(value, label=self.label(field), reference=reference, calendar=self.page.calendar)
        is_no_day = reading.open_ended or "date_immediate" in reading.codes
        return unreadable(text_of(value)) if is_no_day and field != "due_on" else reading

    def _report(self, field: str, reading: DateReading, *remedied: str) -> None:
        remedy = dict.fromkeys(remedied, reading.suggestion) if reading.suggestion else None
        self.ask(field, *(replace(finding, remedy=remedy) for finding in reading.problems))
        self.note(field, *reading.notes)

    # Across fields

    def check_cells(self) -> None:
        """Live formulas and Excel's error values say nothing; merged cells say it for several rows."""
        for field in self.page.header.columns.keys() - _UNREAD:
            value = cell(self.page.sheet, self.page.header, self.row, field)
            if isinstance(value, Formula):
                message = f"{self.label(field)}是公式，系统不计算公式，请粘贴为数值后重新导入"
                self.ask(field, Finding("formula_live", message, "粘贴为数值"))
            elif value in _CELL_ERRORS:
                message = f"{self.label(field)}是Excel错误值{value}，请更正后重新导入"
                self.ask(field, Finding("cell_error", message, "更正单元格"))
            self._note_merged(field, value)

    def _note_merged(self, field: str, value: CellValue) -> None:
        block = self.page.sheet.merged_range(self.row, self.page.header.columns[field].number)
        if block and block.top == self.row < block.bottom:
            shown = f"{self.label(field)}取自合并单元格（第{block.top}—{block.bottom}行）"
            message = f"{shown}，值已补到每一行，均为{quoted(text_of(value))}"
            self.note(field, Finding("merged_value", message))

    def check_required(self, matter: MatterRecord) -> None:
        """A matter needs a title, a lead unit and, while it is open, a limit or 长期坚持."""
        if not matter.title:
            self._ask_missing("title", "title_missing", "事项名称为空，请补填后重新导入")
        if not matter.lead_text:
            self._ask_missing("lead_unit", "unit_missing", "牵头单位为空，请补填后重新导入")
        if not (matter.due_on or matter.open_ended or matter.closed):
            self._ask_missing("due_on", "due_missing", "办结时限为空，请补填日期，或写明“长期坚持”")
        if matter.dispatched_on is None and "dispatched_on" not in self.asked:
            self.note("dispatched_on", Finding("dispatch_missing", "交办时间为空，无法推算用时"))

    def _ask_missing(self, field: str, code: str, message: str) -> None:
        if field not in self.asked:
            self.ask(field, Finding(code, message, "补填"))

    def check_order(self, matter: MatterRecord) -> None:
        """Dates that contradict each other, or a past that has not come yet, are for a person."""
        dispatched, closed_on = matter.dispatched_on, matter.closed_on
        self._ask_order("due_on", matter.original_due_on, "早于交办时间", dispatched)
        self._ask_order("extended_to", matter.extended_to, "早于原办结时限", matter.original_due_on)
        self._ask_order("closed_on", closed_on, "早于交办时间", dispatched)
        for field, day in (("dispatched_on", dispatched), ("closed_on", closed_on)):
            if day and day > self.page.as_of:
                message = f"{self.label(field)}{day}晚于统计日期{self.page.as_of}，请核对"
                self.ask(field, Finding("date_future", message, "核对日期"))
        if closed_on and not (matter.closed or matter.closing_requested) and "closed" not in self.asked:
            message = f"已填销号时间{closed_on}，但未标已销号，请核对"
            self.ask("closed", Finding("closed_date_without_mark", message, "核对是否销号"))

    def _ask_order(self, field: str, day: date | None, relation: str, other: date | None) -> None:
        if day and other and day < other:
            message = f"{self.label(field)}{day}{relation}{other}，请核对"
            self.ask(field, Finding("date_order", message, "核对日期"))

    def note_limit(self, matter: MatterRecord) -> None:
        """What is worth knowing about the limit in force. A date given outright does not roll."""
        field = "extended_to" if matter.extended_to else "due_on"
        due, calendar = matter.due_on, self.page.calendar
        if due is None:
            return
        if matter.extended_to and matter.original_due_on:
            late = "，不计逾期" if due >= self.page.as_of else ""
            message = f"保留原期限{matter.original_due_on}，现期限{due}{late}"
            self.note("extended_to", Finding("extension", message))
        if calendar.is_provisional(due, due):
            message = f"期限{due}跨入节假日安排未公布的年份，剩余工作日按“暂定”显示"
            self.note(field, Finding("calendar_unknown_year", message))
        elif not calendar.is_working(due):
            day_name = f"星期{_WEEKDAYS[due.weekday()]}"
            name = calendar.names.get(due, day_name)
            self.note(field, Finding("date_rest_day", f"{due}为{name}；指定日期不顺延，仅提示"))

    def note_light(self, matter: MatterRecord) -> None:
        """The hand-kept light is never imported; one that hides an overdue matter is pointed out."""
        light, due = text_of(self.value("light")), matter.due_on
        if not light or light.startswith("红") or matter.closed or not due or due >= self.page.as_of:
            return
        days = self.page.calendar.working_days_between(due, self.page.as_of)
        message = f"台账亮灯为“{light}”，按规则应为红（逾期{days}个工作日），以系统推算为准"
        self.note("light", Finding("light_differs", message))


def _lead_remedy(suggested: tuple[str, ...], co_units: tuple[str, ...]) -> Mapping[str, Any] | None:
    """The first unit leads (a note under the sample register says so), the others join the co-units."""
    if not suggested:
        return None
    lead, *others = suggested
    return {"lead_unit": lead, "co_units": _without(lead, (*others, *co_units))}


def _without(lead: str | None, co_units: Iterable[str]) -> tuple[str, ...]:
    return tuple(code for code in dict.fromkeys(co_units) if code != lead)
