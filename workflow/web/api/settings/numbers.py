"""Series of numbers: the next of each, the gaps, what was voided and why."""

from datetime import datetime
from typing import Annotated

from fastapi import Path, Query, Request, Response

from workflow import particulars
from workflow.services import number_desk
from workflow.web.api import frame, paging
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Page, Shape

router = frame.resource("office")

LAST_YEAR, MOST_PARTS = 9_999, 10_000
Series = Annotated[str, Path(max_length=particulars.MAX_NAME, description="`name` of a series.")]
Year = Annotated[int, Path(ge=0, le=LAST_YEAR)]
Part = Annotated[int, Query(ge=0, le=MOST_PARTS, description="Which part of what was voided.")]


class SeriesLine(Shape):
    """A series in a year, and the number it goes on with. Of those with papers more can be asked."""

    name: str
    kind: str
    year: int
    last: int
    next: str
    has_papers: bool


class Voided(Shape):
    """A number that was voided."""

    number: str
    kind: str
    case: str | None
    issued_at: datetime | None
    reason: str


class SeriesDetail(Shape):
    """A series of papers: the numbers nobody has, and a part of those that were voided; `gaps` is null where
    there are too many numbers to look through."""

    series: str
    year: int
    last: int
    next: str
    gaps: list[str] | None
    voided: list[Voided]
    has_more: bool


@router.get("/numbers", response_model=Page[SeriesLine], summary="The series of numbers")
def list_numbers(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """Each series of each year."""
    return paging.page(
        request, Page[SeriesLine], number_desk.every_series(seat.office, roles=seat.roles), wanted
    )


@router.get("/numbers/{series}/{year}", response_model=SeriesDetail, summary="A series of papers")
def get_numbers(seat: Reads, series: Series, year: Year, part: Part = 0) -> Response:
    """One series of papers in a year."""
    found = number_desk.one_series(seat.office, series, year, part=part, roles=seat.roles)
    return frame.told(SeriesDetail.model_validate(found))
