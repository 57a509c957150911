"""工作日历: the versions, a year of one, and loading a notice, looked at before it counts."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from states.calendar import FIRST_YEAR, LAST_YEAR
from states.errors import FactInvalid, FactMissing, Refusal, RuleInvalid
from states.file_names import cleaned
from states.office_time import office_day
from states.settings_rights import OFFICE, Section
from workflow.notices.refusals import NoticeRefused
from workflow.services import calendar_loading, calendars
from workflow.services.accounts.visitors import Visitor
from workflow.services.calendar_loading import MOST_AT_A_PAGE, Loaded
from workflow.services.files import waiting_room
from workflow.web import sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages.administering import signed
from workflow.web.pages.settings.framing import (
    PLACES,
    Back,
    Words,
    answered,
    check_may_read,
    form_of,
    may,
    read,
    see,
    setting,
    told_done,
)
from workflow.web.pages.settings.year_wall import months
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

router = APIRouter()

CALENDARS = PLACES[Section.CALENDARS]
MOST_BYTES, SHOWN = 32_000, 100
"""Bytes of a notice handed in on a page; dates that are listed of what it would move."""

NOTICE = (
    Field("file", "放假通知", "files", owed=True, hint=".csv、.json或.ics，不超过32KB"),
    Field("source", "依据", "text", hint="通知的名称或文号；不填用文件写明的", most=500),
    Field("known_since", "知悉日期", "day", hint="不填为今天"),
    Field("year", "公布的年份", "text", hint="文件未写明时填，如2027", most=4),
)
DONE = {
    "loaded": "已载入。事项的期限尚未改动，请在影响清单中逐项接受或者维持。",
    "same": "内容与现行日历相同，没有另立版本。",
}
Year = Annotated[int | None, Query(ge=FIRST_YEAR, le=LAST_YEAR)]


@router.get(CALENDARS)
def versions(
    request: Request, counter: AtCounter, who: Who, year: Year = None, version: Words = ""
) -> Response:
    """The versions, and a year of the one in force or of another."""
    check_may_read(who, Section.CALENDARS)
    return _page(request, counter, who, year=year, version=version)


@router.post(CALENDARS)
def load(request: Request, who: Who, form: Form) -> Response:
    """Lay a notice over the calendar in force; what it would change is looked at first."""
    check_may_read(who, Section.CALENDARS)
    sent = sheets.sent(request, who, form)

    def again(back: Back) -> Response:
        is_of_the_file = isinstance(back.refusal, NoticeRefused | RuleInvalid)
        errors = {"file": back.refusal.message} if is_of_the_file else back.errors
        return _page(request, sent.counter, who, back=Back(back.act, sent, back.refusal, errors))

    return answered(sent, "load", NOTICE, CALENDARS, deal=lambda: _loaded(sent), again=again)


def _loaded(sent: Sent) -> Response:
    given = read(sent, NOTICE[1:])
    name, content = _notice(sent)
    is_rehearsal = text(sent.form, "decision") != "do"
    with TemporaryDirectory(dir=waiting_room(sent.counter.office.settings.files)) as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        made = calendar_loading.load(
            sent.counter.office,
            path,
            source=given["source"] or None,
            known_since=given["known_since"],
            year=_year(given["year"]),
            dry_run=is_rehearsal,
            most=MOST_AT_A_PAGE,
            **signed(sent),
        )
    if is_rehearsal:
        return _rehearsed(sent, made, name, content)
    place = f"{CALENDARS}/impact" if made.report.is_new and made.impact else CALENDARS
    return see(place, "loaded" if made.report.is_new else "same")


def _notice(sent: Sent) -> tuple[str, bytes]:
    """The file that was handed in, or the one that was looked at before."""
    upload = next((one for one in sent.form.getlist("file") if isinstance(one, UploadFile)), None)
    if upload is not None and upload.filename:
        name, content = upload.filename, upload.file.read(MOST_BYTES + 1)
    else:
        name, content = text(sent.form, "name"), _decoded(text(sent.form, "content"))
    if not content:
        raise FactMissing("请选择放假通知的文件。", code="field_missing", missing="file")
    if len(content) > MOST_BYTES:
        message = "文件超过32KB，不像一年的放假安排，请核对。"
        raise FactInvalid(message, code="notice_too_large", particular="file")
    return cleaned(name), content


def _decoded(given: str) -> bytes:
    try:
        return urlsafe_b64decode(given)
    except ValueError:
        return b""


def _year(given: str) -> int | None:
    if not given:
        return None
    if not given.isascii() or not given.isdecimal() or not FIRST_YEAR <= int(given) <= LAST_YEAR:
        message = f"年份应为{FIRST_YEAR}至{LAST_YEAR}之间的四位数字。"
        raise FactInvalid(message, code="year_out_of_range", particular="year")
    return int(given)


def _rehearsed(sent: Sent, made: Loaded, name: str, content: bytes) -> Response:
    """What the notice would change, and the form to load it."""
    given = [(one, text(sent.form, one)) for one in ("source", "known_since", "year")]
    return setting(
        sent.request,
        sent.who,
        Section.CALENDARS,
        "calendar_looked_at",
        made=made.report,
        changes=made.report.changes[:SHOWN],
        impact=[one.as_json() for one in made.impact[:SHOWN]],
        count=len(made.impact),
        given=[*given, ("name", name), ("content", urlsafe_b64encode(content).decode())],
        key=tokens.new_key(),
    )


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    *,
    year: int | None = None,
    version: str = "",
    back: Back | None = None,
) -> Response:
    listed = calendars.list_versions(counter.office)
    chosen = year or office_day(counter.clock()).year
    shown, trouble = _shown(counter, chosen, version)
    return setting(
        request,
        who,
        Section.CALENDARS,
        "calendars",
        back=back,
        versions=listed[:SHOWN],
        shown=shown,
        trouble_told=trouble,
        months=months(shown) if shown else [],
        years=[one for one in (chosen - 1, chosen, chosen + 1) if FIRST_YEAR <= one <= LAST_YEAR],
        version=version,
        loading=form_of("load", NOTICE, {}, back) if may(who, OFFICE) else None,
        done=told_done(request, DONE),
    )


def _shown(counter: Counter, year: int, version: str) -> tuple[dict[str, Any] | None, str]:
    try:
        return calendars.show(counter.office, year, version or None), ""
    except Refusal as refusal:
        return None, refusal.message
