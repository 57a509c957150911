"""The views of analysts taken out of the house as Parquet files, in a folder that is there whole or not.

Constant memory, however many rows; a manifest with the hash of every file; and an entry that tells of it, of
which nobody gets the folder without.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib import import_module
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import Connection

from states.office_time import morning_of
from workflow.errors import ConfigurationError, FileRefused
from workflow.placing import digest_of, sync
from workflow.services.batch import Batch
from workflow.services.entries import Act, stamp
from workflow.services.exporting import over_all
from workflow.services.office import Office, Signature
from workflow.services.people import signer
from workflow.services.warehouse_past import Backwards
from workflow.storage import roles
from workflow.storage.analyst_views import SCHEMA_VERSION, View, views
from workflow.storage.session import reading, transaction
from workflow.storage.warehouse import AT_ONCE, Rows, batches, still_batches

MANIFEST, FORMAT = "manifest.json", "duban-warehouse"
OF_MATTERS = frozenset({"v_cases", "v_case_units", "v_measures"})
WITHOUT_A_PAST = frozenset({"v_person_measures"})
"""Left out of an export of a day gone by: nothing of it is kept by day."""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse that was written: where, of which day, its files as the manifest has them, and the
    journal's entry; none (`seq` None) tells of one made by a role of the database that can only read."""

    folder: Path
    as_of: date | None
    files: tuple[dict[str, Any], ...]
    unreadable: tuple[str, ...]
    sha256: str
    seq: int | None

    @property
    def rows(self) -> int:
        return sum(int(one["rows"]) for one in self.files)

    def as_json(self) -> dict[str, Any]:
        return {
            "folder": str(self.folder),
            "schema_version": SCHEMA_VERSION,
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "files": [{name: one[name] for name in ("file", "rows", "sha256")} for one in self.files],
            "rows": self.rows,
            "unreadable": list(self.unreadable),
            "sha256": self.sha256,
            "journal_seq": self.seq,
        }


