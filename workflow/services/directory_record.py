"""The directory's changes in the journal, with their values: the tables are the fold of these entries.

Whoever changes a unit, a person, a post or a role does so between `directory_rows.kept` and `note_changes`,
in line with everybody else who does.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from states.directory import Book, Change, diff, empty_book, entries_of
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.storage import directory_rows
from workflow.storage.session import REFORMERS, stand_in_line

CHANGED, STATED = "directory_changed", "directory_stated"
DIRECTORY_IS_TOLD = "0010"
"""The schema version from which on every change of the directory has its entry."""


def stand_in_line_for(tx: Connection) -> None:
    """Nobody else changes the directory before the transaction ends, so entries follow each other as rows."""
    stand_in_line(tx, REFORMERS)


def note_changes(batch: Batch, before: Book, *, at: datetime, actor: str = SYSTEM) -> None:
    """Enter what has become otherwise in the directory since `before` was read, a bounded part an entry."""
    _note(batch, CHANGED, diff(before, directory_rows.kept(batch.tx)), at=at, actor=actor)


def state_directory(batch: Batch) -> None:
    """Enter the whole directory as it stands, of an office whose former changes have no values in history.

    An empty one as well: what was done before this entry is judged by nobody's roles.
    """
    stand_in_line_for(batch.tx)
    changes = diff(empty_book(), directory_rows.kept(batch.tx))
    _note(batch, STATED, changes, at=batch.signature.recorded_at, actor=SYSTEM)
    if not changes:
        details = {"part": 1, "parts": 1, "rows": []}
        batch.note(Act(STATED, batch.signature.recorded_at, details=details))


def _note(batch: Batch, kind: str, changes: Iterable[Change], *, at: datetime, actor: str) -> None:
    for details in entries_of(changes):
        batch.note(Act(kind, at, actor, details))
