"""`duban render`: a paper of a case as a file. The register's commands, long to import, are elsewhere."""

from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from workflow import particulars
from workflow.cli.looking_in import look_into
from workflow.cli.opening import onlooker, open_installation, signature
from workflow.cli.options import AsJson, AsViewer
from workflow.cli.output import answer, now, screen
from workflow.services import rendering

UNOFFICIAL = {".docx": "可编辑稿，不是正式文本", ".ofd": "试验性OFD，正式文本为PDF"}


def render(
    kind: Annotated[str, typer.Argument(help="文书种类，如reminder；deadline为期限计算说明")],
    case: Annotated[str, typer.Option("--case", help="事项编号", callback=particulars.read_name)],
    out: Annotated[Path, typer.Option("--out", help="输出文件（.pdf、.docx、.ofd、.html、.txt）")],
    *,
    annex: Annotated[bool, typer.Option("--annex", help="草稿后附期限逐日计算表")] = False,
    anew: Annotated[bool, typer.Option("--draft", help="另拟草稿，如下一次的催办单；不取已发出的")] = False,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """输出一个事项的文书；未印发的为草稿。"""
    office = open_installation()
    done = rendering.render_to(
        office,
        case,
        kind,
        out,
        by=signature(viewer),
        at=now(),
        annex=annex,
        anew=anew,
        viewer=onlooker(viewer),
        noting=partial(look_into, office, case, what="paper", viewer=viewer),
    )
    answer(as_json, done, lambda: _say_paper(done, out.suffix))


def _say_paper(done: dict[str, Any], suffix: str) -> None:
    told = [UNOFFICIAL.get(suffix.lower(), ""), f"{done['number']}已经作废" if done["void"] else ""]
    remark = "；".join(filter(None, told))
    screen.print(f"已写出 {done['file']}{remark and f'（{remark}）'}", highlight=False)
