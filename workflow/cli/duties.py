"""`duban todo` and `duban digest`: what everybody owes, on the screen and by mail."""

from datetime import date
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from states.duties import Duty
from states.office_time import office_day
from workflow import particulars
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, At, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import table
from workflow.services.digests import DigestReport, send_digests, standing_of
from workflow.services.duties import Owed, TodoList, owed

MOST = 1_000
PRIVATE = "您有{}件待办的干部监督事项，请登录系统或到场办理。"

Person = Annotated[
    str | None,
    typer.Option("--as", help="只看某人的：姓名或人员编码", callback=particulars.read_name),
]
OnDay = Annotated[str | None, typer.Option("--at", help="看哪一时刻的，默认现在")]


def todo(
    *,
    person: Person = None,
    at: OnDay = None,
    most: Annotated[int, typer.Option("--most", help="一人最多列多少项", min=1, max=MOST)] = MOST,
    as_json: AsJson = False,
) -> None:
    """待办：某人当日应办的全部事项；不写--as则列各人件数。"""
    day = office_day(moment(at))
    found = owed(open_installation(), day=day, person=person, most=most if person else 1)
    if person is None:
        answer(as_json, _counts(found), lambda: _say_counts(found))
    else:
        (mine,) = found.lists
        answer(as_json, _list(mine, day), lambda: _say_list(mine, day))


def digest(
    once: Annotated[bool, typer.Option("--once", help="立即发出当日清单（默认如此）")] = True,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """给每个有待办的人发一份当日清单；同一人一天只发一份。"""
    instant = moment(at)
    report = send_digests(open_installation(), at=instant, by=signature(None), once=once)
    answer(as_json, report.as_json(), lambda: screen.print(_told(report), soft_wrap=True))


def _told(report: DigestReport) -> str:
    words = f"{report.day}：发出清单{report.sent}份，当日已发过{report.already}份"
    parts = (
        ("没有邮箱而未发", report.unaddressed),
        ("名录中无人承担的待办", report.nobodys),
        ("数据无法读取的事项", report.unreadable),
    )
    return "，".join([words, *(f"{label}{count}项" for label, count in parts if count)])


def _counts(found: Owed) -> dict[str, Any]:
    """Everybody's numbers, without what concerns a person: that it exists is for those who handle it."""
    return {
        "day": found.day.isoformat(),
        "people": [
            {
                "person": one.addressee.code,
                "name": one.addressee.name,
                "email": one.addressee.email,
                "count": one.public,
                "overdue": one.public_overdue,
            }
            for one in found.lists
            if one.public
        ],
        "nobodys": found.nobodys,
        "unreadable": list(found.unreadable),
    }


def _say_counts(found: Owed) -> None:
    told = _counts(found)
    made = table(f"待办（{found.day}）", ("编号", "姓名", "待办", "其中逾期", "邮箱"))
    for one in told["people"]:
        email = one["email"] or "无"
        made.add_row(one["person"], one["name"], str(one["count"]), str(one["overdue"] or ""), email)
    screen.print(made)
    if found.nobodys:
        screen.print(f"另有{found.nobodys}项待办在名录中无人承担，请补登有关职责的人员。", soft_wrap=True)
    for bad in found.unreadable:
        screen.print(f"{bad['case']} {bad['message']}", soft_wrap=True)


def _list(mine: TodoList, day: date) -> dict[str, Any]:
    return {
        "day": day.isoformat(),
        "person": mine.addressee.code,
        "name": mine.addressee.name,
        "count": mine.count,
        "overdue": mine.overdue,
        "private": mine.private,
        "more": mine.more,
        "duties": [_duty(one) for one in mine.duties],
    }


def _duty(one: Duty) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "label": one.label,
        "case": one.number,
        "title": one.title,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "since": one.since.isoformat() if one.since else None,
        "overdue": one.overdue,
        "working_days_late": one.working_days_late,
        "escalation": one.escalation,
        "step": one.step,
        "acting_for": one.acting_for,
        "task": one.task,
    }


def _say_list(mine: TodoList, day: date) -> None:
    late = f"，其中{mine.overdue}项逾期" if mine.overdue else ""
    screen.print(f"{mine.addressee.name}：截至{day}待办{mine.count}项{late}", style="bold", soft_wrap=True)
    if mine.private:
        screen.print(PRIVATE.format(mine.private), soft_wrap=True)
    if mine.duties:
        screen.print(_table(mine, day))
    if mine.more:
        screen.print(f"另有{mine.more}项未列出。", soft_wrap=True)


def _table(mine: TodoList, day: date) -> Table:
    made = table(None, ("待办", "编号", "事项", "期限", "逾期情况", "措施编号"))
    for one in mine.duties:
        deputy = f"（代{one.acting_for}）" if one.acting_for else ""
        due = str(one.due_on or (f"自{one.since}" if one.since else ""))
        standing = Text(standing_of(one, day), style="red")
        made.add_row(one.label + deputy, one.number, one.title, due, standing, (one.escalation or "")[:10])
    return made
