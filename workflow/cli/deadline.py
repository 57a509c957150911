"""`duban deadline`: counting one date for a person, or row after row for a program."""

import sys
from collections.abc import Iterator
from typing import Annotated, Any

import typer

from states.errors import FactInvalid, FactMissing
from states.vocabulary import LimitUnit
from workflow import particulars
from workflow.cli.ledger import say_ledger
from workflow.cli.options import AsJson
from workflow.cli.output import answer, now, screen
from workflow.services import reckoning
from workflow.settings import load_settings

CHUNK = reckoning.MAX_LINE + 2


def deadline(
    *,
    start: Annotated[str | None, typer.Option("--start", help="起算日期或时间，如2026-09-18")] = None,
    due: Annotated[str | None, typer.Option("--due", help="反推：到期日期，求最迟起算日")] = None,
    limit: Annotated[str | None, typer.Option("--limit", help="期限，如15wd、1m、8wh")] = None,
    rule: Annotated[
        str | None, typer.Option("--rule", help="计算规则，默认cn-civil-code", callback=particulars.read_name)
    ] = None,
    calendar: Annotated[
        str | None, typer.Option("--calendar", help="日历版本，默认现行", callback=particulars.read_name)
    ] = None,
    batch: Annotated[bool, typer.Option("--batch", help="从标准输入逐行读JSON，逐行输出JSON")] = False,
    as_json: AsJson = False,
) -> None:
    """计算期限，逐日说明；--batch逐行读入，一行一答，有误的行只退回该行。"""
    if batch:
        _answer_rows()
        return
    asked = reckoning.Asked(*_ends(start, due), _limit(limit), rule, calendar)
    document = reckoning.reckon(load_settings(), asked, today=now().date())
    answer(as_json, document, lambda: _say(document))


def _answer_rows() -> None:
    desk = reckoning.open_desk(load_settings(), today=now().date())
    for one in reckoning.answered(desk, _lines()):
        sys.stdout.buffer.write(one)
        sys.stdout.buffer.flush()  # an asker may wait for this answer before the next row


def _lines() -> Iterator[bytes]:
    """Lines as they come; one too long is cut, and what is left of it skipped."""
    read = sys.stdin.buffer.readline
    while line := read(CHUNK):
        yield line
        while len(line) == CHUNK and not line.endswith(b"\n"):
            line = read(CHUNK)


def _ends(start: str | None, due: str | None) -> tuple[str | None, str | None]:
    if (start is None) == (due is None):
        raise FactInvalid("请用--start写起算日期，或用--due写到期日期，二者写一个。", code="start_or_due")
    return start, due


def _limit(limit: str | None) -> Any:
    if limit is None:
        raise FactMissing("请用--limit写明期限，如15wd。", code="limit_missing", missing="limit")
    return particulars.read_limit(limit)


def _say(document: dict[str, Any]) -> None:
    term = f"{document['limit']['amount']}{LimitUnit(document['limit']['unit']).label}"
    mark = "（暂定：所跨年份的节假日安排尚未公布）" if document["provisional"] else ""
    screen.print(f"自{document['start']}起{term}：{document['due']}{mark}", soft_wrap=True)
    screen.print(f"  规则　{document['rule']['title']}", soft_wrap=True)
    screen.print(f"  依据　{document['rule']['basis']}", soft_wrap=True)
    screen.print(f"  日历　{document['calendar']}", soft_wrap=True)
    say_ledger(document["ledger"])
