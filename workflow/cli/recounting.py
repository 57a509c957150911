"""`duban calendar impact|accept|decline`: what a loaded notice changes, and settling it case by case."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.table import Table

from states.errors import FactInvalid, FactMissing
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, check_named, moment
from workflow.cli.output import REFUSED, answer, screen
from workflow.cli.tables import table
from workflow.services import recounting
from workflow.services.office import Office

Numbers = Annotated[list[str] | None, typer.Argument(help="事项编号，可多个", metavar="NUMBER…")]
HEADINGS = ("编号", "事项", "期限种类", "原为", "现为", "变化")


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban calendar`."""
    app.command("impact")(show_impact)
    app.command("accept")(accept)
    app.command("decline")(decline)


def show_impact(as_json: AsJson = False) -> None:
    """现行日历会改变哪些事项的期限（只列出，不改动）。"""
    found = [one.as_json() for one in recounting.impact(open_installation())]
    answer(as_json, {"impact": found}, lambda: say_impact(found))


def accept(
    numbers: Numbers = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="影响清单上的全部事项")] = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """按现行日历重新计算这些事项的期限。"""
    if not numbers and not everything:
        raise FactMissing("请写明事项编号，或用--all接受全部。", code="number_missing", missing="number")
    if numbers and everything:
        raise FactInvalid("写了事项编号就不要再写--all，二者用一个。", code="number_or_all")
    office, instant = _signed(person), moment(at)
    wanted = None if everything else _read(numbers)
    settled = recounting.accept(office, wanted, by=signature(person), at=instant)
    _finish(settled, as_json, "已重新计算", at=instant)


def decline(
    numbers: Numbers = None,
    *,
    reason: Annotated[str | None, typer.Option("--reason", help="理由（必填）")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """这些事项的期限维持不变，须写明理由。"""
    if not numbers:
        raise FactMissing("请写明事项编号。", code="number_missing", missing="number")
    if not reason:
        raise FactMissing("请用--reason写明理由。", code="reason_missing", missing="reason")
    office, instant = _signed(person), moment(at)
    words = particulars.read_text(reason)
    settled = recounting.decline(office, _read(numbers), words, by=signature(person), at=instant)
    _finish(settled, as_json, "维持不变", at=instant)


def say_impact(found: list[dict[str, Any]]) -> None:
    """The impact list for people, with what to do next."""
    if not found:
        screen.print("没有事项的期限受影响")
        return
    screen.print(_table(found))
    moved = sum(one["moves"] for one in found)
    screen.print(
        f"其中{moved}个日期改变，{len(found) - moved}个日期不变、由暂定转为确定或者相反。期限尚未改动。"
    )
    screen.print(
        "接受：duban calendar accept --all（或写明编号）；不接受：duban calendar decline 编号 --reason …"
    )


def _table(found: list[dict[str, Any]]) -> Table:
    made = table(f"影响清单（{len(found)}项）", HEADINGS)
    for one in found:
        change = "日期改变" if one["moves"] else "暂定转为确定" if one["was_provisional"] else "转为暂定"
        old, new = (f"{one[name]}{mark}" for name, mark in _marks(one))
        made.add_row(one["case"], one["title"], one["label"], old, new, change)
    return made


def _marks(one: dict[str, Any]) -> tuple[tuple[str, str], tuple[str, str]]:
    before, after = ("（暂定）" if one[name] else "" for name in ("was_provisional", "provisional"))
    return ("old", before), ("new", after)


def _finish(settled: recounting.Settled, as_json: bool, words: str, *, at: datetime) -> None:
    answer_act(as_json, settled.as_json(), lambda: _say(settled, words), at=at)
    if settled.refused and not settled.done:
        raise typer.Exit(REFUSED)


def _say(settled: recounting.Settled, words: str) -> None:
    for one in settled.done:
        dates = "，".join(one["due"].values())
        screen.print(f"{one['case']} {words}：{dates}", soft_wrap=True)
    for one in settled.refused:
        screen.print(f"{one['case']} 未办理：{one['message']}", soft_wrap=True)


def _signed(person: str | None) -> Office:
    check_named(person)
    return open_installation()


def _read(numbers: list[str] | None) -> list[str]:
    return [str(particulars.read_name(number)) for number in numbers or ()]
