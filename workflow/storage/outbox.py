"""Named reads and claims on outgoing messages. They never commit and never decide.

A message is leased only when its paper is laid out, so that nobody is told of a paper that does not exist
yet; a plain mail, whose document has no number, waits for none. A lease is guarded by the attempt's number:
whoever lost it can change nothing any more.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    false,
    func,
    insert,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy import case as choice

from states.delivery import AT_REST, ENTRIES, OF_COPIES, PRIORITIES, UNDELIVERED
from workflow.storage.bulk import Guard, Told, update_rows
from workflow.storage.mail_models import Suppression
from workflow.storage.models import STILL_TO_LEAVE
from workflow.storage.queries import (
    CASE,
    DOCUMENT,
    EVENT,
    OUTBOX,
    UNIT,
    entries_with_words,
    table,
)

SILENCED = table(Suppression)
STOPPED = "文书已作废，邮件不再发出"
"""The answer of a message whose paper was made void before it left."""
MAIL = "mail"
"""The channel of a mail; every other but the next carries copies."""
WEBHOOK = "webhook"
"""The channel of what a program is told, which has a lane of its own (`webhook_lane`)."""
IS_MAIL = OUTBOX.c.channel == MAIL
IS_COPY = OUTBOX.c.channel.not_in([MAIL, WEBHOOK])
BEING_SENT = ("leased", "uncertain")
SAME_ATTEMPT = and_(OUTBOX.c.id == bindparam("message"), OUTBOX.c.attempts == bindparam("attempt"))
"""A message, as long as nobody has begun another attempt."""
HANDED_OVER = Guard("attempts", besides="kept.state = 'leased'")
SETTLED = Guard("attempts", besides="kept.state IN ('leased', 'uncertain')")
"""Every message goes through both, by the shortest way."""
Confirm = Callable[[], None]
"""To be asked once the database has answered."""


class LeaseLostError(Exception):
    """Another sender has taken a message over since: nothing comes of this attempt any more."""


def find(tx: Connection, name: str) -> list[Row[Any]]:
    """Messages by id, by the beginning of one, or by Message-ID with or without its brackets; at most two."""
    known = OUTBOX.c.id.startswith(name.lower(), autoescape=True)
    found = _with_numbers().where(or_(known, OUTBOX.c.message_id.in_([name, f"<{name}>"])))
    return list(tx.execute(found.order_by(OUTBOX.c.id).limit(2)))


def for_update(tx: Connection, message_id: str) -> Row[Any]:
    """The message, locked."""
    return tx.execute(select(OUTBOX).where(OUTBOX.c.id == message_id).with_for_update()).one()


def listed(
    tx: Connection, *, states: Collection[str] = (), case: str | None = None, limit: int | None = None
) -> list[Row[Any]]:
    """Messages with the numbers of their case and paper, where they have them, oldest first."""
    found = _with_numbers().where(_is_wanted(states, case)).order_by(OUTBOX.c.dated, OUTBOX.c.id)
    return list(tx.execute(found.limit(limit)))


def leaf(
    tx: Connection, states: Collection[str], before: tuple[datetime, str] | None, limit: int
) -> list[Row[Any]]:
    """So many messages in these states, the newest first, of those before one; also whether its case is
    sealed (`sealed_on`)."""
    found = _with_numbers().add_columns(CASE.c.sealed_on).where(OUTBOX.c.state.in_(sorted(states)))
    if before is not None:
        at, id = before
        found = found.where(or_(OUTBOX.c.dated < at, and_(OUTBOX.c.dated == at, OUTBOX.c.id < id)))
    return list(tx.execute(found.order_by(OUTBOX.c.dated.desc(), OUTBOX.c.id.desc()).limit(limit)))


def count_by_state(tx: Connection, states: Collection[str]) -> dict[str, int]:
    """How many messages stand in each of these states."""
    found = select(OUTBOX.c.state, func.count()).where(OUTBOX.c.state.in_(sorted(states)))
    return {state: int(number) for state, number in tx.execute(found.group_by(OUTBOX.c.state))}


def count(tx: Connection, *, states: Collection[str] = (), case: str | None = None) -> int:
    """How many messages `listed` would find, however many it were told to."""
    found = _with_numbers().where(_is_wanted(states, case)).subquery()
    return int(tx.execute(select(func.count()).select_from(found)).scalar_one())


def _is_wanted(states: Collection[str], case: str | None) -> ColumnElement[bool]:
    wanted = OUTBOX.c.state.in_(sorted(states)) if states else true()
    return wanted if case is None else and_(wanted, CASE.c.number == case)


def _with_numbers() -> Select[Any]:
    return (
        select(OUTBOX, CASE.c.number.label("case"), DOCUMENT.c.number.label("paper"))
        .join(CASE, CASE.c.id == OUTBOX.c.case_id, isouter=True)
        .join(DOCUMENT, DOCUMENT.c.id == OUTBOX.c.document_id, isouter=True)
    )


def entries_about(tx: Connection, message: Row[Any]) -> list[Row[Any]]:
    """The entries that tell of a message, oldest first."""
    told = EVENT.c.kind.in_(sorted(ENTRIES)), EVENT.c.payload.contains(message.id, autoescape=True)
    found = entries_with_words().where(EVENT.c.case_id == message.case_id, *told)
    return list(tx.execute(found.order_by(EVENT.c.seq)))


def of_paper(tx: Connection, document_id: str) -> list[Row[Any]]:
    """Every message of a paper."""
    return list(tx.execute(select(OUTBOX).where(OUTBOX.c.document_id == document_id).order_by(OUTBOX.c.id)))


def add(tx: Connection, values: dict[str, Any]) -> None:
    """Put one more message in."""
    tx.execute(insert(OUTBOX).values(values))


def any_due(tx: Connection, now: datetime, domains: Sequence[str]) -> bool:
    """Whether `lease` or `left_uncertain` would find anything.

    Where no domain is allowed those that wait are not gone through.
    """
    return _is_any(tx, _due(now, domains)) or _is_any(tx, and_(IS_MAIL, lost(now)))


def any_copy_due(tx: Connection, now: datetime) -> bool:
    """Whether `lease_copy` or `copies_left_uncertain` would find anything."""
    return _is_any(tx, _copy_due(now)) or _is_any(tx, and_(IS_COPY, lost(now)))


def _is_any(tx: Connection, which: ColumnElement[bool]) -> bool:
    return tx.execute(select(OUTBOX.c.id).where(which).limit(1)).first() is not None


def lease(
    tx: Connection, now: datetime, until: datetime, domains: Sequence[str], limit: int
) -> list[Row[Any]]:
    """Lease mails whose attempt is due, to the allowed domains.

    The most urgent first, of those the longest due. One index serves it, whatever the number of messages, as
    long as the priority is given: SQLite would take another to look for the smallest.
    """
    ids: list[str] = []
    for priority in PRIORITIES:
        if len(ids) < limit:
            mine = select(OUTBOX.c.id).where(OUTBOX.c.priority == priority, _due(now, domains))
            found = mine.order_by(OUTBOX.c.next_attempt_at, OUTBOX.c.id).limit(limit - len(ids))
            ids += tx.execute(found.with_for_update(skip_locked=True)).scalars()
    return leased(tx, ids, now, until)


def lease_copy(tx: Connection, now: datetime, until: datetime, besides: Collection[str]) -> Row[Any] | None:
    """Lease the copy that has been due for longest, of the channels but these."""
    due = select(OUTBOX.c.id).where(_copy_due(now), OUTBOX.c.channel.not_in(sorted(besides)))
    found = due.order_by(OUTBOX.c.next_attempt_at, OUTBOX.c.id).limit(1)
    ids = list(tx.execute(found.with_for_update(skip_locked=True)).scalars())
    return next(iter(leased(tx, ids, now, until)), None)


def leased(tx: Connection, ids: Sequence[str], now: datetime, until: datetime) -> list[Row[Any]]:
    """These messages, locked before, as they are once they are taken."""
    taken_now = {"state": "leased", "lease_until": until, "attempts": OUTBOX.c.attempts + 1}
    taken_now["tried_since"] = func.coalesce(OUTBOX.c.tried_since, literal(now, OUTBOX.c.tried_since.type))
    taken = update(OUTBOX).where(OUTBOX.c.id.in_(ids)).values(taken_now).returning(OUTBOX)
    rows = {row.id: row for row in tx.execute(taken)}
    return [rows[one] for one in ids]


def left_uncertain(tx: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Mails that were handed over by a sender who never told of the answer, locked."""
    return some(tx, and_(IS_MAIL, lost(now)), limit)


