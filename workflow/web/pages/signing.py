"""签批室: what waits for the decision of whoever is signed in, one by one, with what it rests on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import AfterValidator, BaseModel, Field

from states.errors import Refusal
from states.papers.kinds import PAPERS
from states.words import detail_label
from workflow import particulars
from workflow.addresses import number_in
from workflow.errors import EditConflict, NotFound
from workflow.services import (
    cases,
    previewing,
    readings,
    signing_evidence,
    signing_room,
    signing_together,
    timeline,
)
from workflow.services.accounts.visitors import Visitor
from workflow.services.documents import showing
from workflow.services.signing_room import PAPER, Waiting
from workflow.services.signing_together import Outcome, Ticked
from workflow.web import fields, sheets
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import status_of
from workflow.web.frame.lanes import DRAFTS, along
from workflow.web.frame.pages import address_of, page
from workflow.web.frame.visiting import AtCounter, Form, Who
from workflow.web.pages import case_timeline, signing_sheets
from workflow.web.pages.files import HEADERS
from workflow.web.sheets import Back, Sent, Sheet

router = APIRouter()

SIGNING = signing_sheets.SIGNING
LATELY, SHOWN, SHORT = 12, 6, 3
"""So many last entries tell of an act, so many are shown, and so many fields fit beside the paper."""

PLACE_BOUND, NAME_BOUND, MOST_TICKS = 400, 300, 100
IN_OUR_PAGE = {
    **HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "X-Frame-Options": "SAMEORIGIN",
    "Content-Type": "application/pdf",
    "Content-Disposition": 'inline; filename="draft.pdf"',
}
"""A draft is shown within the page it is decided on."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which of what waits, as an address names it."""

    kind: str
    id: str


async def place_of(
    kind: Annotated[str, Path(max_length=particulars.MAX_NAME)],
    id: Annotated[str, Path(max_length=NAME_BOUND), AfterValidator(number_in)],
) -> Place:
    """The place an address names."""
    return Place(kind, id)


At = Annotated[Place, Depends(place_of)]


class Asked(BaseModel):
    """Where the list begins, and what was done a moment ago: the kind of an entry, and where it stands."""

    after: Annotated[str, Field(max_length=PLACE_BOUND)] = ""
    did: Annotated[str, Field(max_length=NAME_BOUND)] = ""
    on: Annotated[str, Field(max_length=NAME_BOUND)] = ""


Wanted = Annotated[Asked, Query()]


@router.get(SIGNING)
def waiting(request: Request, counter: AtCounter, who: Who, asked: Wanted) -> HTMLResponse:
    """Everything that waits for the visitor, the latest matter first."""
    with counter.look(who, directory=True):
        done = _done(counter, who, asked)
        return _list(request, counter, who, after=asked.after, done=done)


@router.post(SIGNING)
def decide_several(request: Request, who: Who, form: Form) -> Response:
    """Approve what was ticked, each told by itself."""
    sent = sheets.sent(request, who, form)
    if sent.done:
        raise sent.done
    given = sent.form.get("opinion")
    opinion = particulars.read("opinion", given.strip() if isinstance(given, str) else None)
    found = signing_room.room(sent.counter.office, by=sent.counter.onlooker(who))
    told = {"opinion": opinion, "by": sent.signature, "at": sent.counter.clock()}
    ticked = _ticked(sent.form)
    try:
        sent.check_fresh()
        done = signing_together.decide_together(sent.counter.office, found, ticked, **told)
    except Refusal as refusal:
        return _list(request, sent.counter, who, refusal=refusal, opinion=opinion or "", ticked=ticked)
    return _outcomes(request, done)


@router.get(SIGNING + "/{kind}/{id}")
def one_paper(request: Request, counter: AtCounter, who: Who, place: At, asked: Wanted) -> HTMLResponse:
    """One that waits: what it rests on, what would go out, and the forms that decide it."""
    with counter.look(who, directory=True):
        return _one(request, counter, who, place, asked)


@dataclass(frozen=True, slots=True)
class Refused:
    """The form on the page of what it decides that comes back."""

    command: str
    back: Back


