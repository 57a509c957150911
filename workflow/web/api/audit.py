"""What an auditor asks: entries searched, past days, differences, verification, checkpoints."""

from datetime import date, datetime, time
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from pydantic import Field

from states.office_time import OFFICE_ZONE, morning_of
from workflow import particulars
from workflow.services import audit_search, audit_works, case_past, checkpoints, past_leaves
from workflow.services.audit_doings import Kind
from workflow.services.audit_works import Work
from workflow.services.checkpoint_files import checkpoint_in
from workflow.services.office import Signature
from workflow.services.searching import Clock
from workflow.services.searching import Wanted as Sought
from workflow.web.api import frame, paging
from workflow.web.api.case_shapes import Entry
from workflow.web.api.cases import Number
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Asked, Day, Page, Shape

router = frame.resource("audit")

SHOWN, MOST_TEXT, MOST_CHECKPOINT, MOST_SERIAL = 50, 200, 32_000, 2**63 - 1
Name = Annotated[str, Query(max_length=particulars.MAX_NAME)]
After = Annotated[str, Query(max_length=particulars.MAX_NAME, description="`next` of the leaf before.")]


class FoundEntry(Shape):
    """An entry that was found; `case` is null for one of the office's journal."""

    case: str | None
    seq: int
    kind: str
    sentence: str
    actor: str
    actor_name: str
    occurred_at: datetime
    recorded_at: datetime
    words: dict[str, Any] | None = None
    withheld: bool = False
    hash: str


class PastLine(Shape):
    """A case as it stood at the end of a day."""

    number: str
    title: str | None
    state: str
    state_label: str
    light: str
    light_label: str
    lead_unit: str | None
    due: date | None
    overdue: bool
    level: str | None


class PastRegister(Shape):
    """A leaf of the register at the end of a day; `count` is told on the first."""

    at: datetime
    items: list[PastLine]
    count: int | None
    next: str | None


class PastCase(Shape):
    """A case as it was recorded by the end of a day, with the last of its entries."""

    at: datetime
    case: PastLine
    entries: list[Entry]
    count: int


class FieldChanged(Shape):
    """A field, and what stood and stands there."""

    label: str
    before: str
    after: str


class CaseChanged(Shape):
    """What became of a case between two days."""

    number: str
    title: str | None
    entries: int
    is_new: bool
    fields: list[FieldChanged]


class Differences(Shape):
    """A leaf of what the ends of two days differ in."""

    since: datetime
    until: datetime
    items: list[CaseChanged]
    count: int | None
    new: int | None
    next: str | None


class VerificationAsked(Asked):
    """A verification of everything, held against a checkpoint kept outside where one is given."""

    checkpoint: Annotated[str, Field(max_length=MOST_CHECKPOINT)] | None = None


class Verification(Shape):
    """Work that was asked for. `told` is what came of it: of a verification its verdict and findings."""

    id: str
    asked_by: str
    asked_by_name: str
    asked_at: datetime
    standing: str
    standing_label: str
    percent: int
    ended_at: datetime | None
    told: dict[str, Any]


class WorkAsked(Shape):
    """Work that was asked for, or was open already."""

    id: str


class Checkpoint(Shape):
    """A signed checkpoint of the whole history."""

    number: int
    algorithm: str
    size: int
    root: str
    time: datetime
    hash: str
    key: str
    reason: str
    reason_label: str
    timestamp: datetime | None


class CheckpointText(Checkpoint):
    """One with its text, to be kept outside."""

    text: str


def sought(
    *,
    case: Name = "",
    person: Name = "",
    unit: Name = "",
    kind: Name = "",
    text: Annotated[str, Query(max_length=MOST_TEXT)] = "",
    since: Day | None = None,
    until: Day | None = None,
    clock: Literal["recorded", "occurred"] = "recorded",
    order: Literal["newest", "oldest"] = "newest",
) -> Sought:
    """What entries are looked for. Raises `FactInvalid` for what cannot be read."""
    first, last = span_of(since, until)
    given = {"case": case, "unit": unit, "kind": kind}
    read = {name: particulars.read_name(one.strip()) or None for name, one in given.items()}
    return Sought(
        case=read["case"],
        unit=read["unit"],
        kinds=(read["kind"],) if read["kind"] else (),
        actor=particulars.read_name(person.strip()) or None,
        text=particulars.read_text(text.strip()) or None,
        since=first,
        until=last,
        clock=Clock(clock),
        newest_first=order == "newest",
    )


