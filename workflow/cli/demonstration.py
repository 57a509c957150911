"""`duban demo`: the whole course of things in an invented city; on a terminal or at a port its pages too."""

import socket
import sys
from pathlib import Path
from typing import Annotated

import typer

from workflow import demo as demonstration
from workflow.cli.listening import listen, listen_near
from workflow.cli.options import AsJson
from workflow.cli.output import answer, notes, progress_bar, screen
from workflow.cli.running import LOOPBACK, stay_open
from workflow.demo.play import Result
from workflow.web.app import create_demonstration

USUAL = 8000


def demo(
    once: Annotated[bool, typer.Option("--once", help="演示后即结束，不启动网页")] = False,
    out: Annotated[Path, typer.Option(help="演示数据与文书的存放处")] = Path("demo-out"),
    port: Annotated[
        int | None,
        typer.Option(help=f"网页的端口；不写为{USUAL}，已被占用的用其后空闲的", min=0, max=65535),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """用虚构的滨海市演示全过程；在终端里，或者写明端口的，接着打开网页。"""
    is_wanted = not once and (port is not None or sys.stdout.isatty())
    doors = _doors(port) if is_wanted else []
    with progress_bar("逐日演示", quiet=as_json) as progress:
        result = demonstration.play(out, progress=progress)
    answer(as_json, result.as_json(), lambda: demonstration.tell(result, screen))
    if doors and result.exit_code == 0:
        _show(result, doors)
    if not (once or doors):
        notes.print(f"不在终端里运行，未打开网页；要打开的，请写明端口，如--port {USUAL}", soft_wrap=True)
    raise typer.Exit(result.exit_code)


def _doors(port: int | None) -> list[socket.socket]:
    """Of this machine alone, and taken before the story is played."""
    if port is not None:
        return listen(LOOPBACK, port)
    doors = listen_near(LOOPBACK, USUAL)
    if _port(doors) != USUAL:
        notes.print(f"端口{USUAL}已被占用，网页改用{_port(doors)}")
    return doors


def _port(doors: list[socket.socket]) -> int:
    return int(doors[0].getsockname()[1])


def _show(result: Result, doors: list[socket.socket]) -> None:
    with demonstration.standing(result.out) as office:
        app = create_demonstration(office, clock=demonstration.clock_from(result.until))
        address = f"http://{LOOPBACK}:{_port(doors)}"
        notes.print(f"网页：{address} ，点姓名即登录，按Ctrl-C结束", soft_wrap=True)
        stay_open(app, doors)
