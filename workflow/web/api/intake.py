"""Items from other systems: handed in and asked after by them, dealt with by officers in the inbox."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from pathlib import Path as File
from tempfile import TemporaryDirectory
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Path, Request, Response
from pydantic import Field

from states.intake import EXTERNAL_BOUND, Arrival
from states.intake.candidates import Candidate
from states.intake.progress import Told
from states.particulars import MAX_TEXT
from workflow import particulars
from workflow.services.files import waiting_room
from workflow.services.intake import dealing, desk, receiving, redacting, telling
from workflow.services.intake.bodies import Body
from workflow.services.intake.items import Item, Supplement
from workflow.services.intake.receiving import Fate
from workflow.services.intake.telling import Account
from workflow.services.office import Signature
from workflow.web.api import frame, paging
from workflow.web.api.case_parts import BYTES, Digest, binary, handed_out
from workflow.web.api.idempotency import Ask, HandIn
from workflow.web.api.paging import Asking, Wanted
from workflow.web.api.seats import Hands, Reads
from workflow.web.api.shapes import ID_BOUND, Asked, Page, Shape, Words
from workflow.web.frame.lanes import IMPORTS, along
from workflow.web.places import WAYS

router = frame.resource("intake")

Named = Annotated[str, Path(max_length=EXTERNAL_BOUND, description="What the source calls the item.")]
ItemId = Annotated[str, Path(max_length=ID_BOUND, description="The id of an item.")]
Seen = Annotated[int | None, Field(ge=0, le=1_000, description="How many supplements were shown.")]


class ProgressStep(Shape):
    """A step of an item: when it was, under which number of the register, at which stage of its life."""

    step: str
    label: str
    at: datetime
    number: str | None
    stage: str | None
    reason: str | None


class HandedIn(Shape):
    """An item as its source is told of it. `fate` is what became of the body that was just sent."""

    id: str
    source: str
    external_id: str
    fate: str | None
    state: str
    state_label: str
    number: str | None
    supplements: int
    steps: list[ProgressStep]
    links: dict[str, str]


class Near(Shape):
    """A matter an item may be about already, by its number, or another item that waits and may be about the
    same, by its id; and why."""

    number: str | None
    item: str | None
    title: str
    reasons: list[str]


class Came(Shape):
    """What came: an item's first body, or a supplement. `files` have a name, a size and a hash."""

    title: str
    text: str
    category: str
    region: str
    unit: str
    occurred_at: datetime | None
    received_at: datetime | None
    wished_by: date | None
    call_back: bool
    applicant: dict[str, str] | None
    files: list[dict[str, Any]]
    arrived_at: datetime
    seen: bool


class Lying(Shape):
    """An item in the inbox."""

    id: str
    source: str
    external_id: str
    title: str
    state: str
    state_label: str
    arrived_at: datetime
    number: str | None
    unseen: int


class LyingPage(Page[Lying]):
    """Some items of the inbox, and how many wait in all."""

    waiting: int


class Opened(Shape):
    """An item whole, with what was sent after it and the matters it may be about."""

    id: str
    source: str
    external_id: str
    state: str
    state_label: str
    number: str | None
    came: Came
    supplements: list[Came]
    candidates: list[Near]
    steps: list[ProgressStep]


class Dealt(Shape):
    """An item somebody dealt with, without who turned to the platform: answers are kept for a while."""

    id: str
    source: str
    external_id: str
    state: str
    state_label: str
    number: str | None
    steps: list[ProgressStep]


class ToRegister(Asked):
    """Open a draft matter of it; `details` as those of the command `open`."""

    title: Annotated[str, Field(min_length=1, max_length=particulars.MAX_TEXT)]
    source: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    basis: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    requirement: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    complexity: Annotated[str, Field(max_length=particulars.MAX_NAME)] = ""
    accountable_leader: Annotated[str, Field(max_length=MAX_TEXT)] = ""
    seen: Seen = None


class ToJoin(Asked):
    """Lay it to the matter of this number."""

    number: Annotated[str, Field(min_length=1, max_length=particulars.MAX_NAME)]
    seen: Seen = None


class ToReturn(Asked):
    """Return it to its source, which is told why."""

    reason: Annotated[str, Field(min_length=1, max_length=MAX_TEXT)]
    seen: Seen = None


class ToRedact(Asked):
    """Take away what it says, for a reason that says nothing of it."""

    reason: Annotated[Words, Field(min_length=1, max_length=MAX_TEXT)]


