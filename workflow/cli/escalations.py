"""`duban escalation …`: what waits for a decision, and deciding it."""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.errors import FactInvalid
from states.escalation import STATES
from states.facts import to_json
from workflow.cli import particulars
from workflow.cli.cases import AsJson, AsPerson, At
from workflow.cli.groups import Group
from workflow.cli.output import answer, now, open_installation, screen, signature
from workflow.cli.tables import step_label, table
from workflow.services import escalations

SHOWN_ID = 10

app = typer.Typer(cls=Group, help="督办措施：提醒、函询、诫勉的审批与送达", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="措施编号（escalation list所列）", callback=particulars.read_name)]
Words = Annotated[str | None, typer.Option("--reason", help="理由")]


@app.command("list")
def list_escalations(
    state: Annotated[str | None, typer.Option(help="只看某一状态，如proposed")] = None,
    as_json: AsJson = False,
) -> None:
    """督办措施一览。"""
    if state is not None and state not in STATES:
        known = "、".join(STATES)
        raise FactInvalid(f"没有“{state}”这种状态，可用的有：{known}。", code="state_unknown", state=state)
    rows = [to_json(dict(row._mapping)) for row in escalations.list_all(open_installation(), state)]
    answer(as_json, {"escalations": rows}, lambda: screen.print(_table(rows)))


@app.command("approve")
def approve(
    escalation: Id,
    *,
    question: Annotated[str | None, typer.Option(help="函询的具体问题")] = None,
    ground: Annotated[str | None, typer.Option(help="诫勉情形所依据的条款，由人选定")] = None,
    facts: Annotated[str | None, typer.Option(help="诫勉情形的事实")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """批准并发出。"""
    chosen = (
        {"clause": particulars.read_text(ground), "facts": facts and particulars.read_text(facts)}
        if ground
        else None
    )
    _act(
        "approve",
        escalation,
        person,
        at,
        as_json,
        question=particulars.read("question", question),
        ground=chosen,
    )


@app.command("reject")
def reject(
    escalation: Id, reason: Words = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """不批准，说明理由。"""
    _act("reject", escalation, person, at, as_json, reason=particulars.read("reason", reason))


@app.command("recuse")
def recuse(
    escalation: Id, reason: Words = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """声明回避：本人不审批该件，其代理人也不得代为审批。"""
    _act("recuse", escalation, person, at, as_json, reason=particulars.read("reason", reason))


@app.command("serve")
def serve(
    escalation: Id,
    served_on: Annotated[str | None, typer.Option(help="送达日期")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """登记送达。"""
    day = particulars.read_day(served_on) if served_on else None
    _act("serve", escalation, person, at, as_json, served_on=day)


@app.command("answer")
def answer_(
    escalation: Id,
    *,
    judgement: Annotated[str | None, typer.Option(help="sufficient符合要求，insufficient不符合要求")] = None,
    reply: Annotated[str | None, typer.Option(help="回复摘要")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """登记回复及审核结论。"""
    _act(
        "answer", escalation, person, at, as_json, judgement=judgement, reply=particulars.read("reply", reply)
    )


@app.command("withdraw")
def withdraw(
    escalation: Id, reason: Words = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """撤回，说明理由。"""
    _act("withdraw", escalation, person, at, as_json, reason=particulars.read("reason", reason))


def _act(
    command: str, escalation: str, person: str | None, at: str | None, as_json: bool, **details: Any
) -> None:
    instant = particulars.read_instant(at) if at else now()
    done = escalations.act(
        open_installation(), escalation, command, by=signature(person), at=instant, **details
    )
    answer(as_json, done, lambda: screen.print(f"{done['case']} {STATES[done['state']]}", highlight=False))


def _table(rows: list[dict[str, Any]]) -> Table:
    made = table(f"督办措施（{len(rows)}件）", ("措施编号", "编号", "措施", "状态", "文号", "缘由"))
    for row in rows:
        state = STATES[row["state"]]
        paper = row["paper"] or ""
        made.add_row(
            row["id"][:SHOWN_ID], row["number"], step_label(row["step"]), state, paper, row["reason"]
        )
    return made
