"""The directory's changes in the journal, with their values: the tables are the fold of these entries.

Whoever changes a unit, a person, a post or a role does so between `directory_rows.kept` and `note_changes`,
in line with everybody else who does.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection

from states.directory import (
    NAME,
    Book,
    Cell,
    Change,
    diff,
    empty_book,
    entries_of,
    left_behind,
    values_in,
    without,
)
from states.office_time import office_day
from states.redaction import mark
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.storage import directory_rows
from workflow.storage.session import DIRECTORY, stand_in_line

CHANGED, STATED = "directory_changed", "directory_stated"
TOLD = frozenset({CHANGED, STATED})
DIRECTORY_IS_TOLD = "0010"
"""The schema version from which on every change of the directory has its entry."""


def stand_in_line_for(tx: Connection) -> None:
    """Nobody else changes the directory before the transaction ends, so entries follow each other as rows."""
    stand_in_line(tx, DIRECTORY)


def note_changes(batch: Batch, before: Book, *, at: datetime, actor: str = SYSTEM) -> Book:
    """Enter what has become otherwise in the directory since `before` was read, a bounded part an entry.

    Returns the directory as it stands now.
    """
    after = directory_rows.kept(batch.tx)
    _note(batch, CHANGED, diff(before, after), at=at, actor=actor)
    return after


def take_away(batch: Batch, cells: frozenset[Cell], by: int, *, at: datetime) -> frozenset[str]:
    """Take personal values out of the directory whose words the journal's entry `by` took away.

    What persons who hold nothing any more and ended units left behind goes; everything else stays in force
    and is told anew, by the machine: they are nobody's own words. Returns the texts that stay.
    """
    before = directory_rows.kept(batch.tx)
    day = office_day(min(at, batch.signature.recorded_at))  # nobody has left by saying that it is later
    gone = left_behind(before, cells, day)
    for table, key, column in sorted(gone):
        left = mark(by) if (table, column) == ("people", NAME) else None
        directory_rows.put(batch.tx, table, key, {column: left})
    note_changes(batch, without(before, cells - gone), at=at)
    return values_in(before, cells - gone)


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
