"""Putting a backup back into an empty database, of either engine, with the files and checkpoints it holds.

The whole file is checked before anything is written. Files of the store and checkpoints come first, which
harms nobody where they stay alone; everything of the database commits at once, with the entry that tells of
it and a hold: what the backup still has to send may have been sent since.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, IntegrityError

from states.accounts.sessions import Ending
from states.errors import Refusal
from states.office_time import office_minute
from workflow.backup.manifest import Manifest
from workflow.backup.reading import Backup, damaged
from workflow.errors import BackupRefused, ConfigurationError, DatabaseNotEmpty
from workflow.secret import Secret, read_secret
from workflow.services import (
    checkpoint_files,
    database_roles,
    files,
    installation,
    restoring,
    signing_keys,
)
from workflow.services.accounts import sessions
from workflow.services.accounts.token_ends import end_tokens
from workflow.services.backing_up import Progress, check_room
from workflow.services.batch import Batch
from workflow.services.entries import Act, stamp
from workflow.services.office import Office, Signature
from workflow.services.verification import Verification, verify
from workflow.settings import Settings
from workflow.signing import SigningKey, read_signing_keys
from workflow.storage import accounts, dumping, evidence, guards, migrations
from workflow.storage.dumping import Shape
from workflow.storage.session import open_engine, stand_in_line, transaction

RESTORED = "backup_restored"
NEWER = "checkpoint_newer"
AFTER_A_BACKUP = frozenset({NEWER, "log_cut"})
"""What an older backup looks like beside what was kept outside since: expected until it is let go."""


@dataclass(slots=True)
class PutBack:
    """What was put back, and what verifying it came to.

    `keys_missing` are the keys entries bear that the key file does not hold; without the one in force no
    entry could be written (`entered` is false) and the mark beside the key does the holding. `verification`
    is None where there is no key file at all. `differing` are checkpoints whose files in the folder say
    something else, and stay. `written` are the checkpoint files this restore has put there: they came with
    the backup and are no witnesses from outside.
    """

    manifest: Manifest
    entered: bool = False
    files: int = 0
    written: list[Path] = field(default_factory=list)
    keys_missing: list[str] = field(default_factory=list)
    signing_key_missing: str | None = None
    differing: list[str] = field(default_factory=list)
    verification: Verification | None = None

    @property
    def checkpoints(self) -> int:
        return len(self.written)

    @property
    def beyond(self) -> int:
        """Checkpoints outside that are newer than the backup, where nothing else was found; 0 otherwise."""
        codes = [one["code"] for one in self.verification.findings] if self.verification is not None else []
        return codes.count(NEWER) if set(codes) <= AFTER_A_BACKUP else 0

    @property
    def exit_code(self) -> int:
        return self.verification.exit_code if self.verification is not None else 2

    def as_json(self) -> dict[str, Any]:
        told, made = self.manifest, self.verification
        return {
            "restored": True,
            "made_at": stamp(told.made_at),
            "schema": told.schema_version,
            "engine": told.engine,
            "entries": told.entries,
            "position": told.position,
            "checkpoint": told.checkpoint.number if told.checkpoint else None,
            "rows": sum(one.rows for one in told.tables),
            "files": self.files,
            "missing": list(told.files.missing),
            "checkpoints": self.checkpoints,
            "differing": self.differing,
            "beyond": self.beyond,
            "entered": self.entered,
            "keys_missing": self.keys_missing,
            "signing_key_missing": self.signing_key_missing,
            "verification": None if made is None else made.as_json(),
        }


def put_back(
    settings: Settings, file: Path, *, at: datetime, by: Signature, progress: Progress = lambda *_: None
) -> PutBack:
    """Restore a backup into the empty database of the settings, and verify it.

    `progress` is told rows done and rows in all. Raises `BackupRefused` (`backup_missing`, `backup_damaged`,
    `backup_format`, `backup_newer`, `backup_forged`, `backup_no_room`, `row_refused`), `DatabaseNotEmpty`,
    `ConfigurationError`.
    """
    with Backup.of(file) as backup:
        secret = _secret_of(settings)
        _check_manifest(backup, secret)
        backup.check()
        _check_shapes(backup.manifest)
        office = Office(open_engine(settings.database_url), settings, secret)
        try:
            return _restored(office, backup, file, at=at, by=by, progress=progress)
        finally:
            office.engine.dispose()


def _restored(
    office: Office, backup: Backup, file: Path, *, at: datetime, by: Signature, progress: Progress
) -> PutBack:
    done, settings = PutBack(backup.manifest), office.settings
    _check_empty(office.engine)
    _check_room(settings, backup.manifest)
    done.files = _put_files(settings.files, backup)
    _put_checkpoints(settings.checkpoint_dir, backup, done)
    with transaction(office.engine) as tx, _rows_taken():
        stand_in_line(tx)
        _check_is_empty(tx)
        _put_rows(tx, office, backup, progress)
        _go_on(tx, office, backup, file, done, at=at, by=by)
        database_roles.renew(tx)
    if office.secret.keys:
        done.verification = verify(office, apart_from=done.written)
    return done


def _secret_of(settings: Settings) -> Secret:
    """The keys of this host; none where the key file is not there yet."""
    if not settings.secret_file.exists():
        return Secret(settings.secret_file, {})
    return read_secret(settings.secret_file)


def _check_manifest(backup: Backup, secret: Secret) -> None:
    """It is of a schema this program knows, and sealed by the key it names, as far as that is here."""
    told = backup.manifest
    if told.schema_version not in migrations.known():
        raise BackupRefused(
            f"备份的数据库版本{told.schema_version}新于本程序（{migrations.newest()}），请先升级程序再恢复。",
            code="backup_newer",
            schema=told.schema_version,
            known=migrations.newest(),
        )
    key = secret.find(backup.seal.key)
    if key is not None and not backup.seal.is_by(key):
        raise BackupRefused(
            "备份的封签与密钥不符：不是本系统所作的备份，或被改动；未恢复任何内容。", code="backup_forged"
        )


def _check_empty(engine: Engine) -> None:
    with transaction(engine) as tx:
        _check_is_empty(tx)


def _check_is_empty(tx: Connection) -> None:
    if inspect(tx).get_table_names():
        raise DatabaseNotEmpty(
            "数据库中已有内容，备份只能恢复到空的数据库；请新建一个数据库，或另设DUBAN_DATABASE_URL。"
        )


def _check_room(settings: Settings, told: Manifest) -> None:
    """The file store's disk holds the files; that of an SQLite database its rows, twice until they commit."""
    url, rows = make_url(settings.database_url), sum(told.parts[one.part].bytes for one in told.tables)
    wanted: dict[Path, int] = {_there(settings.files): told.files.bytes}
    if url.get_backend_name() == "sqlite":
        folder = _there(Path(url.database or "."))
        wanted[folder] = wanted.get(folder, 0) + 2 * rows
    for folder, needed in wanted.items():
        check_room(folder, needed)


