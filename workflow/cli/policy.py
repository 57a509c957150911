"""`duban policy …`: the ladder in force, and the director's standing authorisation of its automatic rungs."""

from typing import Any

import typer
from rich.table import Table

from states.errors import FactMissing
from states.vocabulary import IssueMode
from workflow.cli import particulars
from workflow.cli.cases import AsJson, AsPerson, At
from workflow.cli.groups import Group
from workflow.cli.output import answer, now, open_installation, screen, signature
from workflow.services import authorisation

app = typer.Typer(cls=Group, help="督办规则：查看与授权", no_args_is_help=True)


@app.command("show")
def show(as_json: AsJson = False) -> None:
    """现行督办规则。"""
    document = authorisation.show(open_installation())
    answer(as_json, document, lambda: screen.print(_table(document)))


@app.command("authorise")
def authorise(person: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """授权系统自动签发（督查室主任）。"""
    if person is None:
        raise FactMissing("请用 --as 写明由谁授权。", code="person_missing", missing="as")
    instant = particulars.read_instant(at) if at else now()
    done = authorisation.authorise(open_installation(), by=signature(person), at=instant)
    answer(as_json, done, lambda: screen.print(f"已授权{done['policy']}", highlight=False))


def _table(document: dict[str, Any]) -> Table:
    signed = f"由{document['authorised_by']}授权" if document["authorised_by"] else "尚未授权"
    table = Table(title=f"{document['policy']}（{signed}）")
    for heading in ("步骤", "距期限（工作日）", "文书", "方式", "答复期限（工作日）"):
        table.add_column(heading)
    for rung in document["rungs"]:
        mode = IssueMode(rung["mode"]).label
        term = str(rung["reply_working_days"] or "")
        table.add_row(rung["label"], str(rung["offset"]), rung["document"], mode, term)
    return table
