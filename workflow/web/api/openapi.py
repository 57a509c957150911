"""The description of the API (OpenAPI 3.1), the same for everybody.

What every operation may be refused with stands here and nowhere else, as problem details with our `code`.
"""

import json
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, FastAPI, Response
from fastapi.openapi.utils import get_openapi

from workflow.web.api.examples import BODIES
from workflow.web.api.frame import JSON, PREFIX
from workflow.web.api.leading_on import lead_on
from workflow.web.api.samples import sample
from workflow.web.api.shapes import Problem

PATH = f"{PREFIX}/openapi.json"
PROBLEM = "application/problem+json"
EXAMPLES: dict[int, tuple[str, str, str, dict[str, Any]]] = {
    400: ("BadRequest", "idempotency_key_missing", "请求缺少Idempotency-Key，未予办理。", {}),
    401: ("Unauthorized", "token_missing", "请在Authorization请求头中附上令牌。", {}),
    403: ("Forbidden", "scope_missing", "这个令牌没有“办理”权限。", {"scope": "write"}),
    404: ("NotFound", "not_found", "没有这个页面，或者您不能查看它。", {}),
    409: ("Conflict", "command_not_offered", "未予办理：事项已不在这一环节。", {"command": "acknowledge"}),
    412: ("PreconditionFailed", "acted_meanwhile", "事项又有1条新的办理记载，本次未办理。", {"since": 7}),
    413: ("ContentTooLarge", "body_too_large", "提交的内容过大，未予接收。", {}),
    415: ("UnsupportedMediaType", "media_type_unsupported", "请求的正文须为application/json。", {}),
    422: ("Unprocessable", "details_invalid", "期限无法识别。", {"errors": {"limit": {}}}),
    429: ("TooManyRequests", "rate_exceeded", "请求过于频繁，请稍后再试。", {"retry_after": 12}),
    500: ("Fault", "internal", "程序内部出错，本次未办理。", {}),
    503: ("Unavailable", "database_busy", "数据库正忙，本次未办理，请稍后重试。", {}),
}
ALWAYS, UNSAFE = (400, 401, 403, 404, 409, 422, 429, 500, 503), (412, 413, 415)
METHODS = ("get", "post", "put", "patch", "delete")
ABOUT = """Duban 督办 for programs. Every answer is made from what the pages show the same person, no more.

Errors are problem details (RFC 9457): `code` is stable, `message` is for people. Unsafe requests bear an
`Idempotency-Key`; lists have `next` and `prev` cursors; a case has an `ETag`."""
TAGS = {
    "cases": "The register, and what belongs to a case.",
    "transitions": "What may be done, and doing it.",
    "measures": "Measures (提醒、函询) and what is done about them.",
    "signing": "What waits for the caller's decision.",
    "work": "The caller's desk, and the office in figures.",
    "office": "Units and people, calendars, policies, numbers, wordings.",
    "mail": "The post, and the queue of messages.",
    "own": "The caller, his tokens and his calendars.",
    "administration": "Accounts, roles, sessions and machines, to be looked at.",
    "imports": "Files on their way into the register.",
    "events": "What happened, in one order, for programs.",
    "intake": "Items other systems hand in, and the inbox officers deal with them in.",
    "audit": "History searched, compared and verified.",
}


def described(routers: tuple[APIRouter, ...]) -> dict[str, Any]:
    """The description of these routers."""
    routes = [route for router in routers for route in router.routes]
    made = get_openapi(
        title="Duban 督办", version=version("duban"), description=ABOUT, routes=routes, tags=_tags(routers)
    )
    parts = made.setdefault("components", {})
    parts.setdefault("schemas", {})["Problem"] = Problem.model_json_schema()
    parts["schemas"] = {name: one for name, one in parts["schemas"].items() if name not in VALIDATION}
    parts["headers"] = {
        name: {"schema": {"type": type}, "description": told} for name, (type, told) in HEADERS.items()
    }
    parts["responses"] = {EXAMPLES[status][0]: _problem(status) for status in EXAMPLES}
    for methods in made["paths"].values():
        for method, operation in methods.items():
            if method in METHODS:
                _complete(method, operation)
                _show(operation, parts["schemas"])
    lead_on(made["paths"])
    return made


