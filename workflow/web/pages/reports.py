"""报表: the figures of a month, a quarter or a year, to be read, printed and taken along."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel, Field

from notifications.figures import Sheet, told
from states.errors import NotPermitted, Refusal
from states.reports import Span
from states.reports.spans import written
from workflow import particulars
from workflow.services import report_files
from workflow.services.files import waiting_room
from workflow.services.report_figures import figures
from workflow.services.reports import Reported, report_asked
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.lanes import REPORTS, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, FreshForm, Who
from workflow.web.pages.files import HEADERS, disposition
from workflow.workbooks.container import Kind

router = APIRouter()

PLACE, SHOWN, MOST_PERIOD = "/reports", 50, 20
"""Where it is, and how many lines of a table the page has; the files have them all."""

MEDIA = {
    ".xlsx": Kind.XLSX.media,
    ".html": "application/octet-stream",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
}
LABELS = {".xlsx": "Excel表格", ".html": "网页文件", ".pdf": "通报草稿（PDF）", ".docx": "通报草稿（Word）"}


class Asked(BaseModel):
    """Which period of which length, and of which unit; the last month that is over, if nothing is said."""

    span: Span = Span.MONTH
    period: Annotated[str, Field(max_length=MOST_PERIOD)] = ""
    unit: Annotated[str, Field(max_length=particulars.MAX_NAME)] = ""


@router.get(PLACE)
@along(REPORTS)
def reports(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> HTMLResponse:
    """The figures of the period that is asked for."""
    try:
        found = _found(counter, who, asked)
    except Refusal as refusal:
        return _told(request, asked, refusal)
    return page(request, "reports.html.j2", **_shown(found, asked))


@router.post(f"{PLACE}/file")
@along(REPORTS)
def file(request: Request, counter: AtCounter, who: Who, form: FreshForm) -> Response:
    """The same as a file; that it was taken out is written down."""
    suffix = str(form.get("form", ""))
    given = {name: str(form.get(name, ""))[: particulars.MAX_NAME] for name in ("period", "unit")}
    span = next((one for one in Span if one.value == form.get("span")), Span.MONTH)
    asked, by = Asked(span=span, **{**given, "period": given["period"][:MOST_PERIOD]}), counter.signature(who)
    try:
        found = _found(counter, who, asked)
        with TemporaryDirectory(dir=waiting_room(counter.office.settings.files)) as folder:
            made = Path(folder) / f"report{suffix if suffix in MEDIA else '.bin'}"
            report_files.write_report(counter.office, found, made, by=by)
            content = made.read_bytes()
    except Refusal as refusal:
        return _told(request, asked, refusal)
    name = f"{figures(found).title}{suffix}"
    headers = {**HEADERS, "Content-Disposition": disposition(name)}
    return Response(content, media_type=MEDIA[suffix], headers=headers)


def _found(counter: Counter, who: Who, asked: Asked) -> Reported:
    by = counter.onlooker(who)
    return report_asked(counter.office, asked.span, asked.period, at=by.at, by=by, unit=asked.unit)


def _shown(found: Reported, asked: Asked) -> dict[str, Any]:
    shown = figures(found)
    total, *sheets, _ = shown.sheets  # the table says how each number is counted, as the last sheet does
    given = {
        "span": found.span.value,
        "period": written(found.span, found.period),
        "unit": asked.unit.strip(),
    }
    forms = {one: label for one, label in LABELS.items() if found.is_whole or one in (".xlsx", ".html")}
    return {
        "figures": shown,
        "total": total,
        "sheets": [(one, _rows(one)) for one in sheets],
        "told": told,
        **_asking(given),
        "forms": forms,
    }


def _rows(sheet: Sheet) -> list[Any]:
    """As many as a page names; the row of all together is always the last."""
    return [*sheet.cells[:-1][:SHOWN], sheet.cells[-1]] if sheet.sums else sheet.cells[:SHOWN]


def _asking(given: dict[str, str]) -> dict[str, Any]:
    return {"given": given, "spans": [(one.value, one.label) for one in Span], "place": PLACE}


def _told(request: Request, asked: Asked, refusal: Refusal) -> HTMLResponse:
    """Why there is no report, with what was asked for, to be asked otherwise."""
    if isinstance(refusal, NotPermitted) and refusal.code == "report_not_permitted":
        raise refusal
    given = {"span": asked.span.value, "period": asked.period, "unit": asked.unit}
    shown = {"figures": None, "trouble": refusal.message, **_asking(given)}
    return page(request, "reports.html.j2", status=status_of(refusal), **shown)
