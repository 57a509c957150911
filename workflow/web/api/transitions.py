"""Transitions: what may be done with a case now, doing it, and doing several things in one request."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Header, Response
from pydantic import Field
from sqlalchemy.exc import DBAPIError

from states.errors import FactInvalid, Refusal
from states.lifecycle import CommandRow
from states.office_time import office_day
from states.too_late import why_not_opened
from workflow import particulars
from workflow.errors import EditConflict, PreconditionFailed
from workflow.services import cases, offering
from workflow.services.batch import OpenCase
from workflow.services.breaking_off import broken_off
from workflow.services.office import Signature
from workflow.web import fields
from workflow.web.api import details, frame
from workflow.web.api.cases import Number
from workflow.web.api.details import At, Details
from workflow.web.api.idempotency import Ask
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import Asked, Shape
from workflow.web.frame.faults import refusal_of, status_of

router = frame.resource("transitions")

MOST, MOST_SEEN = 100, 2**31 - 1
TAG = re.compile(r'(?:W/)?"(\d{1,18})-[0-9a-f]{16}"')
Name = Annotated[str, Field(min_length=1, max_length=particulars.MAX_NAME)]
IfMatch = Annotated[
    str | None,
    Header(max_length=1_000, description="The `ETag` of the case when it was decided on; else 412."),
]


class Offered(Shape):
    """A command that may be given now. `fields` is the JSON schema of its `details`."""

    command: str
    label: str
    fields: dict[str, Any]


class Offers(Shape):
    """What may be done; `seq` is the last entry this rests on."""

    number: str | None
    seq: int | None
    items: list[Offered]


class Order(Asked):
    """A command to be given."""

    command: Annotated[Name, Field(examples=["log_urge"])]
    details: Details = Field(
        default_factory=dict, examples=[{"means": "phone", "spoke_with": "盛宁远", "answer": "下周完成"}]
    )
    at: At = None


class Line(Order):
    """One command of several, on the case of this number; `seen` as `seq` of a list tells."""

    number: Annotated[str, Field(min_length=1, max_length=particulars.MAX_NAME)]
    seen: Annotated[int | None, Field(ge=0, le=MOST_SEEN)] = None


class Lines(Asked):
    """Several commands, each carried out by itself."""

    items: Annotated[list[Line], Field(min_length=1, max_length=MOST)]


class Done(Shape):
    """A command that was carried out, and how its case stands after it."""

    number: str
    command: str
    label: str
    state: str
    seq: int
    due_on: date | None
    links: dict[str, str]


class Trouble(Shape):
    """Why a line was not carried out."""

    code: str
    message: str
    facts: dict[str, Any]


class Outcome(Shape):
    """What became of a line: `result`, or `problem`; `status` as it would be alone."""

    number: str
    command: str
    status: int
    result: Done | None = None
    problem: Trouble | None = None


class Outcomes(Shape):
    """What became of each line, in their order."""

    items: list[Outcome]


@router.get("/cases/{number}/transitions", response_model=Offers, summary="What may be done now")
def list_case_transitions(seat: Reads, number: Number) -> Response:
    """The commands the caller may give on a case as it stands, each with the schema of its details."""
    with seat.look():
        offer = offering.offered(seat.office, number, by=seat.by)
        seat.note([number], "show")
        rows = [row for row in offer.feasible if fields.has_form(row)]
        items = [_offered(row, _fields(seat, row, offer)) for row in rows]
    return frame.told(Offers(number=offer.number, seq=offer.seq, items=items))


@router.get("/openings", response_model=Offers, summary="How a matter may be brought into the register")
def list_openings(seat: Reads) -> Response:
    """The commands by which the caller may bring a matter into the register: `POST /cases`."""
    with seat.look():
        rows = [row for row in offering.openings(seat.office, by=seat.by) if fields.has_form(row)]
        items = [_offered(row, _fields(seat, row)) for row in rows]
    return frame.told(Offers(number=None, seq=None, items=items))


@router.post(
    "/cases", response_model=Done, status_code=HTTPStatus.CREATED, summary="Bring a matter into the register"
)
def open_case(ask: Ask, order: Order) -> Response:
    """Give a command of `/openings`. The new case is at `Location`."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        with seat.look():
            row = _opening(seat, order.command)
            wanted = _fields(seat, row)
        with details.read(seat, wanted, order.details) as told:
            at = details.instant(seat, order.at)
            made = cases.create(seat.office, row.id, by=signed, at=at, **told)
        location = frame.case_at(made.number)
        return frame.shaped(_done(made, row), HTTPStatus.CREATED, Location=location)

    return ask.once(work)


@router.post("/cases/transitions", response_model=Outcomes, summary="Give several commands")
def give_case_transitions(ask: Ask, lines: Lines) -> Response:
    """Up to a hundred commands in one request: each in its own transaction, each with its own outcome."""

    def work(signed: Signature) -> frame.Told:
        found = [_outcome(ask.seat, one, ask.line(place)) for place, one in enumerate(lines.items)]
        return frame.shaped(Outcomes(items=found))

    return ask.several(work)


