"""Named reads about who owes what, and the claim of a day's digest. They never commit and never decide.

Each is one statement, whatever the number of cases; what grows with them is streamed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    or_,
    select,
    union,
)
from sqlalchemy.dialects import postgresql, sqlite

from states.delivery import UNDELIVERED
from states.duties.reach import Reach
from workflow.storage.directory_models import Deputy
from workflow.storage.guarded import Read, each
from workflow.storage.look import remembered
from workflow.storage.mentions import MENTION, OPEN
from workflow.storage.models import Recusal
from workflow.storage.queries import CASE, ESCALATION, GRANT, OUTBOX, PERSON, table, valid_on
from workflow.storage.reach import Within
from workflow.storage.scheduler_models import DigestSent, SetAside
from workflow.storage.together import Rows, Together

DEPUTY, RECUSAL = table(Deputy), table(Recusal)
_RECUSED = (
    select(RECUSAL)
    .join(ESCALATION, ESCALATION.c.id == RECUSAL.c.escalation_id)
    .where(ESCALATION.c.state == "proposed")
)
PENDING = ("proposed", "issued", "served", "lapsed", "answered")
LOOKED_AT = (
    "id", "number", "state", "lifecycle", "policy", "title", "lead_unit", "dispatched_on", "due_on",
    "due_for_plan", "open_ended", "epoch", "clocks", "paused_on", "review_on", "extension_to",
    "extension_consented_by", "extension_reviewed_by", "returns", "reported_on", "complexity", "closed_on",
    "progress_on", "progress_of", "hard_to_meet", "expected_on",
    "verdict", "verified_on", "public_until", "public_objections", "lookback_due_on", "lookback_on",
    "lookback_finding", "promised_on", "coordination_level", "coordination_on", "tasks", "nodes",
)  # fmt: skip
"""The columns of a case that tell what is owed on it."""


def cases_owing(tx: Connection, ended: Collection[str], within: Within | None = None) -> Iterator[Read]:
    """Cases that have not ended, or on which something goes on: an escalation, a 回头看, a mention, a mail.

    By their ids, streamed; with `within` those on which what it tells of may be owed.
    """
    pending = select(ESCALATION.c.case_id).where(_pending(within))
    mentioning = select(MENTION.c.case_id).where(OPEN)
    unsent = select(_undelivered().c.case_id)
    found = select(*(CASE.c[name] for name in LOOKED_AT)).order_by(CASE.c.id)
    looked_at = or_(CASE.c.lookback_due_on.is_not(None), CASE.c.lookback_finding == "relapsed")
    going_on = (CASE.c.id.in_(pending), CASE.c.id.in_(mentioning), CASE.c.id.in_(unsent), looked_at)
    owing = found.where(or_(CASE.c.state.not_in(sorted(ended)), *going_on))
    if within is not None:
        if tx.dialect.name == "postgresql":
            tx.exec_driver_sql("SET LOCAL jit = off")  # to compile it takes longer than to answer it
        told = _beside(within.reach) if within.reach.in_office else ()
        owing = owing.where(or_(within.of_cases, CASE.c.id.in_(pending), *told))
    return each(tx, owing, CASE)


def escalations_owing(tx: Connection, within: Within | None = None) -> Iterator[Read]:
    """Escalations that are not over, in the order of their cases, streamed; with `within` those of these."""
    found = select(ESCALATION).where(_pending(within))
    return each(tx, found.order_by(ESCALATION.c.case_id, ESCALATION.c.id), ESCALATION)


def _pending(within: Within | None) -> ColumnElement[bool]:
    is_pending = ESCALATION.c.state.in_(PENDING)
    return is_pending if within is None else and_(is_pending, within.of_measures)


def _beside(reach: Reach) -> Iterator[ColumnElement[bool]]:
    """What the office owes on a case for what is told beside its row."""
    aside = table(SetAside)
    yield CASE.c.id.in_(select(aside.c.case_id).where(aside.c.waits))
    yield CASE.c.id.in_(select(_undelivered().c.case_id))
    yield CASE.c.id.in_(select(MENTION.c.case_id).where(OPEN, MENTION.c.person == reach.person))


def cases_set_aside(tx: Connection) -> dict[int, Any]:
    """The cases that wait for a person since the sweep failed on them, with the instant of that."""
    aside = table(SetAside)
    return {row.case_id: row.last_at for row in tx.execute(select(aside).where(aside.c.waits))}


def undelivered(tx: Connection) -> dict[int, list[tuple[str, Any]]]:
    """The mails of each case that did not get where they were to go: kinds, and when they were last tried.

    One of a joint paper is of every case it was raised on.
    """
    found: dict[int, list[tuple[str, Any]]] = defaultdict(list)
    for row in tx.execute(select(_undelivered())):
        found[row.case_id].append((row.kind, row.next_attempt_at))
    return found


def _undelivered() -> Subquery:
    """Messages that ask for a person, once for each case they are of."""
    asking = and_(OUTBOX.c.state == "held", OUTBOX.c.held_for.in_(("uncertain", "address")))
    wanted = or_(OUTBOX.c.state.in_(sorted(UNDELIVERED)), asking)
    told = (OUTBOX.c.id, OUTBOX.c.kind, OUTBOX.c.next_attempt_at)
    own = select(OUTBOX.c.case_id, *told).where(wanted, OUTBOX.c.case_id != 0)
    raised = ESCALATION.c.document_id == OUTBOX.c.document_id
    joint = select(ESCALATION.c.case_id, *told).join(OUTBOX, raised).where(wanted)
    return union(own, joint).subquery()


def directory_on(tx: Connection, day: date) -> Rows:
    """Every role held on a day (`grants`), with its holder's name and address; who stands in for whom then
    (`deputies`), with the deputy's; and who stands back from which escalation that waits for its approver
    (`recusals`)."""
    return remembered(tx, ("directory", day), lambda: _DIRECTORY.read(tx, day=day))


def _held_on(day: Any) -> Select[Any]:
    held = select(GRANT.c.person, GRANT.c.role, GRANT.c.unit, PERSON.c.name, PERSON.c.email)
    return held.join(PERSON, PERSON.c.code == GRANT.c.person).where(*valid_on(GRANT, day))


def _standing_in_on(day: Any) -> Select[Any]:
    stands = DEPUTY
    found = select(
        stands.c.person, stands.c.deputy, stands.c.role, stands.c.unit, PERSON.c.name, PERSON.c.email
    )
    joined = found.join(PERSON, PERSON.c.code == stands.c.deputy).where(*valid_on(stands, day))
    return joined.where(or_(stands.c.revoked_on.is_(None), stands.c.revoked_on > day))


def last_digests(tx: Connection) -> dict[str, Row[Any]]:
    """The last digest of everybody who ever got one."""
    sent = table(DigestSent)
    latest = select(sent.c.addressee, func.max(sent.c.day).label("day")).group_by(sent.c.addressee).subquery()
    same = and_(latest.c.addressee == sent.c.addressee, latest.c.day == sent.c.day)
    return {row.addressee: row for row in tx.execute(select(sent).join(latest, same))}


def claim_digest(tx: Connection, digest: DigestSent) -> bool:
    """Enter the digest of an addressee's day; false when somebody has. Waits for one who is about to."""
    insert = postgresql.insert if tx.dialect.name == "postgresql" else sqlite.insert
    once = insert(table(DigestSent)).values(digest.model_dump()).on_conflict_do_nothing()
    return tx.execute(once.returning(table(DigestSent).c.day)).first() is not None


_DAY = bindparam("day", type_=GRANT.c.valid_from.type)
HELD: Mapping[str, Select[Any]] = {
    "grants": _held_on(_DAY),
    "deputies": _standing_in_on(_DAY),
    "recusals": _RECUSED,
}
"""The parts of the statement of `directory_on`."""
_DIRECTORY = Together(**HELD)
