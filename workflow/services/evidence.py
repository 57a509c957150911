"""What entries are written with: telling it, and changing the digest profile or the key.

A change waits until whoever is writing has ended, enters what it does under what was in force until then, and
puts the new in force with the same commit. Cut off anywhere, either nothing happened or all of it; at worst
the key file holds a key that nothing is written with.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactInvalid, FactMissing
from states.evidence import rhythm
from states.history import PROFILES
from workflow.digests import check_available
from workflow.errors import ConfigurationError
from workflow.secret import Secret
from workflow.services import checkpoints, hands, signing_keys
from workflow.services.batch import Batch
from workflow.services.checkpoints import Kept
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.restoring import check_sending
from workflow.services.sealing import seal_in
from workflow.signing import SigningKey, add_signing_key, keep_signing_key
from workflow.storage import evidence, log
from workflow.storage.session import reading, stand_in_line, transaction

SWITCHED, ROTATED, KNOWN = "digest_switched", "key_rotated", "keys_known"


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change put in force, as its entry tells it, and the checkpoint that covers it."""

    told: dict[str, Any]
    kept: Kept

    def as_json(self) -> dict[str, Any]:
        made = self.kept.made
        return {**self.told, "checkpoint": made.number if made else None}


def status(office: Office) -> dict[str, Any]:
    """What is in force, and every key known by its file or by the entries that bear it."""
    with reading(office.engine) as tx:
        row, borne = evidence.in_force(tx), evidence.key_ids(tx)
        signing = next(iter(signing_keys.announced(tx)), None)
    if row is None:
        raise hands.missing()
    told = {"algorithm": row.algorithm, "epoch": row.epoch, "first": row.first, "key": row.key_id}
    return told | {"keys": _keys(office.secret, row.key_id, borne), "signing_key": signing}


def begin(tx: Connection, office: Office) -> None:
    """See that entries can be written; those of a new installation with the digest of the settings.

    Raises `ConfigurationError` (`evidence_missing`, `digest_unavailable`, `key_unknown`).
    """
    row = evidence.in_force(tx)
    if row is None:
        raise hands.missing()
    if not log.last_event(tx):
        log.change_evidence(tx, algorithm=office.settings.digest, key_id=office.secret.newest.id)
        return
    check_available(row.algorithm)
    office.secret.named(row.key_id)


def take_over(batch: Batch) -> None:
    """An office from before keys were rotated has the key of its file in force.

    Any it had in between is announced by an entry, for entries bear it and nothing else tells of it.
    """
    borne = (*evidence.key_ids(batch.tx), batch.office.secret.newest.id)
    first, *others = dict.fromkeys(borne)
    if others:
        batch.note(Act(KNOWN, batch.signature.recorded_at, details={"first": first, "others": others}))


def switch(office: Office, algorithm: str, *, reason: str | None, by: Signature) -> Changed:
    """End the epoch under a checkpoint, and write with another digest profile from the next entry on.

    Raises `FactInvalid` (`digest_unknown`, `digest_in_force`), `FactMissing` (`reason_missing`), `Held`,
    `SealingRefused`, `ConfigurationError` (`digest_unavailable` …).
    """
    said = _reason(reason)
    if algorithm not in PROFILES:
        raise FactInvalid(f"没有这种算法，可用的有：{'、'.join(PROFILES)}。", code="digest_unknown")
    check_available(algorithm)
    with _changing(office, by) as (batch, row, kept):
        if row.algorithm == algorithm:
            raise FactInvalid(
                f"现用的就是{algorithm}，无须切换。", code="digest_in_force", algorithm=algorithm
            )
        told = {"old": row.algorithm, "new": algorithm, "reason": said}
        batch.note(Act(SWITCHED, by.recorded_at, details=told))
        batch.flush()
        kept.made = checkpoints.close_epoch(
            batch.tx, office, algorithm, at=by.recorded_at, by=by, troubles=kept.troubles
        )
    return Changed({**told, "epoch": row.epoch + 1, "first": kept.made.end}, kept)


