"""Our cookies: the session's, a guest's until somebody has signed in, the question of one who signs in
elsewhere, and the tokens of a browser that people have signed in from.

They are read by no script and sent from our own pages only. Over TLS they bear the prefix that binds them to
this host; in clear they are given to this machine's own browser alone: a password in clear is everybody's.
"""

import secrets
from ipaddress import ip_address

from fastapi import Request, Response

from workflow.errors import AddressRefused
from workflow.services.accounts.devices import LASTS
from workflow.web.metrics import PASSED_ON

SESSION, GUEST, QUESTION, DEVICE = "duban", "duban-guest", "duban-question", "duban-device"
PREFIX, TOKEN_BYTES, LONGEST, LONGEST_QUESTION, LONGEST_DEVICE = "__Host-", 32, 128, 4_000, 600
QUESTION_SECONDS = 600


def session_in(request: Request) -> str | None:
    """The token of the session a browser claims."""
    return _value(request, SESSION)


def secret_in(request: Request) -> str | None:
    """What tokens of forms are derived from: the session, else the guest's cookie."""
    return session_in(request) or request.scope.get("state", {}).get("guest") or _value(request, GUEST)


def give_session(response: Response, request: Request, token: str) -> None:
    """Hand a browser its session; it forgets it when it is closed."""
    _give(response, request, SESSION, token)
    response.delete_cookie(_name(request, GUEST), path="/", secure=is_encrypted(request), httponly=True)


def take_session(response: Response, request: Request) -> None:
    """Let a browser forget its session."""
    response.delete_cookie(_name(request, SESSION), path="/", secure=is_encrypted(request), httponly=True)


def welcome(request: Request) -> str:
    """The guest's secret of a browser, made where it has none yet; `greet` hands it over."""
    state = request.scope.setdefault("state", {})
    if "guest" not in state:
        state["guest"] = _value(request, GUEST) or secrets.token_urlsafe(TOKEN_BYTES)
    return str(state["guest"])


def greet(response: Response, request: Request) -> None:
    """Hand a browser the guest's secret its page was made with."""
    _give(response, request, GUEST, welcome(request))


def give_question(response: Response, request: Request, kept: str) -> None:
    """What a browser keeps while somebody signs in elsewhere."""
    _give(response, request, QUESTION, kept, seconds=QUESTION_SECONDS)


def question_in(request: Request) -> str:
    """What it kept; empty where it kept nothing."""
    value = request.cookies.get(_name(request, QUESTION), "")
    return value if len(value) <= LONGEST_QUESTION else ""


def take_question(response: Response, request: Request) -> None:
    """Once it is answered."""
    response.delete_cookie(_name(request, QUESTION), path="/", secure=is_encrypted(request), httponly=True)


def give_device(response: Response, request: Request, kept: str) -> None:
    """What a browser keeps of who signed in there, long after the session."""
    _give(response, request, DEVICE, kept, seconds=int(LASTS.total_seconds()))


def device_in(request: Request) -> str:
    """What it kept; empty where it kept nothing."""
    value = request.cookies.get(_name(request, DEVICE), "")
    return value if len(value) <= LONGEST_DEVICE else ""


def check_private(request: Request) -> None:
    """Raises `AddressRefused` (`https_required`) where what is typed would go in clear over a network."""
    if not is_encrypted(request) and not _is_of_this_machine(request):
        raise AddressRefused(
            "为防止密码被窃听，请用https://开头的网址登录；已经是的，请维护人员将代理写入DUBAN_PROXIES。",
            code="https_required",
        )


def is_encrypted(request: Request) -> bool:
    """Whether the request came over TLS, by itself or through a proxy we trust."""
    return request.url.scheme == "https"


def _is_of_this_machine(request: Request) -> bool:
    try:
        is_passed_on = any(name in request.headers for name in PASSED_ON)
        return request.client is not None and ip_address(request.client.host).is_loopback and not is_passed_on
    except ValueError:
        return False


def _give(response: Response, request: Request, name: str, value: str, *, seconds: int | None = None) -> None:
    response.set_cookie(
        _name(request, name),
        value,
        max_age=seconds,
        path="/",
        secure=is_encrypted(request),
        httponly=True,
        samesite="lax",
    )


def _name(request: Request, name: str) -> str:
    return f"{PREFIX}{name}" if is_encrypted(request) else name


def _value(request: Request, name: str) -> str | None:
    value = request.cookies.get(_name(request, name))
    return value if value and len(value) <= LONGEST else None
