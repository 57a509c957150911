"""The owner of the database, who holds every row and no key: triggers taken away, hashes reckoned anew.

Whatever the written format tells, this hand knows too. It can hash entries, grow the tree and move the heads
of chains; it cannot make a keyed code or sign a checkpoint in the office's name.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, text, update
from sqlmodel import SQLModel

from states.evidence.tree import Peaks, leaf_data, leaf_hash
from states.facts import FACT_NAMES
from states.history import GENESIS, canonical, chain_hash
from tests.unguarded import take_guards_away
from workflow.services.office import Office
from workflow.services.replay import facts_of, readable
from workflow.storage import queries
from workflow.storage.evidence_models import LogEntry, Sealer
from workflow.storage.models import (
    Attachment,
    Case,
    CaseUnit,
    Document,
    Escalation,
    Event,
    EventWords,
    Journal,
    OutboxMessage,
    TimeLimit,
)
from workflow.storage.queries import table
from workflow.storage.session import transaction
from workflow.storage.work_models import Mention

EVENT, WORDS, CASE, LOG = table(Event), table(EventWords), table(Case), table(LogEntry)
BESIDE_AN_ENTRY = (EventWords, TimeLimit, Attachment, Mention)
BESIDE_A_CASE = (EventWords, CaseUnit, TimeLimit, Attachment, Escalation, Document, OutboxMessage, Mention)
WRONG_KEY = b"no key of this office's"


@dataclass
class Owner:
    """One connection with every guard gone, and the dice that choose what is done to whom."""

    tx: Connection
    dice: Random
    files: Path
    outside: Path
    turn: int = 0
    names: dict[int, str] = field(default_factory=dict)

    def run(self, statement: Any, **values: Any) -> Any:
        return self.tx.execute(text(statement) if isinstance(statement, str) else statement, values or None)

    def one(self, found: Select[Any]) -> Any:
        return self.tx.execute(found).scalar_one()

    def rows(self, model: type[SQLModel], *where: Any) -> list[Row[Any]]:
        rows = table(model)
        return list(self.tx.execute(select(rows).where(*where).order_by(*rows.primary_key.columns)))

    def any_row(self, model: type[SQLModel], *where: Any) -> Row[Any]:
        """One of the rows, drawn."""
        return self.dice.choice(self.rows(model, *where))

    def change(self, row: Row[Any], model: type[SQLModel], **values: Any) -> None:
        """Change one row, found by its key."""
        self.run(update(table(model)).where(*_is(row, model)).values(values))

    def remove(self, row: Row[Any], model: type[SQLModel]) -> None:
        self.run(delete(table(model)).where(*_is(row, model)))

    def add(self, model: type[SQLModel], row: dict[str, Any]) -> None:
        self.run(insert(table(model)).values(row))

    def name(self, case_id: int) -> str:
        """What verification calls a chain."""
        if case_id == 0:
            return "office"
        if case_id not in self.names:
            self.names[case_id] = self.one(select(CASE.c.number).where(CASE.c.id == case_id))
        return self.names[case_id]

    def chain(self, case_id: int) -> list[Row[Any]]:
        """The entries of a chain in their order, with the words beside them as `personal`."""
        return queries.events_of(self.tx, case_id)

    def sealed_end(self) -> int:
        """The last entry that a checkpoint outside covers is no later than this id."""
        return int(self.one(select(func.max(LOG.c.event_id))))

    def entry(self, *where: Any) -> Row[Any]:
        """A sealed entry of some case, neither its first nor its last, drawn."""
        ends = select(CASE.c.id, CASE.c.seq).subquery()
        inner = select(EVENT).join(ends, ends.c.id == EVENT.c.case_id)
        inner = inner.where(
            EVENT.c.seq > 1, EVENT.c.seq < ends.c.seq, EVENT.c.id <= self.sealed_end(), *where
        )
        return self.dice.choice(list(self.tx.execute(inner.order_by(EVENT.c.id))))

    def position(self, event_id: int) -> int:
        return int(self.one(select(LOG.c.position).where(LOG.c.event_id == event_id)))

    def renumber(self, case_id: int, order: Sequence[Row[Any]], first: int = 1) -> None:
        """Give the entries of a chain these places, whatever they had."""
        for seq, row in enumerate(order, start=first):
            self.run(update(EVENT).where(EVENT.c.id == row.id).values(seq=-seq))
        mine = EVENT.c.case_id == case_id, EVENT.c.seq < 0
        self.run(update(EVENT).where(*mine).values(seq=-EVENT.c.seq))

    def hash_again(self, case_id: int, algorithm: str | None = None) -> None:
        """Reckon a whole chain's hashes anew and move its head; keyed codes stay what they were."""
        previous = GENESIS
        for row in self.chain(case_id):
            used = algorithm or row.algorithm
            told = {
                "previous_hash": previous,
                "hash": chain_hash(row.payload, previous, used),
                "algorithm": used,
            }
            if told != {name: getattr(row, name) for name in told}:
                self.run(update(EVENT).where(EVENT.c.id == row.id).values(told))
            previous = told["hash"]
        self.move_head(case_id)

    def move_head(self, case_id: int) -> None:
        """Let the row that remembers the end of a chain remember the end it has now."""
        last, rows = self.chain(case_id)[-1], table(Journal) if case_id == 0 else CASE
        told = {"seq": last.seq, "head": last.hash, "recorded_at": last.recorded_at}
        self.run(update(rows).where(rows.c.id == case_id).values(told))

    def fold_again(self, case_id: int) -> None:
        """Make a case's row what its entries now come to."""
        facts = facts_of(readable(self.chain(case_id)))
        self.run(
            update(CASE).where(CASE.c.id == case_id).values({one: getattr(facts, one) for one in FACT_NAMES})
        )
        self.move_head(case_id)

    def seal_again(self) -> None:
        """Build the log anew over the entries that are there, and the tree the sealer goes on from."""
        until, epochs = self.sealed_end(), {row.event_id: row.epoch for row in self.rows(LogEntry)}
        found = select(EVENT.c.id, EVENT.c.hash, EVENT.c.keyed_code, EVENT.c.algorithm)
        entries = list(self.tx.execute(found.where(EVENT.c.id <= until).order_by(EVENT.c.id)))
        self.run(delete(LOG))
        told = [
            {"position": place, "event_id": one.id, "epoch": epochs.get(one.id, 1)}
            for place, one in enumerate(entries)
        ]
        self.tx.execute(insert(LOG), told)
        self.grow(entries)

    def grow(self, entries: Sequence[Row[Any]]) -> None:
        """Move the sealer to the tree over these entries."""
        peaks = peaks_over(entries)
        told = {"size": peaks.size, "peaks": ",".join(one.hex() for one in peaks.hashes)}
        self.run(update(table(Sealer)).values({**told, "last_event_id": entries[-1].id}))

    def remove_entries(self, rows: Sequence[Row[Any]]) -> None:
        """Take entries out, with what lies beside each of them."""
        for row in rows:
            self.run(delete(EVENT).where(EVENT.c.id == row.id))
            for model in BESIDE_AN_ENTRY:
                one = table(model)
                self.run(delete(one).where(one.c.case_id == row.case_id, one.c.seq == row.seq))

    def remove_case(self, case_id: int) -> None:
        """Take a case out with everything that hangs on it."""
        for model in (Event, *BESIDE_A_CASE):
            one = table(model)
            self.run(delete(one).where(one.c.case_id == case_id))
        self.run(delete(CASE).where(CASE.c.id == case_id))


