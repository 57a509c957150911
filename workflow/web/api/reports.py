"""The report of a month, a quarter or a year: its figures, and the same as a file."""

from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request, Response

from states.reports import Span
from workflow import particulars
from workflow.services import report_files
from workflow.services.files import waiting_room
from workflow.services.report_figures import title_of
from workflow.services.reports import Reported, report_asked
from workflow.web.api import frame
from workflow.web.api.case_parts import BYTES, binary, handed_out
from workflow.web.api.seats import Reads
from workflow.web.api.shapes import Shape
from workflow.web.frame.lanes import REPORTS, along

router = frame.resource("work")

MOST_PERIOD = 20


class Report(Shape):
    """The figures of a period, told apart by unit, category and leader, beside those of the period before
    and of a year before. `rates` are of the matters dispatched or due in the period, whatever became of them
    until now; `happened` counts what happened on its own days (returned, extended, looked back at, relapsed,
    reopened), whenever the matters were handed out. `bases` and `happened_bases` say of every rate what is
    above and below the line; `late` are the late matters, as many as are listed, of `count`."""

    span: str
    period: str
    since: str | None
    until: str | None
    as_of: str
    is_over: bool
    unit: str | None
    scope: list[str]
    total: dict[str, Any]
    units: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    leaders: list[dict[str, Any]]
    left_out: dict[str, int]
    before: dict[str, Any] | None
    year_before: dict[str, Any] | None
    measures: list[dict[str, Any]]
    late: dict[str, Any]
    bases: dict[str, dict[str, str]]
    happened_bases: dict[str, dict[str, str]]
    sealed: int
    unreadable: list[str]


def asked(
    seat: Reads,
    span: Span = Span.MONTH,
    period: Annotated[
        str, Query(max_length=MOST_PERIOD, description="2026-11, 2026Q4, 2026; else the last that is over.")
    ] = "",
    unit: Annotated[
        str, Query(max_length=particulars.MAX_NAME, description="It and those below it; else all one sees.")
    ] = "",
) -> Reported:
    """The report that is asked for. Raises as `report_asked`."""
    return report_asked(seat.office, span, period, at=seat.at, by=seat.by, unit=unit)


@router.get("/reports", response_model=Report, summary="The report of a period")
@along(REPORTS)
def get_report(*, request: Request, found: Annotated[Reported, Depends(asked)]) -> Response:
    """The figures of a period, of all matters or of the units the caller oversees."""
    return frame.told(Report.model_validate(found.as_json()))


@router.get("/reports/file", response_class=Response, responses=binary(BYTES), summary="The report as a file")
@along(REPORTS)
def get_report_file(
    *,
    request: Request,
    seat: Reads,
    found: Annotated[Reported, Depends(asked)],
    form: Literal["xlsx", "html", "pdf", "docx"] = "xlsx",
) -> Response:
    """The same as a workbook or a page; for the office as a draft of the 通报, too. That it was taken out is
    entered."""
    with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
        made = File(folder) / f"report.{form}"
        report_files.write_report(seat.office, found, made, by=seat.signature())
        return handed_out(f"{title_of(found)}.{form}", BYTES, made.read_bytes())
