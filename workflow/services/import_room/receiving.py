"""Handing a file in: what it is, whether it may come in at all, and its first reading.

It is looked through for viruses and marks of state secrets like every file; then it is kept until it is
brought in or put away.
"""

import hashlib
import json
import secrets
from base64 import b64encode
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from states.errors import FactInvalid
from states.file_names import cleaned
from states.importing import Kind
from states.register.headers import REGISTER_NAMES, REGISTER_REQUIRED, find_header
from states.register.sheet import Sheet
from workflow.errors import FileRefused
from workflow.services import directories, files
from workflow.services.files import Given
from workflow.services.import_room import drafts
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.drafts import State
from workflow.services.import_room.examining import examined, kept, read_anew
from workflow.services.office import Office, Signature
from workflow.services.scanning import scan
from workflow.storage import import_drafts
from workflow.storage.session import reading, transaction
from workflow.workbooks.container import kind_of
from workflow.workbooks.errors import WorkbookRefused
from workflow.workbooks.opening import open_workbook

MIB = 1024 * 1024
MAX_FILE, MAX_ROWS, MOST_OPEN = 8 * MIB, 10_000, 5
TEXTS = frozenset({".csv", ".json", ".ics", ".txt"})
"""What a notice comes in."""

SPREADSHEETS = frozenset({".xlsx", ".xls", ".et", ".csv"})


def receive(office: Office, given: Given, *, by: Signature, at: datetime) -> str:
    """Take a file in and read it; returns the draft's id. The same file again leads to where it lies.

    Raises `NotPermitted` for whoever may not bring in such a file, `FactInvalid` (`imports_many`) for one too
    many, and whatever refuses the file.
    """
    person, path = str(by.person), given.path.with_name(cleaned(given.name))
    with reading(office.engine) as tx:
        may = drafts.kinds_of(tx, person, at)
    drafts.check_may(may)
    given.path.rename(path)
    kind = _kind(office, path)
    drafts.check_may(may, kind)
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    with reading(office.engine) as tx:
        there = _there_already(tx, person, sha256)
    if there is not None:
        read_anew(office, there, by=by, at=at)
        return there
    found = examined(office, kind, path, Changes(), by=by, at=at)
    draft = secrets.token_hex(16)
    with transaction(office.engine) as tx:
        told = {**found.told, "before": _before(tx, sha256)}
        import_drafts.add(
            tx, id=draft, person=person, kind=kind.value, state=State.OPEN.value, name=path.name,
            sha256=sha256, size=len(data), content=b64encode(data).decode(), changes=Changes().as_text(),
            told=json.dumps(told, ensure_ascii=False), version=drafts.next_version(), total=found.coming,
            done=0, run=None, lease_until=None, uploaded_at=at, changed_at=at,
        )  # fmt: skip
        kept(tx, draft, found.lines)
    return draft


def _kind(office: Office, path: Path) -> Kind:
    """What a file is, by what it holds. Raises where it may not come in."""
    size = path.stat().st_size
    if size > MAX_FILE:
        message = f"“{path.name}”超过{MAX_FILE // MIB}MB，请删去图片等无关内容，或者拆分后分次上传。"
        raise FileRefused(message, code="file_too_large", name=path.name)
    sheets = _table(path) if path.suffix.lower() == ".csv" else None
    if sheets is None and path.suffix.lower() in TEXTS:
        return _notice(office, path)
    kept_file = files.take_in(office.settings.files, _by_content(path), scanner=office.settings.scan)
    files.dismiss([kept_file])
    sheets = sheets or open_workbook(path)
    if sum(len(sheet.rows) for sheet in sheets) > MAX_ROWS:
        message = f"“{path.name}”超过{MAX_ROWS}行，请拆分后分次上传。"
        raise FileRefused(message, code="import_too_long", name=path.name)
    return Kind.DIRECTORY if directories.holds_directory(sheets) else Kind.REGISTER


def _table(path: Path) -> tuple[Sheet, ...] | None:
    """The register or directory a CSV holds; None where it holds neither, and may be a notice."""
    try:
        sheets = open_workbook(path)
    except WorkbookRefused:
        return None
    names = find_header(sheets[0], REGISTER_NAMES, REGISTER_REQUIRED)
    return sheets if names or directories.holds_directory(sheets) else None


def _by_content(path: Path) -> Given:
    """A table under the ending its content has: WPS calls an old workbook or one of today .et alike."""
    if path.suffix.lower() not in SPREADSHEETS:
        return Given(path, path.name)
    return Given(path, path.with_suffix(f".{kind_of(path)}").name)


def _notice(office: Office, path: Path) -> Kind:
    data = path.read_bytes()
    if not data:
        raise FileRefused(f"“{path.name}”是空文件，请确认选对了文件。", code="file_empty", name=path.name)
    if office.settings.scan:
        scan(office.settings.scan, path.name, data)
    return Kind.CALENDAR


def _there_already(tx: Connection, person: str, sha256: str) -> str | None:
    """Where the same file lies already. Raises `FactInvalid` where too many others do."""
    unfinished = import_drafts.in_states(tx, drafts.UNFINISHED, person)
    there = next((row.id for row in unfinished if row.sha256 == sha256), None)
    if there is None and len(unfinished) >= MOST_OPEN:
        message = f"未办完的导入已有{MOST_OPEN}个，请先办完或删去不用的，再上传。"
        raise FactInvalid(message, code="imports_many")
    return there


def _before(tx: Connection, sha256: str) -> str | None:
    """When the same file was brought in before, if it was."""
    found = (import_drafts.brought_in_at(tx, sha256), import_drafts.stored_at(tx, sha256))
    return min((one.isoformat() for one in found if one is not None), default=None)