@router.post("/cases/{number}/transitions", response_model=Done, summary="Give a command")
def give_case_transition(ask: Ask, number: Number, order: Order, if_match: IfMatch = None) -> Response:
    """Give a command on a case.

    `If-Match` is optional: a program that only reports what happened has decided on nothing it read. Where it
    is given and somebody has acted since, nothing is done (412).
    """

    def work(signed: Signature) -> frame.Told:
        seen = seen_in(if_match)
        with held_to(seen):
            row, case = give(ask.seat, number, order, seen, signed)
        return frame.shaped(_done(case, row))

    return ask.once(work)


def seen_in(if_match: str | None) -> int | None:
    """The last entry whoever decides had before him. Raises `PreconditionFailed` for no tag of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    tags = [TAG.fullmatch(one.strip()) for one in if_match.split(",")]
    seen = [int(one[1]) for one in tags if one]
    if not seen:
        raise PreconditionFailed("If-Match不是本事项的ETag，未予办理。", code="tag_unknown")
    return max(seen)


@contextmanager
def held_to(seen: int | None) -> Iterator[None]:
    """What is decided on what was seen fails as a precondition where somebody has acted since."""
    try:
        yield
    except EditConflict as conflict:
        if seen is None or conflict.code != "acted_meanwhile":
            raise
        raise PreconditionFailed(conflict.message, code=conflict.code, **conflict.facts) from conflict


def check_seen(seen: int | None, seq: int) -> None:
    """Raises `PreconditionFailed` for a tag that is ahead of history."""
    if seen is not None and seen > seq:
        raise PreconditionFailed("If-Match不是本事项的ETag，未予办理。", code="tag_unknown")


def offered_on(seat: Seat, number: str, command: str) -> Offered:
    """A command on a case, with the schema of its details. Raises as giving it."""
    offer = offering.offered(seat.office, number, by=seat.by)
    row = _offered_row(offer, command)
    return _offered(row, _fields(seat, row, offer))


def _opening(seat: Seat, command: str) -> CommandRow:
    found = next((row for row in offering.openings(seat.office, by=seat.by) if row.id == command), None)
    if found is not None and fields.has_form(found):
        return found
    row = offering.creating(seat.office, command)
    if row is None or not fields.has_form(row):
        raise unknown(command)
    raise EditConflict(f"未予办理：{why_not_opened(row)}", code="command_not_offered", command=row.id)


def unknown(command: str) -> FactInvalid:
    """The refusal of a command there is not here."""
    return FactInvalid(f"没有“{command[:40]}”这一步，未予办理。", code="command_unknown")


def give(
    seat: Seat, number: str, order: Order, seen: int | None, signed: Signature
) -> tuple[CommandRow, OpenCase]:
    """Give a command on a case that is shown to whoever gives it."""
    with seat.look():
        offer = offering.offered(seat.office, number, by=seat.by)
        seat.note([number], "show")
        row = _offered_row(offer, order.command)
        check_seen(seen, offer.seq)
        wanted = _fields(seat, row, offer)
    with details.read(seat, wanted, order.details) as told:
        at = details.instant(seat, order.at)
        given = cases.Order(row.id, number, told, seen=seen)
        (case,) = cases.perform_all(seat.office, [given], by=signed, at=at)
    return row, case


def _offered_row(offer: offering.Offer, command: str) -> CommandRow:
    row = offer.command(command)
    if row is not None and fields.has_form(row):
        return row
    late = offer.late.get(command)
    if late is None or not fields.has_form(late.row):
        raise unknown(command)
    raise EditConflict(f"未予办理：{late.why}", code="command_not_offered", command=command)


def _fields(seat: Seat, row: CommandRow, offer: offering.Offer | None = None) -> list[fields.Field]:
    policy = None if offer is None else offer.policy
    chosen = offering.choices(seat.office, policy, day=office_day(seat.at))
    told = {"complexity": chosen.categories}
    return fields.fields_of(row, told if offer is None else {**told, "field": offer.correctable})


def _offered(row: CommandRow, wanted: list[fields.Field]) -> Offered:
    return Offered(command=row.id, label=row.label, fields=details.schema_of(wanted))


def _done(case: OpenCase, row: CommandRow) -> Done:
    here = frame.case_at(case.number)
    return Done(
        number=case.number,
        command=row.id,
        label=row.label,
        state=case.facts.state,
        seq=case.seq,
        due_on=case.facts.due_on,
        links={"case": here, "transitions": f"{here}/transitions"},
    )


def _outcome(seat: Seat, line: Line, signed: Signature) -> Outcome:
    told: dict[str, Any] = {"number": line.number, "command": line.command}
    try:
        row, case = give(seat, line.number, line, line.seen, signed)
    except Refusal as refusal:
        return Outcome(**told, status=int(status_of(refusal)), problem=_trouble(refusal_of(refusal)))
    except DBAPIError as error:
        found = refusal_of(error)
        broken = _trouble(found, broken_off(error, line.number))
        return Outcome(**told, status=int(status_of(found)), problem=broken)
    return Outcome(**told, status=HTTPStatus.OK, result=_done(case, row))


def _trouble(refusal: Refusal, message: str = "") -> Trouble:
    return Trouble(code=refusal.code, message=message or refusal.message, facts=dict(refusal.facts))
