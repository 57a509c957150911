"""Commands that run until they are told to stop: serve, worker."""

import signal
import threading
from typing import Annotated

import typer
import uvicorn

from workflow.cli.logs import log_to_standard_error
from workflow.cli.opening import open_installation, signature
from workflow.cli.output import notes
from workflow.scheduler import Scheduler
from workflow.services import configuration
from workflow.services.office import Office
from workflow.web.app import create_app


def serve(
    host: Annotated[str, typer.Option(help="监听地址")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口", min=1, max=65535)] = 8000,
) -> None:
    """启动网页服务（含巡查与发信）。"""
    log_to_standard_error()
    signal.signal(signal.SIGTERM, _has_stopped)
    uvicorn.run(create_app(_opened()), host=host, port=port, log_level="warning", log_config=None)


def worker() -> None:
    """只运行巡查与发信，直到收到结束信号。"""
    log_to_standard_error()
    stopped = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stopped.set())
    scheduler = Scheduler(_opened())
    scheduler.start()
    notes.print("巡查与发信已启动，按Ctrl-C结束")
    stopped.wait()
    scheduler.stop()


def _opened() -> Office:
    """The installation, once the journal has told of settings that are not those told last."""
    office = open_installation()
    configuration.tell(office, by=signature(None))
    return office


def _has_stopped(*_: object) -> None:
    """The web server stops on SIGTERM and then raises it again; by then there is nothing left to end."""