def _there(path: Path) -> Path:
    """The nearest folder above that exists."""
    path = path.absolute()
    return path if path.is_dir() else _there(path.parent)


def _put_files(root: Path, backup: Backup) -> int:
    count = 0
    for digest, data in backup.files():
        files.put_back(root, digest, data)
        count += 1
    return count


def _put_checkpoints(folder: Path | None, backup: Backup, done: PutBack) -> None:
    """Those that are not there yet. One that is stays as it is: what lies outside is the evidence."""
    if folder is None:
        return
    checkpoint_files.make_folder(folder)
    for name, data in backup.checkpoints():
        if not (folder / name).exists():
            checkpoint_files.write(folder / name, data)
            done.written.append(folder / name)
        elif (folder / name).read_bytes() != data:
            done.differing.append(name)


def _put_rows(tx: Connection, office: Office, backup: Backup, progress: Progress) -> None:
    """Every row into the schema it came from."""
    told = backup.manifest
    migrations.bring_to(tx, told.schema_version)
    dumping.read_instants_as_utc(tx)
    done, total = 0, sum(one.rows for one in told.tables)
    with guards.lifted(tx):
        for table in told.tables:
            dumping.put_back(tx, Shape(table.name, table.columns), backup.rows(table))
            done += table.rows
            progress(done, total)
    dumping.go_on_counting(tx)


