"""The gate of the interface: nobody without a token comes past it, to a known path or not.

It stands before the routes, so that none can be forgotten, and a stranger is not told which there are. Only
the description of the interface is for everybody. A session's cookie opens nothing here: a browser sends it
along from any page, a token it does not.
"""

from datetime import datetime

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from states.errors import Refusal
from workflow.errors import NotFound, TokenRefused, TooManyTries
from workflow.services.accounts import api_tokens
from workflow.services.accounts.api_tokens import Holder
from workflow.web.api.rates import Left, Rates
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import NO_SUCH_PAGE, answer_to

API = "/api"
V1 = f"{API}/v1"
PUBLIC = frozenset({f"{V1}/openapi.json"})
CHALLENGE = 'Bearer realm="duban"'
UNAUTHORIZED, FORBIDDEN = 401, 403


class Gate:
    """Lets requests for the interface through that bear a token, as often as its rate allows."""

    def __init__(self, app: ASGIApp, rate: str) -> None:
        self.app, self.rates = app, Rates(rate)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counter = getattr(scope["app"].state, "counter", None) if _is_guarded(scope) else None
        if counter is None:
            await self.app(scope, receive, send)
            return
        await self._let_in(counter, scope, receive, send)

    async def _let_in(self, counter: Counter, scope: Scope, receive: Receive, send: Send) -> None:
        answering = _Answering(scope, send)
        try:
            scope["state"]["holder"] = await self._holder(counter, scope, answering)
            _check_is_no_folder(scope["path"])
        except Refusal as refusal:
            answering.refused = refusal
            await answer_to(scope, refusal)(scope, receive, answering.send)
            return
        await self.app(scope, receive, answering.send)

    async def _holder(self, counter: Counter, scope: Scope, answering: "_Answering") -> Holder:
        at, office = counter.clock(), counter.office
        token, address = token_in(scope), (scope.get("client") or ("",))[0]
        found = await run_in_threadpool(api_tokens.holder, office, token, at=at, address=address)
        scope["state"] |= {"person": found.person, "token": found.token}
        answering.left = self._counted(found, at)
        if answering.left.is_over:
            message = "请求过于频繁，请按Retry-After所示的秒数稍后再试。"
            raise TooManyTries(message, code="rate_exceeded", retry_after=answering.left.reset)
        return found

    def _counted(self, found: Holder, at: datetime) -> Left:
        return self.rates.hit(found.token, at)


class _Answering:
    """Adds to an answer how the token stands, and what a refused one lacks (RFC 6750, 3)."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._scope, self._send = scope, send
        self.left: Left | None = None
        self.refused: Refusal | None = None

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in ({} if self.left is None else self.left.headers).items():
                headers[name] = value
            challenge = self._challenge(message["status"])
            if challenge is not None:
                headers["WWW-Authenticate"] = challenge
        await self._send(message)

    def _challenge(self, status: int) -> str | None:
        missing = self._scope["state"].get("scope_missing")
        if status == FORBIDDEN and missing:
            return f'{CHALLENGE}, error="insufficient_scope", scope="{missing}"'
        if status != UNAUTHORIZED:
            return None
        is_none = self.refused is None or self.refused.code == TokenRefused.code
        return CHALLENGE if is_none else f'{CHALLENGE}, error="invalid_token"'


def token_in(scope: Scope) -> str:
    """The token a request bears. Raises `TokenRefused` (`token_missing`)."""
    kind, _, token = Headers(scope=scope).get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise TokenRefused("请在Authorization请求头中附上令牌（Bearer duban_…）。")
    return token.strip()


def _check_is_no_folder(path: str) -> None:
    """Raises `NotFound` for an address that ends in a slash: the routes would send its caller elsewhere."""
    if path.endswith("/"):
        raise NotFound(NO_SUCH_PAGE)


def _is_guarded(scope: Scope) -> bool:
    path = scope.get("path", "")
    is_api = path == API or path.startswith(f"{API}/")
    return scope["type"] == "http" and is_api and path not in PUBLIC
