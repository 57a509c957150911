"""Lists that are looked through so many lines at a time."""

from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table

from workflow.cli.output import answer, screen
from workflow.services.accounts.listing import MOST, cut

FEW = 200
"""Lines a list has where nobody says how many."""

Limit = Annotated[int, typer.Option("--limit", help="一页最多几行", min=1, max=MOST)]
After = Annotated[str | None, typer.Option("--after", help="接着上一页往下看：上一页给出的next")]
Lines = list[dict[str, Any]]


def answer_listed(
    found: Lines,
    limit: int,
    *,
    name: str,
    place: Callable[[dict[str, Any]], str],
    shown: Callable[[Lines], Table],
    as_json: bool,
) -> None:
    """At most so many lines of those found, and the place to go on from where there are more."""
    listed, last = cut(found, limit)
    more = None if last is None else place(last)
    answer(as_json, {name: listed, "next": more}, lambda: _say(shown(listed), more))


def _say(lines: Table, more: str | None) -> None:
    screen.print(lines)
    if more is not None:
        screen.print(f"后面还有，用 --after {more} 接着看。", soft_wrap=True, markup=False)
