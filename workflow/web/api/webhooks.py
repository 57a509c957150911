"""Where other programs are told: proposed and dealt with by the system administrator, confirmed by another.

Each act is the same as on the page, with the same two keys: a token gives nobody the other one's. Of an
address only the host is told, since its path may hold a key; a secret is told once, where it was made.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from fastapi import Path, Request, Response
from pydantic import Field

from states.errors import FactMissing
from workflow import particulars
from workflow.services.intake import calling_back
from workflow.services.office import Signature
from workflow.services.webhooks import administering, deciding
from workflow.services.webhooks.addresses import Made
from workflow.web.api import frame, paging
from workflow.web.api.idempotency import AskToSet
from workflow.web.api.paging import Wanted
from workflow.web.api.seats import Reads, Seat
from workflow.web.api.shapes import ID_BOUND, Asked, Line, Moment, Page, Shape

router = frame.resource("administration")

MOST_URL, MOST_REASON, MOST_KINDS, MOST_UNITS = 2_000, 500, 100, 100
WebhookId = Annotated[str, Path(max_length=ID_BOUND, description="The id of a webhook.")]
Name = Annotated[Line, Field(max_length=particulars.MAX_NAME)]
Url = Annotated[Line, Field(min_length=1, max_length=MOST_URL, examples=["https://hook.example/in"])]


class ToldAt(Shape):
    """An address other programs are told at, without its path, which may hold a key: of events of these types
    about the matters of these units, null of all; or what becomes of a source's items (`call_back`)."""

    webhook: str
    name: str
    host: str
    call_back: bool
    types: list[str]
    units: list[str] | None
    unit_names: list[str] | None
    state: str
    state_label: str
    made_by: str
    made_at: datetime
    answered_at: datetime | None
    failing_since: datetime | None


class Delivery(Shape):
    """An event an address was to be told, and what became of it."""

    message: str
    event: str
    type: str
    state: str
    state_label: str
    attempts: int
    answer: str | None
    dated: datetime
    sent_at: datetime | None


class Watched(ToldAt):
    """An address with what it answered last, and the last fifty things it was to be told."""

    answer: str | None
    deliveries: list[Delivery]


class WebhookMade(ToldAt):
    """An address that was proposed or made, with its secret, which is told this once."""

    secret: str


class WebhookDone(ToldAt):
    """An address after something was done about it: `secret` is the new one (`rotate`), `event` the id of the
    trial (`try`), `count` how many events were put into the outbox again, and `next` the instant to go on
    from where there are more (`repeat`)."""

    secret: str | None = None
    event: str | None = None
    count: int | None = None
    next: datetime | None = None


class WebhookProposed(Asked):
    """An address to be told events of these types, every one where none is named, about the matters of these
    units and those below them, or of the whole office."""

    name: Annotated[Name, Field(min_length=1, examples=["12345热线平台"])]
    url: Url
    types: Annotated[list[Name], Field(max_length=MOST_KINDS, examples=[["matter.closed"]])] = Field(
        default_factory=list
    )
    units: Annotated[list[Name], Field(max_length=MOST_UNITS, examples=[["市城市管理局"]])] = Field(
        default_factory=list
    )
    whole: bool = False


class CallBackProposed(Asked):
    """An address a source is told at what becomes of its items, in place of the one it has."""

    source: Annotated[Name, Field(min_length=1, examples=["12345热线"])]
    url: Url


class WebhookOrder(Asked):
    """Something to be done about an address: `repeat` needs `since`, `decline` a `reason`; `confirm` and
    `decline` are the security administrator's."""

    command: Literal["try", "rotate", "pause", "resume", "repeat", "revoke", "confirm", "decline"]
    since: Moment | None = None
    reason: Annotated[Line, Field(max_length=MOST_REASON)] = ""


@router.get("/webhooks", response_model=Page[ToldAt], summary="Where programs are told")
def list_webhooks(request: Request, seat: Reads, wanted: Wanted) -> Response:
    """The addresses events and call-backs go to, those that wait for the second key among them, and how they
    do; those that are over last."""
    found = administering.list_webhooks(seat.office, **_looks(seat))
    return paging.page(request, Page[ToldAt], [_hosted(one) for one in found], wanted, ("webhook",))


