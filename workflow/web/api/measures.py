"""Measures and the signing room: how one stands, the commands on it, what waits for a decision."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import Path, Request, Response
from pydantic import Field

from states.errors import FactInvalid
from states.escalation.given import Given
from states.papers.deciding import JUDGING
from states.papers.life import COMMANDS as ON_PAPERS
from states.too_late import why_not_on
from workflow import particulars
from workflow.addresses import number_in
from workflow.errors import EditConflict
from workflow.services import (
    escalations,
    measure_desk,
    previewing,
    reading_papers,
    signing_room,
    signing_together,
)
from workflow.services.measure_desk import MeasureSheet
from workflow.services.office import Signature
from workflow.services.signing_room import MEASURE, PAPER, Waiting
from workflow.services.signing_together import Ticked
from workflow.web import fields
from workflow.web.api import details, frame, paging, transitions
from workflow.web.api.case_parts import PDF, binary, handed_out, told_measure
from workflow.web.api.case_shapes import Measure
from workflow.web.api.cases import Number
from workflow.web.api.details import At, Details
from workflow.web.api.idempotency import Ask
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import ID_BOUND, Asked, Page, Shape
from workflow.web.api.transitions import IfMatch, Name, Offered, Offers, Order
from workflow.web.frame.lanes import DRAFTS, along
from workflow.web.pages.measures import PROPOSED
from workflow.web.pages.signing_sheets import TAKEN_BY

router = frame.resource("measures")
room_router = frame.resource("signing")

MOST_TICKED, NAME_BOUND, SEEN_BOUND = 20, 300, 64
MeasureId = Annotated[str, Path(max_length=ID_BOUND, description="The id of a measure.")]
Kind = Annotated[str, Path(max_length=particulars.MAX_NAME, description="`kind` of what waits.")]
WaitingId = Annotated[str, Path(max_length=NAME_BOUND, description="`id` of what waits, `~2F` for a slash.")]
Seen = Annotated[str, Field(max_length=SEEN_BOUND, description="`seen` of what was read, as it was told.")]


class MeasureDone(Shape):
    """A measure after a command; `also` are the cases whose measures were on the same paper."""

    id: str
    number: str
    command: str
    label: str
    also: list[str]


class MeasurePaper(Shape):
    """What the paper of a measure says, issued or drafted; empty where there is none yet."""

    text: str
    is_draft: bool
    document: str | None


class Decision(Asked):
    """A decision on what waits. `seen` is what it rests on; for a paper to be reviewed or signed it
    must be told."""

    command: Name
    details: Details = Field(default_factory=dict, examples=[{"opinion": "同意"}])
    at: At = None
    seen: Seen | None = None


class Tick(Asked):
    """One of several decided together, and what it rested on."""

    kind: Annotated[str, Field(max_length=particulars.MAX_NAME)]
    id: Annotated[str, Field(max_length=NAME_BOUND)]
    seen: Seen


class Ticks(Asked):
    """Several of one kind to be approved or signed with one opinion; none that concerns a person."""

    items: Annotated[list[Tick], Field(min_length=1, max_length=MOST_TICKED)]
    opinion: Annotated[str, Field(max_length=particulars.MAX_TEXT)] | None = None


class Waits(Shape):
    """A decision that waits. `commands` decide it, the approving one first."""

    kind: str
    id: str
    label: str
    sort: str
    commands: list[str]
    seen: str
    number: str | None
    title: str | None
    unit: str | None
    since: date | None
    due_on: date | None
    paper: str | None
    is_personal: bool


class WaitsInFull(Waits):
    """The same with the schema of the details of each command."""

    offered: list[Offered]


class Decided(Shape):
    """What was decided, and how."""

    kind: str
    id: str
    command: str
    number: str | None


class Outcome(Shape):
    """What became of one of several; `message` says why it was not decided."""

    kind: str
    id: str
    decided: bool
    message: str | None


class Outcomes(Shape):
    """What became of each, in their order."""

    items: list[Outcome]


@router.get("/cases/{number}/measures/{measure}", response_model=Measure, summary="A measure")
def get_measure(seat: Reads, number: Number, measure: MeasureId) -> Response:
    """How a measure stands. One that concerns a person is not here: it is handled by hand."""
    with seat.look(directory=True):
        found = _found(seat, number, measure)
    return frame.told(Measure.model_validate(told_measure(found)))


@router.get(
    "/cases/{number}/measures/{measure}/paper", response_model=MeasurePaper, summary="What its paper says"
)
def get_measure_paper(seat: Reads, number: Number, measure: MeasureId) -> Response:
    """The words of the paper that went out, or of the draft of what is proposed."""
    signed: dict[str, Any] = {"by": seat.signature(), "viewer": seat.by}
    with seat.look(directory=True):
        found = _found(seat, number, measure)
        document = found.told.get("document_id")
        if document is not None:
            text = reading_papers.words_of(seat.office, found.number, document, **signed)
        elif found.state == PROPOSED:
            text = reading_papers.draft_of(seat.office, found.number, found.rung.document, **signed)
        else:
            text = ""
    is_draft = document is None and bool(text)
    return frame.told(MeasurePaper(text=text, is_draft=is_draft, document=document))


@router.get(
    "/cases/{number}/measures/{measure}/transitions",
    response_model=Offers,
    summary="What may be done about a measure",
)
def list_measure_transitions(seat: Reads, number: Number, measure: MeasureId) -> Response:
    """The commands the caller may give on a measure, each with the schema of its details."""
    with seat.look(directory=True):
        found = _found(seat, number, measure)
    items = [
        Offered(command=one.id, label=one.label, fields=details.schema_of(_fields(found, one)))
        for one in found.commands
    ]
    return frame.told(Offers(number=found.number, seq=found.seq, items=items))


@router.post(
    "/cases/{number}/measures/{measure}/transitions",
    response_model=MeasureDone,
    summary="Give a command on a measure",
)
def give_measure_transition(
    ask: Ask, number: Number, measure: MeasureId, order: Order, if_match: IfMatch = None
) -> Response:
    """Give a command on a measure. `If-Match` is as for a case."""

    def work(signed: Signature) -> frame.Told:
        seen = transitions.seen_in(if_match)
        with ask.seat.look(directory=True):
            found = _found(ask.seat, number, measure)
        with transitions.held_to(seen):
            return frame.shaped(_give(ask.seat, found, order, seen, signed))

    return ask.once(work)


@room_router.get("/signing", response_model=Page[Waits], summary="What waits for the caller's decision")
def list_signing(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """Everything that waits for the caller, the latest matter first. What is about persons is not counted."""
    with seat.look(directory=True):
        room = signing_room.room(seat.office, by=seat.by)
    return paging.page(request, Page[Waits], room.waiting, wanted, ("kind", "id"))


@room_router.get("/signing/{kind}/{id}", response_model=WaitsInFull, summary="One that waits")
def get_signing(seat: Reads, kind: Kind, id: WaitingId) -> Response:
    """One decision that waits, and how it may be decided."""
    with seat.look(directory=True):
        one = _waiting(seat, kind, id)
        offered = [_offered(seat, one, command) for command in one.commands]
    told = {name: getattr(one, name) for name in Waits.model_fields}
    return frame.told(WaitsInFull.model_validate({**told, "offered": offered}))


@room_router.get(
    "/signing/{kind}/{id}/pdf", response_class=Response, responses=binary(PDF), summary="What would go out"
)
@along(DRAFTS)
def get_signing_draft(*, request: Request, seat: Reads, kind: Kind, id: WaitingId) -> Response:
    """The paper a decision would put out, laid out as it would be printed; an issued one as it was."""
    signed = seat.signature()
    with seat.look(directory=True):
        one = _waiting(seat, kind, id)
        paper = previewing.preview(seat.office, one, by=signed, viewer=seat.by)
        if paper is None:
            raise signing_room.not_waiting()
        _note(seat, one, "paper")
    return handed_out("draft.pdf", PDF, previewing.printed(seat.office, one, paper, by=signed))


@room_router.post("/signing/transitions", response_model=Outcomes, summary="Approve several")
def decide_several(ask: Ask, ticks: Ticks) -> Response:
    """Approve or sign several of one kind. What concerns a person is decided one by one, and refused here."""

    def work(_: Signature) -> frame.Told:
        seat, opinion = ask.seat, particulars.read("opinion", ticks.opinion)
        room = signing_room.room(seat.office, by=seat.by)
        ticked = [Ticked(one.kind, one.id, one.seen) for one in ticks.items]
        told = {"opinion": opinion, "by": ask.line(0), "at": seat.at}
        found = signing_together.decide_together(seat.office, room, ticked, **told)
        return frame.shaped(Outcomes(items=list(map(_outcome, found))))

    return ask.several(work)


@room_router.post("/signing/{kind}/{id}/transitions", response_model=Decided, summary="Decide one")
def decide_one(ask: Ask, kind: Kind, id: WaitingId, decision: Decision) -> Response:
    """Decide one that waits, by one of its commands."""

    def work(signed: Signature) -> frame.Told:
        seat = ask.seat
        with seat.look(directory=True):
            one = _waiting(seat, kind, id)
        if decision.command not in one.commands:
            raise transitions.unknown(decision.command)
        _decide(seat, one, decision, signed)
        told = {"kind": one.kind, "id": one.id, "command": decision.command, "number": one.number}
        return frame.shaped(Decided.model_validate(told))

    return ask.once(work)


def _found(seat: Seat, number: str, measure: str) -> MeasureSheet:
    found = measure_desk.sheet(seat.office, number, measure, by=seat.by)
    seat.note([number], "show")
    return found


def _fields(found: MeasureSheet, given: Given) -> list[fields.Field]:
    return fields.fields_of_measure(given, found.rung, is_drafted=bool(found.drafted))


def _give(seat: Seat, found: MeasureSheet, order: Order, seen: int | None, signed: Signature) -> MeasureDone:
    given = found.command(order.command)
    if given is None:
        raise _late(found, order.command)
    transitions.check_seen(seen, found.seq)
    with details.read(seat, _fields(found, given), order.details) as told:
        at, stated = details.instant(seat, order.at), particulars.with_ground(told)
        done = escalations.act(seat.office, found.id, given.id, seen=seen, by=signed, at=at, **stated)
    named = {"id": found.id, "number": found.number, "command": given.id, "label": given.label}
    return MeasureDone.model_validate({**named, "also": done.get("also", [])})


def _late(found: MeasureSheet, command: str) -> Exception:
    late = found.late(command)
    if late is None:
        return transitions.unknown(command)
    why = why_not_on(late, found.state, found.rung)
    return EditConflict(f"未予办理：{why}", code="command_not_offered", command=command)


def _waiting(seat: Seat, kind: str, id: str) -> Waiting:
    one = signing_room.room(seat.office, by=seat.by).find(kind, number_in(id))
    _note(seat, one, "show")
    return one


def _note(seat: Seat, one: Waiting, what: Literal["show", "paper"]) -> None:
    if one.number is not None:
        seat.note([one.number], what)


def _offered(seat: Seat, one: Waiting, command: str) -> Offered:
    if one.kind == PAPER:
        row = ON_PAPERS[command]
        return Offered(command=command, label=row.label, fields=details.schema_of(_of_paper(one, command)))
    if one.kind == MEASURE:
        found = measure_desk.sheet(seat.office, str(one.number), one.id, by=seat.by)
        given = found.command(command)
        if given is None:
            raise signing_room.not_waiting()
        return Offered(command=command, label=given.label, fields=details.schema_of(_fields(found, given)))
    return transitions.offered_on(seat, str(one.number), command)


def _of_paper(one: Waiting, command: str) -> list[fields.Field]:
    """The particulars of a step of a paper; what was read of it is told beside them."""
    made = fields.fields_of_paper(command, is_personal=one.is_personal)
    return [each for each in made if each.name != fields.READ]


def _decide(seat: Seat, one: Waiting, decision: Decision, signed: Signature) -> None:
    """By the road of the pages: that of its paper, its measure, or its case."""
    if one.kind == PAPER:
        return _judge(seat, one, decision, signed)
    seen = None if decision.seen is None else _entry(decision.seen)
    order = Order(command=decision.command, details=decision.details, at=decision.at)
    with transitions.held_to(seen):
        if one.kind == MEASURE:
            with seat.look(directory=True):
                found = _found(seat, str(one.number), one.id)
            _give(seat, found, order, seen, signed)
        else:
            transitions.give(seat, str(one.number), order, seen, signed)
    return None


def _judge(seat: Seat, one: Waiting, decision: Decision, signed: Signature) -> None:
    given: Mapping[str, Any] = {}
    if decision.command in JUDGING:
        if decision.seen is None:
            message = "请写明所阅文稿的seen，未予办理；文稿有改动的，要重新阅看。"
            raise FactInvalid(message, code="seen_missing")
        given = {"seen": decision.seen}
    with details.read(seat, _of_paper(one, decision.command), decision.details) as told:
        at = details.instant(seat, decision.at)
        TAKEN_BY[decision.command](seat.office, one.id, by=signed, at=at, **given, **told)


def _entry(seen: str) -> int:
    if not (seen.isascii() and seen.isdecimal()):
        raise FactInvalid("seen应为一条记载的序号。", code="seen_invalid")
    return int(seen[:18])


def _outcome(done: signing_together.Outcome) -> Outcome:
    ticked = done.ticked
    return Outcome(kind=ticked.kind, id=ticked.id, decided=done.trouble is None, message=done.trouble)
