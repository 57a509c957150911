"""The columns the register can show, on the page, in a workbook and in CSV alike."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime

from states.office_time import OFFICE_ZONE, office_minute
from states.register.returning import Form, Returnable, plain
from workflow.services.register import Listed
from workflow.workbooks.text_cells import writable

NOTHING = "—"
WHY = "why"
"""The column that asks what a light comes from."""

TELLING = frozenset({"progress", "basis", "requirement", "remark", WHY})
"""Columns that tell what a matter says: whoever is shown them has looked into it."""

OF_THE_WHOLE = frozenset({"changed"})
"""Columns for those who see the whole of a matter: others would learn of entries that are kept from them."""

Cell = str | date | datetime | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, its heading, its width in Chinese characters, and what stands in a line of it.

    In a file it has the heading an import knows it by, and `value` as it is: a date, a share. `field` is the
    fact that is corrected where it comes back edited; without one, `road` says what changes it.
    """

    id: str
    title: str
    width: int
    told: Callable[[Listed], str]
    heading: str = ""
    form: Form = Form.TEXT
    value: Callable[[Listed], Cell] | None = None
    field: str | None = None
    road: str = ""

    @property
    def filed(self) -> Callable[[Listed], Cell]:
        """What stands in a line of it in a file."""
        return self.value or (lambda line: _text(self.told(line)))

    @property
    def returnable(self) -> Returnable:
        """The column as it goes out and comes back."""
        return Returnable(self.id, self.heading or self.title, self.form, self.field, self.road)


def on_file(cell: Cell, form: Form) -> str:
    """What a cell of ours says in a file, as it is compared with what comes back."""
    return plain(writable(cell) if isinstance(cell, str) else cell, form)


def _text(told: str) -> str | None:
    return None if told == NOTHING else told


def _day(day: date | None) -> str:
    return NOTHING if day is None else day.isoformat()


def _light(line: Listed) -> str:
    late = line.timeliness.working_days_late
    return line.timeliness.light.label + (f"，逾{late}工作日" if line.timeliness.overdue and late else "")


def _due(line: Listed) -> str:
    if line.facts.open_ended:
        return "长期坚持"
    return _day(line.facts.due_on) + ("（暂定）" if line.facts.provisional else "")


def _due_day(line: Listed) -> Cell:
    return "长期坚持" if line.facts.open_ended else line.facts.due_on


def _rate(line: Listed) -> str:
    return NOTHING if line.facts.completion_rate is None else f"{line.facts.completion_rate}%"


def _share(line: Listed) -> Cell:
    rate = line.facts.completion_rate
    return None if rate is None else rate / 100


def _fact(name: str) -> Callable[[Listed], str]:
    return lambda line: getattr(line.facts, name) or NOTHING


def _as_it_is(name: str) -> Callable[[Listed], Cell]:
    return lambda line: getattr(line.facts, name)


def _changed(line: Listed) -> Cell:
    at = line.changed_at
    return None if at is None else at.astimezone(OFFICE_ZONE).replace(second=0, microsecond=0, tzinfo=None)


COLUMNS = (
    Column("number", "编号", 9, _fact("number"), value=_as_it_is("number"), road="编号由系统给出"),
    Column(
        "title", "事项", 30, _fact("title"), heading="督办事项", value=_as_it_is("title"), field="title"
    ),
    Column("state", "环节", 6, lambda line: line.state, road="环节随办理命令变动，请在事项页面办理"),
    Column("light", "亮灯", 8, _light, road="亮灯由系统推算"),
    Column(
        "unit", "牵头单位", 12, lambda line: line.lead_group or line.lead_unit or NOTHING,
        road="牵头单位请用改派",
    ),
    Column(
        "due", "期限", 9, _due, heading="办结时限", form=Form.DAY, value=_due_day,
        road="期限只能由批准的延期改变，确系录错的请在事项页面更正",
    ),
    Column(
        "category", "类别", 6, lambda line: line.category or NOTHING, heading="难易程度",
        field="complexity",
    ),
    Column(
        "leader", "包保领导", 8, _fact("accountable_leader"), value=_as_it_is("accountable_leader"),
        field="accountable_leader",
    ),
    Column("co_units", "配合单位", 14, lambda line: "、".join(line.co_units) or NOTHING, field="co_units"),
    Column(
        "dispatched", "交办日期", 8, lambda line: _day(line.facts.dispatched_on), form=Form.DAY,
        value=_as_it_is("dispatched_on"), field="dispatched_on",
    ),
    Column("rate", "完成率", 5, _rate, form=Form.SHARE, value=_share, field="completion_rate"),
    Column(
        "progress", "最近进展", 24, _fact("progress"), heading="目前进展情况", value=_as_it_is("progress"),
        field="progress",
    ),
    Column(
        "source", "来源", 8, _fact("source"), heading="事项来源", value=_as_it_is("source"), field="source",
    ),
    Column("basis", "依据", 14, _fact("basis"), heading="交办依据", value=_as_it_is("basis"), field="basis"),
    Column(
        "requirement", "工作要求", 20, _fact("requirement"), value=_as_it_is("requirement"),
        field="requirement",
    ),
    Column("remark", "备注", 12, _fact("remark"), value=_as_it_is("remark"), field="remark"),
    Column(
        WHY, "亮灯原因", 20, lambda line: "；".join(one.words for one in line.reasons) or NOTHING,
        road="亮灯由系统推算",
    ),
    Column(
        "changed", "最近变动", 10,
        lambda line: office_minute(line.changed_at) if line.changed_at else NOTHING, form=Form.MOMENT,
        value=_changed, road="由系统记载",
    ),
)  # fmt: skip
ALWAYS = frozenset({"number", "title"})
"""Without these nobody knows which matter a line is."""

USUAL = frozenset({"number", "title", "state", "light", "unit", "due"})


def offered(*, whole: bool) -> tuple[Column, ...]:
    """The columns there are for somebody who sees the whole of every matter, or for others."""
    return tuple(one for one in COLUMNS if whole or one.id not in OF_THE_WHOLE)


def shown(chosen: Collection[str], *, whole: bool) -> tuple[Column, ...]:
    """The columns chosen, in their order, with those that are always there; unknown names are passed over."""
    there = offered(whole=whole)
    wanted = ALWAYS | ({one.id for one in there if one.id in chosen} or USUAL)
    return tuple(one for one in there if one.id in wanted)