class Redacted(Shape):
    """An item without its words, by which entry of the journal, and in how many bodies. `erased` is whether
    no bytes of them are left in the database's file: false until `duban audit scrub`, null on PostgreSQL.
    """

    item: str
    seq: int
    bodies: int
    erased: bool | None


class ToNote(Asked):
    """Take note of what was sent after it was dealt with."""

    seen: Seen = None


@router.post(
    "/intake",
    response_model=HandedIn,
    status_code=HTTPStatus.CREATED,
    summary="Hand an item in",
    responses={
        200: {"model": HandedIn, "description": "There was an item of this id; `fate` says what became."}
    },
)
@along(IMPORTS)
def hand_in(*, request: Request, ask: HandIn, body: Body) -> Response:
    """Take an item in: 201 for a new one, 200 where there was one of this id, with `fate`. It becomes no
    matter by itself: an officer deals with it."""
    seat = ask.seat
    source = str(seat.holder.machine and seat.holder.machine.name)

    def work(signed: Signature) -> frame.Told:
        with TemporaryDirectory(dir=waiting_room(seat.office.settings.files)) as folder:
            files = body.files(File(folder))
            found = receiving.receive(seat.office, source, body.arrival, files, by=signed, at=seat.at)
        told = _handed(telling.account(seat.office, source, body.external_id), found.fate)
        status = HTTPStatus.CREATED if found.fate is Fate.NEW else HTTPStatus.OK
        return frame.shaped(told, status, Location=told.links["self"])

    return ask.once(work)


@router.get("/intake", response_model=Page[HandedIn], summary="The caller's own items")
def list_handed_in(request: Request, seat: Hands, wanted: Wanted) -> Response:
    """What the system that asks has handed in, in the order of its own ids, and how each stands."""
    source = str(seat.holder.machine and seat.holder.machine.name)
    found = telling.accounts(seat.office, source, most=wanted.limit + 1, after=paging.key(wanted))
    rows = [_handed(one).model_dump() for one in found]
    return paging.keyed(request, Page[HandedIn], rows, wanted, "external_id")


@router.get("/intake/{external_id}", response_model=HandedIn, summary="How an item stands")
def get_handed_in(seat: Hands, external_id: Named) -> Response:
    """One of the items the system that asks has handed in, by its own id for it."""
    source = str(seat.holder.machine and seat.holder.machine.name)
    return frame.told(_handed(telling.account(seat.office, source, external_id)))


@router.get("/inbox", response_model=LyingPage, summary="The inbox of the officers")
def list_inbox(request: Request, seat: Reads, wanted: Wanted, settled: bool = False) -> Response:
    """What waits for an officer, the longest waiting first; with `settled` what was dealt with."""
    turned = _turned(wanted)
    found = desk.inbox(seat.office, by=seat.by, settled=settled, turned=turned, most=wanted.limit)
    cursors = paging.both_ways(
        found.before and desk.written(found.before), found.after and desk.written(found.after)
    )
    made = LyingPage(items=[_lying(one) for one in found.lines], waiting=found.waiting, **cursors)
    return paging.linked(request, made.model_dump_json().encode(), cursors).response


def _turned(wanted: Asking) -> desk.Turned | None:
    """The leaf of the inbox a cursor leads to. Raises `FactInvalid` (`cursor_invalid`)."""
    if not wanted.cursor:
        return None
    way, _, told = wanted.cursor.partition(".")
    place = desk.place_in(told)
    if place is None or way not in WAYS:
        raise paging.invalid()
    return desk.Turned(place, back=way == paging.BEFORE)


@router.get("/inbox/{item}", response_model=Opened, summary="An item of the inbox")
def get_inbox_item(seat: Reads, item: ItemId) -> Response:
    """One item whole, with the matters it may be about."""
    return frame.told(_opened(desk.whole(seat.office, item, by=seat.by)))


@router.get(
    "/inbox/{item}/files/{sha256}",
    response_class=Response,
    responses=binary(BYTES),
    summary="A file that came with it",
)
def get_inbox_file(seat: Reads, item: ItemId, sha256: Digest) -> Response:
    """One of the files of an item, by its hash; that of a matter is had from the matter."""
    name, _, data = desk.fetched(seat.office, item, sha256, by=seat.by)
    return handed_out(name, BYTES, data)


@router.post("/inbox/{item}/register", response_model=Dealt, summary="Open a matter of it")
def register_inbox_item(ask: Ask, item: ItemId, given: ToRegister) -> Response:
    """Open a draft matter; its history tells where it came from."""
    told = given.model_dump(exclude={"seen"}).items()
    details = {name: particulars.read(name, text) for name, text in told if text}

    def work(signed: Signature) -> frame.Told:
        dealing.register(ask.seat.office, item, by=signed, at=ask.seat.at, seen=given.seen, **details)
        return _afterwards(ask, item)

    return ask.once(work)