def tree_of(owner: Owner, size: int) -> Peaks:
    """The tree over the first entries of the log, by what lies in the database now."""
    found = select(EVENT.c.hash, EVENT.c.keyed_code, EVENT.c.algorithm).join(
        LOG, LOG.c.event_id == EVENT.c.id
    )
    return peaks_over(list(owner.run(found.where(LOG.c.position < size).order_by(LOG.c.position))))


def peaks_over(entries: Sequence[Row[Any]]) -> Peaks:
    """The tree over these entries."""
    algorithm = entries[0].algorithm
    return Peaks(algorithm).grown(
        leaf_hash(leaf_data(one.hash, one.keyed_code), algorithm) for one in entries
    )


def retold(row: Row[Any], **changed: Any) -> str:
    """An entry's payload with some of what it says changed."""
    return canonical({**json.loads(row.payload), **changed})


def copied(row: Row[Any], **changed: Any) -> dict[str, Any]:
    """A row of `events` as values for another."""
    names = {one.name for one in EVENT.columns} - {"id"}
    return {name: getattr(row, name) for name in names} | changed


@contextmanager
def the_owner(office: Office, dice: Random, turn: int = 0) -> Iterator[Owner]:
    """The owner at work on an office's database; what he does is committed. By turns he does other things."""
    outside = office.settings.checkpoint_dir
    assert outside is not None
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        yield Owner(tx, dice, office.settings.files, outside, turn)


def _is(row: Row[Any], model: type[SQLModel]) -> list[Any]:
    keys = table(model).primary_key.columns
    return [key == getattr(row, key.name) for key in keys]
