"""The application behind a real server, as a monitor and a browser meet it."""

import asyncio
import socket
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

TICK = 0.01


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
    server = PromptServer(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        eventually(lambda: server.started)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
    assert not thread.is_alive()


class PromptServer(uvicorn.Server):
    """Ends at once, where uvicorn takes two or three tenths of a second: thousands of tests end one."""

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            await asyncio.sleep(TICK)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """What is under way is answered first."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(TICK)
        await self.lifespan.shutdown()


def eventually(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds() and time.monotonic() < until:
        time.sleep(TICK)
    assert holds()
