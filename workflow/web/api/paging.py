"""Leaves of lists: cursors that are places, never counts, and the `Link` header (RFC 8288) beside them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlencode

import orjson
from fastapi import Depends, Query, Request, Response

from states.errors import FactInvalid
from workflow.services.leafing import Leaf, Turned
from workflow.web import places
from workflow.web.api.frame import Told
from workflow.web.api.shapes import Page

MOST, USUAL, LONGEST, DIGITS, SHORT, LETTERS = 200, 50, 420, 9, 120, 16
AFTER, BEFORE = "after", "before"


class Asking(NamedTuple):
    """Which leaf is wanted, and how long it may be."""

    limit: int
    cursor: str | None


Limit = Annotated[int, Query(ge=1, le=MOST, description="Items on a page.")]
Cursor = Annotated[
    str | None, Query(max_length=LONGEST, description="`next` or `prev` of an answer to the same question.")
]


async def asked(limit: Limit = USUAL, cursor: Cursor = None) -> Asking:
    """The leaf a question is about."""
    return Asking(limit, cursor)


Wanted = Annotated[Asking, Depends(asked)]


def invalid() -> FactInvalid:
    """The refusal of a cursor that is none of ours, or too old."""
    return FactInvalid("翻页的位置已经失效，或者无法识别，请从第一页取起。", code="cursor_invalid")


def turned(wanted: Asking, now: datetime) -> Turned | None:
    """The leaf of the register a cursor leads to; None for the first. Raises `FactInvalid`."""
    if not wanted.cursor:
        return None
    way, _, place = wanted.cursor.partition(".")
    if way not in places.WAYS or not place:
        raise invalid()
    return places.read({way: place}, now)


def beside(found: Leaf) -> dict[str, str | None]:
    """The cursors of the leaves beside one of the register."""
    before = None if found.before is None else places.written(found.before, found.at)
    after = None if found.after is None else places.written(found.after, found.at)
    return both_ways(before, after)


def both_ways(before: str | None, after: str | None) -> dict[str, str | None]:
    """The cursors of the leaves beside one, by the places they are turned to from."""
    return {"next": after and f"{AFTER}.{after}", "prev": before and f"{BEFORE}.{before}"}


def cut(
    rows: Sequence[Any], wanted: Asking, called: Sequence[str] = ()
) -> tuple[Sequence[Any], dict[str, str | None]]:
    """The leaf of a list, and the cursors beside it. Raises `FactInvalid`.

    One that only grows at its end goes on by place. In any other a line is `called` by some of its values: a
    leaf goes on behind the last line of the one before, wherever that is by now, and where that is gone with
    the first, so that a line may come twice and none is left out.
    """
    begins = _begins(rows, wanted.cursor, called)
    ends = begins + wanted.limit
    cursors = {
        "next": _behind(rows, ends, called) if ends < len(rows) else None,
        "prev": _behind(rows, max(begins - wanted.limit, 0), called) if begins else None,
    }
    return rows[begins:ends], cursors


def page(
    request: Request, shape: type[Page[Any]], rows: Sequence[Any], wanted: Asking, called: Sequence[str] = ()
) -> Response:
    """A leaf of a list, sent; `called` as of `cut`."""
    some, cursors = cut(rows, wanted, called)
    made = shape(items=list(some), **cursors)
    return linked(request, made.model_dump_json().encode(), cursors).response


def key(wanted: Asking) -> str | None:
    """What the last item of the leaf before was called, where it goes on by that. Raises `FactInvalid`."""
    if not wanted.cursor:
        return None
    way, _, place = wanted.cursor.partition(".")
    if way != AFTER or not place or len(place) > SHORT or not place.isprintable():
        raise invalid()
    return place


def keyed(
    request: Request, shape: type[Page[Any]], rows: Sequence[Any], wanted: Asking, name: str
) -> Response:
    """A leaf of a list that goes on after what its last item is called by `name`; `rows` are one more than
    wanted, if there are more. It is leafed through forwards only."""
    some = rows[: wanted.limit]
    return going_on(request, shape, some, some[-1][name] if len(rows) > wanted.limit else None)


def going_on(request: Request, shape: type[Page[Any]], rows: Sequence[Any], more: str | None) -> Response:
    """A leaf of a list that goes on after a place, by what it is called; None for the last one."""
    cursors = {"next": more and f"{AFTER}.{more}", "prev": None}
    made = shape(items=list(rows), **cursors)
    return linked(request, made.model_dump_json().encode(), cursors).response


def linked(request: Request, body: bytes, cursors: dict[str, str | None]) -> Told:
    """A leaf with the addresses of those beside it in `Link`."""
    there = {name: one for name, one in cursors.items() if one is not None}
    links = [f'<{_address(request, one)}>; rel="{name}"' for name, one in there.items()]
    return Told(body, headers={"Link": ", ".join(links)} if links else {})


def written(told: Any) -> bytes:
    """Plain values as JSON."""
    return orjson.dumps(told)


def _address(request: Request, cursor: str) -> str:
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "cursor"]
    path = request.scope.get("raw_path", b"").partition(b"?")[0].decode("ascii")
    return f"{path}?{urlencode([*asked, ('cursor', cursor)])}"


def _behind(rows: Sequence[Any], place: int, called: Sequence[str]) -> str:
    return f"{AFTER}.{place}.{_name(rows[place - 1], called)}" if called and place else f"{AFTER}.{place}"


def _begins(rows: Sequence[Any], cursor: str | None, called: Sequence[str]) -> int:
    if not cursor:
        return 0
    way, _, told = cursor.partition(".")
    place, _, name = told.partition(".")
    if (
        way != AFTER
        or not (place.isascii() and place.isdecimal())
        or len(place) > DIGITS
        or len(name) > SHORT
    ):
        raise invalid()
    if not called or not name:
        return min(int(place), len(rows))
    there = (at for at, row in enumerate(rows, 1) if _name(row, called) == name)
    return next(there, 0)


def _name(row: Any, called: Sequence[str]) -> str:
    """What tells a line from the others, in a few letters."""
    values = [row[one] if isinstance(row, Mapping) else getattr(row, one) for one in called]
    return sha256(repr(values).encode()).hexdigest()[:LETTERS]
