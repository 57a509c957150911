"""Dealing with webhooks: made, listed, tried, given another secret, paused, resumed, repeated, revoked.

The system administrator does, until the three are in office whoever operates the machine; each is entered in
the journal. Once they are, a new one counts when the security administrator confirms it (`deciding`).

Who is told of what changes once everybody who writes just now has ended, so that a receiver is told of every
entry from there on and of none before.
"""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select

from states.accounts.api_tokens import checked_name
from states.delivery import MailState
from states.errors import FactInvalid, FactMissing
from states.office_time import office_day
from states.settings_rights import Section, check_reads
from states.vocabulary import Role
from states.webhooks.catalogue import BY_NAME, TRIAL
from workflow.canonical import canonical_text
from workflow.errors import Ambiguous, NotFound
from workflow.services.accounts.administrators import are_in_office
from workflow.services.accounts.authority import administrator, onlooker
from workflow.services.accounts.role_desk import roles_of, signer_of
from workflow.services.entries import Act, stamp
from workflow.services.office import Office, Signature
from workflow.services.people import ancestors
from workflow.services.units import one_by_name
from workflow.services.webhooks import addresses, events, messages, standing
from workflow.services.webhooks.addresses import Made
from workflow.services.work import Work, begin
from workflow.storage import queries, sealed_order, searches, webhooks
from workflow.storage.models import OutboxMessage
from workflow.storage.session import reading, transaction
from workflow.storage.webhook_models import WebhookMessage

MOST_UNITS, LISTED, SHOWN = 50, 200, 50
SHORTEST_ID = 6
FORMER_COUNTS = timedelta(days=2)
"""So long both secrets sign: time for a receiver to take the new one."""
MOST_REPEATED = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A webhook as it is asked for: the kinds of events, every one where none is named, and the units whose
    matters it is told of, by name or code; `whole` is every matter."""

    name: str
    url: str
    kinds: Sequence[str] = ()
    units: Sequence[str] = ()
    whole: bool = False


def make(office: Office, asked: Asked, *, by: Signature, at: datetime) -> tuple[Made, dict[str, Any]]:
    """Make a webhook, which waits to be confirmed where the three are in office; its secret is told once.

    Raises `NotPermitted`, `WebhookInvalid`, `FactInvalid` (`token_name_invalid`, `event_type_unknown`,
    `webhooks_too_many`, `sight_too_long`), `FactMissing` (`sight_missing`), or as `one_by_name`.
    """
    name, kinds = checked_name(asked.name), events.checked_types(asked.kinds)
    with _changing(office, by, at) as (work, person):
        addresses.check_room(work.tx)
        units, waits = _units(work, asked), are_in_office(work.tx)
        told_of_it: dict[str, Any] = {"kinds": kinds, "units": units, "waits": waits}
        made = addresses.add(work, name=name, url=asked.url, person=person, **told_of_it)
        webhooks.keep_told(work.tx)
        row = _by_id(work, made.id)
        told = {"kinds": list(kinds), "units": None if units is None else list(units)}
        about = standing.named(row) | addresses.entered(office, row.url)
        at_once = Act("webhook_made", at, person, about | told)
        _note(work, Act("webhook_proposed", at, person, about | told) if waits else at_once)
        return made, told_of(row)


def rotate(office: Office, name: str, *, by: Signature, at: datetime) -> tuple[Made, dict[str, Any]]:
    """Give one another secret, told this once; for two days the former one signs as well."""
    with _dealing(office, name, by, at) as (work, row, person):
        _check_confirmed(row)
        made = addresses.replace_secret(work, row, former_until=at + FORMER_COUNTS)
        _note(work, Act("webhook_rotated", at, person, standing.named(row)))
        return made, told_of(row)


def pause(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Tell one nothing for now. What waited for it is cancelled; later it catches up."""
    with _dealing(office, name, by, at) as (work, row, person):
        _check_state(row, webhooks.ACTIVE, "没有在推送，无须暂停")
        standing.end(work, row, standing.PAUSED, Act("webhook_paused", at, person, standing.named(row)))
        return told_of(_by_id(work, row.id))


