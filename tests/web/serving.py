"""The application behind a real server, as a monitor and a browser meet it."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import uvicorn
from fastapi import FastAPI

from tests.postbox import PATIENCE, free_port
from workflow.services.office import Office
from workflow.web.app import create_app


@contextmanager
def serving(office: Office) -> Iterator[httpx.Client]:
    """The application, its scheduler running, until the end of the block."""
    with answering(create_app(office)) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client


@contextmanager
def answering(app: FastAPI) -> Iterator[str]:
    """An application on a port of its own, until the end of the block; its address."""
    port = free_port()
    config = uvicorn.Config(app, port=port, log_level="critical", proxy_headers=False, server_header=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
    assert not thread.is_alive()


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(0.02)
    assert holds()
