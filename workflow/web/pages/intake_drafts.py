"""由文字起草: minutes or an instruction taken apart into drafts, corrected, chosen, then opened."""

import re
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData, UploadFile

from states.errors import NotPermitted, Refusal
from states.intake.minutes import MOST_DRAFTS, MOST_TEXT, Rule, Taken, fingerprint, taken_apart
from states.particulars import MAX_TITLE
from workflow.services.files import waiting_room
from workflow.services.intake import desk, minutes
from workflow.services.intake.minutes import Chosen, Made
from workflow.web import sheets
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.lanes import IMPORTS, along
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, LinesForm, Who, counter_of
from workflow.web.pages.files import received

router = APIRouter()

PLACE = "/intake/draft"
FIELDS = ("title", "source", "basis", "requirement")
FINGERPRINT = re.compile(r"[0-9a-f]{64}")
MINUTES, INSTRUCTION = "会议纪要", "领导批示"
"""What a matter is said to come from, until somebody says otherwise."""


@router.get(PLACE)
def blank(request: Request, counter: AtCounter, who: Who) -> Response:
    """The form for a text or a file."""
    desk.check_drafts(counter.office, by=counter.onlooker(who))
    return _page(request, "")


@router.post(PLACE)
@along(IMPORTS)
def take_apart(*, request: Request, who: Who, form: LinesForm) -> Response:
    """The drafts a text holds, to be corrected and chosen; nothing is opened."""
    counter = counter_of(request)
    by = counter.onlooker(who)
    desk.check_drafts(counter.office, by=by)
    text = _text(form.form, "text")
    try:
        form.check_fresh()
        text = _uploaded(counter, form.form) or text
        found = taken_apart(text)
    except Refusal as refusal:
        return _page(request, text, refusal=refusal)
    known = minutes.made_before(counter.office, text, by=by)
    return _page(request, text, lines=_lines(found, is_new=not known), found=found, known=known)


@router.post(f"{PLACE}/open")
@along(IMPORTS)
def open_chosen(*, request: Request, who: Who, form: LinesForm) -> Response:
    """Open what was chosen as drafts, all or none."""
    counter, came = counter_of(request), sheets.sent(request, who, form)
    desk.check_drafts(counter.office, by=counter.onlooker(who))
    lines = [_sent(came.form, place) for place in range(MOST_DRAFTS) if f"title-{place}" in came.form]
    chosen = [Chosen(**{name: one[name] for name in FIELDS}) for one in lines if one["chosen"]]
    try:
        came.check_fresh()
        by = came.signature
        named = _text(came.form, "minutes")
        text = named if FINGERPRINT.fullmatch(named) else None
        made = minutes.open_chosen(counter.office, chosen, by=by, at=by.recorded_at, text=text)
    except NotPermitted:
        raise
    except Refusal as refusal:
        if came.done is not None:
            return RedirectResponse("/cases?order=newest", HTTPStatus.SEE_OTHER)
        told: dict[str, Any] = {"lines": lines, "refusal": refusal, "key": came.key}
        return _page(request, "", **told, fingerprinted=_text(came.form, "minutes"))
    return page(request, "intake_opened.html.j2", cases=[(one.number, one.facts.title or "") for one in made])


def _page(
    request: Request,
    text: str,
    *,
    lines: Sequence[Mapping[str, Any]] | None = None,
    found: Taken | None = None,
    known: Sequence[Made] = (),
    refusal: Refusal | None = None,
    key: str = "",
    fingerprinted: str = "",
) -> Response:
    return page(
        request,
        "intake_drafts.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        text=text,
        lines=lines,
        found=found,
        known=known,
        minutes=fingerprinted or fingerprint(text),
        rules=Rule,
        key=key or tokens.new_key(),
        trouble="" if refusal is None else refusal.message,
        most_text=MOST_TEXT,
        most_title=MAX_TITLE,
    )


def _lines(found: Taken, *, is_new: bool) -> list[dict[str, Any]]:
    """The drafts as rows of the form, chosen where the text is new; what rests on which words stands beside
    each."""
    source = MINUTES if "纪要" in found.heading else INSTRUCTION
    return [
        {
            "title": one.title,
            "source": source if one.marker else INSTRUCTION,
            "basis": f"{found.heading}{one.marker}" if found.heading else "",
            "requirement": one.requirement,
            "chosen": is_new,
            "quotes": [(quote.rule.label, quote.words) for quote in one.quotes],
            "marker": one.marker,
        }
        for one in found.drafts
    ]


def _sent(form: FormData, place: int) -> dict[str, Any]:
    """A row as it came back."""
    told: dict[str, Any] = {name: _text(form, f"{name}-{place}") for name in FIELDS}
    quotes = [
        tuple(one.split("：", 1))
        for one in form.getlist(f"quote-{place}")
        if isinstance(one, str) and "：" in one
    ]
    return {
        **told,
        "chosen": f"chosen-{place}" in form,
        "quotes": quotes,
        "marker": _text(form, f"marker-{place}"),
    }


def _uploaded(counter: Counter, form: FormData) -> str:
    """The text of a file that came with the form; nothing where none did."""
    upload = form.get("file")
    if not isinstance(upload, UploadFile) or not upload.filename:
        return ""
    with TemporaryDirectory(dir=waiting_room(counter.office.settings.files)) as folder:
        return minutes.text_of(counter.office, received(upload, Path(folder)))


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.replace("\r\n", "\n").replace("\r", "\n").strip() if isinstance(value, str) else ""
