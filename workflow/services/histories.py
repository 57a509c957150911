"""The history of one case as it is read: rows, what they say, and how they read since they were corrected.

Each is made when it is first asked for, and once for everybody who looks within one read.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from states.visibility import Curtain
from workflow.services.corrected import CORRECTED, Corrections
from workflow.services.replay import Entry, read_from, readable
from workflow.storage import queries
from workflow.storage.look import remembered


class History:
    """Entries of a case, oldest first."""

    def __init__(self, rows: Iterable[Row[Any]]) -> None:
        self.rows = list(rows)

    @cached_property
    def payloads(self) -> list[dict[str, Any]]:
        """What each row says, in the order of the rows; to be left as it is."""
        return [orjson.loads(one.payload) for one in self.rows]

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries as they were written, without any that was changed past reading."""
        try:
            both = zip(self.payloads, self.rows, strict=True)
            return [read_from(said, row.personal) for said, row in both]
        except (TypeError, ValueError):
            return list(readable(self.rows))

    @cached_property
    def is_corrected(self) -> bool:
        """Whether anything was corrected in them; in most matters nothing was."""
        return any(one.kind == CORRECTED for one in self.rows)

    @cached_property
    def corrections(self) -> Corrections:
        """What was corrected in them; where nothing was, none is read for it."""
        return Corrections(self.entries if self.is_corrected else ())

    @cached_property
    def corrected(self) -> list[Entry]:
        """The entries as they read now."""
        return [self.corrections.entry(one) for one in self.entries]

    def telling(self, name: str) -> list[Entry]:
        """The entries that tell a particular of this name, as they read now; where nothing was corrected no
        other is read."""
        naming = (one for one in self.rows if f'"{name}"' in str(one.payload))  # bytes, where tampered with
        found = self.corrected if self.is_corrected else readable(naming)
        return [one for one in found if name in one.details.model_fields_set]

    def behind(self, drawn: Curtain) -> "History":
        """The entries a curtain does not hide."""
        if not drawn.is_drawn:
            return self
        both = zip(self.rows, self.payloads, strict=True)
        return History(row for row, told in both if not drawn.hides(row.kind, told["details"]))


def history_of(tx: Connection, case_id: int, until: datetime | None = None) -> History:
    """The whole history of a case, as it was recorded by an instant."""
    found = ("history", case_id, until)
    return remembered(tx, found, lambda: History(queries.events_of(tx, case_id, until)))


def shown_history(tx: Connection, case_id: int, drawn: Curtain, until: datetime | None = None) -> History:
    """The same as far as a curtain does not hide it."""
    found = ("history", case_id, until, drawn)
    return remembered(tx, found, lambda: history_of(tx, case_id, until).behind(drawn))
