"""`duban policy simulate`: another policy over the recorded past, before anybody puts it into force."""

from typing import Annotated, Any

import typer

from workflow import particulars
from workflow.cli.opening import open_installation
from workflow.cli.options import AsJson
from workflow.cli.output import answer, now, screen
from workflow.cli.tables import table
from workflow.services import simulation

SHOWN = 20

PolicyFile = Annotated[str, typer.Argument(help="规则文件，或预设规则的名称", metavar="FILE")]


def add_to(app: typer.Typer) -> None:
    """Add this command to `duban policy`."""
    app.command("simulate")(simulate)


def simulate(
    file: PolicyFile,
    *,
    since: Annotated[str | None, typer.Option("--since", help="只计这一天以后的措施，默认全部")] = None,
    as_json: AsJson = False,
) -> None:
    """用另一规则推演已有的全部历史，比较会多发少发哪些文书；不发出任何文书。"""
    day = particulars.read_day(since) if since else None
    made = simulation.simulate(open_installation(), file, since=day, today=now())
    document = made.as_json()
    answer(as_json, document, lambda: _say(document))


def _say(document: dict[str, Any]) -> None:
    span = f"{document['since'] or '最早记载'}至{document['until']}"
    told = f"推演事项{document['cases']}项，结果不同{document['differing']}项；没有发出任何文书"
    screen.print(f"{document['policy']}（{span}）：{told}", soft_wrap=True)
    _say_tallies("各项措施", "措施", "label", document["per_step"])
    _say_tallies("各单位", "单位", "unit_name", document["per_unit"])
    for one in document["differences"][:SHOWN]:
        before, after = _listed(one["pinned"]), _listed(one["other"])
        screen.print(f"  {one['case']}　原规则：{before}；此规则：{after}", soft_wrap=True)
    if document["differing"] > SHOWN:
        screen.print(f"  另有{document['differing'] - SHOWN}项不同，用--json查看")
    for one in document["held_cases"]:
        screen.print(f"  未能推演：{one['message']}", soft_wrap=True)
    screen.print("推演假定：")
    for one in document["assumptions"]:
        screen.print(f"  {one}", soft_wrap=True)


def _say_tallies(title: str, heading: str, name: str, tallies: list[dict[str, Any]]) -> None:
    if not tallies:
        return
    made = table(
        f"{title}（括号内为其中发出的）", (heading, "原规则", "此规则", "相差", "日期不同", "实际记载")
    )
    for one in tallies:
        sides = (f"{one[side]}（{one[side + '_issued']}）" for side in ("pinned", "other"))
        differing = f"{one['difference']:+d}（{one['issued_difference']:+d}）"
        recorded = f"{one['recorded']}（{one['recorded_issued']}）"
        made.add_row(str(one[name] or "—"), *sides, differing, str(one["moved"]), recorded)
    screen.print(made)


def _listed(notices: list[dict[str, Any]]) -> str:
    told = (f"{one['label']}{one['on']}{'' if one['issued'] else '（仅提请）'}" for one in notices)
    return "、".join(told) or "无"