def copies_left_uncertain(tx: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """The same of copies."""
    return some(tx, and_(IS_COPY, lost(now)), limit)


def any_out_of_step(tx: Connection, now: datetime) -> bool:
    """Whether any message waits for a silenced address, is held for one that is silent no more, or was taken
    by a sender that ended. Where nothing is silenced those that wait are not gone through."""
    silent = tx.execute(select(SILENCED.c.address).where(is_silent(now)).limit(1)).first() is not None
    looked_for = (_abandoned(now), _held_in_vain(now), *((_to_silenced(now),) if silent else ()))
    return any(_is_any(tx, one) for one in looked_for)


def to_silenced(tx: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Messages at rest, and not held, to addresses nothing is sent to, locked."""
    return some(tx, _to_silenced(now), limit)


def held_in_vain(tx: Connection, now: datetime, limit: int) -> list[Row[Any]]:
    """Messages held for an address that is silent no more, locked."""
    return some(tx, _held_in_vain(now), limit)


def _to_silenced(now: datetime) -> ColumnElement[bool]:
    return and_(ready(), _silenced(now))


def _held_in_vain(now: datetime) -> ColumnElement[bool]:
    return and_(OUTBOX.c.state == "held", OUTBOX.c.held_for == "address", ~_silenced(now))


def some(tx: Connection, which: ColumnElement[bool], limit: int) -> list[Row[Any]]:
    """So many of these messages, locked; those that others hold are passed over."""
    found = select(OUTBOX).where(which).order_by(OUTBOX.c.id).limit(limit)
    return list(tx.execute(found.with_for_update(skip_locked=True)))


def held_for(tx: Connection, address: str, reason: str) -> list[Row[Any]]:
    """The messages to an address that are held for a reason, locked."""
    held = OUTBOX.c.state == "held", OUTBOX.c.held_for == reason
    found = select(OUTBOX).where(func.lower(OUTBOX.c.recipient) == address.lower(), *held)
    return list(tx.execute(found.order_by(OUTBOX.c.id).with_for_update()))


def by_message_ids(tx: Connection, message_ids: Sequence[str]) -> list[Row[Any]]:
    """The messages with one of these Message-IDs."""
    return list(tx.execute(select(OUTBOX).where(OUTBOX.c.message_id.in_(message_ids))))


def by_token(tx: Connection, token: str) -> list[Row[Any]]:
    """The message whose Message-ID begins with a token, the part before the `@`."""
    id = token.partition(".")[0]
    return list(tx.execute(select(OUTBOX).where(OUTBOX.c.id == id)))


def is_silent(now: datetime) -> ColumnElement[bool]:
    """Whether a suppression is in force."""
    return and_(SILENCED.c.lifted_at.is_(None), or_(SILENCED.c.until.is_(None), SILENCED.c.until > now))


def release(tx: Connection, messages: Iterable[Row[Any]]) -> None:
    """Give back leases that were not used; the attempt is not counted, nor the time since a first one."""
    unused = update(OUTBOX).where(OUTBOX.c.state == "leased", SAME_ATTEMPT)
    since = choice((OUTBOX.c.attempts > 1, OUTBOX.c.tried_since))
    left = {"lease_until": None, "attempts": OUTBOX.c.attempts - 1, "tried_since": since}
    unused = unused.values(state="queued", **left)
    for message in messages:
        tx.execute(unused, _attempt(message))


def take_back(tx: Connection, now: datetime) -> None:
    """Queue messages again whose sender ended before it handed them over."""
    tx.execute(update(OUTBOX).where(_abandoned(now)).values(state="queued", lease_until=None))


def hand_over(tx: Connection, messages: Sequence[Row[Any]]) -> None:
    """Enter that the relay is about to get the end of these. Raises `LeaseLostError`."""
    _confirm(
        update_rows(tx, OUTBOX, [_as_taken(one, state="uncertain") for one in messages], HANDED_OVER),
        messages,
    )


def settle(tx: Connection, messages: Sequence[Row[Any]], results: Iterable[Mapping[str, Any]]) -> Confirm:
    """Record the results of attempts, each naming the same columns; to confirm that raises `LeaseLostError`
    where not every message was theirs still.
    """
    settled = zip(messages, results, strict=True)
    changes = [_as_taken(message, lease_until=None, **result) for message, result in settled]
    return partial(_confirm, update_rows(tx, OUTBOX, changes, SETTLED), messages)


def _as_taken(message: Row[Any], **values: Any) -> dict[str, Any]:
    return {"id": message.id, "attempts": message.attempts, **values}


def _confirm(told: Told, messages: Sequence[Row[Any]]) -> None:
    """All or nothing."""
    if told.rowcount != len(messages):
        raise LeaseLostError


def change(tx: Connection, message_id: str, **values: Any) -> None:
    """Change a message whose row is locked."""
    tx.execute(update(OUTBOX).where(OUTBOX.c.id == message_id).values(values))


def keep_bytes(tx: Connection, message_id: str, sha256: str) -> str:
    """Keep the hash of a message's bytes, unless some are kept; returns the hash of those that are."""
    unbuilt = update(OUTBOX).where(OUTBOX.c.id == message_id, OUTBOX.c.sha256.is_(None))
    tx.execute(unbuilt.values(sha256=sha256))
    return str(tx.execute(select(OUTBOX.c.sha256).where(OUTBOX.c.id == message_id)).scalar_one())


def set_aside(tx: Connection, document_id: str, answer: str) -> None:
    """Hold the messages of a paper that cannot be laid out."""
    untried = update(OUTBOX).where(OUTBOX.c.document_id == document_id, OUTBOX.c.state == "queued")
    tx.execute(untried.values(state="held", held_for="paper", last_answer=answer))


def stop(tx: Connection, document_id: str) -> list[Row[Any]]:
    """Cancel the messages of a void paper that have not left; returns their `id` and `message_id`.

    One that is leased is not handed over any more.
    """
    unsent = OUTBOX.c.document_id == document_id, OUTBOX.c.state.in_((*AT_REST, "leased"))
    values = {"state": "cancelled", "held_for": None, "lease_until": None, "last_answer": STOPPED}
    stopped = update(OUTBOX).where(*unsent).values(values).returning(OUTBOX.c.id, OUTBOX.c.message_id)
    return sorted(tx.execute(stopped), key=lambda row: str(row.id))


def bring_back(tx: Connection, document_id: str) -> None:
    """Queue the messages of a paper that was laid out after all."""
    mended = update(OUTBOX).where(
        OUTBOX.c.document_id == document_id, OUTBOX.c.state == "held", OUTBOX.c.held_for == "paper"
    )
    tx.execute(mended.values(state="queued", held_for=None, last_answer=None))


def states_of(tx: Connection, document_id: str) -> frozenset[str]:
    """The states of a paper's mails; copies by other channels serve nobody."""
    mails = OUTBOX.c.document_id == document_id, OUTBOX.c.channel == MAIL
    return frozenset(tx.execute(select(OUTBOX.c.state).where(*mails)).scalars())


def count_waiting(tx: Connection) -> int:
    """Messages that are still to leave by themselves."""
    return int(tx.execute(select(func.count()).select_from(OUTBOX).where(STILL_TO_LEAVE)).scalar_one())


def count_stuck(tx: Connection) -> int:
    """Mails of no case that did not get there: lists, checkpoints. They are nobody's duty on any case."""
    stuck = OUTBOX.c.case_id == 0, OUTBOX.c.state.in_(sorted(UNDELIVERED))
    return int(tx.execute(select(func.count()).select_from(OUTBOX).where(*stuck)).scalar_one())


def count_since(tx: Connection, instant: datetime) -> int:
    """Mails that left from an instant on, and those that are being sent."""
    sent = select(func.count()).select_from(OUTBOX).where(OUTBOX.c.sent_at > instant, IS_MAIL)
    being_sent = STILL_TO_LEAVE, OUTBOX.c.state.in_(BEING_SENT), IS_MAIL
    leaving = select(func.count()).select_from(OUTBOX).where(*being_sent)
    return int(tx.execute(sent).scalar_one()) + int(tx.execute(leaving).scalar_one())


def count_undelivered(tx: Connection) -> int:
    """Papers and plain mails that were issued with nobody to mail them to."""
    mailed = (OUTBOX.c.document_id == DOCUMENT.c.id) & (OUTBOX.c.channel == MAIL)
    papers = DOCUMENT.join(OUTBOX, mailed, isouter=True)
    unsent = select(func.count()).select_from(papers).where(OUTBOX.c.id.is_(None))
    return int(tx.execute(unsent).scalar_one())


def units_without_address(tx: Connection, states: Iterable[str]) -> list[str]:
    """The names of the units that lead cases in these states and have no address for mail."""
    leading = select(UNIT.c.name).join(CASE, CASE.c.lead_unit == UNIT.c.code).distinct()
    silent = leading.where(CASE.c.state.in_(states), func.coalesce(UNIT.c.email, "") == "")
    return list(tx.execute(silent.order_by(UNIT.c.name)).scalars())


def _due(now: datetime, domains: Sequence[str]) -> ColumnElement[bool]:
    return and_(_may_leave(now), IS_MAIL, _allowed(domains), ~_silenced(now))


def _copy_due(now: datetime) -> ColumnElement[bool]:
    return and_(_may_leave(now), OUTBOX.c.priority == OF_COPIES)


def _may_leave(now: datetime) -> ColumnElement[bool]:
    """Its attempt is due, and its paper laid out."""
    is_there = DOCUMENT.c.sha256.is_not(None) | DOCUMENT.c.number.is_(None)
    paper = select(DOCUMENT.c.id).where(DOCUMENT.c.id == OUTBOX.c.document_id, is_there)
    return and_(ready(), OUTBOX.c.next_attempt_at <= now, paper.exists())


def ready() -> ColumnElement[bool]:
    """Nobody is sending it, and it is not held."""
    return and_(STILL_TO_LEAVE, OUTBOX.c.state.in_(("queued", "retry")))


def _abandoned(now: datetime) -> ColumnElement[bool]:
    return and_(STILL_TO_LEAVE, OUTBOX.c.state == "leased", OUTBOX.c.lease_until < now)


def lost(now: datetime) -> ColumnElement[bool]:
    """It was handed over by a sender who never told of the answer."""
    return and_(STILL_TO_LEAVE, OUTBOX.c.state == "uncertain", OUTBOX.c.lease_until < now)


def _silenced(now: datetime) -> ColumnElement[bool]:
    same = SILENCED.c.address == func.lower(OUTBOX.c.recipient)
    return select(SILENCED.c.address).where(is_silent(now), same).exists()


def addressed_to(domains: Sequence[str]) -> ColumnElement[bool]:
    """Recipients the installation may write to; `*` is everybody, an empty list nobody.

    A copy by another channel goes where the office has said it goes.
    """
    return or_(~IS_MAIL, _allowed(domains))


def _allowed(domains: Sequence[str]) -> ColumnElement[bool]:
    if "*" in domains:
        return true()
    allowed = (OUTBOX.c.recipient.iendswith(f"@{domain}", autoescape=True) for domain in domains)
    return or_(false(), *allowed)


def _attempt(message: Row[Any]) -> dict[str, Any]:
    return {"message": message.id, "attempt": message.attempts}