def resume(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Tell one again that was paused or stopped, from now on."""
    with _dealing(office, name, by, at) as (work, row, person):
        _check_confirmed(row)
        if row.state == webhooks.ACTIVE:
            raise FactInvalid("这个推送正在进行，无须恢复。", code="webhook_state", state=row.state)
        webhooks.change(work.tx, row.id, state=webhooks.ACTIVE, failing_since=None)
        webhooks.keep_told(work.tx)
        _note(work, Act("webhook_resumed", at, person, standing.named(row)))
        return told_of(_by_id(work, row.id))


def revoke(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Tell one nothing more, for good; one that waits to be confirmed is taken back."""
    with _dealing(office, name, by, at) as (work, row, person):
        _check_alive(row)
        standing.end(work, row, webhooks.REVOKED, Act("webhook_revoked", at, person, standing.named(row)))
        return told_of(_by_id(work, row.id))


def try_out(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Put an event that tells nothing into the outbox for one, so that its receiver can be seen to work."""
    with _dealing(office, name, by, at) as (work, row, person):
        _check_state(row, webhooks.ACTIVE, "没有在推送，请先恢复")
        body: dict[str, Any] = {"id": secrets.token_hex(16), "type": TRIAL, "occurred_at": stamp(at)}
        body |= {"recorded_at": stamp(at), "case": None, "sequence": 0, "state": None, "facts": {}}
        work.batch.note(Act("webhook_tried", at, person, standing.named(row) | {"event": body["id"]}))
        messages.post(work, [row], body)
        work.batch.flush()
        return told_of(row) | {"event": body["id"]}


def repeat(office: Office, name: str, since: datetime, *, by: Signature, at: datetime) -> dict[str, Any]:
    """Put what one was to be told since an instant into the outbox again: `count`, at most a thousand at a
    time, and `next`, the instant to go on from where there is more."""
    with _dealing(office, name, by, at) as (work, row, person):
        _check_state(row, webhooks.ACTIVE, "没有在推送，请先恢复")
        found, again = _found(work, row, since), f":{secrets.token_hex(4)}"
        for one in found[:MOST_REPEATED]:
            _put_again(work, row, one, again)
        count, rest = min(len(found), MOST_REPEATED), found[MOST_REPEATED:]
        told = {"count": count, "since": stamp(since)}
        _note(work, Act("webhook_repeated", at, person, standing.named(row) | told))
        following = rest[0].place.recorded_at.isoformat() if rest else None
        return told_of(row) | {"count": count, "next": following}


def list_webhooks(office: Office, *, by: Signature, at: datetime) -> list[dict[str, Any]]:
    """All of them, those that are revoked last. Raises `NotPermitted` (`setting_not_yours`) for whoever is
    not shown this part of the settings."""
    with reading(office.engine) as tx:
        _check_reads(tx, by, at)
        names = {row.code: row.name for row in queries.units(tx)}
        return [told_of(row, names) for row in webhooks.listed(tx, LISTED)]


def show(office: Office, name: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """One of them with the last fifty things it was to be told."""
    with reading(office.engine) as tx:
        _check_reads(tx, by, at)
        row = one_named(tx, name)
        sent = [_delivery(one) for one in webhooks.deliveries(tx, row.id, SHOWN)]
        return told_of(row, {one.code: one.name for one in queries.units(tx)}) | {"deliveries": sent}


def _check_reads(tx: Connection, by: Signature, at: datetime) -> None:
    if by.person is None:
        onlooker(tx, by, at=at)
    else:
        check_reads(Section.WEBHOOKS, roles_of(tx, signer_of(tx, by), office_day(at)))


def told_of(row: Row[Any], names: dict[str, str] | None = None) -> dict[str, Any]:
    """A webhook as lists and documents tell of it, never with its secret; of units `None` is every matter."""
    units = None if row.units is None else list(row.units)
    called = None if units is None else [(names or {}).get(one, one) for one in units]
    return {
        "webhook": row.id,
        "name": row.name,
        "url": row.url,
        "types": list(row.kinds),
        "every_type": set(row.kinds) == BY_NAME.keys(),
        "call_back": not row.kinds,
        "units": units,
        "unit_names": called,
        "state": row.state,
        "state_label": standing.STATES[row.state],
        "made_by": row.made_by,
        "made_at": row.made_at.isoformat(),
        "answered_at": row.answered_at and row.answered_at.isoformat(),
        "failing_since": row.failing_since and row.failing_since.isoformat(),
        "answer": row.told,
    }


def _delivery(row: Row[Any]) -> dict[str, Any]:
    return {
        "message": row.id,
        "event": row.document_id,
        "type": row.kind,
        "state": row.state,
        "state_label": MailState(row.state).label,
        "attempts": row.attempts,
        "answer": row.last_answer,
        "dated": row.dated.isoformat(),
        "sent_at": row.sent_at and row.sent_at.isoformat(),
    }


@contextmanager
def _changing(office: Office, by: Signature, at: datetime) -> Iterator[tuple[Work, str]]:
    """The work of one transaction that holds up all who write entries, and who signs."""
    with transaction(office.engine) as tx:
        webhooks.lock(tx)
        person = administrator(tx, by, at=at)
        yield begin(tx, office, by=by, at=at), person


@contextmanager
def _dealing(office: Office, name: str, by: Signature, at: datetime) -> Iterator[tuple[Work, Row[Any], str]]:
    """The same with one of them, by its id or the beginning of it. Raises `NotFound`, `Ambiguous`."""
    with _changing(office, by, at) as (work, person):
        yield work, one_named(work.tx, name), person


def one_named(tx: Connection, name: str) -> Row[Any]:
    """One by its id or the beginning of it. Raises `NotFound`, `Ambiguous`."""
    return _one(webhooks.starting(tx, name), name)


def _one(found: Sequence[Row[Any]], name: str) -> Row[Any]:
    if len(name) < SHORTEST_ID or not found:
        raise NotFound(f"没有编号为“{name[:40]}”的事件推送，请核对。", code="webhook_not_found")
    if len(found) > 1:
        raise Ambiguous(f"有多个推送的编号以“{name}”开头，请多写几位。", code="webhook_ambiguous")
    return found[0]


def _by_id(work: Work, webhook_id: str) -> Row[Any]:
    return webhooks.named(work.tx, [webhook_id])[webhook_id]


def _note(work: Work, act: Act) -> None:
    work.batch.note(act)
    work.batch.flush()


def _check_alive(row: Row[Any]) -> None:
    if row.state in webhooks.OVER:
        message = f"这个推送{standing.STATES[row.state]}，请另行设立。"
        raise FactInvalid(message, code="webhook_state", state=row.state)


def _check_confirmed(row: Row[Any]) -> None:
    _check_alive(row)
    if row.state == webhooks.PROPOSED:
        message = f"这个推送尚待{Role.SECURITY_ADMIN.label}核准。"
        raise FactInvalid(message, code="webhook_state", state=row.state)


def _check_state(row: Row[Any], state: str, otherwise: str) -> None:
    _check_confirmed(row)
    if row.state != state:
        raise FactInvalid(f"这个推送{otherwise}。", code="webhook_state", state=row.state)


def _units(work: Work, asked: Asked) -> tuple[str, ...] | None:
    if asked.whole:
        return None
    if not asked.units:
        message = "请写明推送哪些单位的事项，或者全部事项。"
        raise FactMissing(message, code="sight_missing", missing="units")
    if len(asked.units) > MOST_UNITS:
        raise FactInvalid(f"单位至多{MOST_UNITS}个，请改选上级单位。", code="sight_too_long")
    return tuple(sorted({one_by_name(work.tx, one) for one in asked.units}))


def _found(work: Work, row: Row[Any], since: datetime) -> list[events.Told]:
    """What one was to be told, one more than is put into the outbox if there is more."""
    place, found = sealed_order.place_of(work.tx, since), list[events.Told]()
    among, more = _among(work, row), True
    while more and len(found) <= MOST_REPEATED:
        leaf = events.leaf(work.tx, place, row.kinds, among, MOST_REPEATED + 1)
        found += leaf.events
        place, more = int(leaf.after), leaf.more
    return found


def _among(work: Work, row: Row[Any]) -> Select[Any] | None:
    if row.units is None:
        return None
    parents = {one.code: one.parent for one in queries.unit_tree(work.tx)}
    below = [one for one in parents if not ancestors(parents, one).isdisjoint(row.units)]
    return searches.concerned(work.tx, below, ())


def _put_again(work: Work, row: Row[Any], told: events.Told, again: str) -> None:
    body, kind = told.body["id"], told.body["type"]
    place = {"case_id": told.place.case_id, "seq": told.body["sequence"]}
    text = canonical_text(told.body)
    values = messages.body_row(body, kind, text, told.place.recorded_at, **place)
    queries.add_missing(work.tx, WebhookMessage, values)
    message = messages.message_row(work.office, row, body, kind, work.at, again=again)
    work.batch.add(OutboxMessage, **message)
