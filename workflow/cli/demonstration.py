"""`duban demo`: the whole course of things in an invented city."""

from pathlib import Path
from typing import Annotated

import typer

from workflow import demo as demonstration
from workflow.cli.options import AsJson
from workflow.cli.output import answer, progress_bar, screen


def demo(
    once: Annotated[bool, typer.Option("--once", help="演示后即结束（默认如此）")] = True,
    out: Annotated[Path, typer.Option(help="演示数据与文书的存放处")] = Path("demo-out"),
    port: Annotated[int, typer.Option(help="留给网页演示的端口", min=0, max=65535)] = 0,
    as_json: AsJson = False,
) -> None:
    """用虚构的滨海市演示全过程。"""
    with progress_bar("逐日演示", quiet=as_json) as progress:
        result = demonstration.play(out, progress=progress)
    answer(as_json, result.as_json(), lambda: demonstration.tell(result, screen))
    raise typer.Exit(result.exit_code)
