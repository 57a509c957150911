"""`duban retention …`: how long matters are kept, and sealing what has come to its end. Nothing is purged."""

from typing import Annotated, Any

import typer

from states.office_time import office_day
from states.retention import kept_until
from states.vocabulary import RetentionClass
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.groups import Group
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, Number, check_named, moment
from workflow.cli.output import answer, notes, now, screen
from workflow.cli.tables import table
from workflow.services import retention
from workflow.services.batch import OpenCase
from workflow.services.retention import Kept

CLASSES = "、".join(one.label for one in RetentionClass)

app = typer.Typer(cls=Group, help="保管期限：归档事项保管到何时，到期封存与启封", no_args_is_help=True)

Reason = Annotated[str | None, typer.Option("--reason", help="理由（必填）")]


@app.command("list")
def list_kept(
    *,
    on: Annotated[str | None, typer.Option("--on", help="截至哪一天，如2057-01-01；默认今天")] = None,
    ended: Annotated[bool, typer.Option("--ended", help="只看到期待鉴定的")] = False,
    viewer: Annotated[
        str | None,
        typer.Option("--as", help="以谁的名义；封存的只供主任和审计查阅人", callback=particulars.read_name),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """销号的事项各保管到何时，哪些到期待鉴定。"""
    day = particulars.read_day(on) if on else office_day(now())
    found = retention.list_kept(open_installation(), day=day, by=onlooker(viewer))
    if ended:
        found.matters = [one for one in found.matters if one["ended"] and not one["sealed_on"]]
    answer(as_json, found.as_json(), lambda: _say(found))
    for bad in found.unreadable:
        notes.print(f"事项{bad['case']}未列出：{bad['message']}", soft_wrap=True)


@app.command("set")
def set_class(
    number: Number,
    *,
    word: Annotated[str | None, typer.Option("--class", help=f"保管期限（必填）：{CLASSES}")] = None,
    reason: Reason = None,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """定或更正保管期限（档案员、督查室主任；缩短的只由主任）。"""
    check_named(person)
    instant, said = moment(at), particulars.read("reason", reason)
    given = None if word is None else particulars.read_name(word)
    office, by = open_installation(), signature(person)
    case = retention.classify(office, number, given, reason=said, by=by, at=instant)
    answer_act(as_json, _done(case), lambda: screen.print(f"{case.number} {_term(case)}"), at=instant)


@app.command("seal")
def seal(
    number: Number, *, reason: Reason = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """封存保管期满的事项（督查室主任）：不再列出、检索和办理，照常核验，不删除。"""
    check_named(person)
    instant, said = moment(at), particulars.read("reason", reason)
    case = retention.seal(open_installation(), number, reason=said, by=signature(person), at=instant)
    answer_act(as_json, _done(case), lambda: screen.print(f"{case.number} 已封存"), at=instant)


@app.command("unseal")
def unseal(
    number: Number, *, reason: Reason = None, person: AsPerson = None, at: At = None, as_json: AsJson = False
) -> None:
    """启封（督查室主任）。"""
    check_named(person)
    instant, said = moment(at), particulars.read("reason", reason)
    case = retention.unseal(open_installation(), number, reason=said, by=signature(person), at=instant)
    answer_act(as_json, _done(case), lambda: screen.print(f"{case.number} 已启封"), at=instant)


def _done(case: OpenCase) -> dict[str, Any]:
    facts, last = case.facts, kept_until(case.facts)
    return {
        "case": case.number,
        "retention": facts.retention,
        "kept_until": last and last.isoformat(),
        "sealed_on": facts.sealed_on and facts.sealed_on.isoformat(),
        "seq": case.seq,
        "hash": case.head,
    }


def _term(case: OpenCase) -> str:
    label, last = RetentionClass(str(case.facts.retention)).label, kept_until(case.facts)
    return f"保管期限{label}，到{last}为止" if last else f"保管期限{label}"


def _say(found: Kept) -> None:
    if found.matters:
        made = table(f"保管期限（截至{found.on}）", ("编号", "事项", "销号", "期限", "到期", "情况"))
        for one in found.matters:
            made.add_row(
                one["number"],
                one["title"],
                one["closed_on"],
                one["retention_label"] or "未定",
                one["kept_until"] or "",
                _standing(one),
            )
        screen.print(made)
    else:
        screen.print("没有这样的事项。")
    if found.withheld:
        screen.print(
            f"另有{found.withheld}项已封存，只供督查室主任和审计查阅人查看（--as）。", soft_wrap=True
        )


def _standing(one: dict[str, Any]) -> str:
    if one["sealed_on"]:
        return f"{one['sealed_on']}封存"
    return "到期待鉴定" if one["ended"] else ""
