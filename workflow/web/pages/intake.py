"""来件: the inbox of the officers, and one item with the matters it may be about and what is done with it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from states.errors import FactInvalid, NotPermitted, Refusal
from states.office_time import office_day
from workflow.errors import NotFound
from workflow.services import offering
from workflow.services.accounts.visitors import Visitor
from workflow.services.intake import dealing, desk
from workflow.services.intake.desk import Turned, Whole
from workflow.web import fields, sheets
from workflow.web.fields import Field
from workflow.web.frame import tokens
from workflow.web.frame.counter import Counter
from workflow.web.frame.faults import is_unseen, status_of
from workflow.web.frame.pages import page
from workflow.web.frame.visiting import AtCounter, Form, Who, counter_of
from workflow.web.pages.files import HEADERS, disposition
from workflow.web.sheets import Sent

router = APIRouter()

PLACE = "/intake"
LONGEST_PLACE = 64
SAID = {
    "joined": "来件已并入事项，经过记入该事项的历史。",
    "returned": "来件已退回来源，来源将看到退回的理由。",
    "noted": "补充已阅，记入事项的历史。",
}
REASON, NUMBER = "reason", "number"


@router.get(PLACE)
def inbox(
    *,
    request: Request,
    counter: AtCounter,
    who: Who,
    tab: Annotated[str, Query(max_length=16)] = "",
    after: Annotated[str, Query(max_length=LONGEST_PLACE)] = "",
    before: Annotated[str, Query(max_length=LONGEST_PLACE)] = "",
    done: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    """What waits for an officer, or what was dealt with."""
    settled = tab == "settled"
    place = desk.place_in(after or before)
    turned = None if place is None else Turned(place, back=not after)
    found = desk.inbox(counter.office, by=counter.onlooker(who), settled=settled, turned=turned)
    return page(
        request,
        "intake.html.j2",
        leaf=found,
        settled=settled,
        before=found.before and desk.written(found.before),
        after=found.after and desk.written(found.after),
        noted=SAID.get(done, ""),
    )


@router.get(f"{PLACE}/{{item}}")
def one_item(request: Request, counter: AtCounter, who: Who, item: str) -> Response:
    """An item whole, with a form for each thing that may be done with it."""
    with counter.look(who, directory=True):
        return _page(request, counter, who, item)


@router.get(f"{PLACE}/{{item}}/files/{{sha256}}")
def hand_out(counter: AtCounter, who: Who, item: str, sha256: str) -> Response:
    """A file that came with an item."""
    name, media_type, data = desk.fetched(counter.office, item, sha256, by=counter.onlooker(who))
    headers = {"Content-Type": media_type, "Content-Disposition": disposition(name)}
    return Response(data, headers={**HEADERS, **headers})


@router.post(f"{PLACE}/{{item}}/{{act}}")
def deal_with(request: Request, who: Who, form: Form, item: str, act: str) -> Response:
    """Open a matter of it, lay it to one, return it, or take note of what came after."""
    counter, came = counter_of(request), sheets.sent(request, who, form)
    try:
        came.check_fresh()
        deal = ACTS.get(act)
        if deal is None:
            desk.whole(counter.office, item, by=counter.onlooker(who))
            raise NotFound("没有这个页面，请从来件页进入。")
        return RedirectResponse(deal(counter, came, item), HTTPStatus.SEE_OTHER)
    except (NotPermitted, NotFound) as refusal:
        if refusal.code != "case_unknown":
            raise
        return _page(request, counter, who, item, came=came, refusal=refusal, act=act)
    except Refusal as refusal:
        if is_unseen(refusal):
            raise
        if came.done is not None:
            number = came.done.facts.get("case")
            return RedirectResponse(
                sheets.told_on_case(number, "again") if number else PLACE, HTTPStatus.SEE_OTHER
            )
        return _page(request, counter, who, item, came=came, refusal=refusal, act=act)


def _register(counter: Counter, came: Sent, item: str) -> str:
    details, errors = fields.read(_fields(counter, came.who), came.form)
    if errors:
        message = "有的内容需要更正，请看下面标出的。"
        raise FactInvalid(message, code="fields_invalid", errors=errors)
    case = dealing.register(counter.office, item, **_signed(came), **details)
    return sheets.told_on_case(case.number, dealing.OPENING)


def _join(counter: Counter, came: Sent, item: str) -> str:
    number = _text(came.form, NUMBER) or _text(came.form, "candidate")
    dealing.join(counter.office, item, number, **_signed(came))
    return f"{PLACE}?done=joined"


def _send_back(counter: Counter, came: Sent, item: str) -> str:
    dealing.send_back(counter.office, item, _text(came.form, REASON), **_signed(came))
    return f"{PLACE}?done=returned"


def _take_note(counter: Counter, came: Sent, item: str) -> str:
    dealing.take_note(counter.office, item, **_signed(came))
    return f"{PLACE}?done=noted"


ACTS: Mapping[str, Callable[[Counter, Sent, str], str]] = {
    "register": _register,
    "join": _join,
    "return": _send_back,
    "note": _take_note,
}


def _signed(came: Sent) -> dict[str, Any]:
    by = came.signature
    return {"by": by, "at": by.recorded_at, "seen": came.seen}


def _fields(counter: Counter, who: Visitor) -> list[Field]:
    """The fields of opening a matter, as the office's table has them."""
    by = counter.onlooker(who)
    row = offering.creating(counter.office, dealing.OPENING)
    if row is None:
        raise sheets.not_offered(dealing.OPENING)
    chosen = offering.choices(counter.office, day=office_day(by.at))
    return fields.fields_of(row, {"complexity": chosen.categories})


def _page(
    request: Request,
    counter: Counter,
    who: Visitor,
    item: str,
    *,
    came: Sent | None = None,
    refusal: Refusal | None = None,
    act: str = "",
) -> Response:
    """The page of an item; a form that was refused comes back as it was filled in."""
    found, form = desk.whole(counter.office, item, by=counter.onlooker(who)), came.form if came else None
    made = [replace(one, hint="") for one in _fields(counter, who)]
    given = _written(found) if form is None or act != "register" else form
    errors = dict(refusal.facts.get("errors", {})) if refusal else {}
    named = fields.field_of(refusal, made, form) if refusal and form and act == "register" else None
    errors |= {named: refusal.message} if named and refusal else {}
    return page(
        request,
        "intake_item.html.j2",
        status=HTTPStatus.OK if refusal is None else status_of(refusal),
        found=found,
        fields=fields.filled(made, given, errors),
        key=came.key[:-1] if came else tokens.new_key(),
        act=act,
        given={name: _text(form, name) for name in (REASON, NUMBER)} if form else {REASON: "", NUMBER: ""},
        trouble="" if refusal is None or named else refusal.message,
        place=f"{PLACE}/{found.item.id}",
    )


def _written(found: Whole) -> dict[str, str]:
    """What stands in the form of a new matter: what the source says, for the officer to put right."""
    arrival = found.item.arrival
    basis = f"{found.item.source}来件{found.item.external_id}"
    return {"title": arrival.title, "source": found.item.source, "basis": basis}


def _text(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value.strip() if isinstance(value, str) else ""
