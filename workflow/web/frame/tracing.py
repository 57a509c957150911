"""Every request has an id, which stands in its answer, in its line of the log, and on the page of a fault.

The line is JSON: route, status, time, who. A route is written with its gaps (`/cases/{number}`): what filled
them may be a secret, as in the link of an invitation.
"""

import logging
import secrets
import time
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HEADER, ID_BYTES = "X-Request-ID", 8
LOG = structlog.wrap_logger(
    logging.getLogger("duban.web"),
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.processors.JSONRenderer(ensure_ascii=False),
    ],
    wrapper_class=structlog.stdlib.BoundLogger,
)
QUIET = frozenset({"/health/live", "/health/ready", "/metrics"})
"""Asked every few seconds by monitors; only their failures are worth a line."""

FAILED = 500


class Traced:
    """Gives a request its id and writes its line."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id, begun, status = secrets.token_hex(ID_BYTES), time.monotonic(), FAILED
        scope["state"] = {**scope.get("state", {}), "request_id": request_id}

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = request_id
            await send(message)

        try:
            await self.app(scope, receive, answer)
        finally:
            _tell(scope, status, time.monotonic() - begun)


def request_id_of(scope: Scope) -> str:
    """The id of a request that passed here."""
    return str(scope.get("state", {}).get("request_id", ""))


def _tell(scope: Scope, status: int, seconds: float) -> None:
    route = _route(scope)
    if route in QUIET and status < FAILED:
        return
    told: dict[str, Any] = {
        "request": request_id_of(scope),
        "method": scope["method"],
        "route": route,
        "status": status,
        "ms": round(seconds * 1000, 1),
        "person": scope["state"].get("person"),
    }
    token = scope["state"].get("token")
    told |= {} if token is None else {"token": token}
    LOG.log(logging.ERROR if status >= FAILED else logging.INFO, "request", **told)


def _route(scope: Scope) -> str | None:
    """None where no route was found; what was asked for then is a stranger's words."""
    return getattr(scope.get("route"), "path", None)
