"""The frame of the API: its routers, how an answer is told, and what is taken as a body.

A body is JSON in UTF-8. Whoever asks is known before a byte of it is read: the gate stands before the routes.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope as Addressed

from states.accounts.scopes import Scope
from states.errors import FactInvalid
from workflow.addresses import MATTERS, page_of
from workflow.errors import MediaTypeRefused
from workflow.services.accounts.api_tokens import Holder
from workflow.web.frame.origins import SAFE
from workflow.web.frame.unfit import SHORT

PREFIX = "/api/v1"
JSON = "application/json"
ACTING = frozenset({Scope.WRITE, Scope.ADMIN, Scope.INTAKE})
MARKS, MOST_PARTS = (b",", b"[", b"{"), 50_000


@dataclass(frozen=True, slots=True)
class Told:
    """An answer before it is sent: a body in JSON, its status, and headers of its own."""

    body: bytes
    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def response(self) -> Response:
        """It as it is sent."""
        return Response(self.body, self.status, headers=dict(self.headers), media_type=JSON)


class Door(APIRoute):
    """A route of the API, which takes no other body than JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()
        known = query_names(self.dependant)

        async def guarded(request: Request) -> Response:
            check_query(request, known)
            if request.method not in SAFE:
                check_may_act(request)
                check_is_json(request)
                check_parts(await request.body())
            return await answer(request)

        return guarded


class Resource(APIRouter):
    """The routes of a resource, which are tried in turn only for an address of the API."""

    def matches(self, scope: Addressed) -> tuple[Match, Addressed]:
        """Whether one of them answers, told at once of a page."""
        return super().matches(scope) if scope["path"].startswith(PREFIX) else (Match.NONE, {})


def resource(tag: str) -> APIRouter:
    """The router of a resource."""
    return Resource(prefix=PREFIX, tags=[tag], route_class=Door, generate_unique_id_function=named)


def named(route: APIRoute) -> str:
    """The id of an operation: what its handler is called."""
    return route.name


def shaped(shape: BaseModel, status: int = HTTPStatus.OK, **headers: str) -> Told:
    """A shape as an answer; a header is named with underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Told(shape.model_dump_json().encode(), status, named)


def told(shape: BaseModel, status: int = HTTPStatus.OK, **headers: str) -> Response:
    """The same, sent."""
    return shaped(shape, status, **headers).response


def case_at(number: str) -> str:
    """The path of a case in the API, in ASCII."""
    return quote(f"{PREFIX}/cases/{page_of(number).removeprefix(MATTERS)}")


def check_may_act(request: Request) -> None:
    """Raises `NotPermitted` (`scope_missing`) for a token that may do nothing at all, before its body is
    read; which scope it takes, the route asks."""
    holder = request.scope["state"].get("holder")
    if isinstance(holder, Holder) and ACTING.isdisjoint(holder.scopes):
        request.scope["state"]["scope_missing"] = Scope.WRITE.value
        holder.check(Scope.WRITE)


def query_names(dependant: Dependant) -> frozenset[str]:
    """The parameters an operation knows."""
    return frozenset(one.alias for one in get_flat_params(dependant) if isinstance(one.field_info, Query))


def check_query(request: Request, known: frozenset[str]) -> None:
    """Raises `FactInvalid` (`parameter_unknown`) for a parameter the operation has not, or has been given
    twice: a filter that is passed over would answer with everything."""
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in known or given.count(name) > 1:
            wrong = "只能写一次" if name in known else "不是这里的参数"
            usable = f"；可用的有：{'、'.join(sorted(known))}" if known else ""
            message = f"“{name[:SHORT]}”{wrong}{usable}。"
            raise FactInvalid(message, code="parameter_unknown", parameter=name[:SHORT])


def check_parts(body: bytes) -> None:
    """Raises 413 for a body of more parts than any request has: what is long in one are files, in Base64,
    which has none of these marks. Taking a body apart costs a hundred times its bytes."""
    if sum(map(body.count, MARKS)) > MOST_PARTS:
        raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def check_is_json(request: Request) -> None:
    """Raises `MediaTypeRefused` for a body that is not said to be JSON; which letters, is asked before."""
    if request.headers.get("content-length", "0") == "0" and "transfer-encoding" not in request.headers:
        return
    said = Message()
    said["content-type"] = request.headers.get("content-type", "")
    if said.get_content_type() != JSON or "content-type" not in request.headers:
        message = "请求的正文须为application/json（UTF-8），未予接收。"
        raise MediaTypeRefused(message, code="media_type_unsupported")
