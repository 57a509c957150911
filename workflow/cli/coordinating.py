"""`duban case decide-coordination`: the decision of a meeting, with the matters its minutes set."""

import re
from datetime import date
from typing import Annotated, Any

import typer

from states.deadlines import Limit
from states.errors import FactInvalid
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.case_done import done, say_done
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, NewSeries, Number, OverCap, check_named, moment
from workflow.cli.output import screen
from workflow.services import coordinating
from workflow.services.coordinating import Child, Decided

BAR = re.compile(r"[|｜]")
DAY = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")
CHILD_HELP = "议定的子事项：标题|牵头单位|期限|工作要求，后三项可不填；可多次"


def add_to(app: typer.Typer) -> None:
    """Add this command to `duban case`."""
    app.command("decide-coordination")(decide)


def decide(
    number: Number,
    *,
    minutes: Annotated[str | None, typer.Option("--minutes", help="议定意见（必填）")] = None,
    evidence: Annotated[list[str] | None, typer.Option("--evidence", help="会议纪要等材料（必填）")] = None,
    due_on: Annotated[str | None, typer.Option("--due-on", "--due", help="议定的办结日期")] = None,
    child: Annotated[list[str] | None, typer.Option("--child", help=CHILD_HELP)] = None,
    series: Annotated[str | None, typer.Option("--series", help="子事项的编号系列")] = None,
    new_series: NewSeries = False,
    over_cap: OverCap = False,
    reason: Annotated[str | None, typer.Option("--reason", help="超过反馈次数上限的理由")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """协调议定（督查室主任、批示（分管）领导、党委（党组）主要负责人，各在提请的层级）。"""
    check_named(person)
    given = {"minutes": minutes, "evidence": evidence, "due_on": due_on}
    details = {name: particulars.read(name, value) for name, value in given.items()}
    instant = moment(at)
    decided = coordinating.decide(
        open_installation(),
        number,
        by=signature(person),
        at=instant,
        children=[read_child(text) for text in child or ()],
        series=particulars.read("series", series),
        new_series=new_series,
        over_cap=over_cap,
        reason=particulars.read("reason", reason),
        **details,
    )
    answer_act(as_json, _document(decided), lambda: _say(decided), at=instant)


def read_child(text: str) -> Child:
    """A matter written 标题|牵头单位|期限|工作要求; the term is a date, or a limit such as 15wd."""
    title, *rest = (part.strip() for part in BAR.split(particulars.read_text(text)))
    if not title or len(rest) > 3:
        raise FactInvalid(
            f"子事项“{text[:40]}”无法识别，请写成：标题|牵头单位|期限|工作要求，后三项可不填。",
            code="child_invalid",
        )
    lead, term, requirement = (*rest, "", "", "")[:3]
    return Child(title, particulars.read_name(lead or None), _term(term), requirement or None)


def _term(text: str) -> Limit | date | None:
    if not text:
        return None
    return particulars.read_day(text) if DAY.fullmatch(text) else particulars.read_limit(text)


def _document(decided: Decided) -> dict[str, Any]:
    children = [
        {
            "number": one.number,
            "title": one.facts.title,
            "state": one.facts.state,
            "lead_unit": one.facts.lead_unit,
        }
        for one in decided.children
    ]
    return {**done("decide_coordination", decided.case), "children": children}


def _say(decided: Decided) -> None:
    """What was decided; of each new matter whether it went out, or waits for the director to hand it out."""
    say_done("协调议定", decided.case)
    for one in decided.children:
        stands = "已交办" if one.facts.lead_unit else "已立为拟办，待督查室主任交办"
        screen.print(f"  子事项{one.number} {one.facts.title}：{stands}", soft_wrap=True)
