"""Who looked into what, what became of a case between two days, checkpoints made and held against history."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from workflow import particulars
from workflow.services import access_log, case_past, checkpoint_comparing, checkpoints
from workflow.services.access_log import Sort
from workflow.services.office import Signature
from workflow.services.searching import Wanted as Sought
from workflow.web.api import frame, paging
from workflow.web.api.audit import MOST_CHECKPOINT, FoundEntry, span_of
from workflow.web.api.cases import Number
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Writes
from workflow.web.api.shapes import Asked, Day, Page, Shape

router = frame.resource("audit")

Name = Annotated[str, Query(max_length=particulars.MAX_NAME)]


class FieldOfCase(Shape):
    """A field of a case that changed between two days, in words and as it is."""

    field: str
    label: str
    old: Any
    new: Any
    old_words: str
    new_words: str


class CaseDifferences(Shape):
    """What the ends of two days differ in."""

    number: str
    items: list[FieldOfCase]


class CheckpointMade(Shape):
    """The number of the checkpoint made; null where nothing is new since the last."""

    number: int | None


class CheckpointKept(Asked):
    """A checkpoint that was kept outside, alone or within the mail it came by."""

    text: Annotated[str, Field(min_length=1, max_length=MOST_CHECKPOINT)]


class Held(Shape):
    """What of a checkpoint holds, or does not."""

    holds: bool
    told: str


class Compared(Shape):
    """A checkpoint kept outside, held against the database."""

    number: int
    agrees: bool
    items: list[Held]


@router.get("/audit/accesses", response_model=Page[FoundEntry], summary="Who looked, who took out")
def list_accesses(
    request: Request,
    seat: Reads,
    wanted: Wanted,
    *,
    case: Name = "",
    person: Name = "",
    since: Day | None = None,
    until: Day | None = None,
    sort: Literal["read", "taken", "signed_in", "failed", "rights"] | None = None,
) -> Response:
    """Who read what, took what out, signed in or failed to; the newest first."""
    first, last = span_of(since, until)
    sought = Sought(about=case.strip() or None, since=first, until=last, newest_first=True)
    found = access_log.access_log(
        seat.office,
        sought,
        sort=Sort(sort) if sort else None,
        person=particulars.read_name(person.strip()) or None,
        limit=wanted.limit,
        after=paging.key(wanted),
        by=seat.by,
    )
    return paging.going_on(request, Page[FoundEntry], found.entries, found.next)


@router.get(
    "/audit/differences/{number}",
    response_model=CaseDifferences,
    summary="What a case became between two days",
)
def get_case_differences(seat: Reads, number: Number, first: Day, last: Day) -> Response:
    """What the ends of two days differ in of a case, field by field."""
    found = case_past.between(seat.office, number, first, last, by=seat.by, signed=seat.signature())
    return frame.told(CaseDifferences.model_validate({"number": number, "items": found}))


@router.post(
    "/audit/checkpoints",
    response_model=CheckpointMade,
    status_code=HTTPStatus.CREATED,
    summary="Make a checkpoint",
)
def make_checkpoint(ask: Ask) -> Response:
    """Make a checkpoint of everything there is, unless the last one covers it."""
    seat = ask.seat

    def work(signed: Signature) -> frame.Told:
        case_past.check(seat.office, by=seat.by)
        kept = None
        if checkpoints.anything_new(seat.office):
            kept = checkpoints.checkpoint(seat.office, at=seat.at, by=signed).made
        return frame.shaped(CheckpointMade(number=kept and kept.number), HTTPStatus.CREATED)

    return ask.once(work)


@router.post("/audit/comparisons", response_model=Compared, summary="Hold a checkpoint against history")
def compare_checkpoint(seat: Writes, kept: CheckpointKept) -> Response:
    """Whether a checkpoint kept outside is a witness, and what the database has in its place. It changes
    nothing, and takes no key."""
    case_past.check(seat.office, by=seat.by)
    found = checkpoint_comparing.compare(seat.office, kept.text, by=seat.by)
    items = [Held(holds=holds, told=told) for holds, told in found.told]
    return frame.told(Compared(number=found.checkpoint.number, agrees=found.agrees, items=items))
