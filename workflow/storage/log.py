"""Named reads and writes of the global log and its checkpoints. They never commit and never decide.

Whoever locks several rows takes the `evidence` row first, then the sealer's, then the journal's, so that
nobody waits for each other for ever.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, not_, select, text, type_coerce, update
from sqlalchemy.types import NullType

from states.evidence.checkpoint import Checkpoint
from states.evidence.tree import Peaks
from workflow.storage.bulk import insert_rows
from workflow.storage.evidence_models import CheckpointMade, Evidence, LogEntry, Sealer
from workflow.storage.queries import EVENT, MAX_BOUND, OUTBOX, table
from workflow.storage.serials import last_number

EVIDENCE, LOG, SEALER, CHECKPOINT = table(Evidence), table(LogEntry), table(Sealer), table(CheckpointMade)
HAND = tuple(EVIDENCE.c[name] for name in ("id", "algorithm", "key_id", "epoch", "first"))
"""What every schema has that knew the log: a backup of an older one is verified as it was put back."""
CHECKPOINTS = "checkpoint"
"""The series that keeps the highest number of a checkpoint on a branch that was left."""

LOCK_MILLISECONDS = 2_000
CHUNK = 1_000


def wait_at_most(tx: Connection, milliseconds: int = LOCK_MILLISECONDS) -> None:
    """From now on no lock is waited for longer; on SQLite the writers' line has its own patience."""
    if tx.dialect.name == "postgresql":
        tx.execute(text(f"SET LOCAL lock_timeout = {milliseconds}"))


def last_settled_event(tx: Connection) -> int:
    """The id up to which every entry is there: all that will ever be, for nobody writes a smaller one now.

    PostgreSQL gives out ids before they are committed, and not in that order, so this waits for all who write
    entries, and keeps others waiting until `tx` ends.
    """
    if tx.dialect.name == "postgresql":
        return int(tx.execute(text("SELECT duban_last_settled_event()")).scalar_one() or 0)
    return last_event(tx)


def last_event(tx: Connection) -> int:
    """The id of the entry written last; 0 before the first."""
    return int(tx.execute(select(func.max(EVENT.c.id))).scalar_one() or 0)


def evidence(tx: Connection) -> Row[Any]:
    """How entries are hashed and coded now."""
    return tx.execute(select(*HAND).where(EVIDENCE.c.id == 0)).one()


def evidence_shared(tx: Connection) -> Row[Any]:
    """The same, and it stays so until `tx` ends."""
    return tx.execute(select(*HAND).where(EVIDENCE.c.id == 0).with_for_update(read=True)).one()


def evidence_for_update(tx: Connection) -> Row[Any]:
    """The same for whoever changes it: nobody writes an entry until `tx` ends."""
    return tx.execute(select(*HAND).where(EVIDENCE.c.id == 0).with_for_update()).one()


def change_evidence(tx: Connection, **values: Any) -> None:
    tx.execute(update(EVIDENCE).where(EVIDENCE.c.id == 0).values(values))


def sealer(tx: Connection) -> Row[Any]:
    """How far the log is sealed."""
    return tx.execute(select(SEALER).where(SEALER.c.id == 0)).one()


def sealer_for_update(tx: Connection) -> Row[Any]:
    """The same, locked: one sealer at a time."""
    return tx.execute(select(SEALER).where(SEALER.c.id == 0).with_for_update()).one()


def move_sealer(tx: Connection, peaks: Peaks, last_event_id: int) -> None:
    """Record the epoch's tree as it has grown, and the entry it has come to."""
    told = ",".join(one.hex() for one in peaks.hashes)
    values = {"size": peaks.size, "peaks": told, "last_event_id": last_event_id}
    tx.execute(update(SEALER).where(SEALER.c.id == 0).values(values))


def peaks_of(row: Row[Any], algorithm: str) -> Peaks:
    """The epoch's tree as the sealer's row has it. Raises `ValueError` for a row nobody can read."""
    hashes = tuple(bytes.fromhex(one) for one in row.peaks.split(",") if one)
    return Peaks(algorithm, row.size, hashes)


def entries_between(tx: Connection, after: int, until: int, limit: int) -> Sequence[Row[Any]]:
    """The entries after an id, up to another, in the order of the ids: what the tree holds of them."""
    found = select(EVENT.c.id, EVENT.c.hash, EVENT.c.keyed_code)
    found = found.where(EVENT.c.id > after, EVENT.c.id <= until)
    return tx.execute(found.order_by(EVENT.c.id).limit(limit)).all()


def append(tx: Connection, first: int, event_ids: Sequence[int], epoch: int) -> None:
    """Give entries the next positions, from `first` on."""
    places = enumerate(event_ids, start=first)
    insert_rows(tx, LOG, [{"position": place, "event_id": one, "epoch": epoch} for place, one in places])


def event_at(tx: Connection, position: int) -> int:
    """The id of the entry at a position; 0 where the log has none."""
    return int(tx.execute(select(LOG.c.event_id).where(LOG.c.position == position)).scalar_one_or_none() or 0)


def count_unsealed(tx: Connection) -> int:
    """Entries that have no place in the log yet."""
    since = select(SEALER.c.last_event_id).where(SEALER.c.id == 0).scalar_subquery()
    return int(tx.execute(select(func.count()).select_from(EVENT).where(EVENT.c.id > since)).scalar_one())


def count_entries_after(tx: Connection, event_id: int, but: Iterable[str], most: int) -> int:
    """How many entries there are after one, up to `most`; of the journal's, those of these kinds aside."""
    aside = and_(EVENT.c.case_id == 0, EVENT.c.kind.in_(list(but)))
    found = select(EVENT.c.id).where(EVENT.c.id > event_id, not_(aside)).limit(most).subquery()
    return int(tx.execute(select(func.count()).select_from(found)).scalar_one())


