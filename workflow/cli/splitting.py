"""`duban case split`: a matter's parts become matters of their own, all of them or none."""

import re
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import typer
from rich.text import Text

from states.deadlines import Limit
from states.errors import FactInvalid
from workflow import particulars
from workflow.cli.acted import answer_act
from workflow.cli.opening import open_installation, signature
from workflow.cli.options import AsJson, AsPerson, At, OverCap, check_named, moment
from workflow.cli.output import screen
from workflow.services import splitting
from workflow.services.batch import OpenCase
from workflow.services.splitting import Part

SEPARATOR = re.compile(r"[|｜]")
MOST_FIELDS = 4
HOW = "标题|牵头单位[|办结期限或日期][|工作要求]，可多次；期限、工作要求不写的，与原事项相同"


def add_to(app: typer.Typer) -> None:
    """Add the command to `duban case`."""
    app.command("split")(split)


def split(
    number: Annotated[str, typer.Argument(help="事项编号", callback=particulars.read_name)],
    *,
    parts: Annotated[list[str] | None, typer.Option("--part", help=HOW)] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="理由（必填）")] = None,
    end: Annotated[bool, typer.Option("--end", help="拆分后原事项撤销，不再单独办理")] = False,
    over_cap: OverCap = False,
    person: AsPerson = None,
    at: At = None,
    as_json: AsJson = False,
) -> None:
    """拆分（督查室主任）：分出的事项一并交办，全部办成或全部不办。"""
    given = [read_part(words) for words in parts or []]
    check_named(person)
    instant = moment(at)
    office, by, words = open_installation(), signature(person), particulars.read("reason", reason)
    matter, *children = splitting.split(
        office, number, given, reason=words, end=end, over_cap=over_cap, by=by, at=instant
    )
    answer_act(as_json, _done(matter, children), lambda: _say(matter, children), at=instant)


def read_part(text: str) -> Part:
    """A part written 标题|牵头单位, with a limit or a date and the required result where they differ."""
    fields = [particulars.read_text(one) for one in SEPARATOR.split(text)]
    if not 2 <= len(fields) <= MOST_FIELDS or not all(fields[:2]):
        raise FactInvalid(
            f"分出的事项“{text[:40]}”无法识别，请写成“标题|牵头单位|15wd”或“标题|牵头单位|2026-11-20|工作要求”。",
            code="part_invalid",
        )
    title, unit, limit, requirement = (*fields, "", "")[:MOST_FIELDS]
    return Part(title, str(particulars.read_name(unit)), _read_limit(limit), requirement or None)


def _read_limit(text: str) -> Limit | date | None:
    if not text:
        return None
    return particulars.read_limit(text) if particulars.LIMIT.match(text) else particulars.read_day(text)


def _done(matter: OpenCase, children: Sequence[OpenCase]) -> dict[str, Any]:
    return {
        "case": matter.number,
        "command": "split",
        "state": matter.facts.state,
        "children": [
            {
                "case": child.number,
                "title": child.facts.title,
                "lead_unit": child.facts.lead_unit,
                "due": child.facts.due_on.isoformat() if child.facts.due_on else None,
            }
            for child in children
        ],
    }


def _say(matter: OpenCase, children: Sequence[OpenCase]) -> None:
    screen.print(f"{matter.number} 已拆分，分出{len(children)}项")
    for child in children:
        due = child.facts.due_on or "长期坚持"
        screen.print(Text(f"  {child.number} {child.facts.title}（期限{due}）"), soft_wrap=True)
