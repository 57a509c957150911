"""An application asked without a socket: thousands of questions cost half as much."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI


class InProcess(httpx.BaseTransport):
    """Plain requests carried to an application on an event loop of its own."""

    def __init__(self, app: FastAPI, portal: BlockingPortal) -> None:
        self._asgi, self._portal = httpx.ASGITransport(app, raise_app_exceptions=False), portal

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return self._portal.call(self._answered, request)

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=body)
        answer = await self._asgi.handle_async_request(sent)
        told = httpx.ByteStream(await answer.aread())
        return httpx.Response(answer.status_code, headers=answer.headers, stream=told)


@contextmanager
def in_process(app: FastAPI) -> Iterator[InProcess]:
    """The application to be asked, until the end of the block."""
    with start_blocking_portal() as portal:
        yield InProcess(app, portal)
