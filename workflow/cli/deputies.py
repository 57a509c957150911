"""`duban deputy …`: who acts for whom, in which role, from when to when."""

from typing import Annotated, Any

import typer
from rich.table import Table

from states.errors import FactMissing
from states.office_time import office_day
from workflow import particulars
from workflow.cli.groups import Group
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, moment
from workflow.cli.output import answer, screen
from workflow.cli.tables import SHOWN_ID, table
from workflow.services import deputies

app = typer.Typer(cls=Group, help="代理：谁在什么期间代谁履行职责", no_args_is_help=True)

Then = Annotated[str | None, typer.Option("--at", help="只看某日有效的代理，如2026-11-20；默认全部")]
Id = Annotated[str, typer.Argument(help="代理编号（deputy list所列）", callback=particulars.read_name)]


def _option(name: str, help_text: str) -> Any:
    return typer.Option(name, help=help_text, callback=particulars.read_name)


@app.command("appoint")
def appoint(
    *,
    deputy: Annotated[str | None, _option("--deputy", "代理人：姓名或人员编码（必填）")] = None,
    role: Annotated[str | None, _option("--role", "代理的职责，如director或督查室主任（必填）")] = None,
    first: Annotated[str | None, typer.Option("--from", help="起始日期（必填）")] = None,
    last: Annotated[str | None, typer.Option("--to", help="截止日期，当日仍有效（必填）")] = None,
    principal: Annotated[str | None, _option("--for", "被代理人；默认为--as所写的本人")] = None,
    unit: Annotated[str | None, _option("--unit", "单位职责所在单位，只在一处任职的可不填")] = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """安排代理（本人，或者督查室主任、单位主要负责人）。"""
    signer, instant = _signer(person), moment(at)
    done = deputies.appoint(
        open_installation(),
        principal or signer,
        _owed("deputy", deputy, "代理人"),
        _owed("role", role, "代理的职责"),
        valid_from=particulars.read_day(_owed("from", first, "起始日期")),
        valid_to=particulars.read_day(_owed("to", last, "截止日期")),
        unit=unit or "",
        by=signature(signer),
        at=instant,
    )
    answer(as_json, done, lambda: screen.print(f"已安排：{_sentence(done)}", soft_wrap=True))


@app.command("revoke")
def revoke(deputy_id: Id, *, person: AsPerson = None, at: At = None, as_json: AsJson = False) -> None:
    """撤销代理，自当日起不再有效，记载保留。"""
    signer, instant = _signer(person), moment(at)
    done = deputies.revoke(open_installation(), deputy_id, by=signature(signer), at=instant)
    told = f"已撤销：{_sentence(done)}，自{done['revoked_on']}起不再有效"
    answer(as_json, done, lambda: screen.print(told, soft_wrap=True))


@app.command("list")
def list_deputies(at: Then = None, as_json: AsJson = False) -> None:
    """代理一览：全部，或者某日有效的。"""
    day = office_day(particulars.read_instant(at)) if at else None
    listed = deputies.list_all(open_installation(), day=day)
    answer(as_json, {"deputies": listed}, lambda: screen.print(_table(listed)))


def _signer(person: str | None) -> str:
    return _owed("as", person, "以谁的名义办理")


def _owed(name: str, given: str | None, label: str) -> str:
    if not given:
        raise FactMissing(
            f"请用 --{name} 写明{label}。", code=f"{CODES.get(name, name)}_missing", missing=name
        )
    return given


CODES = {"as": "person", "from": "valid_from", "to": "valid_to"}
"""What a missing option is called in the code of its refusal, where not as it is typed."""


def _sentence(one: dict[str, Any]) -> str:
    days = f"{one['valid_from']}至{one['valid_to']}"
    return f"{one['deputy_name']}代{one['person_name']}履行{_role(one)}职责，{days}（{one['id'][:SHOWN_ID]}）"


def _role(one: dict[str, Any]) -> str:
    return f"{one['unit_name'] or ''}{one['role_label']}"


def _table(listed: list[dict[str, Any]]) -> Table:
    made = table(f"代理（{len(listed)}项）", ("编号", "代理人", "被代理人", "职责", "期限", "情况"))
    for one in listed:
        ended = f"{one['revoked_on']}撤销" if one["revoked_on"] else ""
        days = f"{one['valid_from']}至{one['valid_to']}"
        made.add_row(one["id"][:SHOWN_ID], one["deputy_name"], one["person_name"], _role(one), days, ended)
    return made
