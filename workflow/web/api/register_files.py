"""The register as a file: at once where it is short, as work done beside where it is long.

Both are the very exports of the page: of what the caller is shown, in the columns he keeps, entered in the
journal; either can come back edited. The empty template is at `/imports/template`.
"""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import Depends, Query, Request, Response
from fastapi.responses import FileResponse
from pydantic import Field

from states.errors import FactInvalid
from states.office_time import office_day
from workflow.services import audit_works, register_export, register_views
from workflow.services.audit_doings import Kind
from workflow.services.office import Signature
from workflow.services.register_columns import COLUMNS
from workflow.services.register_export import MOST_SHOWN, Taking
from workflow.services.register_filters import Asked as Sought
from workflow.web.api import frame, paging
from workflow.web.api.audit import SHOWN, WorkAsked, told_work
from workflow.web.api.audit_works import Work, WorkId
from workflow.web.api.case_parts import BYTES, binary
from workflow.web.api.cases import filters
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import Asked, Page
from workflow.web.api.views import Filters, Name
from workflow.web.frame.lanes import REPORTS, along
from workflow.web.pages.files import HEADERS, disposition
from workflow.web.pages.register_keeping import FORMS, handed_out

router = frame.resource("cases")

Form = Literal["xlsx", "csv", "csv-gb"]
MOST_COLUMNS, LONG = 600, (Kind.REGISTER,)
KNOWN = frozenset(one.id for one in COLUMNS)


class RegisterExportAsked(Asked):
    """The register to be taken out as a workbook, or as CSV in UTF-8 or GB18030: what is looked for, and the
    columns; none are those the caller keeps."""

    form: Form = "xlsx"
    asked: Filters = Field(default_factory=Filters)
    columns: Annotated[list[Name], Field(max_length=2 * len(COLUMNS), examples=[[COLUMNS[0].id]])] = Field(
        default_factory=list
    )


@router.get(
    "/register/file", response_class=Response, responses=binary(BYTES), summary="The register as a file"
)
@along(REPORTS)
def get_register_file(
    *,
    request: Request,
    seat: Reads,
    asked: Annotated[Sought, Depends(filters)],
    form: Form = "xlsx",
    columns: Annotated[
        str, Query(max_length=MOST_COLUMNS, description="Columns, by commas; else those the caller keeps.")
    ] = "",
) -> Response:
    """What the caller is shown, at most 20,000 lines; that it was taken out is entered. More is asked for as
    work (`POST /register/exports`)."""
    taking = _taking(form, MOST_SHOWN)
    chosen = _columns(seat, columns.split(","))
    file = register_export.exported_beside(seat.office, asked, chosen, by=seat.signature(), taking=taking)
    return handed_out(file, f"督办台账-{office_day(seat.at)}.{taking.form}", BYTES)


@router.get("/register/exports", response_model=Page[Work], summary="The long exports asked for")
def list_register_exports(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The newest fifty of one's own, and how far each is."""
    works = audit_works.newest(seat.office, Kind.REGISTER, by=seat.by, most=SHOWN)
    told = [{**told_work(one), "has_file": audit_works.has_file(seat.office, one)} for one in works]
    return paging.page(request, Page[Work], told, wanted, ("id",))


@router.post(
    "/register/exports",
    response_model=WorkAsked,
    status_code=HTTPStatus.ACCEPTED,
    summary="Take the register out",
)
def ask_register_export(ask: Ask, given: RegisterExportAsked) -> Response:
    """Ask for an export of any length; it is done beside, and listed."""
    sought, taking = Sought(**given.asked.model_dump()), _taking(given.form)
    wanted = {"asked": sought.given, "form": taking.form, "encoding": taking.encoding}

    def work(signed: Signature) -> frame.Told:
        chosen = sorted(_columns(ask.seat, given.columns))
        told = {**wanted, "columns": chosen}
        found = audit_works.ask(ask.seat.office, Kind.REGISTER, told, by=signed)
        return frame.shaped(WorkAsked(id=found), HTTPStatus.ACCEPTED)

    return ask.once(work)


@router.get(
    "/register/exports/{work}/file",
    response_class=Response,
    responses=binary(BYTES),
    summary="What came of it",
)
def get_register_export_file(seat: Reads, work: WorkId) -> Response:
    """The file of one's own export; the journal has told of it when it was made."""
    found = audit_works.work_file(seat.office, work, by=seat.by, kinds=LONG)
    headers = {**HEADERS, "Content-Disposition": disposition(found.name)}
    return FileResponse(found, media_type=BYTES, headers=headers)


def _taking(form: Form, most: int = register_export.MOST_LINES) -> Taking:
    kind, encoding = FORMS[form]
    return Taking(kind, encoding, most)


def _columns(seat: Seat, named: list[str]) -> frozenset[str]:
    """The columns that are named, else those the caller keeps. Raises `FactInvalid` (`column_unknown`)."""
    wanted = frozenset(filter(None, map(str.strip, named)))
    if unknown := sorted(wanted - KNOWN):
        message = f"没有“{unknown[0][:20]}”这一栏，可用的有：{'、'.join(one.id for one in COLUMNS)}。"
        raise FactInvalid(message, code="column_unknown", column=unknown[0][:20])
    if wanted or seat.by.machine is not None:
        return wanted
    return frozenset(register_views.kept(seat.office, seat.by.person).columns)
