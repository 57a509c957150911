"""Units and people put right, units that join, are renamed or merged: by the road of a directory."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Response
from pydantic import Field

from states.register.directory import CODE_BOUND, PERSON_BOUNDS, UNIT_BOUNDS
from states.register.directory_amending import MAX_REMARK, MOST_ALIASES
from workflow.services import directory_amending, reforms
from workflow.services.directory_report import DirectoryReport
from workflow.services.office import Signature
from workflow.services.reforms import Decree, Reform
from workflow.web.api import frame
from workflow.web.api.idempotency import AskToSet
from workflow.web.api.office import Code
from workflow.web.api.shapes import Asked, Day, Line, Shape, Words

router = frame.resource("office")

MOST_BASIS, MOST_SEEN = 200, 64
Seen = Annotated[str, Field(max_length=MOST_SEEN, description="`seen` of what was looked at.")]
Name = Annotated[Line, Field(max_length=UNIT_BOUNDS["name"])]
Short = Annotated[Line, Field(max_length=UNIT_BOUNDS["phone"])]
Email = Annotated[Line, Field(max_length=UNIT_BOUNDS["email"])]
Remark = Annotated[Words, Field(max_length=MAX_REMARK)]
Aliases = Annotated[tuple[Name, ...], Field(max_length=MOST_ALIASES)]


class UnitGiven(Asked):
    """What the directory says of a unit; what is left out stays as it is. `parent` by code or name."""

    name: Name = ""
    short_name: Short = ""
    parent: Name | None = None
    kind: Annotated[Line, Field(max_length=UNIT_BOUNDS["kind"])] = ""
    head_name: Short = ""
    head_post: Short = ""
    liaison_name: Short = ""
    liaison_post: Short = ""
    phone: Short = ""
    email: Email = ""
    valid_from: Day | None = None
    valid_to: Day | None = None
    aliases: Aliases = ()
    remark: Remark = ""


class UnitAdded(UnitGiven):
    """A unit that joins the directory."""

    code: Annotated[Line, Field(min_length=1, max_length=CODE_BOUND, examples=["BH240"])]
    name: Annotated[Name, Field(min_length=1)]


class UnitAmended(UnitGiven):
    """A unit put right."""

    seen: Seen


class PersonAmended(Asked):
    """How somebody is reached, put right. His name and his roles have roads of their own."""

    seen: Seen
    phone: Annotated[Line, Field(max_length=PERSON_BOUNDS["phone"])] = ""
    email: Email = ""
    remark: Remark = ""


class Ordered(Asked):
    """By which document a reform is done, and from which day; `dry_run` tells what it would do."""

    on: Day
    basis: Annotated[Line, Field(min_length=1, max_length=MOST_BASIS, examples=["滨编发〔2026〕3号"])]
    dry_run: bool = False


class Renamed(Ordered):
    """A unit goes by another name."""

    kind: Literal["rename"]
    to: Annotated[Name, Field(min_length=1)]


class Merged(Ordered):
    """A unit ends, and another goes on with its work."""

    kind: Literal["merge"]
    into: Annotated[Name, Field(min_length=1)]


class ReformGiven(Asked):
    """A reform of a unit."""

    reform: Annotated[Renamed | Merged, Field(discriminator="kind")]


class Amended(Shape):
    """A line that was put right; `proposed` changes wait for the second key, and so long nothing changes."""

    code: str
    proposed: int
    links: dict[str, str]


class Passing(Shape):
    """A matter that passes on, and the part the unit has in it."""

    case: str
    part: str
    unit: str
    successor: str


class RoleEnded(Shape):
    """A role that ends with its unit."""

    person: str
    role: str
    unit: str


class Burden(Shape):
    """How many reports a month a successor is asked for, before and after, and how many it may be."""

    unit: str
    name: str
    asked_before: str
    asked_after: str
    cap: int | None
    over_cap: bool


class Reformed(Shape):
    """What a reform did, or with `dry_run` would do: the matters that pass on, the roles that end.

    Titles and names are asked for where they are: an answer is kept with its key.
    """

    kind: str
    units: list[str]
    successors: list[str]
    on: date
    basis: str
    dry_run: bool
    cases: list[Passing]
    people: list[RoleEnded]
    below: dict[str, str | None]
    groups: dict[str, str]
    names: dict[str, str]
    burdens: list[Burden]


@router.post("/units", response_model=Amended, status_code=HTTPStatus.CREATED, summary="Add a unit")
def add_unit(ask: AskToSet, given: UnitAdded) -> Response:
    """Let a unit join the directory."""

    def work(_: Signature) -> frame.Told:
        report = directory_amending.add_unit(ask.seat.office, _said(given), **ask.signed)
        told = _amended("units", given.code, report)
        return frame.shaped(told, HTTPStatus.CREATED, Location=told.links["self"])

    return ask.once(work)


@router.post("/units/{code}", response_model=Amended, summary="Put a unit right")
def amend_unit(ask: AskToSet, code: Code, given: UnitAmended) -> Response:
    """Put right what the directory says of a unit."""

    def work(_: Signature) -> frame.Told:
        told = {"seen": given.seen, **ask.signed}
        report = directory_amending.amend_unit(ask.seat.office, code, _said(given), **told)
        return frame.shaped(_amended("units", code, report))

    return ask.once(work)


@router.post("/units/{code}/reforms", response_model=Reformed, summary="Rename a unit, or merge it")
def reform_unit(ask: AskToSet, code: Code, given: ReformGiven) -> Response:
    """Register a reform, or with `dry_run` look at what it would do."""
    one = given.reform

    def work(_: Signature) -> frame.Told:
        decree = Decree(one.on, one.basis, **ask.signed, dry_run=one.dry_run)
        return frame.shaped(Reformed.model_validate(_reformed(ask, code, one, decree).as_json()))

    return ask.once(work)


@router.post("/people/{code}", response_model=Amended, summary="Put somebody right")
def amend_person(ask: AskToSet, code: Code, given: PersonAmended) -> Response:
    """Put right how somebody is reached."""

    def work(_: Signature) -> frame.Told:
        told = {"seen": given.seen, **ask.signed}
        report = directory_amending.amend_person(ask.seat.office, code, _said(given), **told)
        return frame.shaped(_amended("people", code, report))

    return ask.once(work)


def _said(given: Asked) -> dict[str, Any]:
    return given.model_dump(exclude_unset=True, exclude={"seen"})


def _reformed(ask: AskToSet, code: str, one: Renamed | Merged, decree: Decree) -> Reform:
    if isinstance(one, Renamed):
        return reforms.rename(ask.seat.office, code, one.to, decree)
    return reforms.merge(ask.seat.office, [code], one.into, decree)


def _amended(where: str, code: str, report: DirectoryReport) -> Amended:
    here = f"{frame.PREFIX}/{where}/{quote(code, safe='')}"
    return Amended(code=code, proposed=len(report.proposed), links={"self": here})
