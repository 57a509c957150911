"""A backup: database, file store and checkpoints in one file, as they are at one instant, without the keys.

Before it a checkpoint is made, and behind it the journal's entry that tells of it: with the hash of the
backup's manifest, so that it is not in the backup itself but in the history that goes on. The file is put in
its place last. Whoever writes meanwhile is not kept from it.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.errors import Refusal
from states.evidence import rhythm
from workflow.backup.manifest import (
    CHECKPOINT_NAME,
    FORMAT,
    MOST_MISSING,
    LastCheckpoint,
    Manifest,
    Seal,
    Stored,
    TablePart,
)
from workflow.backup.writing import Writer
from workflow.errors import BackupRefused
from workflow.placing import beside, put_new, sync
from workflow.services import checkpoints, files, signing_keys
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.services.hands import missing
from workflow.services.office import Office, Signature
from workflow.storage import dumping, evidence, journal, log, migrations, queries, sweeps
from workflow.storage.models import StoredFile
from workflow.storage.session import reading, transaction

MADE = "backup_made"
MOST_OF_A_CHECKPOINT = 1024 * 1024
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A backup that was made: where it lies, what it says of itself, its entry, what went wrong beside it.

    `made` is the number of the checkpoint before it, None where none could be made.
    """

    file: Path
    size: int
    manifest: Manifest
    seal: Seal
    seq: int
    made: int | None
    troubles: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        return {
            "file": str(self.file),
            "bytes": self.size,
            "manifest": self.seal.sha256,
            "entries": self.manifest.entries,
            "position": self.manifest.position,
            "checkpoint": self.made,
            "files": self.manifest.files.count,
            "missing": list(self.manifest.files.missing),
            "keys": list(self.manifest.keys),
            "journal_seq": self.seq,
            "troubles": list(self.troubles),
        }


def back_up(
    office: Office, file: Path, *, at: datetime, by: Signature, progress: Progress = lambda *_: None
) -> BackedUp:
    """Write everything the office has but its keys into a new file, and an entry that it was made.

    A checkpoint that cannot be made, a file of the store that is lost: told, and the backup is made all the
    same. `progress` is told rows done and rows in all. Raises `BackupRefused` (`backup_exists`,
    `backup_folder`, `backup_no_room`, `backup_unreadable`), `ConfigurationError` (`key_unknown` …).
    """
    _check_place(file)
    troubles: list[str] = []
    made = _checkpoint(office, at, by, troubles)
    with beside(file) as waiting:
        with reading(office.engine) as tx:
            check_room(file.parent, _size(tx))
            manifest, seal = _write(tx, office, waiting, by, progress)
        sync(waiting)
        size = waiting.stat().st_size
        seq = _enter(office, file, manifest, seal, size=size, by=by)
        _put(waiting, file)
    if manifest.files.lost:
        troubles.append(f"文件库缺少{manifest.files.lost}个文件或其内容已变，未能备份；请用duban verify核查")
    return BackedUp(file, size, manifest, seal, seq, made, tuple(troubles))


def last_made(office: Office) -> datetime | None:
    """When the last backup was made by the journal; None before the first."""
    with reading(office.engine) as tx:
        entry = next(iter(journal.newest_entries(tx, [MADE], 1)), None)
    return entry.recorded_at if entry else None


def _checkpoint(office: Office, at: datetime, by: Signature, troubles: list[str]) -> int | None:
    """A backup is needed most where something is wrong, so that nothing here keeps it from being made."""
    try:
        kept = checkpoints.checkpoint(office, at=at, by=by, reason=rhythm.BACKUP)
    except Refusal as refusal:
        troubles.append(f"备份前的检查点未能生成：{refusal.message}（{refusal.code}）")
        return None
    troubles += kept.troubles
    return kept.made.number if kept.made else None


def _write(
    tx: Connection, office: Office, path: Path, by: Signature, progress: Progress
) -> tuple[Manifest, Seal]:
    """Everything as the transaction sees it, and the manifest over it."""
    row = evidence.in_force(tx)
    if row is None:
        raise missing()
    key = office.secret.named(row.key_id)
    shapes = dumping.shapes(tx)
    counting = _Counting(sum(dumping.count(tx, one) for one in shapes), progress)
    store = _Store(office.settings.files)
    try:
        with Writer.to(path) as writer:
            tables = [_table(tx, writer, one, counting) for one in shapes]
            writer.files(store.found(tx))
            writer.checkpoints(_kept_outside(office.settings.checkpoint_dir))
            manifest = _manifest(tx, by, tables, store.told, writer)
            return manifest, writer.close(manifest, key)
    except (TypeError, UnicodeError) as error:
        message = "有一行的内容不是文本、数字，无法备份：疑似绕过系统改动；请用duban verify核查。"
        raise BackupRefused(message, code="backup_unreadable") from error


