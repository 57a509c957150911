"""The one table of failures: what a refusal is in HTTP, and how a person or a program is told.

A page for whoever wants HTML, problem details (RFC 9457) with our `code` for everybody else. What nobody
foresaw is told without its cause, with the id of the request; the log has the cause under the same id.
"""

import logging
from collections.abc import Mapping
from functools import singledispatch
from http import HTTPStatus
from math import ceil

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoTurn
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal, RuleInvalid, TransitionRefused
from workflow.errors import (
    AddressRefused,
    Ambiguous,
    ConfigurationError,
    EditConflict,
    FileRefused,
    FormRefused,
    Held,
    KeyRefused,
    KeyReused,
    MediaTypeRefused,
    NotFound,
    PreconditionFailed,
    ProgramFault,
    ProviderRefused,
    ReadingRefused,
    SignInNeeded,
    SignInRefused,
    TokenRefused,
    TooManyTries,
)
from workflow.storage.busy import is_transient
from workflow.web.frame.pages import page
from workflow.web.frame.tracing import request_id_of
from workflow.web.frame.unfit import unfit

LOG = logging.getLogger("duban.web")
STATUS: Mapping[type[Refusal], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    NotPermitted: HTTPStatus.FORBIDDEN,
    Ambiguous: HTTPStatus.CONFLICT,
    EditConflict: HTTPStatus.CONFLICT,
    PreconditionFailed: HTTPStatus.PRECONDITION_FAILED,
    TransitionRefused: HTTPStatus.CONFLICT,
    FactMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    FactInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    RuleInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    FileRefused: HTTPStatus.UNPROCESSABLE_ENTITY,
    AddressRefused: HTTPStatus.FORBIDDEN,
    FormRefused: HTTPStatus.FORBIDDEN,
    KeyRefused: HTTPStatus.BAD_REQUEST,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    MediaTypeRefused: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    SignInNeeded: HTTPStatus.UNAUTHORIZED,
    SignInRefused: HTTPStatus.UNAUTHORIZED,
    TokenRefused: HTTPStatus.UNAUTHORIZED,
    ProviderRefused: HTTPStatus.UNAUTHORIZED,
    TooManyTries: HTTPStatus.TOO_MANY_REQUESTS,
    Held: HTTPStatus.SERVICE_UNAVAILABLE,
    ReadingRefused: HTTPStatus.SERVICE_UNAVAILABLE,
    ConfigurationError: HTTPStatus.SERVICE_UNAVAILABLE,
    ProgramFault: HTTPStatus.INTERNAL_SERVER_ERROR,
}
"""By class, the nearest one in a refusal's family; a family without a line is a conflict."""

UNSEEN = frozenset({"not_yours", "matter_sealed"})
"""Refusals that would tell a stranger that there is such a matter: he is told that there is none."""

NONE_SUCH = "case_unknown"
"""Told in the words of those: another page for a number nobody has would tell them apart."""

NO_SUCH_PAGE = "没有这个页面，或者您不能查看它；请核对网址，或者从台账进入。"
BY_STATUS: Mapping[int, tuple[str, str]] = {
    HTTPStatus.BAD_REQUEST: (
        "body_unreadable",
        "提交的内容无法读取，未予办理；经接口的，正文须为UTF-8编码的JSON。",
    ),
    HTTPStatus.NOT_FOUND: ("not_found", NO_SUCH_PAGE),
    HTTPStatus.METHOD_NOT_ALLOWED: ("method_not_allowed", "这个网址不接受这种请求；请从页面上操作。"),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: (
        "body_too_large",
        "提交的内容过大，未予接收；请减少附件，或者拆分后分次提交。",
    ),
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: (
        "letters_unsupported",
        "提交的内容不是UTF-8编码，未予接收；请用本系统的页面提交。",
    ),
}
"""Failures of the frame itself."""

TOO_LARGE = "exceeded maximum size"
"""What Starlette says of a field of a form beyond its bound, which is a bad request there."""

