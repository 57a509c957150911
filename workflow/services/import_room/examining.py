"""Reading a file on its way in, as often as something about it is changed."""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.importing import Kind
from workflow.errors import EditConflict
from workflow.services.import_room import directories, notices, registers
from workflow.services.import_room.changes import Changes
from workflow.services.import_room.drafts import (
    Draft,
    State,
    as_file,
    check_may,
    fetched,
    kinds_of,
    next_version,
)
from workflow.services.import_room.lines import Found, Line
from workflow.services.office import Office, Signature
from workflow.storage import import_drafts
from workflow.storage.session import reading, transaction

STANDING = ("before", "result")
"""What is told of a draft however it is read."""


def examined(
    office: Office, kind: Kind, path: Path, changes: Changes, *, by: Signature, at: datetime
) -> Found:
    """What is in a file as it was corrected; nothing is brought in. Raises what refuses the whole file."""
    if kind is Kind.REGISTER:
        return registers.examine(office, path, changes, by=by, at=at)
    read = directories.examine if kind is Kind.DIRECTORY else notices.examine
    return read(office, path, changes, by=by, at=at)


def change(
    office: Office,
    draft: str,
    changed: Callable[[Draft], Changes],
    *,
    by: Signature,
    at: datetime,
    besides: Callable[[Connection], None] = lambda _: None,
) -> Draft:
    """Change something about a draft, read it again, and keep both, with what is done `besides` in the same
    transaction.

    Raises `NotFound` for one there is not, `EditConflict` for one that is being brought in (`import_busy`) or
    was changed meanwhile (`import_changed`), and what the changes or the reading refuse: the draft stays as
    it was then.
    """
    with reading(office.engine) as tx:
        kinds, standing = kinds_of(tx, str(by.person), at), fetched(tx, draft, str(by.person))
    check_may(kinds, standing.kind)
    if standing.state is not State.OPEN:
        raise busy()
    changes = changed(standing)
    with as_file(office, standing) as path:
        found = examined(office, standing.kind, path, changes, by=by, at=at)
    with transaction(office.engine) as tx:
        _keep(tx, standing, changes, found, at)
        besides(tx)
    return replace(standing, changes=changes)


def read_anew(office: Office, draft: str, *, by: Signature, at: datetime) -> None:
    """Read a directory that lies open once more: what it changes is measured by what stands meanwhile. Where
    that is otherwise now, the draft is another version; one that somebody changed meanwhile is that already.
    Raises as `change` where it cannot be read."""
    with reading(office.engine) as tx:
        standing = fetched(tx, draft, str(by.person))
    if standing.kind is not Kind.DIRECTORY or standing.state is not State.OPEN:
        return
    with as_file(office, standing) as path:
        found = examined(office, standing.kind, path, standing.changes, by=by, at=at)
    if json.loads(json.dumps(told_of(standing, found))) != standing.told:
        with transaction(office.engine) as tx, suppress(EditConflict):
            _keep(tx, standing, standing.changes, found, at)


def _keep(tx: Connection, standing: Draft, changes: Changes, found: Found, at: datetime) -> None:
    told = json.dumps(told_of(standing, found), ensure_ascii=False)
    values = {"changes": changes.as_text(), "told": told, "total": found.coming}
    values |= {"version": next_version(), "changed_at": at}
    if not import_drafts.replace_version(tx, standing.id, State.OPEN, standing.version, **values):
        raise _overtaken(tx, standing)
    kept(tx, standing.id, found.lines)


def kept(tx: Connection, draft: str, lines: Iterable[Line]) -> None:
    """Keep the lines as they were read."""
    import_drafts.put_lines(tx, draft, (line.as_row() for line in lines))


def told_of(standing: Draft, found: Found) -> dict[str, Any]:
    """What a draft tells once it was read again."""
    return {**found.told, **{name: standing.told[name] for name in STANDING if name in standing.told}}


def _overtaken(tx: Connection, standing: Draft) -> EditConflict:
    now = fetched(tx, standing.id, standing.person)
    return changed_meanwhile() if now.state is State.OPEN else busy()


def changed_meanwhile() -> EditConflict:
    """The refusal of whoever decides on a draft that is another one by now."""
    return EditConflict("这个文件已有改动，未予办理；请重新查看后再决定。", code="import_changed")


def busy() -> EditConflict:
    """The refusal of whoever changes what is being brought in."""
    return EditConflict("这个文件正在导入或已经导入，不能再改；请查看进度。", code="import_busy")