def export_warehouse(
    office: Office,
    folder: Path,
    *,
    by: Signature,
    as_of: date | None = None,
    overwrite: bool = False,
    reason: str | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Warehouse:
    """Write every view into a folder, as they are or as they were recorded by the end of a day.

    Raises `ConfigurationError` (`warehouse_missing`) without pyarrow, `FileRefused` (`export_folder`,
    `export_exists`, `warehouse_foreign`), `NotPermitted` (`export_all_not_permitted`) to whoever does not see
    every matter.
    """
    parquet = _parquet()
    _check_place(folder, overwrite=overwrite)
    waiting = Path(mkdtemp(dir=folder.parent, prefix=".duban-"))
    try:
        with reading(office.engine) as tx:
            over_all(tx, office, by)
            source = _Source(tx, as_of)
            files = tuple(_written(parquet, source, one, waiting, progress) for one in source.views())
            told = roles.may_write(tx)
        digest = _write_manifest(waiting, files, source, by)
        seq = _enter(office, files, digest, as_of, by=by, reason=reason) if told else None
        _put(waiting, folder)
    finally:
        shutil.rmtree(waiting, ignore_errors=True)
    return Warehouse(folder, as_of, files, tuple(source.unreadable), digest, seq)


@dataclass(slots=True)
class _Source:
    """The views as they are, or as they were by the end of a day."""

    tx: Connection
    as_of: date | None
    unreadable: Iterable[str] = ()

    @property
    def instant(self) -> datetime | None:
        """The first moment after that day."""
        if self.as_of is None:
            return None
        return morning_of(self.as_of + timedelta(days=1))

    def views(self) -> Iterator[View]:
        left_out = WITHOUT_A_PAST if self.as_of else frozenset[str]()
        return (one for one in views() if one.name not in left_out)

    def batches(self, view: View) -> Iterator[Rows]:
        if self.instant is None or (view.recorded is None and view.name not in OF_MATTERS):
            return batches(self.tx, view)
        if view.name not in OF_MATTERS:
            return batches(self.tx, view, before=self.instant)
        return self._past(view, self.instant)

    def _past(self, view: View, instant: datetime) -> Iterator[Rows]:
        yield from still_batches(self.tx, view, since=instant)
        past = Backwards(self.tx, instant - timedelta(microseconds=1))
        rows = past.rows(view)
        while part := list(islice(rows, AT_ONCE)):
            yield part
        self.unreadable = past.unreadable


def _written(
    parquet: Any, source: _Source, view: View, folder: Path, progress: Callable[[int], None]
) -> dict[str, Any]:
    """Write a view; what the manifest says of it."""
    file = folder / f"{view.name.removeprefix('v_')}.parquet"
    rows = parquet.write(file, view, source.batches(view), progress)
    named = ({"name": one.name, "chinese": one.chinese, "type": one.kind.value} for one in view.columns)
    return {
        "file": file.name,
        "view": view.name,
        "chinese": view.chinese,
        "rows": rows,
        "sha256": digest_of(file),
        "columns": list(named),
    }


def _parquet() -> Any:
    """What writes Parquet, which needs an extra. Raises `ConfigurationError` where it is not installed."""
    try:
        return import_module("workflow.parquet_form")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "pyarrow":
            raise
        message = "导出Parquet需要pyarrow，本机没有安装：请维护人员安装duban[warehouse]后重试。"
        raise ConfigurationError(message, code="warehouse_missing") from error


def _check_place(folder: Path, *, overwrite: bool) -> None:
    if not folder.parent.is_dir():
        message = f"文件夹“{folder.parent}”不存在，请先建立。"
        raise FileRefused(message, code="export_folder")
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not overwrite or not folder.is_dir():
        raise FileRefused(
            f"“{folder}”已有内容，未覆盖；请换一个文件夹，或加--overwrite。", code="export_exists"
        )
    if not _is_a_warehouse(folder):
        message = f"“{folder}”不是以前导出的数据仓库，为免误删不予覆盖；请换一个文件夹。"
        raise FileRefused(message, code="warehouse_foreign")


def _is_a_warehouse(folder: Path) -> bool:
    """Whether a folder has nothing but what an export put there."""
    try:
        told = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        named = {MANIFEST, *(one["file"] for one in told["files"])}
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return told.get("format") == FORMAT and {one.name for one in folder.iterdir()} <= named


def _write_manifest(folder: Path, files: Iterable[dict[str, Any]], source: _Source, by: Signature) -> str:
    told = {
        "format": FORMAT,
        "schema_version": SCHEMA_VERSION,
        "release": version("duban"),
        "made_at": stamp(by.recorded_at),
        "as_of": source.as_of.isoformat() if source.as_of else None,
        "unreadable": list(source.unreadable),
        "files": list(files),
    }
    file = folder / MANIFEST
    file.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return digest_of(file)


def _enter(
    office: Office,
    files: Iterable[dict[str, Any]],
    digest: str,
    as_of: date | None,
    *,
    by: Signature,
    reason: str | None,
) -> int:
    rows = {str(one["view"]): int(one["rows"]) for one in files}
    details: dict[str, Any] = {"format": "parquet", "rows": rows, "sha256": digest}
    details |= {"as_of": as_of.isoformat()} if as_of else {}
    details |= {"reason": reason} if reason else {}
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        seq = batch.note(Act("warehouse_exported", by.recorded_at, signer(tx, by.person), details))
        batch.flush()
    return seq


def _put(waiting: Path, folder: Path) -> None:
    """Put the folder in its place; what lay there goes once the new one has its name."""
    former = None
    if folder.exists():
        former = Path(mkdtemp(dir=folder.parent, prefix=".duban-"))
        folder.replace(former / folder.name)
    sync(waiting)
    waiting.rename(folder)
    sync(folder.parent)
    if former is not None:
        shutil.rmtree(former)
