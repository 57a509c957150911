"""`duban case attachments|attachment`: the files that came with acts on a case, listed and written out."""

from pathlib import Path
from typing import Annotated

import typer

from states.words import detail_label
from workflow import particulars
from workflow.cli.looking_in import look_into
from workflow.cli.opening import onlooker, open_installation
from workflow.cli.options import AsJson, AsViewer, Number
from workflow.cli.output import answer, screen
from workflow.cli.tables import SHOWN_ID, minute, table
from workflow.placing import beside, check_place, put
from workflow.services import attachments
from workflow.services.attachments import Listed
from workflow.services.office import Office

HEADINGS = ("序", "时间", "谁", "名称", "大小", "哈希", "说明")
KIB = 1024

Sha = Annotated[
    str,
    typer.Argument(help="附件的哈希（attachments所列，可只写前8位）", callback=particulars.read_name),
]
SHORTEST, WHOLE = 8, 64


def add_to(app: typer.Typer) -> None:
    """Add the files of a case to `duban case`."""
    app.command("attachments")(list_files)
    app.command("attachment")(write_file)


def list_files(number: Number, *, viewer: AsViewer = None, as_json: AsJson = False) -> None:
    """一个事项历次所附的文件。"""
    office = open_installation()
    found = attachments.listed(office, number, by=onlooker(viewer))
    look_into(office, number, what="attachments", viewer=viewer)
    document = {"case": number, "attachments": [one.as_json() for one in found]}
    answer(as_json, document, lambda: _say(found))


def write_file(
    number: Number,
    sha: Sha,
    *,
    out: Annotated[Path, typer.Option("--out", help="写出为哪个文件")],
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖")] = False,
    viewer: AsViewer = None,
    as_json: AsJson = False,
) -> None:
    """写出一个附件，内容与哈希核对无误。"""
    check_place(out, force=force)
    office, by = open_installation(), onlooker(viewer)
    sha256 = sha if len(sha) == WHOLE else _whole(office, number, sha, viewer)
    found = attachments.fetched(office, number, sha256, by=by)
    with beside(out) as waiting:  # a place that cannot be written is refused before
        waiting.write_bytes(found.data)
        look_into(office, number, what="attachment", viewer=viewer)
        put(waiting, out, force=force)
    told = {"sha256": sha256, "name": found.name, "media_type": found.media_type, "size": len(found.data)}
    answer(as_json, {"case": number, "file": str(out), **told}, lambda: _say_written(out, found.name))


def _whole(office: Office, number: str, beginning: str, viewer: str | None) -> str:
    """The hash of the one file that begins so; where it is unclear the beginning, which names none."""
    listed = attachments.listed(office, number, by=onlooker(viewer))
    found = {one.sha256 for one in listed if one.sha256.startswith(beginning)}
    return found.pop() if len(found) == 1 and len(beginning) >= SHORTEST else beginning


def _say(found: list[Listed]) -> None:
    if not found:
        screen.print("该事项没有附件。")
        return
    made = table(None, HEADINGS)
    for one in found:
        when, size = minute(one.recorded_at), f"{-(-one.size // KIB)}KB"
        made.add_row(str(one.seq), when, one.actor_name, one.name, size, one.sha256[:SHOWN_ID], _about(one))
    screen.print(made)


def _about(one: Listed) -> str:
    told = detail_label(one.particular)
    told += "" if one.standing else "，已撤回"
    return told + ("，涉及个人，不供查看" if one.withheld else "")


def _say_written(out: Path, name: str) -> None:
    screen.print(f"已写出{out}（{name}）", soft_wrap=True)
