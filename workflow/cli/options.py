"""Options made from the names of particulars, so that a table of commands is a table of sub-commands."""

import inspect
from datetime import date, datetime
from typing import Annotated, Any

import typer

from states.errors import FactInvalid
from states.office_time import office_day
from states.words import detail_label
from workflow import particulars
from workflow.cli.output import now
from workflow.services.accounts.authority import nobody_named

Number = Annotated[str, typer.Argument(help="事项编号", callback=particulars.read_name)]
AsPerson = Annotated[
    str | None,
    typer.Option("--as", help="以谁的名义办理：姓名或人员编码", callback=particulars.read_name),
]
AsViewer = Annotated[
    str | None,
    typer.Option(
        "--as",
        help="按谁可见的范围查看：姓名或人员编码；不写则为系统操作人员，可看全部",
        callback=particulars.read_name,
    ),
]
At = Annotated[str | None, typer.Option("--at", help="发生时间，如2026-11-20T09:00:00+08:00；默认现在")]
OverCap = Annotated[
    bool, typer.Option("--over-cap", help="确需超过单位每月反馈次数上限的（督查室主任，须写明理由）")
]
NewSeries = Annotated[
    bool, typer.Option("--new-series", help="--series所写的是新设的系列（本系统中没有用过）")
]
AsOf = Annotated[str | None, typer.Option("--as-of", help="按当时的记载查看")]
AsJson = Annotated[bool, typer.Option("--json", help="只输出一份JSON")]


def moment(at: str | None) -> datetime:
    """When something happens: as it is stated, or now. Raises `FactInvalid` for words that are no time."""
    return now() if at is None else particulars.read_instant(at)


def past_instant(as_of: str | None) -> datetime | None:
    """The instant whose record is asked for, if one is. Raises `FactInvalid`: no time, or a day to come."""
    if as_of is None:
        return None
    instant = particulars.read_instant(as_of)
    check_is_past(office_day(instant))
    return instant


def check_is_past(day: date) -> None:
    """Nothing is on record of a day that is not there yet. Raises `FactInvalid` (`as_of_ahead`)."""
    today = office_day(now())
    if day > today:
        message = f"--as-of所写的{day}还没有到（今天是{today}），还没有那时的记载；请写今天或者更早的日子。"
        raise FactInvalid(message, code="as_of_ahead", as_of=day.isoformat())


def check_named(person: str | None) -> None:
    """An act is somebody's. Raises `FactMissing` (`person_missing`) where nobody is named."""
    if person is None:
        raise nobody_named()


def detail(name: str, *, owed: bool) -> inspect.Parameter:
    """The option of one particular."""
    help_text = detail_label(name) + ("（必填）" if owed else "") + particulars.FORMS.get(name, "")
    names = ("--" + name.replace("_", "-"), *particulars.SHORT_NAMES.get(name, ()))
    option = typer.Option(*names, help=help_text)
    if name in particulars.FLAGS:
        return parameter(name, bool, option, default=False)
    return parameter(name, list[str] | None if name in particulars.SEVERAL else str | None, option)


def common() -> list[inspect.Parameter]:
    """Who, when, and whether the answer is JSON."""
    return [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=kind)
        for name, default, kind in (("person", None, AsPerson), ("at", None, At), ("as_json", False, AsJson))
    ]


def parameter(name: str, kind: Any, option: Any, default: Any = None) -> inspect.Parameter:
    """A keyword of a command's function, as typer reads it."""
    annotation = Annotated[kind, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
