"""Units and people, calendars and policies: what the office works by, for whoever is shown the settings."""

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query, Request, Response
from pydantic import Field

from states.calendar import FIRST_YEAR, LAST_YEAR
from states.register.directory import CODE_BOUND
from states.settings_rights import Section, check_reads
from workflow import particulars
from workflow.services import calendars, directory_views, policies, retargeting
from workflow.web.api import frame, paging
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Page, Shape

router = frame.resource("office")

Words = Annotated[str, Query(max_length=particulars.MAX_NAME, description="In a name or a code.")]
Code = Annotated[str, Path(max_length=CODE_BOUND, description="The code of a unit or of a person.")]
Year = Annotated[int, Path(ge=FIRST_YEAR, le=LAST_YEAR)]
Version = Annotated[
    str | None, Query(max_length=particulars.MAX_NAME, description="A version; else the one in force.")
]


class UnitLine(Shape):
    """A unit in the tree, `depth` below its top."""

    code: str
    name: str
    kind: str | None
    depth: int
    parent_name: str | None
    owner_name: str | None
    head_name: str | None
    liaison_name: str | None
    email: str | None
    valid_from: date | None
    valid_to: date | None
    ended: bool
    heirs: list[str]


class Held(Shape):
    """A role somebody holds at a unit."""

    label: str
    unit_name: str | None
    valid_from: date | None
    valid_to: date | None


class StaffLine(Shape):
    """Somebody of a unit."""

    code: str
    name: str
    roles: list[Held]


class Succession(Shape):
    """That a unit went on with another's work, or under another name, from a day and by which document."""

    former: str
    heir: str
    is_renamed: bool
    on: date
    basis: str


class UnitDetail(UnitLine):
    """A unit with the units below it and its people. `seen` is what an amendment of it names; `waiting` are
    the proposals about it that wait for the second key."""

    short_name: str
    aliases: list[str]
    head_post: str
    liaison_post: str
    phone: str
    remark: str
    parent: str | None
    seen: str
    below: list[UnitLine]
    people: list[StaffLine]
    successions: list[Succession]
    waiting: list[dict[str, Any]]


class Post(Shape):
    """A post somebody has at a unit."""

    unit: str | None
    unit_name: str | None
    title: str | None = None


class PersonLine(Shape):
    """Somebody with his posts and roles of today."""

    code: str
    name: str
    email: str | None = None
    posts: list[Post]
    roles: list[Held]


class PersonDetail(PersonLine):
    """Somebody with every post and role he has or had. `seen` and `waiting` are as of a unit."""

    phone: str
    remark: str
    seen: str
    waiting: list[dict[str, Any]]


class CalendarVersion(Shape):
    """A version of the working calendar; one of them is in force."""

    calendar: str
    in_force: bool
    source: str
    known_since: date
    loaded_at: datetime
    loaded_by: str
    previous: str | None
    digest: str
    announced: list[int] | None


class CalendarYear(Shape):
    """A year of a calendar: its exceptional days and its hours."""

    calendar: str
    year: int
    announced: bool
    working_days: int
    sources: list[str]
    days: list[dict[str, Any]]
    breaks: list[dict[str, Any]]
    week: dict[str, Any]
    hours: dict[str, Any]


class PolicyVersion(Shape):
    """A policy there was, by its hash, with how many open cases are under it."""

    digest: str
    policy: str
    activated_at: datetime
    cases: int
    in_force: bool


class PolicyInForce(Shape):
    """The policy matters are handed out under now."""

    digest: str
    title: str
    version: int
    reference: str
    terms: dict[str, Any] = Field(description="Categories, limits, pauses and extensions.")
    steps: list[dict[str, Any]] = Field(description="The rungs of the ladder.")


@router.get("/units", response_model=Page[UnitLine], summary="The units there are")
def list_units(
    request: Request, seat: Reads, wanted: Wanted, words: Words = "", ended: bool = False
) -> Response:
    """The tree of units, each after the one above it."""
    found = directory_views.tree(seat.office, words=words.strip(), ended=ended, roles=seat.roles, at=seat.at)
    return paging.page(request, Page[UnitLine], found, wanted, ("code",))


@router.get("/units/{code}", response_model=UnitDetail, summary="A unit")
def get_unit(seat: Reads, code: Code) -> Response:
    """A unit with the units below it and its people."""
    found = directory_views.unit(seat.office, code, roles=seat.roles, at=seat.at)
    return frame.told(UnitDetail.model_validate(found))


@router.get("/people", response_model=Page[PersonLine], summary="The people of the directory")
def list_people(seat: Reads, request: Request, wanted: Wanted, words: Words = "") -> Response:
    """People by code, with their posts and roles of today."""
    after = paging.key(wanted)
    found = directory_views.people(
        seat.office, words=words.strip(), after=after, most=wanted.limit + 1, roles=seat.roles, at=seat.at
    )
    return paging.keyed(request, Page[PersonLine], found, wanted, "code")


@router.get("/people/{code}", response_model=PersonDetail, summary="Somebody of the directory")
def get_person(seat: Reads, code: Code) -> Response:
    """Somebody with every post and role he has or had."""
    found = directory_views.person(seat.office, code, roles=seat.roles, at=seat.at)
    return frame.told(PersonDetail.model_validate(found))


@router.get("/calendars", response_model=Page[CalendarVersion], summary="The versions of the calendar")
def list_calendars(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """Every version kept, the one loaded last first."""
    check_reads(Section.CALENDARS, seat.roles)
    found = calendars.list_versions(seat.office)
    return paging.page(request, Page[CalendarVersion], found, wanted, ("calendar",))


@router.get("/calendars/{year}", response_model=CalendarYear, summary="A year of the calendar")
def get_calendar_year(seat: Reads, year: Year, version: Version = None) -> Response:
    """The exceptional days of a year, in the calendar in force or in a version."""
    check_reads(Section.CALENDARS, seat.roles)
    found = calendars.show(seat.office, year, particulars.read_name(version) or None)
    return frame.told(CalendarYear.model_validate(found))


@router.get("/policies", response_model=Page[PolicyVersion], summary="The policies there were")
def list_policies(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """Every policy that was in force, the oldest first."""
    check_reads(Section.POLICIES, seat.roles)
    now = policies.in_force(seat.office).digest
    found = [{**one, "in_force": one["digest"] == now} for one in retargeting.versions(seat.office)]
    return paging.page(request, Page[PolicyVersion], found, wanted)


@router.get("/policies/current", response_model=PolicyInForce, summary="The policy in force")
def get_policy_in_force(seat: Reads) -> Response:
    """What matters are handed out under now: categories, limits, and the ladder."""
    check_reads(Section.POLICIES, seat.roles)
    found = policies.in_force(seat.office)
    steps = [one.model_dump(mode="json", exclude_none=True) for one in found.rungs]
    told = {name: getattr(found, name) for name in ("digest", "title", "version", "reference")}
    return frame.told(PolicyInForce.model_validate({**told, "terms": policies.terms(found), "steps": steps}))