@router.get("/audit/entries", response_model=Page[FoundEntry], summary="Search the whole history")
def search_entries(
    request: Request, seat: Reads, looked_for: Annotated[Sought, Depends(sought)], wanted: Wanted
) -> Response:
    """Entries of every case and of the journal; whose cases are looked into is entered."""
    after = paging.key(wanted)
    _, found = audit_search.search_all(
        seat.office, looked_for, limit=wanted.limit, after=after, by=seat.by, signed=seat.signature()
    )
    return paging.going_on(request, Page[FoundEntry], found.entries, found.next)


@router.get("/audit/days/{day}", response_model=PastRegister, summary="The register on a day")
def get_past_register(seat: Reads, day: Day, after: After = "") -> Response:
    """The register as it was recorded by the end of a day."""
    found = past_leaves.leaf(seat.office, day, after=after, by=seat.by)
    items = [{**one.line.as_json(), "level": one.level} for one in found.lines]
    told = {"at": found.at, "items": items, "count": found.count, "next": found.more}
    return frame.told(PastRegister.model_validate(told))


@router.get("/audit/days/{day}/cases/{number}", response_model=PastCase, summary="A case on a day")
def get_past_case(seat: Reads, day: Day, number: Number) -> Response:
    """A case as it was recorded by the end of a day."""
    found = case_past.on_day(seat.office, number, day, by=seat.by, signed=seat.signature())
    told = {"at": found.at, "case": found.told["case"], "entries": found.entries, "count": found.count}
    return frame.told(PastCase.model_validate(told))


@router.get("/audit/differences", response_model=Differences, summary="What two days differ in")
def get_differences(seat: Reads, first: Day, last: Day, after: After = "") -> Response:
    """What was written between the ends of two days, case by case."""
    found = past_leaves.differences(seat.office, first, last, after=after, by=seat.by)
    items = [
        {
            **{name: getattr(one, name) for name in ("number", "title", "entries", "is_new")},
            "fields": [{"label": label, "before": old, "after": new} for label, old, new in one.fields],
        }
        for one in found.cases
    ]
    told = {name: getattr(found, name) for name in ("since", "until", "count", "new")}
    return frame.told(Differences.model_validate({**told, "items": items, "next": found.more}))


@router.get("/audit/verifications", response_model=Page[Verification], summary="The verifications asked for")
def list_verifications(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The newest fifty, whoever asked for them, with what they found."""
    found = audit_works.newest(seat.office, Kind.VERIFICATION, by=seat.by, most=SHOWN)
    return paging.page(request, Page[Verification], list(map(told_work, found)), wanted, ("id",))


@router.post(
    "/audit/verifications",
    response_model=WorkAsked,
    status_code=HTTPStatus.ACCEPTED,
    summary="Verify everything",
)
def ask_verification(ask: Ask, asked: VerificationAsked) -> Response:
    """Ask for a verification; it is done beside, and listed with what it found."""

    def work(signed: Signature) -> frame.Told:
        case_past.check(ask.seat.office, by=ask.seat.by)
        given = {"checkpoint": checkpoint_in(asked.checkpoint).text} if asked.checkpoint else {}
        found = audit_works.ask(ask.seat.office, Kind.VERIFICATION, given, by=signed)
        return frame.shaped(WorkAsked(id=found), HTTPStatus.ACCEPTED)

    return ask.once(work)


@router.get("/audit/checkpoints", response_model=Page[Checkpoint], summary="The checkpoints made last")
def list_checkpoints(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The newest fifty."""
    case_past.check(seat.office, by=seat.by)
    found = checkpoints.list_checkpoints(seat.office, SHOWN)
    return paging.page(request, Page[Checkpoint], found, wanted, ("number",))


@router.get("/audit/checkpoints/{serial}", response_model=CheckpointText, summary="A checkpoint")
def get_checkpoint(seat: Reads, serial: Annotated[int, Path(ge=1, le=MOST_SERIAL)]) -> Response:
    """A checkpoint with its text, to be kept outside the system."""
    case_past.check(seat.office, by=seat.by)
    return frame.told(CheckpointText.model_validate(checkpoints.show(seat.office, serial)))


def span_of(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    """From the beginning of a day to the end of one."""
    return (
        None if since is None else morning_of(since),
        None if until is None else datetime.combine(until, time.max, OFFICE_ZONE),
    )


def told_work(one: Work) -> dict[str, Any]:
    """Work as the API tells of it."""
    names = ("id", "asked_by", "asked_by_name", "asked_at", "percent", "ended_at")
    told = {name: getattr(one, name) for name in names}
    standing = {"standing": one.standing.value, "standing_label": one.standing.label}
    return {**told, **standing, "told": dict(one.told)}
