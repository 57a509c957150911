"""台账: keeping columns and views of one's own, and taking out what is shown."""

from collections.abc import Collection
from pathlib import Path as File
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from states.errors import Refusal
from states.office_time import office_day
from workflow.services import audit_doings, audit_works, register_export, register_views
from workflow.services.accounts.visitors import Visitor
from workflow.services.register_export import MOST_SHOWN, Taking
from workflow.services.register_filters import CALLED, Asked
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, FreshForm, Who
from workflow.web.pages.files import HEADERS, disposition
from workflow.web.pages.register import address, asked_in
from workflow.workbooks.container import Kind

FORMS = {"xlsx": ("xlsx", "utf-8"), "csv": ("csv", "utf-8"), "csv-gb": ("csv", "gb18030")}
"""What a file may be, by what the page calls it: its form and encoding."""

EXPORTS, TOO_LONG, LONG = "/register/exports", "export_large", audit_doings.Kind.REGISTER

router = APIRouter()


@router.post("/register/columns")
def choose_columns(counter: AtCounter, who: Who, form: FreshForm) -> Response:
    """Keep the columns ticked; none are the usual ones."""
    chosen = {str(one) for one in form.getlist("column")}
    register_views.choose_columns(counter.office, who.person, chosen)
    return _back(form, "columns")


@router.post("/register/views")
def keep_view(request: Request, counter: AtCounter, who: Who, form: FreshForm) -> Response:
    """Keep what is asked for under a name, or do away with a view."""
    name = str(form.get("name", "")).strip()
    if form.get("drop"):
        register_views.drop(counter.office, who.person, str(form["drop"]))
        return _back(form, "dropped")
    try:
        is_other = register_views.keep(counter.office, name, asked_in(form), by=counter.onlooker(who))
    except Refusal as refusal:
        return told(request, refusal, address(asked_in(form).given))
    return _back(form, "replaced" if is_other else "kept")


@router.post("/register/export")
def export(request: Request, counter: AtCounter, who: Who, form: FreshForm) -> Response:
    """What is shown, as a workbook."""
    asked = asked_in(form)
    kind, encoding = FORMS.get(str(form.get("form", "")), FORMS["xlsx"])
    try:
        return _taken_out(counter, who, asked, Taking(kind, encoding, MOST_SHOWN))
    except Refusal as refusal:
        return told(request, refusal, address(asked.given))


def _taken_out(counter: Counter, who: Visitor, asked: Asked, taking: Taking) -> Response:
    """The file, or the way to where it is made, of what takes too long to be waited for."""
    by, chosen = counter.signature(who), register_views.kept(counter.office, who.person).columns
    try:
        file = register_export.exported_beside(counter.office, asked, chosen, by=by, taking=taking)
    except Refusal as refusal:
        if refusal.code != TOO_LONG:
            raise
        return _beside_the_pages(counter, who, asked, chosen, taking)
    name = f"督办台账-{office_day(by.recorded_at)}.{taking.form}"
    return handed_out(file, name, Kind(taking.form).media)


def _beside_the_pages(
    counter: Counter, who: Visitor, asked: Asked, chosen: Collection[str], taking: Taking
) -> Response:
    """It is asked for as work, once at a time, and looked after there."""
    given = {
        "asked": asked.given,
        "columns": sorted(chosen),
        "form": taking.form,
        "encoding": taking.encoding,
    }
    by = counter.signature(who, tokens.new_key())
    audit_works.ask(counter.office, LONG, given, by=by)
    return RedirectResponse(EXPORTS, 303)


@router.get(EXPORTS)
def exports(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """The long exports somebody asked for: how far they are, and their files."""
    works = audit_works.newest(counter.office, LONG, by=counter.onlooker(who))
    return page(
        request,
        "register_exports.html.j2",
        works=[(one, audit_works.has_file(counter.office, one)) for one in works],
        is_open=any(one.is_open for one in works),
        labels=CALLED,
        most=MOST_SHOWN,
    )


@router.get(EXPORTS + "/{work}/file")
def exported(counter: AtCounter, who: Who, work: Annotated[str, Path(max_length=64)]) -> Response:
    """The file of one of them; the journal has told of it when it was made."""
    kinds = (LONG,)
    found = audit_works.work_file(counter.office, work, by=counter.onlooker(who), kinds=kinds)
    headers = {**HEADERS, "Content-Disposition": disposition(found.name)}
    return FileResponse(found, media_type=Kind(found.suffix[1:]).media, headers=headers)


def handed_out(file: File, name: str, media: str) -> FileResponse:
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