BUSY_SECONDS = 2
"""After so many whoever met a busy database may come again."""


class Caught:
    """The last net: what no handler took is answered here, within the frame, so with its headers and its id.

    Starlette's own net lies outside the frame.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, answer)
        except Exception as error:
            if scope["type"] != "http" or begun:
                raise
            await answer_to(scope, error)(scope, receive, send)


def status_of(refusal: Refusal) -> HTTPStatus:
    """What a refusal is in HTTP."""
    if is_unseen(refusal):
        return HTTPStatus.NOT_FOUND
    family = (STATUS[kind] for kind in type(refusal).__mro__ if kind in STATUS)
    return next(family, HTTPStatus.CONFLICT)


def is_unseen(refusal: Refusal) -> bool:
    """Whether a refusal is told as if there were no such matter."""
    return refusal.code in UNSEEN


@singledispatch
def refusal_of(error: Exception) -> Refusal:
    """A failure as a person is told of it."""
    return ProgramFault("程序内部出错，本次未办理；请稍后重试，仍然如此的，请将下面的请求编号告知维护人员。")


@refusal_of.register
def _(error: Refusal) -> Refusal:
    return NotFound(NO_SUCH_PAGE) if is_unseen(error) or error.code == NONE_SUCH else error


@refusal_of.register
def _(error: DBAPIError) -> Refusal:
    if is_transient(error):
        return _busy()
    return ConfigurationError("数据库暂时无法使用，本次未办理；请告知维护人员。", code="database_away")


@refusal_of.register
def _(error: NoTurn) -> Refusal:
    return _busy()


def _busy() -> Held:
    return Held("数据库正忙，本次未办理，请稍后重试。", code="database_busy", retry_after=BUSY_SECONDS)


@refusal_of.register
def _(error: HTTPException) -> Refusal:
    is_large = error.status_code == HTTPStatus.BAD_REQUEST and TOO_LARGE in str(error.detail)
    status = HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_large else error.status_code
    code, message = BY_STATUS.get(status, ("refused", "请求未被接受，请回到上一页重试。"))
    return _Framed(message, code=code, status=int(status))


@refusal_of.register
def _(error: RequestValidationError) -> Refusal:
    return unfit(error.errors())


class _Framed(Refusal):
    """A failure of the frame, which has its status from there."""

    code = "framed"


def answer_to(scope: Scope, error: Exception) -> Response:
    """The answer to a request that failed."""
    refusal, request = refusal_of(error), Request(scope)
    status = int(refusal.facts["status"]) if isinstance(refusal, _Framed) else int(status_of(refusal))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.error("request %s failed", request_id_of(scope), exc_info=error)
    if wants_page(scope):
        shown = {"refusal": refusal, "request_id": request_id_of(scope)}
        return saying_when(page(request, "fault.html.j2", status=status, **shown), refusal)
    answer = saying_when(_problem(refusal, status, request_id_of(scope)), refusal)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


def saying_when(answer: Response, refusal: Refusal | None) -> Response:
    """The answer, with the seconds after which to come again where the refusal says so (`Retry-After`)."""
    wait = refusal.facts.get("retry_after") if refusal is not None else None
    if wait is not None:
        answer.headers["Retry-After"] = str(ceil(wait))
    return answer


def wants_page(scope: Scope) -> bool:
    """Whether whoever asks is a person before a browser."""
    return "text/html" in Headers(scope=scope).get("accept", "") and not scope["path"].startswith("/api/")


def _problem(refusal: Refusal, status: int, request_id: str) -> Response:
    facts = {name: value for name, value in refusal.facts.items() if name != "status"}
    told = {
        "type": f"urn:duban:{refusal.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": refusal.message,
        "code": refusal.code,
        "message": refusal.message,
        "facts": facts,
        "request_id": request_id,
    }
    return JSONResponse(told, status, media_type="application/problem+json")
