"""Everything the database holds of one case, put together while its tables are streamed side by side."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Row

from workflow.services.batch import JOURNAL
from workflow.services.replay import Entry, read
from workflow.storage import queries
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.models import (
    Attachment,
    CaseUnit,
    Document,
    Escalation,
    OutboxMessage,
    TimeLimit,
)
from workflow.storage.paper_models import PaperLife
from workflow.storage.streams import each_by_case, each_case, each_joint_paper
from workflow.storage.work_models import Mention

Rows = tuple[Row[Any], ...]
Tagged = tuple[int, str, Read | None]


@dataclass(frozen=True)
class Dossier:
    """The rows of one case; case 0 is the office's own journal. `rows` holds the chain's head, if any.

    `joint` names the papers its measures went out with that are kept with another case; `unreadable` are the
    rows of any table that cannot be read.
    """

    case_id: int
    rows: Rows = ()
    events: Rows = ()
    units: Rows = ()
    limits: Rows = ()
    attachments: Rows = ()
    escalations: Rows = ()
    papers: Rows = ()
    lives: Rows = ()
    messages: Rows = ()
    mentions: Rows = ()
    joint: Rows = ()
    unreadable: tuple[Unreadable, ...] = ()

    @property
    def row(self) -> Row[Any] | None:
        return self.rows[0] if self.rows else None

    @property
    def is_journal(self) -> bool:
        return self.case_id == JOURNAL

    @cached_property
    def entries(self) -> tuple[Entry | None, ...]:
        """Each event read back; None for one that was changed past reading."""
        return tuple(_readable(event) for event in self.events)

    @cached_property
    def history(self) -> tuple[Entry, ...]:
        """The entries that can be read."""
        return tuple(entry for entry in self.entries if entry is not None)

    @cached_property
    def name(self) -> str:
        """What the case is called: its number, as the row or else its own entries give it."""
        if self.is_journal:
            return "office"
        if self.row is not None:
            return str(self.row.number)
        if self.history:
            return self.history[-1].case
        return next((one.number for one in self.unreadable if one.number), str(self.case_id))


def dossiers(tx: Connection) -> Iterator[Dossier]:
    """The journal, and then every case that has any row anywhere; holds one at a time."""
    streams = {
        "rows": each_case(tx),
        "events": queries.each_event(tx),
        "units": each_by_case(tx, CaseUnit),
        "limits": each_by_case(tx, TimeLimit),
        "attachments": each_by_case(tx, Attachment),
        "escalations": each_by_case(tx, Escalation),
        "papers": each_by_case(tx, Document),
        "lives": each_by_case(tx, PaperLife),
        "messages": each_by_case(tx, OutboxMessage),
        "mentions": each_by_case(tx, Mention),
        "joint": each_joint_paper(tx),
    }
    journal: list[Tagged] = [(JOURNAL, "rows", queries.journal(tx))]
    tagged = (_tagged(name, rows) for name, rows in streams.items())
    for case_id, group in groupby(merge(journal, *tagged, key=itemgetter(0)), key=itemgetter(0)):
        found: dict[str, list[Any]] = defaultdict(list)
        for _, name, row in group:
            if row is not None:
                found["unreadable" if isinstance(row, Unreadable) else name].append(row)
        yield Dossier(case_id, **{name: tuple(rows) for name, rows in found.items()})


def _tagged(name: str, rows: Iterable[Read]) -> Iterator[Tagged]:
    for row in rows:
        yield (row.id if name == "rows" else row.case_id), name, row


def _readable(event: Row[Any]) -> Entry | None:
    try:
        return read(event)
    except (TypeError, ValueError):
        return None
