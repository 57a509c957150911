"""What is asked in a form no office sends: a path with characters no name has, a body without end, or one in
other letters than UTF-8.

Bodies are large only where files are handed in, on a matter or to be imported; elsewhere a form is short.
"""

from http import HTTPStatus

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from states.attachments import MAX_ACT_BYTES
from workflow.addresses import MATTERS
from workflow.services.import_room.receiving import MAX_FILE
from workflow.web.frame.faults import answer_to

MAX_FORM = 64 * 1024
MAX_BODY = MAX_ACT_BYTES + 1024 * 1024
"""Bytes of one request on a matter: all the files an act may have, and its form."""

IMPORTS, DRAFTS = "/imports", "/intake/draft"
MAX_IMPORT = MAX_FILE + 1024 * 1024
"""Bytes of a file handed in to be imported, or of a page of its lines, and the form."""

API = "/api/v1/"
FILED = (f"{API}cases", f"{API}measures", f"{API}imports", f"{API}intake")
FILING = ("/transitions", "/cases", "/imports", "/intake")
MAX_API, MAX_FILED = 1024 * 1024, 32 * 1024 * 1024
"""Bytes a program sends as JSON; with files in it, which are a third longer there."""

MOST_DIGITS = 18
"""Of the length a request says it has; Python itself reads no number beyond 4,300."""

BOUNDS = frozenset({MAX_FORM, MAX_BODY, MAX_IMPORT, MAX_API, MAX_FILED})

LETTERS = frozenset({b"utf-8", b"utf8"})


class Bounded:
    """Lets through what has a path that can be, and a body within its bound and in our letters."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.bounds = {most: RequestBodyLimitMiddleware(app, max_body_size=most) for most in BOUNDS}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = _refused(scope)
        if refused is not None:
            await answer_to(scope, HTTPException(refused))(scope, receive, send)
            return
        await self.bounds[_most(scope["path"])](scope, receive, send)


def _most(path: str) -> int:
    if path.startswith(API):
        return MAX_FILED if path.startswith(FILED) and path.endswith(FILING) else MAX_API
    if path.startswith(MATTERS):
        return MAX_BODY
    return MAX_IMPORT if path.startswith((f"{IMPORTS}/", DRAFTS)) or path == IMPORTS else MAX_FORM


def _refused(scope: Scope) -> HTTPStatus | None:
    if not scope["path"].isprintable():
        return HTTPStatus.NOT_FOUND
    headers = Headers(scope=scope)
    if not _is_in_our_letters(headers):
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    most = _most(scope["path"])
    said = headers.get("content-length", "0")
    is_more = said.isdecimal() and (len(said) > MOST_DIGITS or int(said) > most)
    return HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_more else None


def _is_in_our_letters(headers: Headers) -> bool:
    """Whether a body is UTF-8, as our pages send it.

    Starlette reads each part of a form by whatever codec its sender names, on the loop all others wait for:
    punycode takes seconds for what a field may hold, and others make letters nothing can be stored as.
    """
    _, named = parse_options_header(headers.get("content-type", ""))
    return named.get(b"charset", b"utf-8").lower() in LETTERS
