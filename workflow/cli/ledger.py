"""The ledger of a deadline on a screen: the months it runs through, and the days a finger would stop at."""

from collections.abc import Iterator
from datetime import date
from itertools import groupby
from typing import Any

from rich.table import Table

from states.deadlines.signs import Sign, told_sign
from workflow.cli.month_grid import Mark, abreast, month_grid
from workflow.cli.output import screen

STYLES = {
    Sign.START: "bold",
    Sign.COUNTED: "green",
    Sign.MADE_UP: "bold green",
    Sign.SKIPPED: "dim",
    Sign.PAUSED: "yellow",
    Sign.ROLLED: "magenta",
    Sign.DUE: "bold red",
}
LEGEND = "　".join(f"{one.mark} {one.label}" for one in STYLES)
VERDICTS = {"start": "起算", "counted": "计入", "skipped": "不计", "paused": "停计", "rolled": "顺延"}
ORDINARY = frozenset({"工作日", "周六", "周日", "起算当日不计入"})
MAX_MONTHS = 12


def say_ledger(ledger: list[dict[str, Any]]) -> None:
    """Print a deadline's days, at most twelve months of them, and what is remarkable about any."""
    screen.print(_months(ledger))
    for words in (LEGEND, *_remarkable(ledger)):
        screen.print(f"  {words}", soft_wrap=True)


def _months(ledger: list[dict[str, Any]]) -> Table:
    marks = {date.fromisoformat(day["date"]): _mark(day) for day in ledger}
    months = sorted({(day.year, day.month) for day in marks})[:MAX_MONTHS]
    return abreast([month_grid(year, month, marks) for year, month in months], screen.width)


def _mark(day: dict[str, Any]) -> Mark:
    sign = told_sign(day)
    return Mark(sign.mark, STYLES[sign])


def _remarkable(ledger: list[dict[str, Any]]) -> Iterator[str]:
    """The days a finger would stop at, those of one reason together."""
    for (verdict, reason, notice), run in groupby(ledger, key=_told):
        days = [day["date"] for day in run]
        if reason.split("，")[0] in ORDINARY:
            continue
        span = days[0] if len(days) == 1 else f"{days[0]}至{days[-1]}"
        yield f"{span}　{VERDICTS[verdict]}：{reason}" + (f"——{notice}" if notice else "")


def _told(day: dict[str, Any]) -> tuple[str, str, str]:
    return day["verdict"], day["reason"], day["notice"] or ""
