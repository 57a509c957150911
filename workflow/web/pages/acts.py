"""Giving a command on a case, and bringing one into the register: which form, and how it is carried out."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from states.office_time import office_day
from workflow import particulars
from workflow.errors import NotFound
from workflow.services import cases, offering, readings
from workflow.services.accounts.visitors import Visitor
from workflow.web import fields, sheets
from workflow.web.frame.counter import Counter
from workflow.web.frame.pages import address_of
from workflow.web.frame.visiting import AtCounter, CaseNumber, Form, Who
from workflow.web.sheets import Sent, Sheet, told_on_case

router = APIRouter()

ABOUT = ("task", "node")


@router.get("/cases/{number}/acts/{command}")
def act_form(request: Request, counter: AtCounter, who: Who, number: CaseNumber, command: str) -> Response:
    """The form of a command on a case."""
    return sheets.blank(request, on_case(counter, who, number, command), _about(request))


@router.post("/cases/{number}/acts/{command}")
def act(request: Request, who: Who, form: Form, number: CaseNumber, command: str) -> Response:
    """What becomes of it."""
    sent = sheets.sent(request, who, form)
    return sheets.answer(sent, lambda: on_case(sent.counter, who, number, command))


@router.get("/cases/new/{command}")
def opening_form(request: Request, counter: AtCounter, who: Who, command: str) -> Response:
    """The form of a command that brings a matter into the register."""
    return sheets.blank(request, _for_new(counter, who, command))


@router.post("/cases/new/{command}")
def opening(request: Request, who: Who, form: Form, command: str) -> Response:
    """What becomes of that."""
    sent = sheets.sent(request, who, form)
    return sheets.answer(sent, lambda: _for_new(sent.counter, who, command))


def not_offered(command: str) -> NotFound:
    """What somebody is told whose command this is not, here and now."""
    return NotFound(
        "这一步现在不由您办理，或者事项已不在这一环节；请回到事项页面，按所列的办理。",
        code="command_not_offered",
        command=command[: particulars.MAX_NAME],
    )


def on_case(counter: Counter, who: Visitor, number: str, command: str) -> Sheet:
    """The form of a command. Raises `NotFound` for one that is not this visitor's on it as it stands."""
    by = counter.onlooker(who)
    offer = offering.offered(counter.office, number, by=by)
    readings.note(counter.office, [number], "show", by=counter.signature(who))
    row = offer.command(command)
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
        tuple(fields.fields_of(row, chosen.categories)),
        address_of(number),
        give,
        units=chosen.units,
        number=offer.number,
        title=offer.title,
        seen=offer.seq,
    )


def _for_new(counter: Counter, who: Visitor, command: str) -> Sheet:
    by = counter.onlooker(who)
    offered = offering.openings(counter.office, by=by)
    row = next((one for one in offered if one.id == command and fields.has_form(one)), None)
    if row is None:
        raise not_offered(command)
    chosen = offering.choices(counter.office, day=office_day(by.at))

    def give(sent: Sent, details: dict[str, Any]) -> str:
        return told_on_case(
            cases.create(sent.counter.office, row.id, by=sent.signature, **details).number, row.id
        )

    made = tuple(fields.fields_of(row, chosen.categories))
    return Sheet(row.id, row.label, made, "/cases", give, units=chosen.units)


def _about(request: Request) -> dict[str, str]:
    """What a link says the form is about: a task, a milestone."""
    asked = request.query_params
    return {name: asked[name] for name in ABOUT if asked.get(name, "").isdecimal()}
