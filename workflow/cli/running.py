"""Commands that run until they are told to stop: serve, worker."""

import signal
import socket
import threading
from contextlib import suppress
from typing import Annotated

import typer
import uvicorn
from fastapi import FastAPI

from states.errors import FactInvalid
from workflow.cli.listening import listen
from workflow.cli.logs import log_to_standard_error
from workflow.cli.opening import open_installation, signature
from workflow.cli.output import notes
from workflow.errors import ProgramFault
from workflow.scheduler import CHORES, Scheduler
from workflow.services import configuration
from workflow.services.accounts.signing_in import is_set_up
from workflow.services.office import Office
from workflow.web.app import create_app, create_monitored

LOOPBACK = "127.0.0.1"


def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = LOOPBACK,
    port: Annotated[int, typer.Option(help="监听端口", min=1, max=65535)] = 8000,
) -> None:
    """启动网页服务（含巡查与发信）。"""
    doors = listen(host, port)
    office = _opened()
    app = create_app(office)
    notes.print(f"网页：http://{host}:{port}，按Ctrl-C结束", soft_wrap=True)
    if not is_set_up(office):
        notes.print("还没有任何账号，无人可以登录：请先运行duban user setup设立三员", soft_wrap=True)
    log_to_standard_error()
    stay_open(app, doors)


def worker(
    only: Annotated[
        list[str] | None,
        typer.Option("--only", help=f"只做其中几件，可写几次：{'、'.join(CHORES)}；不写为全部"),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="另在本机此端口回答/health/ready与/metrics；不写则不监听", min=1, max=65535),
    ] = None,
) -> None:
    """只运行巡查与发信等，直到收到结束信号；收到后办完手上的再停。"""
    chores = _known(only) or CHORES
    log_to_standard_error()
    if port is not None:
        doors = listen(LOOPBACK, port)
        stay_open(create_monitored(_opened(), only=chores), doors)
        return
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    scheduler = Scheduler(_opened(), only=chores)
    scheduler.start()
    notes.print("巡查与发信已启动，按Ctrl-C结束")
    stopped.wait()
    scheduler.stop()


def stay_open(app: FastAPI, doors: list[socket.socket]) -> None:
    """Answer at these doors until told to stop."""
    signal.signal(signal.SIGTERM, _has_stopped)
    config = uvicorn.Config(
        app,
        log_level="warning",
        log_config=None,
        proxy_headers=False,  # the application asks only those of DUBAN_PROXIES
        server_header=False,
    )
    server = uvicorn.Server(config)
    with suppress(KeyboardInterrupt):
        server.run(doors)
    if not server.started:
        raise ProgramFault("网页服务未能启动，原因见日志。", code="not_started")


def _known(only: list[str] | None) -> tuple[str, ...]:
    """The chores that were chosen. Raises `FactInvalid` (`chore_unknown`)."""
    names = tuple(only or ())
    unknown = sorted(set(names) - set(CHORES))
    if unknown:
        message = f"没有“{'、'.join(unknown)}”这件事，可写的有：{'、'.join(CHORES)}。"
        raise FactInvalid(message, code="chore_unknown", unknown=unknown)
    return names


def _opened() -> Office:
    """The installation, once the journal has told of settings that are not those told last."""
    office = open_installation()
    configuration.tell(office, by=signature(None))
    return office


def _has_stopped(*_: object) -> None:
    """The web server stops on SIGTERM and then raises it again; by then there is nothing left to end."""
