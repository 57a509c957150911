"""Events: what they are, and what happened since, in the one order of all and with the bytes of a webhook."""

from typing import Annotated, Any

from fastapi import Query, Response

from states.webhooks.catalogue import CATALOGUE
from workflow.services.webhooks import events
from workflow.web.api import frame
from workflow.web.api.paging import MOST, USUAL
from workflow.web.api.seats import Listens
from workflow.web.api.shapes import Shape

router = frame.resource("events")

LONGEST_TYPES = 2_000
Since = Annotated[
    str | None,
    Query(
        max_length=events.LONGEST_CURSOR, description="`cursor` of an answer, or an instant with its zone."
    ),
]
Types = Annotated[str | None, Query(max_length=LONGEST_TYPES, description="Kinds, comma-separated.")]
Limit = Annotated[int, Query(ge=1, le=MOST, description="Events in an answer.")]


class Fact(Shape):
    """A fact an event may bear."""

    name: str
    label: str


class EventType(Shape):
    """A kind of event."""

    type: str
    label: str
    facts: list[Fact]


class EventTypes(Shape):
    """Every kind of event there is."""

    items: list[EventType]


class Event(Shape):
    """What happened to a matter; `state` is where it is then, `sequence` the entry's place in its history."""

    id: str
    type: str
    occurred_at: str
    recorded_at: str
    case: str
    sequence: int
    state: str | None
    facts: dict[str, Any]


class EventAt(Shape):
    """An event, and the cursor to go on after it."""

    cursor: str
    event: Event


class EventLeaf(Shape):
    """The next events; `cursor` is where to go on, now if there is `more`, or later."""

    items: list[EventAt]
    cursor: str
    more: bool


@router.get("/events/catalogue", response_model=EventTypes, summary="The kinds of events")
def list_event_types(seat: Listens) -> Response:
    """Every kind there is with the facts it may bear."""
    return frame.told(EventTypes.model_validate({"items": [one.as_json() for one in CATALOGUE]}))


@router.get("/events", response_model=EventLeaf, summary="What happened since")
def list_events(seat: Listens, since: Since = None, types: Types = None, limit: Limit = USUAL) -> Response:
    """The events of the matters one may see, oldest first, as far as they are sealed: a minute or so late,
    and never one before another that was told."""
    asked = [one.strip() for one in (types or "").split(",") if one.strip()]
    found = events.since(seat.office, since, asked, limit=limit, by=seat.by)
    items = (b'{"cursor":"%s","event":%s}' % (one.after.encode(), one.text) for one in found.events)
    more = b"true" if found.more else b"false"
    body = b'{"items":[%s],"cursor":"%s","more":%s}' % (b",".join(items), found.after.encode(), more)
    return frame.Told(body).response
