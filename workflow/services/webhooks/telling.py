"""Putting into the outbox what an entry tells other programs, in the transaction that writes the entry.

Called by the batch as it is written, and only where somebody is told of anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, Row
from sqlmodel import SQLModel

from states.facts import CaseFacts
from states.webhooks.catalogue import BY_ENTRY, EventType
from states.webhooks.envelope import envelope, type_of
from workflow.canonical import canonical_text
from workflow.services.office import Office
from workflow.services.people import ancestors
from workflow.services.webhooks import messages
from workflow.storage import queries, webhooks
from workflow.storage.models import OutboxMessage
from workflow.storage.webhook_models import WebhookMessage

Entry = Mapping[str, Any]
Added = tuple[type[SQLModel], dict[str, Any]]


def rows(
    tx: Connection, office: Office, entries: Sequence[Entry], cases: Mapping[int, CaseFacts]
) -> Iterator[Added]:
    """The rows of what is told of these entries, and to whom, as tables and columns.

    `cases` are their facts as they come to be. Nothing of a sealed matter is told, nor of a measure that
    concerns a person.
    """
    known = [one for one in entries if one["kind"] in BY_ENTRY]
    told = [one for one in known if cases[one["case_id"]].sealed_on is None]
    if not told:
        return
    payloads = [orjson.loads(one["payload"]) for one in told]
    about = webhooks.about_persons(tx, {one["details"].get("escalation") for one in payloads} - {None})
    listeners = Listeners(tx)
    for entry, payload in zip(told, payloads, strict=True):
        type_ = type_of(payload, about)
        to = listeners.of(type_, cases[entry["case_id"]]) if type_ else []
        if to:
            yield from _rows(office, entry, payload, to)


def _rows(office: Office, entry: Entry, payload: Entry, to: Iterable[Row[Any]]) -> Iterator[Added]:
    body, at = envelope(payload, entry["hash"]), entry["recorded_at"]
    place = {"case_id": entry["case_id"], "seq": entry["seq"]}
    yield WebhookMessage, messages.body_row(body["id"], body["type"], canonical_text(body), at, **place)
    for one in to:
        yield OutboxMessage, messages.message_row(office, one, body["id"], body["type"], at)


class Listeners:
    """Who is told of events now; whose units those are is read once."""

    def __init__(self, tx: Connection) -> None:
        self._listening = webhooks.active(tx)
        by_unit = any(one.units is not None for one in self._listening)
        self._parents = {row.code: row.parent for row in queries.unit_tree(tx)} if by_unit else {}

    def of(self, type_: EventType, facts: CaseFacts) -> list[Row[Any]]:
        """Those who are told of an event of this kind about a matter with these facts."""
        return [one for one in self._listening if type_.name in one.kinds and self.sees(one, facts)]

    def sees(self, webhook: Row[Any], facts: CaseFacts) -> bool:
        """Whether a matter is among those a webhook is told of."""
        if webhook.units is None:
            return True
        return any(not ancestors(self._parents, one).isdisjoint(webhook.units) for one in facts.parts)
