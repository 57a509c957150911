"""台账: keeping columns and views of one's own, and taking out what is shown."""

import secrets
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from states.errors import Refusal
from states.office_time import office_day
from workflow.services import register_export, register_views
from workflow.services.files import waiting_room
from workflow.services.register_export import MOST_SHOWN, Taking
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.files import HEADERS, disposition
from workflow.web.pages.register import address, asked_in
from workflow.workbooks.container import Kind

FORMS = {"xlsx": ("xlsx", "utf-8"), "csv": ("csv", "utf-8"), "csv-gb": ("csv", "gb18030")}
"""What a file may be, by what the page calls it: its form and encoding."""

router = APIRouter()


@router.post("/register/columns")
def choose_columns(counter: AtCounter, who: Who, form: Form) -> Response:
    """Keep the columns ticked; none are the usual ones."""
    chosen = {str(one) for one in form.getlist("column")}
    register_views.choose_columns(counter.office, who.person, chosen)
    return _back(form, "columns")


@router.post("/register/views")
def keep_view(request: Request, counter: AtCounter, who: Who, form: Form) -> Response:
    """Keep what is asked for under a name, or do away with a view."""
    name = str(form.get("name", "")).strip()
    if form.get("drop"):
        register_views.drop(counter.office, who.person, str(form["drop"]))
        return _back(form, "dropped")
    try:
        register_views.keep(counter.office, name, asked_in(form), by=counter.onlooker(who))
    except Refusal as refusal:
        return told(request, refusal, address(asked_in(form).given))
    return _back(form, "kept")


@router.post("/register/export")
def export(request: Request, counter: AtCounter, who: Who, form: Form) -> Response:
    """What is shown, as a workbook."""
    asked, by = asked_in(form), counter.signature(who)
    chosen = register_views.kept(counter.office, who.person).columns
    kind, encoding = FORMS.get(str(form.get("form", "")), FORMS["xlsx"])
    taking = Taking(kind, encoding, MOST_SHOWN)
    folder = waiting_room(counter.office.settings.files)
    file = folder / secrets.token_hex(16)
    try:
        register_export.export_shown(counter.office, file, asked, chosen, by=by, taking=taking)
    except Refusal as refusal:
        file.unlink(missing_ok=True)
        return told(request, refusal, address(asked.given))
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    name = f"督办台账-{office_day(by.recorded_at)}.{kind}"
    return handed_out(file, name, Kind(kind).media)


def handed_out(file: Path, name: str, media: str) -> FileResponse:
    """A file made for this answer alone, handed out part by part and gone once it is."""
    headers = {**HEADERS, "Content-Disposition": disposition(name)}
    return FileResponse(file, media_type=media, headers=headers, background=BackgroundTask(file.unlink))


def told(request: Request, refusal: Refusal, back: str) -> Response:
    """Why what was asked of the register is not done, and the way back."""
    status = status_of(refusal)
    return page(request, "register_told.html.j2", status=status, refusal=refusal, back=back)


def _back(form: FormData, done: str) -> Response:
    """To the register as it was looked at."""
    return RedirectResponse(f"/cases?{urlencode({**asked_in(form).given, 'done': done})}", 303)
