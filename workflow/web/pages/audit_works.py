"""审计: what takes long is asked for here and looked after here: verifying now, exports, the report."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel
from pydantic import Field as Bound

from states.errors import FactMissing, NotPermitted, Refusal
from states.office_time import office_day
from workflow import particulars
from workflow.services import audit_works
from workflow.services.accounts.visitors import Visitor
from workflow.services.audit_doings import FORMS, Kind
from workflow.services.audit_works import Work
from workflow.services.auditing.sections import NAMES
from workflow.services.checkpoint_files import checkpoint_in
from workflow.web.fields import Field, filled
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import address
from workflow.web.pages.files import HEADERS, disposition
from workflow.web.sheets import Sent, sent

router = APIRouter()

VERIFICATION, EXPORTS, REPORT = "/audit/verification", "/audit/exports", "/audit/report"
PAGE, MOST_CHECKPOINT, MOST_REASON = 100, 32_000, 500
VERDICTS = {"clean": "未见篡改", "tampered": "发现篡改", "cannot_tell": "无法判断"}
MEDIA = "application/octet-stream"
Id = Annotated[str, Path(max_length=64)]


class Asked(BaseModel):
    """Which verification is shown, and how many of its findings were shown before."""

    work: Annotated[str, Bound(max_length=64)] = ""
    after: Annotated[int, Bound(ge=0, le=1_000_000)] = 0


@router.get(VERIFICATION)
def verification(
    request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]
) -> HTMLResponse:
    """How far the verification is, or what it found, finding by finding."""
    return _verification(request, counter, who, asked)


@router.post(VERIFICATION)
def verify(request: Request, who: Who, form: Form) -> Response:
    """Ask for a verification of everything, with a checkpoint kept outside where one is given."""
    came = sent(request, who, form)
    given = _text(came.form, "checkpoint", MOST_CHECKPOINT)
    try:
        came.check_fresh()
        wanted = {"checkpoint": checkpoint_in(given).text} if given else {}
        work = _ask(came, Kind.VERIFICATION, wanted)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _verification(request, came.counter, who, Asked(), refusal=refusal, given=given)
    return RedirectResponse(address(VERIFICATION, {"work": work}), HTTPStatus.SEE_OTHER)


@router.get(EXPORTS)
def exports(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """The exports somebody asked for, and the form for another."""
    return _taking(request, counter, who, Kind.EXPORT, {"form": "jsonl"})


@router.post(EXPORTS)
def export(request: Request, who: Who, form: Form) -> Response:
    """Ask for an export."""
    names = ("form", "case", "reason", "words")
    return _asked_for(sent(request, who, form), Kind.EXPORT, names)


@router.get(REPORT)
def reports(request: Request, counter: AtCounter, who: Who) -> HTMLResponse:
    """The reports somebody asked for, and the form for another; of last month, if he says no more."""
    last = office_day(counter.clock()).replace(day=1) - timedelta(days=1)
    span = {"first": last.replace(day=1).isoformat(), "last": last.isoformat()}
    return _taking(request, counter, who, Kind.REPORT, span)


@router.post(REPORT)
def report(request: Request, who: Who, form: Form) -> Response:
    """Ask for a report."""
    return _asked_for(sent(request, who, form), Kind.REPORT, ("first", "last"))


@router.get("/audit/works/{work}/file")
def file(counter: AtCounter, who: Who, work: Id) -> Response:
    """The file that came of somebody's own work; the journal has told of it when it was made."""
    found = audit_works.work_file(counter.office, work, by=counter.onlooker(who))
    headers = {**HEADERS, "Content-Disposition": disposition(found.name)}
    return FileResponse(found, media_type=MEDIA, headers=headers)


PLACES: Mapping[Kind, tuple[str, str]] = {
    Kind.EXPORT: (EXPORTS, "audit_exports.html.j2"),
    Kind.REPORT: (REPORT, "audit_report.html.j2"),
}


def fields_of(kind: Kind) -> tuple[Field, ...]:
    """The fields of what is asked for."""
    if kind is Kind.REPORT:
        return (
            Field("first", "期间的第一天", "day", owed=True),
            Field("last", "期间的最后一天", "day", owed=True, hint="首尾两日都在内，按写入时间分日"),
        )
    forms = tuple((name, form.label) for name, form in FORMS.items())
    most = particulars.MAX_NAME
    return (
        Field("form", "格式", "choice", owed=True, choices=forms),
        Field("case", "事项编号", "text", most=most, hint="不填为全部事项"),
        Field("reason", "导出的理由", "text", most=MOST_REASON, hint="与这次导出一并记入工作日志"),
        Field("words", "连同意见、理由等文字（只用于供独立核验的格式；涉及个人的不随文件导出）", "flag"),
    )


