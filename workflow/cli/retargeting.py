"""`duban policy list|retarget|revert`: putting open cases under another version of the rules."""

from datetime import datetime
from typing import Annotated, Any

import typer

from states.errors import FactMissing
from states.office_time import OFFICE_ZONE
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, OverCap, check_named, moment
from workflow.cli.output import REFUSED, answer, screen
from workflow.cli.tables import table
from workflow.services import retargeting

Numbers = Annotated[list[str] | None, typer.Argument(help="事项编号，可多个", metavar="NUMBER…")]
Reason = Annotated[str | None, typer.Option("--reason", help="理由（必填）")]
Target = Annotated[str, typer.Option("--to", help="改用的规则：current（现行），或policy list所列哈希的开头")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `duban policy`."""
    app.command("list")(list_versions)
    app.command("retarget")(retarget)
    app.command("revert")(revert)


def list_versions(as_json: AsJson = False) -> None:
    """历次规则，及各自适用的在办事项数。"""
    rows = retargeting.versions(open_installation())
    answer(as_json, {"policies": rows}, lambda: _say_versions(rows))


def retarget(
    numbers: Numbers = None,
    *,
    target: Target = retargeting.CURRENT,
    reason: Reason = None,
    over_cap: OverCap = False,
    apply: Annotated[bool, typer.Option("--apply", help="执行；不写则只预览")] = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """在办事项改用另一版规则：先预览，加--apply执行，期限连续计算。"""
    words, by = _given(reason, person), signature(person)
    office, instant = open_installation(), moment(at)
    wanted = [str(particulars.read_name(one)) for one in numbers] if numbers else None
    why: dict[str, Any] = {"reason": words, "over_cap": over_cap}
    if apply:
        _finish(retargeting.apply(office, target, wanted, by=by, at=instant, **why), as_json, at=instant)
        return
    planned = [one.as_json() for one in retargeting.plan(office, target, wanted, by=by, at=instant, **why)]
    answer(as_json, {"plan": planned}, lambda: _say_plan(planned))


def revert(
    run: Annotated[str, typer.Argument(help="改用时给出的记录编号", callback=particulars.read_name)],
    *,
    reason: Reason = None,
    over_cap: OverCap = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """撤回一次改用：各事项恢复原来适用的规则和期限。"""
    words, by = _given(reason, person), signature(person)
    office, instant = open_installation(), moment(at)
    done = retargeting.revert(office, run, by=by, at=instant, reason=words, over_cap=over_cap)
    _finish(done, as_json, at=instant)


def _given(reason: str | None, person: str | None) -> str:
    check_named(person)
    if not reason:
        raise FactMissing("请用--reason写明理由。", code="reason_missing", missing="reason")
    return particulars.read_text(reason)


def _finish(applied: retargeting.Applied, as_json: bool, *, at: datetime) -> None:
    answer_act(as_json, applied.as_json(), lambda: _say_applied(applied), at=at)
    if applied.refused and not applied.done:
        raise typer.Exit(REFUSED)


def _say_versions(rows: list[dict[str, Any]]) -> None:
    made = table("历次规则", ("规则", "编号", "启用时间", "在办事项"))
    for row in rows:
        since = datetime.fromisoformat(row["activated_at"]).astimezone(OFFICE_ZONE)
        made.add_row(row["policy"], row["digest"][:12], f"{since:%Y-%m-%d}", str(row["cases"]))
    screen.print(made)


def _say_plan(planned: list[dict[str, Any]]) -> None:
    if not planned:
        screen.print("没有需要改用的事项")
        return
    made = table(f"改用预览（{len(planned)}项，尚未执行）", ("编号", "事项", "原期限", "新期限", "说明"))
    for one in planned:
        said = one["refused"]["message"] if one["refused"] else "期限改变" if one["moved"] else "期限不变"
        made.add_row(one["case"], one["title"], one["due"] or "—", one["new_due"] or "—", said)
    screen.print(made)
    screen.print("执行请加--apply")


def _say_applied(applied: retargeting.Applied) -> None:
    checked = "核对无误" if applied.verified else "有事项与预览不符，请核查"
    if applied.done:
        told = f"已改用{len(applied.done)}项，{checked}；记录编号{applied.run}"
        screen.print(f"{told}（撤回：duban policy revert {applied.run} --reason …）", soft_wrap=True)
    else:
        screen.print("没有事项改用")
    for one in applied.done:
        if one["due"] != one["new_due"]:
            screen.print(f"  {one['case']}：{one['due']}改为{one['new_due']}", soft_wrap=True)
    for one in applied.refused:
        screen.print(f"  {one['case']} 未办理：{one['message']}", soft_wrap=True)