@dataclass(slots=True)
class _Counting:
    """Rows done, of rows in all."""

    total: int
    progress: Progress
    done: int = 0

    def more(self, rows: int) -> None:
        self.done += rows
        self.progress(self.done, self.total)


def _table(tx: Connection, writer: Writer, shape: dumping.Shape, counting: _Counting) -> TablePart:
    told = TablePart(name=shape.table, columns=shape.columns, rows=0)
    rows = writer.table(told.part, dumping.each_row(tx, shape), counting.more)
    return told.model_copy(update={"rows": rows})


@dataclass(slots=True)
class _Store:
    """The file store on its way into a backup: what the database knows of it, and what is sound."""

    root: Path
    count: int = 0
    size: int = 0
    lost: list[str] = field(default_factory=list)

    def found(self, tx: Connection) -> Iterator[tuple[str, bytes]]:
        for digest in dumping.each_value(tx, queries.table(StoredFile).c.sha256):
            try:
                data = files.fetch(self.root, digest)
            except Refusal:
                self.lost.append(digest)
                continue
            self.count, self.size = self.count + 1, self.size + len(data)
            yield digest, data

    @property
    def told(self) -> Stored:
        named = tuple(self.lost[:MOST_MISSING])
        return Stored(count=self.count, bytes=self.size, lost=len(self.lost), missing=named)


def _kept_outside(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """The files of the folder of checkpoints with their time-stamps, those of a branch that was left too."""
    if folder is None or not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        named = CHECKPOINT_NAME.match(path.name) and path.is_file()
        if named and path.stat().st_size <= MOST_OF_A_CHECKPOINT:
            yield path.name, path.read_bytes()


def _manifest(
    tx: Connection, by: Signature, tables: list[TablePart], stored: Stored, writer: Writer
) -> Manifest:
    now, last = log.evidence(tx), log.last_checkpoint(tx)
    return Manifest(
        format=FORMAT,
        schema_version=str(migrations.version(tx)),
        made_at=by.recorded_at,
        made_by=f"{by.door}:{by.account or ''}"[:200],
        engine=tx.dialect.name,
        origin=sweeps.first_entry(tx),
        entries=next(one.rows for one in tables if one.name == queries.EVENT.name),
        position=now.first + log.sealer(tx).size,
        checkpoint=LastCheckpoint(number=last.number, hash=last.hash) if last else None,
        algorithm=now.algorithm,
        key=now.key_id,
        keys=tuple(dict.fromkeys((*evidence.key_ids(tx), now.key_id))),
        signing_key=next(iter(signing_keys.announced(tx)), None),
        tables=tuple(tables),
        files=stored,
        parts=writer.parts,
    )


def _enter(office: Office, file: Path, manifest: Manifest, seal: Seal, *, size: int, by: Signature) -> int:
    details = {
        "file": file.name,
        "manifest": seal.sha256,
        "entries": manifest.entries,
        "position": manifest.position,
        "checkpoint": manifest.checkpoint.number if manifest.checkpoint else None,
        "bytes": size,
        "files_missing": manifest.files.lost,
    }
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        seq = batch.note(Act(MADE, by.recorded_at, SYSTEM, details))
        batch.flush()
    return seq


def _check_place(file: Path) -> None:
    if not file.parent.is_dir():
        raise BackupRefused(f"文件夹“{file.parent}”不存在，请先建立。", code="backup_folder")
    if file.exists():
        raise _exists(file)


def _exists(file: Path) -> BackupRefused:
    message = f"“{file}”已存在，备份从不覆盖已有文件；请换一个文件名。"
    return BackupRefused(message, code="backup_exists")


def check_room(folder: Path, needed: int) -> None:
    """Raises `BackupRefused` (`backup_no_room`) where so many bytes are not free."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise BackupRefused(
            f"“{folder}”所在磁盘空间不足：约需{needed >> 20}MB，剩余{free >> 20}MB；请腾出空间或换一个位置。",
            code="backup_no_room",
            needed=needed,
            free=free,
        )


def _size(tx: Connection) -> int:
    """How much there is to keep. Packed it takes less, so that room for this is enough."""
    return dumping.size(tx) + dumping.total(tx, queries.table(StoredFile).c.size)


def _put(waiting: Path, file: Path) -> None:
    try:
        put_new(waiting, file)
    except FileExistsError as error:
        raise _exists(file) from error
