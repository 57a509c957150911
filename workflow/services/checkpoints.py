"""Checkpoints: making one, now or when it is due, and telling of those that were made.

A checkpoint, the mail that carries it and the entry that tells of the mail commit together. Its file is
written afterwards, and by whoever comes next if that fails.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states import delivery
from states.errors import Refusal
from states.evidence import rhythm
from states.evidence.checkpoint import Checkpoint, parse
from states.evidence.rhythm import Rhythm
from states.history import GENESIS
from workflow.errors import NotFound
from workflow.services import checkpoint_files, signing_keys, timestamps
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.paper_values import Recipient
from workflow.services.plain_mails import post
from workflow.services.restoring import check_sending
from workflow.services.sealing import open_epoch, seal_all, seal_in
from workflow.services.work import begin
from workflow.settings import Settings
from workflow.signing import SigningKey
from workflow.storage import log, sweeps
from workflow.storage.session import reading, transaction

KIND, QUEUED = "checkpoint", "checkpoint_queued"
AUDITOR = "审计人员"
TELLING_OF_MAIL = delivery.ENTRIES
ALWAYS_MAILED = frozenset({rhythm.DAY_END, rhythm.SWITCH})


@dataclass(slots=True)
class Kept:
    """What a look at the log did: entries sealed, the checkpoint made if any, files written, troubles met."""

    sealed: int = 0
    made: Checkpoint | None = None
    written: list[Path] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)


def checkpoint(office: Office, *, at: datetime, by: Signature, reason: str = rhythm.MANUAL) -> Kept:
    """Seal everything there is and make a checkpoint of it now, even if nothing is new.

    Raises `Held` (`held_restored`), `SealingRefused`, `ConfigurationError` (`signing_key_missing` …). A file
    or mail that cannot be written is a trouble told, and the checkpoint stands.
    """
    check_sending(office, by=by)
    kept = Kept(seal_all(office))
    with transaction(office.engine) as tx:
        kept.made = make_in(tx, office, at=at, by=by, reason=reason, troubles=kept.troubles)
    write_files(office, kept)
    return kept


def keep(office: Office, *, at: datetime, by: Signature) -> Kept:
    """Seal what is new, make a checkpoint if one is due, and write the files that are not there yet.

    The ticker's look, and the end of a sweep by hand. Raises like `checkpoint`.
    """
    check_sending(office, by=by)
    kept = Kept(seal_all(office))
    with reading(office.engine) as tx:
        due = reason_due(tx, office.settings, at)
    if due is not None:
        with transaction(office.engine) as tx:
            kept.made = _make_if_due(tx, office, at, by, kept.troubles)
    write_files(office, kept)
    return kept


def make_in(
    tx: Connection,
    office: Office,
    *,
    at: datetime,
    by: Signature,
    reason: str,
    troubles: list[str],
    key: SigningKey | None = None,
) -> Checkpoint:
    """Make a checkpoint of what is sealed, within a transaction that may do more.

    It is signed by `key`, or else by the one in force; its file is for `write_files`. Locks the `evidence`
    row, the sealer's and, with a mail, the journal's, in this order.
    """
    made = _signed_in(tx, office, at, reason, key)
    troubles += _mailed(tx, office, made, reason, at=at, by=by)
    return made


def close_epoch(
    tx: Connection, office: Office, algorithm: str, *, at: datetime, by: Signature, troubles: list[str]
) -> Checkpoint:
    """Seal all of an epoch under its last checkpoint, and begin the next one with this algorithm.

    The transaction holds `evidence` for update. The entry that tells of the mail is of the new epoch, for the
    former one is closed.
    """
    seal_in(tx)
    made = _signed_in(tx, office, at, rhythm.SWITCH)
    open_epoch(tx, algorithm)
    troubles += _mailed(tx, office, made, rhythm.SWITCH, at=at, by=by)
    return made


def _signed_in(
    tx: Connection, office: Office, at: datetime, reason: str, key: SigningKey | None = None
) -> Checkpoint:
    epoch, sealer, last = log.evidence_shared(tx), log.sealer_for_update(tx), log.last_checkpoint(tx)
    key = key or signing_keys.in_force(tx, office.settings)
    made = Checkpoint(
        origin=sweeps.first_entry(tx),
        number=log.next_number(tx, last.number if last else 0),
        epoch=epoch.epoch,
        algorithm=epoch.algorithm,
        first=epoch.first,
        size=sealer.size,
        root=log.peaks_of(sealer, epoch.algorithm).root.hex(),
        time=at,
        previous=last.hash if last else GENESIS,
        key=key.public,
    )
    signed = parse(key.sign(made).text)  # nothing is kept that nobody could read
    log.add_checkpoint(tx, signed, at, reason)
    return signed


def reason_due(tx: Connection, settings: Settings, at: datetime) -> str | None:
    """Why a checkpoint is due at an instant, or None."""
    row, beat = log.last_checkpoint(tx), _rhythm(settings)
    covered = log.event_at(tx, parse(row.text).end - 1) if row else 0
    return beat.due(row.made_at if row else None, at, _count_new(tx, covered, beat.entries))


def age(office: Office, at: datetime) -> timedelta | None:
    """How long ago the last checkpoint was made; None before the first."""
    with reading(office.engine) as tx:
        row = log.last_checkpoint(tx)
    return at - row.made_at if row else None


def anything_new(office: Office) -> bool:
    """Whether a checkpoint made now would cover more than the last one does."""
    with reading(office.engine) as tx:
        row = log.last_checkpoint(tx)
        covered = log.event_at(tx, parse(row.text).end - 1) if row else 0
        return _count_new(tx, covered, 1) > 0


def list_checkpoints(office: Office, limit: int) -> list[dict[str, Any]]:
    """The checkpoints made last, newest first."""
    with reading(office.engine) as tx:
        return [_told(office, parse(row.text), row.reason) for row in log.newest_checkpoints(tx, limit)]


def show(office: Office, number: int) -> dict[str, Any]:
    """One checkpoint with its text. Raises `NotFound` (`checkpoint_unknown`)."""
    with reading(office.engine) as tx:
        row = log.checkpoint(tx, number)
    if row is None:
        message = f"没有第{number}号检查点，请核对序号。"
        raise NotFound(message, code="checkpoint_unknown", number=number)
    return {**_told(office, parse(row.text), row.reason), "text": row.text}


def _make_if_due(
    tx: Connection, office: Office, at: datetime, by: Signature, troubles: list[str]
) -> Checkpoint | None:
    """Asked again while nobody else can make one: of two processes that saw it due, one makes it."""
    log.evidence_shared(tx)
    log.sealer_for_update(tx)
    reason = reason_due(tx, office.settings, at)
    return make_in(tx, office, at=at, by=by, reason=reason, troubles=troubles) if reason else None


def _count_new(tx: Connection, covered: int, most: int) -> int:
    """Entries since the last checkpoint, up to `most`; those that only tell of mailing checkpoints aside.

    They would make one due, which is mailed, which makes an entry, for ever.
    """
    new = log.count_entries_after(tx, covered, {QUEUED, *TELLING_OF_MAIL}, most)
    if new >= most:
        return new
    mails = [_message_of(one) for one in log.journal_payloads_after(tx, covered, TELLING_OF_MAIL)]
    own = log.mails_of_kind(tx, mails, KIND)
    return new + sum(one not in own for one in mails)


def _message_of(payload: str) -> str:
    return str(json.loads(payload)["details"].get("message", ""))


def _mailed(
    tx: Connection, office: Office, made: Checkpoint, reason: str, *, at: datetime, by: Signature
) -> Iterator[str]:
    """Put the checkpoint into the outbox for the auditor; tells why it could not be."""
    address = office.settings.auditor_mail
    if address is None or not (office.settings.checkpoint_mail == "all" or reason in ALWAYS_MAILED):
        return
    work = begin(tx, office, by=by, at=at)
    try:
        issued = post(work, KIND, {"checkpoint": _facts(made, reason)}, (Recipient(AUDITOR, address),))
    except Refusal as refusal:
        yield f"第{made.number}号检查点未能寄出：{refusal.message}"
        return
    details = {"number": made.number, "hash": made.hash, **issued.as_details()}
    work.batch.note(Act(QUEUED, at, details=details))
    work.batch.flush()


def _facts(made: Checkpoint, reason: str) -> dict[str, Any]:
    return {
        "number": made.number,
        "size": made.size,
        "short": made.short,
        "reason": rhythm.REASONS[reason],
        "lines": made.text.splitlines(),
    }


def write_files(office: Office, kept: Kept) -> None:
    """Write the files that are not there yet. A folder that cannot be is told; the next look tries again."""
    try:
        kept.written = checkpoint_files.write_missing(office)
    except Refusal as refusal:
        kept.troubles.append(f"{refusal.message}（{refusal.code}）")


def _rhythm(settings: Settings) -> Rhythm:
    return Rhythm(timedelta(seconds=settings.checkpoint_seconds), settings.checkpoint_entries)


def _told(office: Office, one: Checkpoint, reason: str) -> dict[str, Any]:
    folder = office.settings.checkpoint_dir
    place = checkpoint_files.place_of(folder, one) if folder else None
    stamped = timestamps.told_of(place) if place else None
    return {
        "number": one.number,
        "epoch": one.epoch,
        "algorithm": one.algorithm,
        "first": one.first,
        "size": one.size,
        "root": one.root,
        "time": one.time.isoformat(),
        "short": one.short,
        "hash": one.hash,
        "key": one.key,
        "reason": reason,
        "reason_label": rhythm.REASONS.get(reason, reason),
        "file": str(place) if place is not None and place.exists() else None,
        "timestamp": stamped.isoformat() if stamped else None,
    }
