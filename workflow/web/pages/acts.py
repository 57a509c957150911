"""Giving a command on a case, and bringing one into the register: which form, and how it is carried out."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from states.errors import Refusal
from states.lifecycle import CommandRow
from states.office_time import office_day
from states.too_late import why_not_opened
from workflow import particulars
from workflow.services import cases, offering, readings, register
from workflow.services.accounts.visitors import Visitor
from workflow.services.namesakes import namesakes, title_taken
from workflow.services.offering import Offer
from workflow.web import fields, sheets
from workflow.web.fields import Field, Words
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import address_of
from workflow.web.frame.visiting import AtCounter, CaseNumber, Form, Who
from workflow.web.sheets import Sent, Sheet, not_offered, told_on_case

router = APIRouter()

ABOUT, TARGET, OPEN = ("task", "node"), "target", "open"
AGAIN = Field("again", "同名的事项", "choice", choices=(("yes", "另立一项"),))


@router.get("/cases/{number}/acts/{command}")
def act_form(request: Request, counter: AtCounter, who: Who, number: CaseNumber, command: str) -> Response:
    """The form of a command on a case."""
    with counter.look(who):
        return sheets.blank(request, on_case(counter, who, number, command), _about(request))


@router.post("/cases/{number}/acts/{command}")
def act(request: Request, who: Who, form: Form, number: CaseNumber, command: str) -> Response:
    """What becomes of it."""
    sent = sheets.sent(request, who, form)
    return sheets.answer(sent, lambda: on_case(sent.counter, who, number, command))


@router.get("/cases/new/{command}")
def opening_form(request: Request, counter: AtCounter, who: Who, command: str) -> Response:
    """The form of a command that brings a matter into the register."""
    with counter.look(who):
        return sheets.blank(request, _for_new(counter, who, command))


@router.post("/cases/new/{command}")
def opening(request: Request, who: Who, form: Form, command: str) -> Response:
    """What becomes of that."""
    sent = sheets.sent(request, who, form)
    return sheets.answer(sent, lambda: _for_new(sent.counter, who, command, _title_in(sent)))


def _title_in(sent: Sent) -> str:
    """The title that was filled in; none where it is told beside its field what is wrong with it."""
    given = sent.form.get("title")
    try:
        return str(particulars.read("title", given) or "") if isinstance(given, str) else ""
    except Refusal:
        return ""


def on_case(counter: Counter, who: Visitor, number: str, command: str) -> Sheet:
    """The form of a command. Raises `NotFound` for one without, or that is given on no matter like this."""
    by = counter.onlooker(who)
    offer = offering.offered(counter.office, number, by=by)
    readings.note(counter.office, [number], "show", by=counter.signature(who))
    late = offer.late.get(command)
    row = late.row if late else offer.command(command)
    if row is None or not fields.has_form(row):
        raise not_offered(command)
    chosen = offering.choices(counter.office, offer.policy, day=office_day(by.at))

    def give(sent: Sent, details: dict[str, Any]) -> str:
        at = details.pop("at")
        order = cases.Order(row.id, number, details, seen=sent.seen)
        cases.perform_all(sent.counter.office, [order], by=sent.signature, at=at)
        return told_on_case(number, row.id)

    return Sheet(
        row.id,
        row.label,
        tuple(
            fields.fields_of(
                row,
                {
                    **_policies(counter, row, offer),
                    "complexity": chosen.categories,
                    "rule": chosen.rules,
                    "field": offer.correctable,
                },
            )
        ),
        address_of(number),
        give,
        units=chosen.units,
        number=offer.number,
        title=offer.title,
        seen=offer.seq,
        late=late.why if late else "",
    )


def _policies(counter: Counter, row: CommandRow, offer: Offer) -> Mapping[str, Words]:
    """The versions of the policy to choose from, where the command puts the matter under one."""
    if TARGET not in row.needs:
        return {}
    return {TARGET: offering.other_policies(counter.office, offer.policy)}


def _for_new(counter: Counter, who: Visitor, command: str, title: str = "") -> Sheet:
    """The form of a command that opens a matter; with a `title` others wait under it asks for a word."""
    by = counter.onlooker(who)
    row = register.command_called(counter.office, command)
    if row is None or not row.creates or not fields.has_form(row):
        raise not_offered(command)
    is_his = row in offering.openings(counter.office, by=by)
    chosen = offering.choices(counter.office, day=office_day(by.at))
    others = namesakes(counter.office, title, by=by) if is_his and row.id == OPEN else ()

    def give(sent: Sent, details: dict[str, Any]) -> str:
        if others and not details.pop("again", None):
            raise title_taken(title, others)
        return told_on_case(
            cases.create(sent.counter.office, row.id, by=sent.signature, **details).number, row.id
        )

    made = tuple(fields.fields_of(row, {"complexity": chosen.categories, "rule": chosen.rules}))
    made += (AGAIN,) if others else ()
    late = "" if is_his else why_not_opened(row)
    return Sheet(row.id, row.label, made, "/cases", give, units=chosen.units, late=late)


def _about(request: Request) -> dict[str, str]:
    """What a link says the form is about: a task, a milestone."""
    asked = request.query_params
    return {name: asked[name] for name in ABOUT if asked.get(name, "").isdecimal()}