VALIDATION = frozenset({"HTTPValidationError", "ValidationError"})


def route(app: FastAPI, routers: tuple[APIRouter, ...]) -> None:
    """Give an application the description, made when it is first asked for."""

    @cache
    def written() -> bytes:
        return json.dumps(described(routers), ensure_ascii=False).encode()

    @app.get(PATH, include_in_schema=False)
    def describe() -> Response:
        """What the API is, for whoever asks."""
        return Response(written(), media_type=JSON, headers={"Cache-Control": "no-cache"})


def _tags(routers: tuple[APIRouter, ...]) -> list[dict[str, str]]:
    used = [str(tag) for router in routers for tag in router.tags]
    return [{"name": tag, "description": TAGS.get(tag, tag)} for tag in dict.fromkeys(used)]


def _complete(method: str, operation: dict[str, Any]) -> None:
    answers = operation["responses"]
    for status, one in answers.items():
        if status.startswith(("2", "3")):
            one["headers"] = _headers(method, operation)
    for status in (*ALWAYS, *(UNSAFE if method != "get" else ())):
        answers[str(status)] = {"$ref": f"#/components/responses/{EXAMPLES[status][0]}"}
    for one in operation.get("parameters", ()):
        if one["name"] == "Idempotency-Key":
            one |= {"required": True, "schema": KEY}
    if "requestBody" in operation:
        operation["requestBody"]["content"][JSON]["example"] = BODIES[operation["operationId"]]


def _show(operation: dict[str, Any], schemas: dict[str, Any]) -> None:
    """Examples of what is asked and answered."""
    for one in operation.get("parameters", ()):
        one.setdefault("example", sample(one["name"], one["schema"], schemas))
    for status, answer in operation["responses"].items():
        told = answer.get("content", {}).get(JSON)
        if status.startswith("2") and told is not None:
            told["example"] = sample("", told["schema"], schemas)


def _headers(method: str, operation: dict[str, Any]) -> dict[str, Any]:
    """What comes with an answer that is none of refusal."""
    taken = {one["name"] for one in operation.get("parameters", ())}
    named = [*RATE, *(["Link"] if "cursor" in taken else []), *(["ETag"] if "if-none-match" in taken else [])]
    named += ["Idempotency-Replayed"] if "Idempotency-Key" in taken else []
    named += ["Location"] if "201" in operation["responses"] else []
    return _referred(named)


def _referred(named: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in named}


RATE = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
HEADERS = {
    "RateLimit-Limit": ("integer", "How many requests the token may make in a window."),
    "RateLimit-Remaining": ("integer", "How many are left."),
    "RateLimit-Reset": ("integer", "In how many seconds all are."),
    "Link": ("string", "The leaves beside this one (RFC 8288), by `next` and `prev`."),
    "ETag": ("string", "What `If-Match` of a transition, and `If-None-Match`, take."),
    "Idempotency-Replayed": ("string", "`true` where it is answered as the first time."),
    "Location": ("string", "Where what was made is, if it is somewhere by itself."),
    "Retry-After": ("integer", "After how many seconds to come again."),
    "WWW-Authenticate": (
        "string",
        "That a token is asked for, or what the one that is borne lacks (RFC 6750).",
    ),
}
"""What comes with answers: its type, and what it says."""

WITH_PROBLEMS = {
    401: ("WWW-Authenticate",),
    403: ("WWW-Authenticate",),
    429: ("Retry-After", *RATE),
    503: ("Retry-After",),
}
"""What comes with refusals, by status."""

KEY = {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[\\x21-\\x7e]{1,128}$"}


def _problem(status: int) -> dict[str, Any]:
    name, code, message, facts = EXAMPLES[status]
    example = {
        "type": f"urn:duban:{code}",
        "title": name,
        "status": status,
        "detail": message,
        "code": code,
        "message": message,
        "facts": facts,
        "request_id": "5f1c0d8e9a7b6c34",
    }
    schema = {"$ref": "#/components/schemas/Problem"}
    told = {"description": name, "content": {PROBLEM: {"schema": schema, "example": example}}}
    return told | {"headers": _referred(WITH_PROBLEMS.get(status, ()))}
