"""What an auditor has done beside: exports of the history and audit reports, asked for, watched, fetched."""

from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from workflow import particulars
from workflow.services import audit_works
from workflow.services.audit_doings import Kind
from workflow.services.office import Signature
from workflow.web.api import frame, paging
from workflow.web.api.audit import SHOWN, Verification, WorkAsked, told_work
from workflow.web.api.case_parts import BYTES, binary
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import ID_BOUND, Asked, Day, Page, Words
from workflow.web.pages.files import HEADERS, disposition

router = frame.resource("audit")

MOST_REASON = 500
WorkId = Annotated[str, Path(max_length=ID_BOUND, description="The `id` of work.")]


class Work(Verification):
    """Work that was asked for; its file is at `/audit/works/{id}/file` for a day, where `has_file`."""

    has_file: bool


class ExportAsked(Asked):
    """An export of the history: of every case or of one, why, and with people's words where that is asked."""

    form: Literal["jsonl", "csv", "xes", "ocel-json", "ocel-sqlite"] = "jsonl"
    case: Annotated[str, Field(max_length=particulars.MAX_NAME)] | None = None
    reason: Annotated[Words, Field(max_length=MOST_REASON)] | None = None
    words: bool = False


class AuditReportAsked(Asked):
    """An audit report of the days from the first to the last."""

    first: Day
    last: Day


@router.get("/audit/exports", response_model=Page[Work], summary="The exports asked for")
def list_exports(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The newest fifty of one's own, and how far each is."""
    return paging.page(request, Page[Work], _newest(seat, Kind.EXPORT), wanted, ("id",))


@router.post(
    "/audit/exports", response_model=WorkAsked, status_code=HTTPStatus.ACCEPTED, summary="Export the history"
)
def ask_export(ask: Ask, asked: ExportAsked) -> Response:
    """Ask for an export; it is done beside, and listed."""
    named = {"case": particulars.read_name(asked.case) or None, "reason": asked.reason or None}
    return _asked(ask, Kind.EXPORT, {"form": asked.form, "words": asked.words, **named})


@router.get("/audit/reports", response_model=Page[Work], summary="The audit reports asked for")
def list_audit_reports(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The newest fifty of one's own, and how far each is."""
    return paging.page(request, Page[Work], _newest(seat, Kind.REPORT), wanted, ("id",))


@router.post(
    "/audit/reports",
    response_model=WorkAsked,
    status_code=HTTPStatus.ACCEPTED,
    summary="Make an audit report",
)
def ask_audit_report(ask: Ask, asked: AuditReportAsked) -> Response:
    """Ask for an audit report; it is done beside, and listed."""
    days = {"first": asked.first.isoformat(), "last": asked.last.isoformat()}
    return _asked(ask, Kind.REPORT, days)


@router.get(
    "/audit/works/{work}/file", response_class=Response, responses=binary(BYTES), summary="What came of it"
)
def get_work_file(seat: Reads, work: WorkId) -> Response:
    """The file that came of one's own work; the journal has told of it when it was made."""
    found = audit_works.work_file(seat.office, work, by=seat.by)
    headers = {**HEADERS, "Content-Disposition": disposition(found.name)}
    return FileResponse(found, media_type=BYTES, headers=headers)


def _newest(seat: Seat, kind: Kind) -> list[dict[str, Any]]:
    found = audit_works.newest(seat.office, kind, by=seat.by, most=SHOWN)
    return [{**told_work(one), "has_file": audit_works.has_file(seat.office, one)} for one in found]


def _asked(ask: Ask, kind: Kind, given: dict[str, Any]) -> Response:
    def work(signed: Signature) -> frame.Told:
        found = audit_works.ask(ask.seat.office, kind, given, by=signed)
        return frame.shaped(WorkAsked(id=found), HTTPStatus.ACCEPTED)

    return ask.once(work)
