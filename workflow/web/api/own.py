"""Who the caller is, the tokens he has, and the calendars he may subscribe to.

A new token is made on its page alone, where its person proves that it is he; so are a password and a second
factor.
"""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import Path, Request, Response
from pydantic import Field

from states.accounts.scopes import Scope
from workflow import particulars
from workflow.services.accounts import api_tokens, feeds
from workflow.services.office import Signature
from workflow.web.api import frame, paging
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Asked, Line, Page, Shape

router = frame.resource("own")

MOST_UNIT = 128
TokenId = Annotated[str, Path(max_length=particulars.MAX_NAME, description="`token` of a line.")]


class Caller(Shape):
    """Whoever asks: a person with his roles of today, or a machine; and what the token may."""

    person: str | None
    name: str
    machine: bool
    roles: list[str]
    stands_in_for: list[str]
    token: str
    scopes: list[str]


class Token(Shape):
    """A token, never itself: `shown` is how it begins; when and from where it was used last."""

    token: str
    shown: str
    name: str
    machine: bool
    scopes: list[str]
    scope_labels: list[str]
    made_at: datetime
    until: datetime
    seen_at: datetime | None
    seen_from: str | None
    state: str


class CalendarPlace(Shape):
    """A calendar there may be: one's own (`unit` null), or a unit's; `made_at` of the address that works."""

    unit: str | None
    name: str
    made_by: str | None
    made_at: datetime | None
    fetched_at: datetime | None


class Calendars(Shape):
    """The calendars the caller may subscribe to."""

    items: list[CalendarPlace]


class CalendarOf(Asked):
    """One's own calendar, or that of a unit, by code or name."""

    unit: Annotated[Line, Field(max_length=MOST_UNIT)] = ""


class CalendarMade(Shape):
    """A calendar with its address, told this once."""

    name: str
    link: str


class CalendarEnded(Shape):
    """A calendar whose address works no more."""

    name: str


@router.get("/me", response_model=Caller, summary="Who asks")
def get_caller(seat: Reads) -> Response:
    """The person or machine behind the token, and what it may."""
    holder, visitor = seat.holder, seat.holder.visitor
    told = {
        "person": holder.person,
        "name": visitor.name if visitor else holder.name,
        "machine": visitor is None,
        "roles": sorted(seat.roles),
        "stands_in_for": sorted(seat.hats - seat.roles),
        "token": holder.token,
        "scopes": [one.value for one in Scope if one in holder.scopes],
    }
    return frame.told(Caller.model_validate(told))


@router.get("/me/tokens", response_model=Page[Token], summary="The caller's tokens")
def list_tokens(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """One's own tokens and those of machines one answers for, the newest first."""
    person = seat.holder.person
    found = api_tokens.own_tokens(seat.office, person, at=seat.at) if person else []
    return paging.page(request, Page[Token], found, wanted, ("token",))


@router.post("/me/tokens/{token}/revoke", response_model=Token, summary="Revoke a token")
def revoke_token(ask: Ask, token: TokenId) -> Response:
    """End one of one's own, at once; also the one that is borne."""

    def work(_: Signature) -> frame.Told:
        return frame.shaped(Token.model_validate(api_tokens.revoke(ask.seat.office, token, **ask.signed)))

    return ask.once(work)


@router.get("/me/calendars", response_model=Calendars, summary="The calendars to subscribe to")
def list_own_calendars(seat: Reads) -> Response:
    """One's own calendar and those of the units one is liaison or head of, never their addresses."""
    found = feeds.places(seat.office, seat.by) if seat.holder.person else ()
    return frame.told(Calendars.model_validate({"items": [one.as_json() for one in found]}))


@router.post(
    "/me/calendars",
    response_model=CalendarMade,
    status_code=HTTPStatus.CREATED,
    summary="Make a calendar's address",
)
def make_calendar(ask: Ask, given: CalendarOf) -> Response:
    """A new address; the former one works no more. It is told once: the same key is told `already_done`."""

    def work(_: Signature) -> frame.Told:
        made = feeds.make(ask.seat.office, given.unit, **ask.signed)
        return frame.shaped(CalendarMade(name=made.name, link=made.link), HTTPStatus.CREATED)

    return ask.once(work, shown_once=True)


@router.post("/me/calendars/revoke", response_model=CalendarEnded, summary="End a calendar's address")
def revoke_calendar(ask: Ask, given: CalendarOf) -> Response:
    """Let an address work no more."""

    def work(_: Signature) -> frame.Told:
        return frame.shaped(CalendarEnded(name=feeds.revoke(ask.seat.office, given.unit, **ask.signed)))

    return ask.once(work)