@router.get("/webhooks/{webhook}", response_model=Watched, summary="One of them")
def get_webhook(seat: Reads, webhook: WebhookId) -> Response:
    """An address, what it answered, and what it was to be told last."""
    found = administering.show(seat.office, webhook, **_looks(seat))
    return frame.told(Watched.model_validate(_hosted(found)))


@router.post(
    "/webhooks", response_model=WebhookMade, status_code=HTTPStatus.CREATED, summary="Propose an address"
)
def propose_webhook(ask: AskToSet, given: WebhookProposed) -> Response:
    """Propose an address to be told events; where the three are in office it is told nothing before the
    security administrator confirms it."""
    wanted = administering.Asked(
        given.name, given.url, tuple(given.types), tuple(given.units), whole=given.whole
    )

    def work(_: Signature) -> frame.Told:
        return _made(*administering.make(ask.seat.office, wanted, **ask.signed))

    return ask.once(work, shown_once=True)


@router.post(
    "/webhooks/call-backs",
    response_model=WebhookMade,
    status_code=HTTPStatus.CREATED,
    summary="Propose where a source is told",
)
def propose_call_back(ask: AskToSet, given: CallBackProposed) -> Response:
    """Propose where a source is told what becomes of its items; the address it has goes on until then."""

    def work(_: Signature) -> frame.Told:
        made = calling_back.set_address(ask.seat.office, given.source, given.url, **ask.signed)
        return _made(made, administering.show(ask.seat.office, made.id, **_looks(ask.seat)))

    return ask.once(work, shown_once=True)


@router.post("/webhooks/{webhook}/transitions", response_model=WebhookDone, summary="Do something about one")
def give_webhook_transition(ask: AskToSet, webhook: WebhookId, order: WebhookOrder) -> Response:
    """Try one, give it another secret, pause it, resume it, repeat what it missed, end it; or confirm or
    decline one that waits."""

    def work(_: Signature) -> frame.Told:
        told = DOING.get(order.command, _plainly)(ask, webhook, order)
        return frame.shaped(WebhookDone.model_validate(_hosted(told)))

    return ask.once(work, shown_once=order.command == "rotate")


def _plainly(ask: AskToSet, webhook: str, order: WebhookOrder) -> dict[str, Any]:
    return PLAIN[order.command](ask.seat.office, webhook, **ask.signed)


def _rotate(ask: AskToSet, webhook: str, _: WebhookOrder) -> dict[str, Any]:
    made, told = administering.rotate(ask.seat.office, webhook, **ask.signed)
    return told | {"secret": made.secret}


def _repeat(ask: AskToSet, webhook: str, order: WebhookOrder) -> dict[str, Any]:
    if order.since is None:
        raise FactMissing("请写明从何时起补推（since）。", code="since_missing", missing="since")
    return administering.repeat(ask.seat.office, webhook, order.since, **ask.signed)


def _decline(ask: AskToSet, webhook: str, order: WebhookOrder) -> dict[str, Any]:
    return deciding.decline(ask.seat.office, webhook, reason=order.reason or None, **ask.signed)


PLAIN: Mapping[str, Callable[..., dict[str, Any]]] = {
    "try": administering.try_out,
    "pause": administering.pause,
    "resume": administering.resume,
    "revoke": administering.revoke,
    "confirm": deciding.confirm,
}
DOING: Mapping[str, Callable[[AskToSet, str, WebhookOrder], dict[str, Any]]] = {
    "rotate": _rotate,
    "repeat": _repeat,
    "decline": _decline,
}


def _made(made: Made, told: Mapping[str, Any]) -> frame.Told:
    shape = WebhookMade.model_validate({**_hosted(told), "secret": made.secret})
    return frame.shaped(shape, HTTPStatus.CREATED, Location=f"{frame.PREFIX}/webhooks/{made.id}")


def _hosted(told: Mapping[str, Any]) -> dict[str, Any]:
    """An address without its path."""
    return {**told, "host": urlsplit(told["url"]).hostname or ""}


def _looks(seat: Seat) -> dict[str, Any]:
    return {"by": seat.signature(), "at": seat.at}