@router.post("/inbox/{item}/join", response_model=Dealt, summary="Lay it to a matter there is")
def join_inbox_item(ask: Ask, item: ItemId, given: ToJoin) -> Response:
    """Lay it to a matter, whose history tells of it."""

    def work(signed: Signature) -> frame.Told:
        dealing.join(ask.seat.office, item, given.number, by=signed, at=ask.seat.at, seen=given.seen)
        return _afterwards(ask, item)

    return ask.once(work)


@router.post("/inbox/{item}/return", response_model=Dealt, summary="Return it to its source")
def return_inbox_item(ask: Ask, item: ItemId, given: ToReturn) -> Response:
    """Return it, with a reason its source is told."""

    def work(signed: Signature) -> frame.Told:
        dealing.send_back(ask.seat.office, item, given.reason, by=signed, at=ask.seat.at, seen=given.seen)
        return _afterwards(ask, item)

    return ask.once(work)


@router.post("/inbox/{item}/note", response_model=Dealt, summary="Take note of supplements")
def note_inbox_item(ask: Ask, item: ItemId, given: ToNote) -> Response:
    """Take note of what was sent after it was dealt with; it goes into the matter's history."""

    def work(signed: Signature) -> frame.Told:
        dealing.take_note(ask.seat.office, item, by=signed, at=ask.seat.at, seen=given.seen)
        return _afterwards(ask, item)

    return ask.once(work)


@router.post("/inbox/{item}/redaction", response_model=Redacted, summary="Take away what it says")
def redact_inbox_item(ask: Ask, item: ItemId, given: ToRedact) -> Response:
    """Take away the words of an item that was dealt with, its supplements and the names of its files: for the
    director or a leader, never whoever dealt with it."""

    def work(_: Signature) -> frame.Told:
        done = redacting.redact(ask.seat.office, item, reason=given.reason, **ask.signed)
        return frame.shaped(Redacted.model_validate(done))

    return ask.once(work)


def _afterwards(ask: Ask, item: str) -> frame.Told:
    found = desk.whole(ask.seat.office, item, by=ask.seat.by)
    told = Dealt(**_named(found.item), number=found.item.number, steps=list(_steps(found.steps)))
    return frame.shaped(told)


def _handed(found: Account, fate: Fate | None = None) -> HandedIn:
    item = found.item
    last = next((one.number for one in reversed(found.steps) if one.number), None)
    return HandedIn(
        **_named(item),
        fate=fate and fate.value,
        number=last,
        supplements=found.supplements,
        steps=list(_steps(found.steps)),
        links={"self": f"{frame.PREFIX}/intake/{quote(item.external_id, safe='')}"},
    )


def _opened(found: desk.Whole) -> Opened:
    return Opened(
        **_named(found.item),
        number=found.item.number,
        came=_came(found.item),
        supplements=[_came(one) for one in found.supplements],
        candidates=[_near(one) for one in found.candidates],
        steps=list(_steps(found.steps)),
    )


def _named(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "source": item.source,
        "external_id": item.external_id,
        "state": item.state.value,
        "state_label": item.state.label,
    }


def _lying(line: desk.Line) -> Lying:
    item = line.item
    return Lying(
        **_named(item),
        title=item.arrival.title,
        arrived_at=item.arrived_at,
        number=item.number,
        unseen=line.unseen,
    )


def _came(part: Item | Supplement) -> Came:
    arrival: Arrival = part.arrival
    told: Mapping[str, Any] = {
        name: getattr(arrival, name) for name in Came.model_fields if hasattr(arrival, name)
    }
    applicant = arrival.applicant and arrival.applicant.as_json
    seen = isinstance(part, Item) or part.seen_at is not None
    beside = {"applicant": applicant, "files": [dict(one) for one in part.files]}
    return Came(**{**told, **beside}, arrived_at=part.arrived_at, seen=seen)


def _near(one: Candidate) -> Near:
    number = None if one.item else one.number
    return Near(number=number, item=one.item, title=one.title, reasons=list(one.reasons))


def _steps(steps: Iterable[Told]) -> Iterable[ProgressStep]:
    for one in steps:
        yield ProgressStep(
            step=one.step.value,
            label=one.step.label,
            at=one.at,
            number=one.number,
            stage=one.stage,
            reason=one.reason,
        )