def journal_payloads_after(tx: Connection, event_id: int, kinds: Iterable[str]) -> list[str]:
    """What the journal's entries of these kinds after one say."""
    found = select(EVENT.c.payload).where(EVENT.c.id > event_id, EVENT.c.case_id == 0)
    return list(tx.execute(found.where(EVENT.c.kind.in_(list(kinds)))).scalars())


def mails_of_kind(tx: Connection, ids: Sequence[str], kind: str) -> frozenset[str]:
    """Which of these messages are of a kind."""
    found: set[str] = set()
    for start in range(0, len(ids), MAX_BOUND):
        among = OUTBOX.c.id.in_(ids[start : start + MAX_BOUND])
        found.update(tx.execute(select(OUTBOX.c.id).where(among, OUTBOX.c.kind == kind)).scalars())
    return frozenset(found)


def add_checkpoint(tx: Connection, checkpoint: Checkpoint, made_at: datetime, reason: str) -> None:
    values = {"number": checkpoint.number, "text": checkpoint.text, "hash": checkpoint.hash}
    tx.execute(insert(CHECKPOINT).values(**values, made_at=made_at, reason=reason))


def last_checkpoint(tx: Connection) -> Row[Any] | None:
    """The checkpoint made last."""
    return tx.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.number.desc()).limit(1)).first()


def checkpoint(tx: Connection, number: int) -> Row[Any] | None:
    return tx.execute(select(CHECKPOINT).where(CHECKPOINT.c.number == number)).first()


def checkpoint_before(tx: Connection, number: int) -> Row[Any] | None:
    """The last checkpoint with a smaller number: numbers jump where a branch was left."""
    found = select(CHECKPOINT).where(CHECKPOINT.c.number < number)
    return tx.execute(found.order_by(CHECKPOINT.c.number.desc()).limit(1)).first()


def next_number(tx: Connection, last: int) -> int:
    """The number of the checkpoint after the last, beyond those of branches that were left."""
    return max(last, last_number(tx, CHECKPOINTS, 0)) + 1


def newest_checkpoints(tx: Connection, limit: int) -> list[Row[Any]]:
    """The checkpoints made last, newest first."""
    return list(tx.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.number.desc()).limit(limit)))


def checkpoints(tx: Connection) -> list[Row[Any]]:
    """Every checkpoint, in their order."""
    return list(tx.execute(select(CHECKPOINT).order_by(CHECKPOINT.c.number)))


def each_place(tx: Connection) -> Iterator[Row[Any]]:
    """The whole log in its order with what the tree holds of each entry, streamed; None for one not there."""
    shown = (LOG, EVENT.c.case_id, EVENT.c.seq, EVENT.c.hash, EVENT.c.keyed_code, EVENT.c.algorithm)
    as_stored = type_coerce(EVENT.c.recorded_at, NullType()).label("recorded_at")  # it may be past reading
    found = select(*shown, as_stored).join(EVENT, EVENT.c.id == LOG.c.event_id, isouter=True)
    streamed = found.order_by(LOG.c.position).execution_options(yield_per=CHUNK)
    with tx.execute(streamed) as result:
        yield from result


def algorithm_of_epoch(tx: Connection, epoch: int) -> str:
    """The algorithm of an epoch's first entry that is there; SHA-256 where none is."""
    found = select(EVENT.c.algorithm).join(LOG, LOG.c.event_id == EVENT.c.id).where(LOG.c.epoch == epoch)
    return str(tx.execute(found.order_by(LOG.c.position).limit(1)).scalar_one_or_none() or "sha256")


def places_between(tx: Connection, first: int, end: int) -> Iterable[Row[Any]]:
    """What the tree holds at the positions from `first` to before `end`, streamed; None for one not there."""
    found = select(EVENT.c.hash, EVENT.c.keyed_code).select_from(LOG)
    found = found.join(EVENT, EVENT.c.id == LOG.c.event_id, isouter=True)
    found = found.where(LOG.c.position >= first, LOG.c.position < end).order_by(LOG.c.position)
    return tx.execute(found, execution_options={"yield_per": CHUNK})


def passed_over(tx: Connection, limit: int) -> list[Row[Any]]:
    """Entries that have no place in the log although a later one has, first ones first."""
    sealed = select(LOG.c.event_id).where(LOG.c.event_id == EVENT.c.id)
    last = select(func.max(LOG.c.event_id)).scalar_subquery()
    found = select(EVENT.c.id, EVENT.c.case_id, EVENT.c.seq).where(EVENT.c.id < last, ~sealed.exists())
    return list(tx.execute(found.order_by(EVENT.c.id).limit(limit)))


def out_of_order(tx: Connection) -> tuple[Row[Any], int] | None:
    """Of the entries that are there, the first in another's place by the ids, and the last such position."""
    places = func.row_number().over(order_by=LOG.c.position), func.row_number().over(order_by=LOG.c.event_id)
    shown = (LOG.c.position, EVENT.c.case_id, EVENT.c.seq, places[0].label("place"), places[1].label("turn"))
    ranked = select(*shown).join(EVENT, EVENT.c.id == LOG.c.event_id).subquery()
    strange = select(ranked).where(ranked.c.place != ranked.c.turn)
    first = tx.execute(strange.order_by(ranked.c.position).limit(1)).first()
    last = tx.execute(select(func.max(strange.subquery().c.position))).scalar_one()
    return None if first is None else (first, int(last))