def _check_shapes(told: Manifest) -> None:
    """The backup has the tables of its schema with their columns."""
    rehearsed = open_engine("sqlite:///:memory:")
    with transaction(rehearsed) as tx:
        migrations.bring_to(tx, told.schema_version)
        there = dumping.shapes(tx)
    rehearsed.dispose()
    if [one.table for one in there] != [one.name for one in told.tables]:
        raise damaged("所含的表与其数据库版本不符")
    for shape, table in zip(there, told.tables, strict=True):
        if set(shape.columns) != set(table.columns) or len(shape.columns) != len(table.columns):
            raise damaged(f"{table.name}表的栏目与其数据库版本不符")


def _go_on(
    tx: Connection, office: Office, backup: Backup, file: Path, done: PutBack, *, at: datetime, by: Signature
) -> None:
    """Bring it up to this program's schema, and hold whatever would leave the house."""
    told, row = backup.manifest, evidence.in_force(tx)
    done.keys_missing = [one for one in told.keys if one not in office.secret.keys]
    done.entered = row is not None and row.key_id in office.secret.keys
    if done.entered:
        installation.bring_up(tx, office, by)
        ended = _let_nobody_in(tx, at)
        batch = Batch(tx, office, by)
        batch.note(Act(RESTORED, at, details=_details(backup, file, tx.dialect.name) | ended))
        signing_keys.announce(batch, _signing_keys(office.settings, done))
        restoring.hold_restored(batch, office_minute(told.made_at))
        batch.flush()
        return
    if told.schema_version != migrations.newest():
        key = row.key_id if row is not None else told.key
        raise ConfigurationError(
            f"密钥文件中没有密钥{key}，恢复并升级旧版数据库须先放回密钥文件{office.settings.secret_file}。",
            code="key_unknown",
            key=key,
        )
    _let_nobody_in(tx, at)
    _signing_keys(office.settings, done)
    restoring.hold_by_mark(tx, office)


def _let_nobody_in(tx: Connection, at: datetime) -> dict[str, Any]:
    """What ended since the backup is open in it: everybody signs in anew, every invitation, every
    address of a calendar and every token of the interface is given anew. Which tokens those were."""
    sessions.end_all(tx, Ending.RESTORED, at=at)
    accounts.withdraw_invitations(tx, at)
    accounts.withdraw_offers(tx)
    return end_tokens(tx, Ending.RESTORED, at=at)


def _details(backup: Backup, file: Path, engine: str) -> dict[str, Any]:
    told = backup.manifest
    return {
        "file": file.name,
        "manifest": backup.seal.sha256,
        "made_at": stamp(told.made_at),
        "entries": told.entries,
        "position": told.position,
        "checkpoint": told.checkpoint.number if told.checkpoint else None,
        "from": told.engine,
        "to": engine,
        "schema": told.schema_version,
    }


def _signing_keys(settings: Settings, done: PutBack) -> list[SigningKey]:
    """The signing keys of this host; that of the journal is told where it is not among them."""
    try:
        keys = read_signing_keys(settings.secret_file)
    except Refusal:
        keys = []
    if done.manifest.signing_key not in {key.public for key in keys}:
        done.signing_key_missing = done.manifest.signing_key
    return keys


@contextmanager
def _rows_taken() -> Iterator[None]:
    """What the database refuses of a backup that is whole."""
    try:
        yield
    except (IntegrityError, DataError) as error:
        kind = type(error.orig).__name__
        raise BackupRefused(
            f"数据库未接受备份中的一行（{kind}）：该行已被绕过系统改动；未恢复任何内容，请换用另一份备份。",
            code="row_refused",
        ) from error
