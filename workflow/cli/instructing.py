"""`duban case record-instruction`: a 批示 on a matter at work, or a new 交办 after a matter has ended."""

from typing import Annotated, Any

import typer

from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.case_done import done, say_done
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, NewSeries, Number, check_named, moment
from workflow.cli.output import screen
from workflow.services import instructing
from workflow.services.instructing import Recorded

OF_THE_NEW = "（事项已结案、另行交办时）"


def add_to(app: typer.Typer) -> None:
    """Add this command to `duban case`."""
    app.command("record-instruction")(record)


def record(
    number: Number,
    *,
    leader: Annotated[str | None, typer.Option("--leader", help="批示领导：姓名或职务（必填）")] = None,
    instruction: Annotated[str | None, typer.Option("--instruction", help="批示内容（必填）")] = None,
    instructed_on: Annotated[str | None, typer.Option("--instructed-on", help="批示日期（必填）")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="批示件")] = None,
    title: Annotated[
        str | None, typer.Option("--title", help=f"新事项名称{OF_THE_NEW}，默认同原事项")
    ] = None,
    requirement: Annotated[str | None, typer.Option("--requirement", help=f"工作要求{OF_THE_NEW}")] = None,
    series: Annotated[str | None, typer.Option("--series", help=f"编号系列{OF_THE_NEW}")] = None,
    new_series: NewSeries = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """登记批示（督查员）；已销号或归档的事项，按新批示另行立项交办。"""
    check_named(person)
    given = {
        "leader": leader,
        "instruction": instruction,
        "instructed_on": instructed_on,
        "evidence": evidence,
    }
    of_the_new = {"title": title, "requirement": requirement, "series": series}
    details = {name: particulars.read(name, value) for name, value in (given | of_the_new).items()}
    details["new_series"] = new_series or None
    instant = moment(at)
    recorded = instructing.record(open_installation(), number, by=signature(person), at=instant, **details)
    answer_act(as_json, _document(recorded), lambda: _say(recorded), at=instant)


def _document(recorded: Recorded) -> dict[str, Any]:
    command = "record_instruction" if recorded.child is None else "follow_instruction"
    return {
        **done(command, recorded.case),
        "new_case": recorded.child.number if recorded.child else None,
    }


def _say(recorded: Recorded) -> None:
    if recorded.child is None:
        say_done("登记批示", recorded.case)
        return
    old, new = recorded.case.number, recorded.child.number
    screen.print(f"{old} 已结案，新批示另行交办：{new}（拟办，待督查室主任交办）", soft_wrap=True)