def _one(
    request: Request,
    counter: Counter,
    who: Visitor,
    place: Place,
    asked: Asked,
    *,
    refused: Refused | None = None,
) -> HTMLResponse:
    room = signing_room.room(counter.office, by=counter.onlooker(who))
    one = room.find(place.kind, place.id)
    matters = (one.number, asked.on if asked.did else None)
    signing_evidence.read_ahead(counter.office, matters, by=counter.onlooker(who))
    evidence = _evidence(counter, who, one)
    if one.number is not None:
        readings.note(counter.office, [one.number], "show", by=counter.signature(who))
    decisions = [signing_sheets.sheet_of(counter, who, one, command) for command in one.commands]
    return page(
        request,
        "signing_one.html.j2",
        status=refused.back.status if refused else HTTPStatus.OK,
        back=refused.back if refused else None,
        one=one,
        home=signing_sheets.home(one),
        position=room.waiting.index(one) + 1,
        count=len(room.waiting),
        onward=_address(room.after(one.place)),
        backward=_address(room.before(one.place)),
        forms=[_laid(sheet, refused) for sheet in decisions if _fits(place, sheet)],
        ways=[sheet for sheet in decisions if not _fits(place, sheet)],
        draft=_preview(counter, who, one),
        follows=_paper_of(counter, one),
        evidence=evidence,
        done=_done(counter, who, asked),
    )


@router.get(SIGNING + "/{kind}/{id}/preview")
@along(DRAFTS)
def preview(request: Request, counter: AtCounter, who: Who, place: At) -> Response:
    """What would go out, laid out as it would be printed."""
    by, viewer = counter.signature(who), counter.onlooker(who)
    with counter.look(who, directory=True):
        one = signing_room.room(counter.office, by=viewer).find(place.kind, place.id)
        paper = previewing.preview(counter.office, one, by=by, viewer=viewer)
        if paper is None:
            raise signing_room.not_waiting()
        if one.number is not None:
            readings.note(counter.office, [one.number], "paper", by=by)
    return Response(previewing.printed(counter.office, one, paper, by=by), headers=IN_OUR_PAGE)


@router.get(SIGNING + "/{kind}/{id}/acts/{command}")
def act_form(request: Request, counter: AtCounter, who: Who, place: At, command: str) -> Response:
    """The form of a decision, where it does not fit beside the paper."""
    with counter.look(who, directory=True):
        return sheets.blank(request, _sheet(counter, who, place, command))


@router.post(SIGNING + "/{kind}/{id}/acts/{command}")
def act(request: Request, who: Who, form: Form, place: At, command: str) -> Response:
    """What becomes of it: the next one that waits; one that is refused is shown again beside its paper."""
    sent = sheets.sent(request, who, form)
    shown = partial(_again, place)
    try:
        return sheets.answer(sent, lambda: _sheet(sent.counter, who, place, command), shown)
    except EditConflict as refusal:
        if refusal.code != "decided_meanwhile":
            raise
        return _too_late(sent, refusal)


def _too_late(sent: Sent, refusal: Refusal) -> Response:
    """What somebody typed of what another had decided, and the way on."""
    given = {name: words.strip() for name, words in sent.form.items() if isinstance(words, str)}
    typed = [
        (detail_label(name), words)
        for name, words in given.items()
        if words and name != fields.READ and not name.startswith("_")
    ]
    return page(sent.request, "signing_late.html.j2", status=status_of(refusal), refusal=refusal, typed=typed)


def _again(place: Place, sent: Sent, sheet: Sheet, back: Back) -> Response:
    """A form that comes back where it stood: beside its paper, or on its own page if that waits no more."""
    counter, who = sent.counter, sent.who
    if not _fits(place, sheet):
        return sheets.page_of(sent, sheet, back)
    try:
        with counter.look(who, directory=True):
            return _one(sent.request, counter, who, place, Asked(), refused=Refused(sheet.id, back))
    except NotFound:
        return sheets.page_of(sent, sheet, back)


def _sheet(counter: Counter, who: Visitor, place: Place, command: str) -> Sheet:
    """The form of one decision, which leads to the next one. Raises `NotFound` for what does not wait."""
    room = signing_room.room(counter.office, by=counter.onlooker(who))
    named = {"kind": place.kind, "id": place.id, "command": command}
    one = signing_sheets.found(counter, who, room, **named)
    sheet = signing_sheets.sheet_of(counter, who, one, command)
    told = urlencode({"did": signing_sheets.event_of(counter, one, command), "on": one.number or one.id})

    def onward() -> str:
        left = signing_room.room(counter.office, by=counter.onlooker(who))
        return f"{_address(left.after(one.place)) or SIGNING}?{told}"

    return sheets.on_the_way(sheet, back=signing_sheets.home(one), onward=onward)


