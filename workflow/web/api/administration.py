"""Accounts, roles, sessions and tokens of machines, for the three to look at.

What gives or takes rights is done on the pages alone: each act has a second key, and whoever turns it sits
before it himself.
"""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response

from workflow import particulars
from workflow.services.accounts import confirming, listing, machine_tokens, roles
from workflow.web.api import frame, paging
from workflow.web.api.own import Token
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import Page, Shape

router = frame.resource("administration")

Name = Annotated[str, Query(max_length=particulars.MAX_NAME)]
PersonCode = Annotated[str, Path(max_length=particulars.MAX_NAME, description="By name or code.")]


class Account(Shape):
    """An account, and how it stands."""

    person: str
    name: str
    login: str
    standing: str
    standing_label: str
    standing_reason: str | None
    locked_until: datetime | None
    invited_until: datetime | None
    second_factor: bool
    password_at: datetime | None
    made_at: datetime | None
    disabled_at: datetime | None
    signed_in_at: datetime | None
    roles: list[str]
    role_labels: list[str]
    units: list[str]
    waits: bool


class RoleHeld(Shape):
    """A role somebody holds or is to hold."""

    person: str
    person_name: str
    role: str
    role_label: str
    unit: str | None
    unit_name: str | None
    valid_from: date | None
    valid_to: date | None


class RoleRequest(Shape):
    """A proposal: what is to change, who proposed it, and what became of it."""

    request: str
    sentence: str
    change: str
    change_label: str
    person: str | None
    person_name: str | None
    proposed_by: str | None
    proposed_at: datetime | None
    decision: str | None
    decision_label: str | None
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None = None
    differences: list[dict[str, Any]]


class Session(Shape):
    """A session: from where, since when, and why it is over."""

    session: str
    person: str
    name: str
    address: str | None
    agent: str | None
    opened_at: datetime
    seen_at: datetime | None
    ended_at: datetime | None
    ended_for: str | None
    ended_label: str | None


class MachineToken(Token):
    """A token of another system; of units null is the whole office."""

    person: str
    person_name: str
    units: list[str] | None
    unit_names: list[str] | None
    made_by: str | None
    decided_by: str | None


@router.get("/accounts", response_model=Page[Account], summary="The accounts")
def list_accounts(request: Request, seat: Reads, wanted: Wanted, words: Name = "") -> Response:
    """Accounts by login, with these words in name, code or login."""
    after = paging.key(wanted)
    told: dict[str, Any] = {"words": words.strip() or None, "after": after, "most": wanted.limit + 1}
    found = listing.list_accounts(seat.office, **told, **_looks(seat))
    return paging.keyed(request, Page[Account], found, wanted, "login")


@router.get("/accounts/{person}", response_model=Account, summary="An account")
def get_account(seat: Reads, person: PersonCode) -> Response:
    """One account."""
    return frame.told(Account.model_validate(listing.show_account(seat.office, person, **_looks(seat))))


@router.get("/roles", response_model=Page[RoleHeld], summary="Who holds which role")
def list_roles(
    request: Request, seat: Reads, wanted: Wanted, *, person: Name = "", role: Name = "", unit: Name = ""
) -> Response:
    """The roles people hold or are to hold: somebody's, one role, those at this very unit; or all."""
    asked: dict[str, Any] = {
        "role": role.strip() or None,
        "unit": unit.strip() or None,
        "after": paging.key(wanted),
    }
    found = roles.list_roles(
        seat.office, person.strip() or None, **asked, most=wanted.limit + 1, **_looks(seat)
    )
    lines, last = listing.cut(found, wanted.limit)
    return paging.going_on(request, Page[RoleHeld], lines, roles.place_of(last) if last else None)


@router.get("/roles/requests", response_model=Page[RoleRequest], summary="The proposals")
def list_role_requests(request: Request, seat: Reads, wanted: Wanted, decided: bool = False) -> Response:
    """The proposals that wait, oldest first; with `decided` all there ever were, the newest first."""
    told: dict[str, Any] = {"decided": decided, "after": paging.key(wanted), "most": wanted.limit + 1}
    found = confirming.list_requests(seat.office, **told, **_looks(seat))
    return paging.keyed(request, Page[RoleRequest], found, wanted, "request")


@router.get("/sessions", response_model=Page[Session], summary="The sessions")
def list_sessions(request: Request, seat: Reads, wanted: Wanted, person: Name = "") -> Response:
    """Everybody's sessions or one person's, the newest first."""
    asked: dict[str, Any] = {"after": paging.key(wanted), "most": wanted.limit + 1}
    found = listing.list_sessions(seat.office, person.strip() or None, **asked, **_looks(seat))
    return paging.keyed(request, Page[Session], found, wanted, "session")


@router.get("/machines", response_model=Page[MachineToken], summary="The tokens of other systems")
def list_machines(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The machines' tokens, those that are not over first."""
    found = machine_tokens.list_machines(seat.office, **_looks(seat))
    return paging.page(request, Page[MachineToken], found, wanted, ("token",))


def _looks(seat: Seat) -> dict[str, Any]:
    return {"by": seat.signature(), "at": seat.at}
