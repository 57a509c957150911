"""The register and a case: a leaf of it by its filters, and one matter as it stands."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Annotated, Any, Literal

from fastapi import Depends, Header, Path, Query, Request, Response

from states.errors import FactInvalid
from workflow import particulars
from workflow.services import leafing, offering, register
from workflow.services.leafing import Leaf
from workflow.services.register_filters import Asked
from workflow.web.api import frame, paging
from workflow.web.api.case_shapes import LINE, TELLING, USUAL, CaseDetail, CasePage
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import Day
from workflow.web.frame.visiting import CaseNumber

router = frame.resource("cases")

Name = Annotated[str, Query(max_length=particulars.MAX_NAME)]
MOST_FIELDS, DIGITS = 600, 16
PARTS = (
    *("history", "explanation", "deadlines", "reports", "tasks", "milestones", "extension"),
    *("measures", "documents", "attachments", "transitions"),
)
NOT_MODIFIED = 304

Number = Annotated[
    CaseNumber,
    Path(max_length=400, description="The number of a case; what may mean something in a path is `~2F`."),
]


async def filters(  # computes only: no thread is worth its while
    *,
    words: Annotated[Name, Query(description="Words in number or title.")] = "",
    state: Annotated[Name, Query(description="A state, by id or label.")] = "",
    light: Annotated[
        Name, Query(description="red, yellow, green, grey, lit (any of the first three), or the label.")
    ] = "",
    unit: Annotated[Name, Query(description="The lead unit, by code or any name.")] = "",
    category: Annotated[Name, Query(description="A category, by id or label.")] = "",
    leader: Annotated[Name, Query(description="Words in 包保领导.")] = "",
    due_from: Annotated[Day | None, Query(description="Due on this day or later.")] = None,
    due_until: Annotated[Day | None, Query(description="Due on this day or earlier.")] = None,
    sort: Literal["newest", "due", "light", "changed", "number", "unit"] = "newest",
) -> Asked:
    """What is looked for in the register, as its page has it."""
    days = {"due_from": due_from, "due_until": due_until}
    told = {name: "" if day is None else day.isoformat() for name, day in days.items()}
    named = {"words": words, "state": state, "light": light, "unit": unit, "category": category}
    return Asked(**{name: text.strip() for name, text in named.items()}, leader=leader, order=sort, **told)


async def wanted_fields(
    fields: Annotated[
        str | None, Query(max_length=MOST_FIELDS, description="Names of fields, by commas; all usual ones.")
    ] = None,
) -> tuple[str, ...]:
    """The fields a line shall have. Raises `FactInvalid` (`fields_unknown`)."""
    if fields is None:
        return USUAL
    named = [one.strip() for one in fields.split(",") if one.strip()]
    unknown = [one for one in named if one not in LINE]
    if unknown or not named:
        message = f"没有这些字段：{'、'.join(unknown)[:200] or '（空）'}；可选的有：{'、'.join(LINE)}。"
        raise FactInvalid(message, code="fields_unknown", fields=unknown[:20])
    return ("number", *dict.fromkeys(one for one in named if one != "number"))


@router.get("/cases", response_model=CasePage, summary="A leaf of the register")
def list_cases(
    request: Request,
    seat: Reads,
    asked: Annotated[Asked, Depends(filters)],
    named: Annotated[tuple[str, ...], Depends(wanted_fields)],
    wanted: Wanted,
) -> Response:
    """The cases that are the caller's to see, by filters and in an order, a leaf at a time."""
    found = leafing.leaf(
        seat.office,
        asked,
        by=seat.by,
        today=seat.at,
        turned=paging.turned(wanted, seat.at),
        size=wanted.limit,
        why="light_reasons" in named,
    )
    _check(found)
    if found.lines and not TELLING.isdisjoint(named):
        seat.note([str(one.facts.number) for one in found.lines], "list")
    cursors = paging.beside(found)
    items = [{name: LINE[name](one) for name in named} for one in found.lines]
    body = {"items": items, **cursors, "unreadable": [one["case"] for one in found.unreadable]}
    return paging.linked(request, paging.written(body), cursors).response


def _check(found: Leaf) -> None:
    """Raises `FactInvalid` (`filters_invalid`) with what is wrong by the name of each filter."""
    if found.errors:
        told = {"sort" if name == "order" else name: why for name, why in found.errors.items()}
        raise FactInvalid("；".join(told.values()), code="filters_invalid", errors=told)


@router.get(
    "/cases/{number}",
    response_model=CaseDetail,
    summary="A case",
    responses={NOT_MODIFIED: {"description": "It is as the tag in `If-None-Match` says."}},
)
def get_case(
    seat: Reads,
    number: Number,
    if_none_match: Annotated[str | None, Header(max_length=1_000)] = None,
) -> Response:
    """One case as the caller may see it. Its `ETag` is what `If-Match` of a transition takes."""
    found = told_case(seat, number)
    body = found.model_dump_json().encode()
    tag = etag(found.seq, body)
    if if_none_match is not None and tag in _tags(if_none_match):
        return Response(status_code=NOT_MODIFIED, headers={"ETag": tag})
    return frame.Told(body, headers={"ETag": tag}).response


def etag(seq: int, body: bytes) -> str:
    """The tag of a case as it is told: the last entry of its history, and a hash of what is told.

    The lights of a case turn while nobody acts on it, and what is told depends on who asks.
    """
    return f'"{seq}-{sha256(body).hexdigest()[:DIGITS]}"'


def told_case(seat: Seat, number: str) -> CaseDetail:
    """A case as it is told to whoever asks; the reading is noted first."""
    with seat.look():
        told = register.show(seat.office, number, today=seat.at, by=seat.by)
        seq = offering.offered(seat.office, number, by=seat.by).seq
        seat.note([number], "show")
    return CaseDetail.model_validate({**_of_case(told), "seq": seq, "links": links(number)})


def links(number: str) -> dict[str, str]:
    """The addresses of a case and of what belongs to it."""
    here = frame.case_at(number)
    return {"self": here, **{name: f"{here}/{name}" for name in PARTS}}


def _of_case(told: Mapping[str, Any]) -> dict[str, Any]:
    case = told["case"]
    return {
        **case,
        "category": case["complexity"],
        "category_label": case["complexity_label"],
        "co_units": case["co_unit_names"],
        "children": [one["number"] for one in told["children"]],
        "parent": (told["parent"] or {}).get("number"),
    }


def _tags(text: str) -> set[str]:
    return {one.strip().removeprefix("W/") for one in text.split(",")}
