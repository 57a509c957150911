"""Sealing: giving every committed entry its place in the one order of all, and growing the tree over them.

One sealer at a time, however many processes: it holds the sealer's row. It never judges what it seals; that
is for verification. A tree is of one epoch, and an epoch of one algorithm.
"""

from collections.abc import Sequence
from typing import Any

from psycopg.errors import LockNotAvailable
from sqlalchemy import Connection, Row
from sqlalchemy.exc import OperationalError

from states.evidence.tree import Peaks, leaf_data, leaf_hash
from workflow.errors import SealingRefused
from workflow.services.office import Office
from workflow.storage import log
from workflow.storage.session import reading, transaction

CHUNK = 5_000
"""Entries sealed in one transaction."""


def seal_all(office: Office) -> int:
    """Seal every entry that is committed; returns how many. Costs one look when there is none.

    Raises `SealingRefused`: `sealing_busy` when somebody writes for long, `entry_unsealable`.
    """
    with reading(office.engine) as tx:
        if log.last_event(tx) <= log.sealer(tx).last_event_id:
            return 0
    try:
        return _seal_until(office, _settled(office))
    except OperationalError as error:
        if isinstance(error.orig, LockNotAvailable):
            raise _busy() from error
        raise


def seal_in(tx: Connection) -> int:
    """The same within a transaction that keeps everybody from writing: it holds `evidence` for update."""
    until, sealed = log.last_settled_event(tx), 0
    while part := _seal_part(tx, until):
        sealed += part
    return sealed


def open_epoch(tx: Connection, algorithm: str) -> int:
    """Begin the next epoch with this algorithm, its tree empty; returns its number.

    Within a transaction that holds `evidence` for update, has sealed everything there is (`seal_in`), and has
    put it under a checkpoint.
    """
    now, sealer = log.evidence(tx), log.sealer_for_update(tx)
    log.change_evidence(tx, algorithm=algorithm, epoch=now.epoch + 1, first=now.first + sealer.size)
    log.move_sealer(tx, Peaks(algorithm), sealer.last_event_id)
    return int(now.epoch) + 1


def unsealed(office: Office) -> int:
    """How many entries have no place in the log yet."""
    with reading(office.engine) as tx:
        return log.count_unsealed(tx)


def _settled(office: Office) -> int:
    """Waits for those who write just now, but not for long: meanwhile nobody else can begin."""
    with transaction(office.engine) as tx:
        log.wait_at_most(tx)
        return log.last_settled_event(tx)


def _seal_until(office: Office, until: int) -> int:
    sealed = 0
    while True:
        with transaction(office.engine) as tx:
            log.wait_at_most(tx)
            part = _seal_part(tx, until)
        if not part:
            return sealed
        sealed += part


def _seal_part(tx: Connection, until: int) -> int:
    """Seal the next entries in the order of their ids; returns how many."""
    sealer, epoch = log.sealer_for_update(tx), log.evidence(tx)
    entries = log.entries_between(tx, sealer.last_event_id, until, CHUNK)
    if entries:
        peaks = log.peaks_of(sealer, epoch.algorithm)
        grown = peaks.grown(_leaves(entries, epoch.algorithm))
        log.append(tx, epoch.first + peaks.size, [one.id for one in entries], epoch.epoch)
        log.move_sealer(tx, grown, entries[-1].id)
    return len(entries)


def _leaves(entries: Sequence[Row[Any]], algorithm: str) -> list[bytes]:
    leaves = []
    for one in entries:
        try:
            leaves.append(leaf_hash(leaf_data(one.hash, one.keyed_code), algorithm))
        except ValueError as error:
            message = (
                f"序号为{one.id}的记载没有有效的哈希，无法封存：疑似绕过系统写入；请用duban verify核查。"
            )
            raise SealingRefused(message, code="entry_unsealable", event=one.id) from error
    return leaves


def _busy() -> SealingRefused:
    return SealingRefused("有较长的写入正在进行，暂时无法封存，请稍后再试。", code="sealing_busy")
