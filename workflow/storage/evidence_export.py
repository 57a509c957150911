"""The history as evidence goes out: the stored texts untouched, with their places in the log, streamed."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select
from sqlalchemy.engine import Result

from workflow.storage.guarded import Read, each
from workflow.storage.log import LOG
from workflow.storage.models import EventWords
from workflow.storage.queries import CASE, EVENT, table

WORDS = table(EventWords)
CHUNK = 1_000
JOURNAL = 0


def entries(tx: Connection, case_id: int | None = None) -> Iterable[Row[Any]]:
    """Every entry, the journal's first and then case by case; or those of one case."""
    found = _entries()
    found = found if case_id is None else found.where(EVENT.c.case_id == case_id)
    return _streamed(tx, found)


def journal_entries(tx: Connection, kinds: Sequence[str]) -> Iterable[Row[Any]]:
    """The journal's entries of these kinds."""
    return _streamed(tx, _entries().where(EVENT.c.case_id == JOURNAL, EVENT.c.kind.in_(kinds)))


def cases(tx: Connection, case_id: int | None = None) -> Iterable[Read]:
    """The register's rows in the order of the cases; some may be past reading."""
    found = select(CASE) if case_id is None else select(CASE).where(CASE.c.id == case_id)
    return each(tx, found.order_by(CASE.c.id), CASE)


def _entries() -> Select[Any]:
    shown = (
        EVENT.c.case_id, EVENT.c.payload, EVENT.c.previous_hash, EVENT.c.hash, EVENT.c.keyed_code,
        EVENT.c.key_id, EVENT.c.algorithm, LOG.c.position, WORDS.c.text, WORDS.c.salt,
    )  # fmt: skip
    beside = (WORDS.c.case_id == EVENT.c.case_id) & (WORDS.c.seq == EVENT.c.seq)
    joined = EVENT.join(LOG, LOG.c.event_id == EVENT.c.id, isouter=True).join(WORDS, beside, isouter=True)
    return select(*shown).select_from(joined).order_by(EVENT.c.case_id, EVENT.c.seq)


def _streamed(tx: Connection, found: Select[Any]) -> Result[Any]:
    return tx.execute(found, execution_options={"yield_per": CHUNK})