def _list(
    request: Request,
    counter: Counter,
    who: Visitor,
    *,
    after: str = "",
    done: str = "",
    refusal: Refusal | None = None,
    opinion: str = "",
    ticked: Collection[Ticked] = (),
) -> HTMLResponse:
    room = signing_room.room(counter.office, by=counter.onlooker(who))
    shown, more = room.leaf(tuple(after.split("~", 3)) if after else None)
    return page(
        request,
        "signing.html.j2",
        status=status_of(refusal) if refusal else HTTPStatus.OK,
        room=room,
        rows=[(one, signing_sheets.home(one), signing_together.may_be_ticked(one)) for one in shown],
        begun=bool(after),
        first=SIGNING,
        more=f"{SIGNING}?{urlencode({'after': '~'.join(shown[-1].place)})}" if more else None,
        key=tokens.new_key(),
        trouble_told=refusal.message if refusal else "",
        opinion=opinion,
        ticked={f"{one.kind}~{one.id}~{one.seen}" for one in ticked},
        done=done,
    )


def _ticked(form: Any) -> list[Ticked]:
    """What was ticked: kind, id and what it rested on."""
    words = [one for one in form.getlist("tick") if isinstance(one, str)][:MOST_TICKS]
    parts = [one.split("~") for one in words if len(one) <= NAME_BOUND]
    return [Ticked(*one) for one in parts if len(one) == len(Ticked.__slots__)]


def _outcomes(request: Request, done: list[Outcome]) -> HTMLResponse:
    decided = sum(one.trouble is None for one in done)
    return page(request, "signing_done.html.j2", outcomes=done, decided=decided)


def _fits(place: Place, sheet: Sheet) -> bool:
    """Whether a form fits beside the paper it decides on; those of papers people write all do."""
    is_plain = all(one.kind in ("long", "hidden", "day") for one in sheet.fields)
    return place.kind == PAPER or (len(sheet.fields) <= SHORT and is_plain)


def _laid(sheet: Sheet, refused: Refused | None) -> tuple[Sheet, list[fields.Field], str, int | None]:
    """A form before anything is filled in, with a number of its own; a refused one as it comes back."""
    if refused and refused.command == sheet.id:
        return sheet, refused.back.filled(sheet), refused.back.key, refused.back.seen
    return sheet, fields.filled(sheet.fields, sheet.written, {}), tokens.new_key(), sheet.seen


def _address(one: Waiting | None) -> str | None:
    return None if one is None else signing_sheets.home(one)


def _preview(counter: Counter, who: Visitor, one: Waiting) -> Mapping[str, str] | None:
    """What would go out as text; or why that cannot be told."""
    by, viewer = counter.signature(who), counter.onlooker(who)
    try:
        paper = previewing.preview(counter.office, one, by=by, viewer=viewer)
    except Refusal as refusal:
        return {"text": "", "trouble": refusal.message}
    return None if paper is None else {"text": previewing.words(paper), "trouble": ""}


def _paper_of(counter: Counter, one: Waiting) -> str | None:
    """The paper a decision sends by itself, which cannot be laid out before its form is filled in."""
    kind = cases.PAPER_OF.get(signing_sheets.event_of(counter, one, one.commands[0]))
    return kind and PAPERS[kind].label


def _evidence(counter: Counter, who: Visitor, one: Waiting) -> dict[str, Any]:
    """What a decision rests on: the matter as it stands and why, measures, files, last entries."""
    office, by = counter.office, counter.onlooker(who)
    found = one.number and signing_evidence.evidence(office, one.number, by=by, last=SHOWN)
    steps = showing.show(office, one.id, at=by.at, by=by)["steps"] if one.kind == PAPER else []
    told: dict[str, Any] = {"case": None, "steps": steps, "files": [], "entries": []}
    if not found or one.number is None:
        return told
    return told | {
        "case": found.case,
        "why": found.why,
        "measures": [each for each in found.measures if each.id != one.id],
        "files": found.files,
        "entries": case_timeline.with_words(reversed(found.entries)),
        "page": address_of(one.number),
    }


def _done(counter: Counter, who: Visitor, asked: Asked) -> str:
    """What the page says after a decision, where it is among what the visitor did there last."""
    if not asked.did or not asked.on:
        return ""
    try:
        entries, told = _entries(counter, who, asked.on)
    except Refusal:
        return ""
    mine = (one for one in reversed(entries[-LATELY:]) if one["actor"] == who.person)
    found = next((one for one in mine if one["kind"] == asked.did), None)
    return f"已办理：{found['sentence']}（{told}）。" if found else ""


def _entries(counter: Counter, who: Visitor, on: str) -> tuple[Sequence[Mapping[str, Any]], str]:
    """The entries of a case by its number, or of a paper of no case by its id, and what it is called."""
    by = counter.onlooker(who)
    try:
        return timeline.history(counter.office, on, by=by), on
    except NotFound:
        shown = showing.show(counter.office, on, at=by.at, by=by)
        return shown["steps"], str(shown["kind_label"])
