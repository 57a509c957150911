"""`duban escalation …`: what waits for a decision, deciding it, and following a paper to its end."""

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table
from sqlalchemy import Row

from states.errors import FactInvalid
from states.escalation import STATES
from states.escalation.given import GIVEN
from states.facts import to_json
from states.office_time import office_day
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, check_named, common, detail, moment
from workflow.cli.output import answer, now, screen
from workflow.cli.tables import SHOWN_ID, step_label, table
from workflow.services import approving, deciding, escalations

app = typer.Typer(cls=Group, help="督办措施：提醒、函询、诫勉的审批、送达、回复与了结", no_args_is_help=True)

Id = Annotated[str, typer.Argument(help="措施编号（escalation list所列）", callback=particulars.read_name)]

Ids = Annotated[
    list[str],
    typer.Argument(help="措施编号，可写几个，一并批准", callback=particulars.read_measures),
]

HELP = {
    "judge": "审核回复：符合要求（sufficient）、不符合要求（insufficient）或再次函询（ask_again）",
    "serve": "登记送达：直接送达（hand）、邮件并有回执（mail）或拒收（refused）",
    "answer": "登记回复，可同时作出审核结论",
}


@app.command("list")
def list_escalations(
    state: Annotated[str | None, typer.Option(help="只看某一状态，如proposed")] = None,
    case: Annotated[str | None, typer.Option(help="只看某一事项：编号")] = None,
    as_json: AsJson = False,
) -> None:
    """督办措施一览。"""
    if state is not None and state not in STATES:
        known = "、".join(STATES)
        raise FactInvalid(f"没有“{state}”这种状态，可用的有：{known}。", code="state_unknown", state=state)
    office = open_installation()
    found = [row for row in escalations.list_all(office, state) if case in (None, row.number)]
    deciders = deciding.deciders_of(office, found, office_day(now()))
    named = ({"deciders": deciders[row.id]} if row.id in deciders else {} for row in found)
    rows = [{**_told(row), **who} for row, who in zip(found, named, strict=True)]
    answer(as_json, {"escalations": rows}, lambda: screen.print(_table(rows)))


def _told(row: Row[Any]) -> dict[str, Any]:
    """A measure as the list tells of it; the person one concerns stands in its paper alone."""
    values = {name: value for name, value in row._mapping.items() if name != "object_person"}
    return {"case": row.number, **to_json(values)}


def _command(name: str) -> Callable[..., None]:
    """The function of one sub-command; typer reads its options from the signature made here."""

    several = name == approving.APPROVE

    def run(escalation: str | list[str], **words: Any) -> None:
        as_json, person, at = words.pop("as_json"), words.pop("person"), words.pop("at")
        details = particulars.with_ground({key: particulars.read(key, value) for key, value in words.items()})
        check_named(person)
        instant = moment(at)
        office, by = open_installation(), signature(person)
        if isinstance(escalation, str):
            done = [escalations.act(office, escalation, name, by=by, at=instant, **details)]
        else:
            done = approving.approve_all(office, escalation, by=by, at=instant, **details)
        told = done[0] if len(done) == 1 else {"approved": done}
        answer_act(as_json, told, lambda: _say_all_done(done), at=instant)

    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    identified = inspect.Parameter("escalation", kind, annotation=Ids if several else Id)
    given = GIVEN[name]
    options = [detail(one, owed=one in given.needs) for one in given.accepts]
    run.__signature__ = inspect.Signature([identified, *options, *common()])  # type: ignore[attr-defined]
    return run


for _name, _row in GIVEN.items():
    app.command(_name, help=HELP.get(_name) or _row.label)(_command(_name))


def _say_all_done(done: list[dict[str, Any]]) -> None:
    for one in done:
        screen.print(f"{one['case']} {step_label(one['step'])}：{STATES[one['state']]}{_dates(one)}")
        if also := one.get("also"):
            screen.print(f"  同一文书所列其余{len(also)}项一并登记：{'、'.join(also)}", soft_wrap=True)
        if others := one.get("paper_stands_for"):
            screen.print(f"  该文书还列有其他{others}项，对其继续有效。")
        if voided := one.get("paper_voided"):
            screen.print(f"  {voided}所列各项均已撤回，该文书作废。", soft_wrap=True)


def _dates(done: dict[str, Any]) -> str:
    """The days that follow from what was done."""
    told = {
        "reply_due_on": "回复期限",
        "judge_by": "审核期限",
        "review_on": "期满审核",
        "snoozed_until": "暂缓至",
    }
    said = [f"{label}{done[name]}" for name, label in told.items() if done.get(name)]
    return f"（{'，'.join(said)}）" if said else ""


def _table(rows: list[dict[str, Any]]) -> Table:
    made = table(f"督办措施（{len(rows)}件）", ("措施编号", "编号", "措施", "状态", "可审批", "文号", "缘由"))
    for row in rows:
        state = STATES[row["state"]]
        paper, who = row["paper"] or "", "、".join(row.get("deciders", ()))
        made.add_row(
            row["id"][:SHOWN_ID], row["number"], step_label(row["step"]), state, who, paper, row["reason"]
        )
    return made
