"""A notice laid over the calendar, and the dates that move with it: counted anew, or let stand."""

from datetime import date
from http import HTTPStatus
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import Query, Request, Response
from pydantic import Field

from states.calendar import FIRST_YEAR, LAST_YEAR
from states.errors import FactInvalid
from states.file_names import cleaned
from states.settings_rights import Section, check_reads
from workflow import particulars
from workflow.services import calendar_loading, recounting
from workflow.services.calendar_loading import MOST_AT_A_PAGE, Loaded
from workflow.services.files import from_base64, waiting_room
from workflow.services.office import Signature
from workflow.web.api import details, frame
from workflow.web.api.idempotency import AskToSet
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Asked, Day, Line, Page, Shape

router = frame.resource("office")

MOST_BYTES, MOST_SOURCE, MOST_REASON, AT_ONCE = 32_000, 500, 500, 100
After = Annotated[str, Query(max_length=128, description="`next` of the leaf before.")]


class NoticeHanded(Asked):
    """A holiday notice as a file (.csv, .json, .ics); `dry_run` tells what it would change."""

    name: Annotated[str, Field(min_length=1, max_length=details.LONGEST_FILE_NAME, examples=["2027.csv"])]
    content: Annotated[str, Field(max_length=2 * MOST_BYTES, description="Its bytes in Base64.")]
    source: Annotated[Line, Field(max_length=MOST_SOURCE)] = ""
    known_since: Day | None = None
    year: Annotated[int | None, Field(ge=FIRST_YEAR, le=LAST_YEAR)] = None
    dry_run: bool = False


class DayChanged(Shape):
    """A date that is another kind of day than before."""

    date: date
    before: str
    after: str
    name: str


class DateMoved(Shape):
    """A date of a matter as it was counted, and as it would be by the calendar in force."""

    case: str
    clock: str
    label: str
    epoch: int
    old: date
    new: date
    moves: bool
    was_provisional: bool
    provisional: bool
    counted_by: str


class CalendarLoaded(Shape):
    """What a notice changed, or would; `impact` are the dates that wait for a decision."""

    calendar: str
    previous: str
    year: int | None
    source: str
    known_since: date
    new: bool
    dry_run: bool
    changes: list[DayChanged]
    holidays_worked: list[date]
    impact: list[DateMoved]


class Settling(Asked):
    """What becomes of the dates of these matters: counted anew, or let stand with a reason."""

    decision: Literal["accept", "decline"]
    cases: Annotated[
        list[Annotated[str, Field(max_length=particulars.MAX_NAME)]], Field(min_length=1, max_length=AT_ONCE)
    ]
    reason: Annotated[Line, Field(max_length=MOST_REASON)] = ""


class SettledCase(Shape):
    """A matter that was settled, with its due dates by clock."""

    case: str
    due: dict[str, date]
    provisional: bool


class RefusedCase(Shape):
    """A matter that was not, and why."""

    case: str
    code: str
    message: str


class Settled(Shape):
    """What became of each."""

    calendar: str
    done: list[SettledCase]
    refused: list[RefusedCase]


@router.post(
    "/calendars", response_model=CalendarLoaded, status_code=HTTPStatus.CREATED, summary="Load a notice"
)
def load_calendar(ask: AskToSet, given: NoticeHanded) -> Response:
    """Lay a notice over the calendar in force. The dates of matters stay until they are settled."""
    seat = ask.seat
    check_reads(Section.CALENDARS, seat.roles)

    def work(_: Signature) -> frame.Told:
        with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
            made = _loaded(ask, given, _written(given, File(folder)))
        told = {**made.report.as_json(), "impact": [one.as_json() for one in made.impact]}
        return frame.shaped(CalendarLoaded.model_validate(told), HTTPStatus.CREATED)

    return ask.once(work)


@router.get("/calendar-impact", response_model=Page[DateMoved], summary="The dates the calendar would move")
def list_calendar_impact(request: Request, seat: Reads, after: After = "") -> Response:
    """The dates that would come out otherwise by the calendar in force, matter by matter; a leaf is what a
    thousand matters have, and may be empty though there is a next."""
    check_reads(Section.CALENDARS, seat.roles)
    part = recounting.impact_part(seat.office, after=after or None)
    told = Page[DateMoved](items=[DateMoved.model_validate(one.as_json()) for one in part.impact])
    return frame.told(told.model_copy(update={"next": part.after}))


@router.post("/calendar-impact/decisions", response_model=Settled, summary="Settle the dates of matters")
def settle_calendar_impact(ask: AskToSet, given: Settling) -> Response:
    """Count matters anew, or let their dates stand; each for itself."""
    seat = ask.seat
    check_reads(Section.CALENDARS, seat.roles)

    def work(_: Signature) -> frame.Told:
        numbers = list(dict.fromkeys(given.cases))
        each: dict[str, Any] = {"by": seat.signature(), "at": seat.at}  # a transaction for each matter
        if given.decision == "accept":
            made = recounting.accept(seat.office, numbers, **each)
        else:
            made = recounting.decline(seat.office, numbers, given.reason, **each)
        return frame.shaped(Settled.model_validate(made.as_json()))

    return ask.several(work)


def _written(given: NoticeHanded, folder: File) -> File:
    """The notice as a file of its own name, by whose ending it is read. Raises `FactInvalid`."""
    handed = from_base64(given.name, given.content, folder)
    if handed.path.stat().st_size > MOST_BYTES:
        message = "文件超过32KB，不像一年的放假安排，请核对。"
        raise FactInvalid(message, code="notice_too_large", particular="content")
    return handed.path.rename(folder / cleaned(given.name))


def _loaded(ask: AskToSet, given: NoticeHanded, notice: File) -> Loaded:
    told: dict[str, Any] = {"source": given.source or None, "known_since": given.known_since}
    return calendar_loading.load(
        ask.seat.office,
        notice,
        year=given.year,
        dry_run=given.dry_run,
        most=MOST_AT_A_PAGE,
        **told,
        **ask.signed,
    )
