"""The post: how it does, a mail to try it, addresses nothing is sent to; the queue, and acts on a message."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import Path, Query, Request, Response
from pydantic import Field

from states.errors import FactInvalid
from states.settings_rights import Section, check_reads
from workflow import particulars
from workflow.errors import Ambiguous, NotFound
from workflow.services.office import Signature
from workflow.services.outbox import by_hand, desk, silencing, trying
from workflow.services.outbox.desk import PARTS
from workflow.web.api import frame, paging
from workflow.web.api.idempotency import AskToSet
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import ID_BOUND, Asked, Day, Line, Page, Shape

router = frame.resource("mail")

MOST_ADDRESS, MOST_REASON = 254, 500
Address = Annotated[Line, Field(min_length=1, max_length=MOST_ADDRESS, examples=["office@binhai.example"])]
Reason = Annotated[Line, Field(max_length=MOST_REASON)]
MailId = Annotated[str, Path(max_length=ID_BOUND, description="The id of a message.")]


class Trial(Asked):
    """An address a mail is sent to that says nothing but that it came."""

    address: Address


class Silence(Asked):
    """An address nothing is sent to any more, until the end of a day or for good."""

    address: Address
    reason: Reason
    until: Day | None = None


class Lifting(Asked):
    """An address mail is sent to again."""

    address: Address
    reason: Reason = ""


class MailOrder(Asked):
    """What is done about a message by hand. `to` sends it to another address, in its place."""

    command: Literal["hold", "release", "retry", "cancel"]
    reason: Reason = ""
    to: Address | None = None


class Post(Shape):
    """How the post does: relay, allowed domains, what waits by state, addresses nothing is sent to."""

    relay: str | None
    trouble: str
    sender: str | None
    allowed: list[str]
    position: str | None
    position_label: str | None
    told: str | None
    closed_until: datetime | None
    counts: dict[str, int]
    silenced: list[dict[str, Any]]
    lifted: list[dict[str, Any]]


class Mail(Shape):
    """A message. Whom one about a person is for is told to those who handle it alone."""

    id: str
    case: str | None
    kind: str
    kind_label: str
    state: str
    state_label: str
    channel: str
    recipient: str
    recipient_name: str
    attempts: int
    document: str | None
    answer: str | None
    dated: datetime | None
    sent_at: datetime | None
    next_attempt_at: datetime | None
    about_a_person: bool


class MailDetail(Mail):
    """One with all that became of it, and the commands that may be given on it."""

    message_id: str
    attempts_told: list[dict[str, Any]]
    acts: list[str]


class MailDone(Shape):
    """A message after a command; another one where it was sent to another address."""

    id: str
    state: str


class Accepted(Shape):
    """What was asked for is done, or on its way."""

    done: bool = True


@router.get("/mail", response_model=Post, summary="How the post does")
def get_mail(seat: Reads) -> Response:
    """Relay, allowed domains, what waits, and the addresses nothing is sent to."""
    found = desk.standing(seat.office, roles=seat.roles, at=seat.at)
    return frame.told(Post.model_validate({**found, "counts": dict(found["counts"])}))


@router.post("/mail/trials", response_model=Accepted, status_code=HTTPStatus.ACCEPTED, summary="Try the post")
def try_mail(ask: AskToSet, given: Trial) -> Response:
    """Put a mail into the queue that says nothing but that it came."""
    check_reads(Section.MAIL, ask.seat.roles)

    def work(_: Signature) -> frame.Told:
        trying.try_out(ask.seat.office, given.address, **ask.signed)
        return frame.shaped(Accepted(), HTTPStatus.ACCEPTED)

    return ask.once(work)


@router.post("/mail/silences", response_model=Accepted, summary="Send nothing to an address")
def silence_address(ask: AskToSet, given: Silence) -> Response:
    """Send nothing to an address; what is on its way there is held."""
    check_reads(Section.MAIL, ask.seat.roles)

    def work(_: Signature) -> frame.Told:
        until = None if given.until is None else particulars.read_end(given.until.isoformat())
        silencing.silence(ask.seat.office, given.address, reason=given.reason, until=until, **ask.signed)
        return frame.shaped(Accepted())

    return ask.once(work)


@router.post("/mail/silences/lift", response_model=Accepted, summary="Send to an address again")
def lift_silence(ask: AskToSet, given: Lifting) -> Response:
    """Send to an address again; what was held for it goes out."""
    check_reads(Section.MAIL, ask.seat.roles)

    def work(_: Signature) -> frame.Told:
        silencing.allow(ask.seat.office, given.address, reason=given.reason or None, **ask.signed)
        return frame.shaped(Accepted())

    return ask.once(work)


@router.get("/mail/queue", response_model=Page[Mail], summary="The messages of a part of the queue")
def list_mail_queue(
    request: Request,
    seat: Reads,
    wanted: Wanted,
    part: Annotated[
        str, Query(max_length=particulars.MAX_NAME, description="、".join(PARTS))
    ] = "undelivered",
) -> Response:
    """Messages, the newest first."""
    before = desk.read_place(paging.key(wanted))
    found = desk.queue(seat.office, part, before=before, most=wanted.limit + 1, roles=seat.roles)
    some = found[: wanted.limit]
    more = desk.place_of(some[-1]) if len(found) > wanted.limit else None
    return paging.going_on(request, Page[Mail], some, more)


@router.get("/mail/queue/{id}", response_model=MailDetail, summary="A message")
def get_mail_message(seat: Reads, id: MailId) -> Response:
    """One message, what became of it, and what may be done about it."""
    return frame.told(MailDetail.model_validate(_message(seat, id)))


@router.post("/mail/queue/{id}/transitions", response_model=MailDone, summary="Do something about a message")
def give_mail_transition(ask: AskToSet, id: MailId, order: MailOrder) -> Response:
    """Hold a message, let it go, send it again, give it up."""

    def work(_: Signature) -> frame.Told:
        one = _message(ask.seat, id)
        return frame.shaped(MailDone.model_validate(_dealt(ask, str(one["id"]), order)))

    return ask.once(work)


def _message(seat: Seat, id: str) -> dict[str, Any]:
    try:
        return desk.message(seat.office, id, roles=seat.roles)
    except (NotFound, Ambiguous):
        raise NotFound("待发箱中没有这封邮件。", code="mail_unknown") from None


def _dealt(ask: AskToSet, id: str, order: MailOrder) -> dict[str, Any]:
    office, reason = ask.seat.office, order.reason or None
    if order.to is not None:
        if order.command != "retry":
            raise FactInvalid("只有重发可以改发其他地址。", code="redirect_not_here", particular="to")
        return by_hand.retry(office, id, to=order.to, reason=reason, **ask.signed)
    verbs = {
        "hold": by_hand.hold, "release": by_hand.release, "retry": by_hand.retry, "cancel": by_hand.cancel,
    }  # fmt: skip
    return verbs[order.command](office, id, reason=reason, **ask.signed)