def _asked_for(came: Sent, kind: Kind, names: Iterable[str]) -> Response:
    place, _ = PLACES[kind]
    given = {name: _text(came.form, name, MOST_REASON) for name in names}
    try:
        came.check_fresh()
        _ask(came, kind, _read(kind, given))
    except NotPermitted as refusal:
        if refusal.code == "audit_not_permitted":
            raise
        return _taking(came.request, came.counter, came.who, kind, given, refusal=refusal)
    except Refusal as refusal:
        return _taking(came.request, came.counter, came.who, kind, given, refusal=refusal)
    return RedirectResponse(place, HTTPStatus.SEE_OTHER)


def _read(kind: Kind, given: Mapping[str, str]) -> dict[str, Any]:
    """What was filled in. Raises `FactMissing` (`field_missing`) and what cannot be read."""
    for one in fields_of(kind):
        if one.owed and not given[one.name]:
            raise FactMissing(f"请填写{one.label}。", code="field_missing", missing=one.name)
    if kind is Kind.REPORT:
        return {name: _day(given[name]).isoformat() for name in ("first", "last")}
    named = {"case": particulars.read_name(given["case"]), "reason": particulars.read_text(given["reason"])}
    return {"form": given["form"], "words": bool(given["words"]), **{n: v or None for n, v in named.items()}}


def _day(text: str) -> date:
    return particulars.read_day(text)


def _ask(came: Sent, kind: Kind, wanted: Mapping[str, Any]) -> str:
    return audit_works.ask(came.counter.office, kind, wanted, by=came.signature)


def _taking(
    request: Request,
    counter: Counter,
    who: Visitor,
    kind: Kind,
    given: Mapping[str, str],
    *,
    refusal: Refusal | None = None,
) -> HTMLResponse:
    works = audit_works.newest(counter.office, kind, by=counter.onlooker(who), known=who.roles)
    named = _named(refusal, kind)
    errors = {named: refusal.message} if refusal and named else {}
    return page(
        request,
        PLACES[kind][1],
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        works=[(one, audit_works.has_file(counter.office, one)) for one in works],
        is_open=any(one.is_open for one in works),
        fields=filled(fields_of(kind), given, errors),
        trouble=refusal.message if refusal and not named else "",
        key=tokens.new_key(),
        forms={name: form.label for name, form in FORMS.items()},
        sections=NAMES,
    )


BY_CODE = {"case_unknown": "case", "matter_sealed": "case", "export_form_unknown": "form"}
OF_REPORT = {"period_reversed": "last", "report_period_too_long": "last", "period_in_the_future": "first"}


def _named(refusal: Refusal | None, kind: Kind) -> str | None:
    """The field a refusal is about."""
    if refusal is None:
        return None
    codes = OF_REPORT if kind is Kind.REPORT else BY_CODE
    missing = refusal.facts.get("missing")
    return str(missing) if missing else codes.get(refusal.code)


def _verification(
    request: Request,
    counter: Counter,
    who: Visitor,
    asked: Asked,
    *,
    refusal: Refusal | None = None,
    given: str = "",
) -> HTMLResponse:
    works = audit_works.newest(counter.office, Kind.VERIFICATION, by=counter.onlooker(who), known=who.roles)
    shown = next((one for one in works if one.id == asked.work), works[0] if works else None)
    return page(
        request,
        "audit_verification.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        works=works,
        work=shown,
        **_findings(shown, asked.after),
        sealed=audit_works.out_of_sight(counter.office, by=counter.onlooker(who))
        if _has_findings(shown)
        else (),
        verdicts=VERDICTS,
        trouble=refusal.message if refusal else "",
        given=given,
        key=tokens.new_key(),
        most=MOST_CHECKPOINT,
    )


def _has_findings(work: Work | None) -> bool:
    return work is not None and bool(work.told.get("found"))


def _findings(work: Work | None, after: int) -> dict[str, Any]:
    """A page of what was found, and the ways to the first and the next."""
    if work is None or not work.told:
        return {"findings": [], "more": None, "first": "", "begun": False}
    every = work.told.get("findings", [])
    here = {"work": work.id}
    more = after + PAGE
    return {
        "findings": every[after:more],
        "begun": after > 0,
        "first": address(VERIFICATION, here),
        "more": address(VERIFICATION, {**here, "after": more}) if len(every) > more else None,
    }


def _text(form: Any, name: str, most: int) -> str:
    """What was typed, with line ends as people's words have them; past the bound it is cut off."""
    given = form.get(name, "")
    return given.replace("\r\n", "\n").strip()[:most] if isinstance(given, str) else ""
