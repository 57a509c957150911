"""The client tells what the description says: its shapes are written from it, its methods held to it."""

import inspect
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from mypy import api as mypy

from tests.web.api.shaping import DOCUMENT, PLACE, kind_of, written
from workflow.client import Client, shapes
from workflow.client.settings import Settings

V1, JSON = "/api/v1", "application/json"
ANSWERS = {
    (method.upper(), path): next(
        one["content"][JSON]
        for status, one in operation["responses"].items()
        if status.startswith("2") and JSON in one.get("content", {})
    )
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    if any(JSON in one.get("content", {}) for one in operation["responses"].values())
}
PLAIN = {"get", "post", "each", "file", "close"}
"""What carries any request."""
TYPED = {
    f"{kind.__name__}.{name}": (kind, name)
    for kind in (Client, Settings)
    for name, one in sorted(vars(kind).items())
    if inspect.isfunction(one) and not name.startswith("_") and name not in PLAIN
    if "File" not in str(one.__annotations__["return"])
}
CALLER = """
from workflow.client import Client

with Client("https://duban.example", "duban_") as duban:
    for line in duban.cases(light="red"):
        line["title"].upper() if line["title"] else None
    case = duban.case("滨督2026-063")
    done = duban.give(case, "log_urge", {})
    print(done["due_on"], case["etag"], [one["event"]["type"] for one in duban.events()])
    print(duban.settings.deal_with_webhook("a", "pause")["state_label"])
"""


def test_the_shapes_are_those_of_the_description():
    assert PLACE.read_text(encoding="utf-8") == written(DOCUMENT), "run `make client`"


@pytest.mark.parametrize("called", sorted(TYPED))
def test_a_method_tells_what_its_operation_answers(called, tmp_path):
    kind, name = TYPED[called]
    asked = []

    def answer(request):
        asked.append(operation_of(request))
        example = ANSWERS[asked[-1]]["example"]
        over = {"next": None, "more": False}
        return httpx.Response(200, json={**example, **{k: v for k, v in over.items() if k in example}})

    with Client("https://duban.example", "t", transport=httpx.MockTransport(answer)) as duban:
        method = getattr(duban if kind is Client else duban.settings, name)
        told = method(**{one: value(one, how, tmp_path) for one, how in owed(method)})
        list(told) if isinstance(told, Iterator) else None
    assert fits(typing.get_type_hints(method)["return"], kind_of(ANSWERS[asked[0]]["schema"]))


def operation_of(request):
    """The method and path of the description a request goes to; one without gaps before one with them."""
    found = [
        one
        for one in ANSWERS
        if one[0] == request.method
        and re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", one[1]), request.url.raw_path.decode().partition("?")[0])
    ]
    return min(found, key=lambda one: one[1].count("{"))


def owed(method):
    """The parameters that have to be given, and what each is said to be."""
    hints = typing.get_type_hints(method)
    for name, one in inspect.signature(method).parameters.items():
        if one.default is one.empty and one.kind not in (one.VAR_KEYWORD, one.VAR_POSITIONAL):
            yield name, hints[name]


def value(name, how, folder):
    """Something of a kind."""
    if how is Path:
        (folder / "a.xlsx").write_bytes(b"a")
        return folder / "a.xlsx"
    if typing.get_origin(how) is typing.Literal:
        return typing.get_args(how)[0]
    plain = {str: "a", date: date(2026, 7, 1), datetime: datetime(2026, 7, 1, tzinfo=UTC), int: 2026}
    if how in plain:
        return plain[how]
    if typing.get_origin(how) is Sequence:
        return []
    if typing.is_typeddict(how) or typing.get_origin(how) is Mapping:
        return dict.fromkeys(("number", "id", "version", "seen", "code", "digest", "kind", "text"), "a")
    return "a"


def fits(told, described):
    """Whether what a method is said to tell is what is described, a line of it, or a plain part."""
    if typing.get_origin(told) in (list, Iterator):
        (line,) = typing.get_args(told)
        items = typing.get_type_hints(getattr(shapes, described))["items"]
        return typing.get_args(items) == (line,)
    return told is str or fields(told) >= fields(getattr(shapes, described))


def fields(shape):
    """The fields of a shape with their types."""
    return typing.get_type_hints(shape).items()


def test_a_caller_is_clean_under_strict_types_and_a_wrong_name_is_not(tmp_path):
    for text, clean in ((CALLER, True), (CALLER.replace('line["title"]', 'line["titel"]'), False)):
        file = tmp_path / "caller.py"
        file.write_text(text, encoding="utf-8")
        out, _, code = mypy.run(
            ["--strict", "--config-file=", "--cache-dir", str(tmp_path / "cache"), str(file)]
        )
        assert (code == 0) is clean, out
