"""What the API refuses, by status; `code` is stable and tells the one from the other."""

from collections.abc import Mapping
from typing import Any, ClassVar

import httpx


class ApiError(Exception):
    """A request that was refused. `code` is for programs, `message` for people, `facts` what it rests on."""

    status: ClassVar[int] = 0

    def __init__(self, response: httpx.Response, told: Mapping[str, Any]) -> None:
        self.status_code = response.status_code
        self.code = str(told.get("code") or f"http_{response.status_code}")
        self.message = str(told.get("message") or response.reason_phrase)
        self.facts: Mapping[str, Any] = told.get("facts") or {}
        self.request_id = str(told.get("request_id") or response.headers.get("X-Request-ID", ""))
        super().__init__(f"{self.status_code} {self.code}: {self.message}")


class Unauthorized(ApiError):
    """No token that counts."""

    status = 401


class Forbidden(ApiError):
    """The token, or its person, may not do that."""

    status = 403


class NotFound(ApiError):
    """There is no such thing, or not for whoever asks."""

    status = 404


class Conflict(ApiError):
    """What is asked for does not fit how things stand."""

    status = 409


class PreconditionFailed(ApiError):
    """Somebody has acted since the case was read; read it again and decide anew."""

    status = 412


class Invalid(ApiError):
    """Something in the request is missing or wrong; `facts` names it."""

    status = 422


class TooManyRequests(ApiError):
    """Asked too often; `retry_after` says in how many seconds to come again."""

    status = 429

    def __init__(self, response: httpx.Response, told: Mapping[str, Any]) -> None:
        super().__init__(response, told)
        wait = response.headers.get("Retry-After", "")
        self.retry_after = int(wait) if wait.isdecimal() else None


class Unavailable(ApiError):
    """The server cannot answer now; nothing was done."""

    status = 503


KINDS: Mapping[int, type[ApiError]] = {
    one.status: one
    for one in (
        Unauthorized,
        Forbidden,
        NotFound,
        Conflict,
        PreconditionFailed,
        Invalid,
        TooManyRequests,
        Unavailable,
    )
}


def error_of(response: httpx.Response) -> ApiError:
    """The error an answer is."""
    try:
        told = response.json()
    except ValueError:
        told = {}
    return KINDS.get(response.status_code, ApiError)(response, told if isinstance(told, dict) else {})
