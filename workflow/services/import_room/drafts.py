"""A file on its way in: whose it is, where it stands, and its bytes as a file for the readers.

It is its bearer's alone: to anybody else it is as if it were not there.
"""

import json
import secrets
from base64 import b64decode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import NotPermitted
from states.importing import IMPORTERS, Kind, importable
from states.office_time import office_day
from states.vocabulary import Labelled, Role
from workflow.errors import NotFound
from workflow.services.files import waiting_room
from workflow.services.import_room.changes import Changes, read_changes
from workflow.services.office import Office
from workflow.services.people import Actors
from workflow.storage import import_drafts
from workflow.storage.session import reading

DOOR = "web"


class State(Labelled):
    """Where a file stands."""

    OPEN = "open", "待处理"
    QUEUED = "queued", "排队导入"
    RUNNING = "running", "正在导入"
    DONE = "done", "已导入"


UNFINISHED = frozenset({State.OPEN, State.QUEUED, State.RUNNING})


@dataclass(frozen=True, slots=True)
class Draft:
    """A file on its way in, without its bytes. `told` is what was found in it, `version` names it as it
    stands; of `total` lines to be brought in `done` are."""

    id: str
    person: str
    kind: Kind
    state: State
    name: str
    sha256: str
    size: int
    changes: Changes
    told: Mapping[str, Any]
    version: str
    total: int
    done: int
    uploaded_at: datetime
    changed_at: datetime


def draft_of(row: Row[Any]) -> Draft:
    """A draft from its row."""
    return Draft(
        row.id, row.person, Kind(row.kind), State(row.state), row.name, row.sha256, row.size,
        read_changes(row.changes), json.loads(row.told), row.version, row.total, row.done, row.uploaded_at,
        row.changed_at,
    )  # fmt: skip


def fetched(tx: Connection, draft: str, person: str) -> Draft:
    """Somebody's draft. Raises `NotFound` (`import_unknown`) for one there is not, or not his."""
    row = import_drafts.find(tx, draft)
    if row is None or row.person != person:
        raise NotFound("没有这个导入文件，可能已经删去；请回到导入页。", code="import_unknown")
    return draft_of(row)


def next_version() -> str:
    """Another name for a draft as it stands from now on."""
    return secrets.token_hex(8)


@contextmanager
def as_file(office: Office, draft: Draft) -> Iterator[Path]:
    """Its bytes as a file under its own name, for as long as the block lasts."""
    with reading(office.engine) as tx:
        content = import_drafts.content(tx, draft.id)
    with TemporaryDirectory(dir=waiting_room(office.settings.files)) as folder:
        path = Path(folder) / draft.name
        path.write_bytes(b64decode(content))
        yield path


def kinds_of(tx: Connection, person: str, at: datetime) -> frozenset[Kind]:
    """What somebody may bring in on a day; an officer's deputy takes over matters, so he does registers."""
    himself = Actors(tx, person, office_day(at)).towards(None)
    stands_in = {Kind.REGISTER} if Role.OFFICER in himself.deputising else set()
    return importable(himself.roles) | stands_in


def check_may(kinds: frozenset[Kind], kind: Kind | None = None) -> None:
    """Raises `NotPermitted` for whoever may bring in nothing, or nothing of this kind."""
    if kind is None and not kinds:
        raise NotPermitted(
            "导入台账由督查员办理，您没有可以导入的内容；请从台账进入。", code="imports_nothing"
        )
    if kind is not None and kind not in kinds:
        who = "或".join(role.label for role in Role if role in IMPORTERS[kind])
        raise NotPermitted(f"{kind.label}由{who}导入，请交其办理。", code="imports_other", kind=kind.value)