def rotate(office: Office, *, reason: str | None, by: Signature, lost: bool = False) -> Changed:
    """Add a key to the file and write with it from the next entry on. The former stays, to verify with.

    `lost` is for a key in force that the file no longer holds: the change itself is then keyed by the new
    one. Raises `FactMissing` (`reason_missing`), `FactInvalid` (`key_held`), `Held`, `SealingRefused`,
    `ConfigurationError` (`key_unknown`, `secret_unwritable` …).
    """
    said = _reason(reason)
    with _changing(office, by, lost=lost) as (batch, row, kept):
        _check_lost(office.secret, row.key_id, lost)
        told = {"former": row.key_id, "new": office.secret.add().id, "lost": lost, "reason": said}
        if lost:
            log.change_evidence(batch.tx, key_id=told["new"])
        batch.note(Act(ROTATED, by.recorded_at, details=told))
        batch.flush()
        log.change_evidence(batch.tx, key_id=told["new"])
        _cover(batch, kept)
    return Changed(told, kept)


def rotate_signing(office: Office, *, reason: str | None, by: Signature) -> Changed:
    """Sign checkpoints with a new key, after one more by the former that covers the entry of the change.

    Raises `FactMissing` (`reason_missing`), `Held`, `SealingRefused`, `ConfigurationError`
    (`signing_key_missing`, `signing_key_unknown`, `secret_unwritable` …).
    """
    said, secret_file = _reason(reason), office.settings.secret_file
    with _changing(office, by) as (batch, _, kept):
        former = signing_keys.in_force(batch.tx, office.settings)
        new = add_signing_key(secret_file)
        told = {"former": former.public, "public": new.public, "reason": said}
        batch.note(Act("signing_key_rotated", by.recorded_at, details=told))
        batch.flush()
        _cover(batch, kept, former)
    try:
        keep_signing_key(secret_file, new)
    except ConfigurationError as unwritable:  # the new one signs all the same
        kept.troubles.append(unwritable.message)
    return Changed(told, kept)


def _cover(batch: Batch, kept: Kept, key: SigningKey | None = None) -> None:
    """Put a change under a checkpoint in the transaction that makes it."""
    by = batch.signature
    seal_in(batch.tx)
    kept.made = checkpoints.make_in(
        batch.tx, batch.office,
        at=by.recorded_at, by=by, reason=rhythm.SWITCH, troubles=kept.troubles, key=key,
    )  # fmt: skip


@contextmanager
def _changing(office: Office, by: Signature, *, lost: bool = False) -> Iterator[tuple[Batch, Row[Any], Kept]]:
    """One transaction that nobody else writes beside, and the files of its checkpoint afterwards."""
    if not lost:  # the guard would enter what it finds, and nobody can
        check_sending(office, by=by)
    kept = Kept()
    with transaction(office.engine) as tx:
        stand_in_line(tx)
        row = evidence.lock(tx)
        if row is None:
            raise hands.missing()
        yield Batch(tx, office, by), row, kept
    checkpoints.write_files(office, kept)


def _check_lost(secret: Secret, key_id: str, lost: bool) -> None:
    try:
        secret.named(key_id)
    except ConfigurationError:
        if not lost:
            raise
        return
    if lost:
        raise FactInvalid(
            "现用的密钥就在密钥文件中，无须按丢失处理；请去掉 --lost。", code="key_held", key=key_id
        )


def _reason(said: str | None) -> str:
    if not (said or "").strip():
        raise FactMissing("请用 --reason 写明理由。", code="reason_missing", missing="reason")
    return str(said).strip()


def _keys(secret: Secret, in_force: str, borne: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {"key": key, "entries": borne.get(key, 0), "in_force": key == in_force, "held": key in secret.keys}
        for key in dict.fromkeys((*borne, *secret.keys, in_force))
    ]
