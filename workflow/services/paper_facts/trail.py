"""A case's history as its papers tell of it: what was done and said, by whom, on which day.

Entries are read as they were corrected. An opinion goes with the full name and the full date of whoever gave
it (《党政机关公文处理工作条例》第二十二条).
"""

from collections.abc import Iterable
from typing import Any, Self

from sqlalchemy import Connection

from states.facts import CaseFacts
from states.office_time import office_day
from states.tasks import TaskState
from workflow.services.batch import OpenCase
from workflow.services.corrected import as_corrected
from workflow.services.paper_values import iso
from workflow.services.papers import Desk
from workflow.services.people import approved_by
from workflow.services.replay import Entry, File

Told = dict[str, Any]
MAX_BRIEF, MAX_LISTED = 300, 20
"""What a paper repeats of former acts: so many characters of each, and so many of the last."""


class Trail:
    """The entries of one case, oldest first."""

    def __init__(self, tx: Connection, entries: Iterable[Entry]) -> None:
        self._tx = tx
        self.entries = tuple(entries)

    @classmethod
    def of(cls, desk: Desk, case: OpenCase) -> Self:
        """The whole history, what this transaction has entered included."""
        return cls(desk.work.tx, as_corrected(desk.work.batch.history_of(case)))

    def since(self, *kinds: str) -> "Trail":
        """What came after the last entry of these kinds; everything where there is none."""
        last = max((one.seq for one in self.entries if one.kind in kinds), default=0)
        return Trail(self._tx, (one for one in self.entries if one.seq > last))

    def every(self, *kinds: str) -> list[Entry]:
        """The entries of these kinds."""
        return [one for one in self.entries if one.kind in kinds]

    def last(self, *kinds: str) -> Entry | None:
        """The last entry of these kinds."""
        return next(reversed(self.every(*kinds)), None)

    def signed(self, entry: Entry | None, words: str | None = None) -> Told:
        """An opinion as a form prints it: `words`, `by`, `on`. Empty for what nobody has said yet."""
        if entry is None:
            return {}
        return {"words": words, "by": self.name(entry), "on": day_of(entry)}

    def instructions(self) -> list[Told]:
        """The last 批示, oldest first: whose, of which day, in which words, by which entry."""
        return [
            {
                "entry": one.seq,
                "leader": told(one, "leader"),
                "on": told(one, "instructed_on") or day_of(one),
                "words": said(one, "instruction"),
            }
            for one in self.every("instruction_recorded")[-MAX_LISTED:]
        ]

    def name(self, entry: Entry) -> str:
        """Who acted; a deputy with whom he acted for."""
        return approved_by(self._tx, entry.actor, entry.acting_for)


def day_of(entry: Entry) -> str:
    """The office day on which it happened, as YYYY-MM-DD."""
    return office_day(entry.occurred_at).isoformat()


def said(entry: Entry | None, name: str) -> Any:
    """People's own words in an entry; None where they said none, or had them taken away."""
    return None if entry is None else entry.words.get("details", {}).get(name)


def brief(words: str | None) -> str | None:
    """Words as a list of former acts repeats them; the whole of them stands in the history."""
    return words if words is None or len(words) <= MAX_BRIEF else f"{words[: MAX_BRIEF - 1]}…"


def told(entry: Entry | None, name: str) -> Any:
    """A particular of an entry that is not people's own words."""
    return None if entry is None else getattr(entry.details, name, None)


def names_of(files: Iterable[File]) -> list[str]:
    """What files that came with an entry are called."""
    return [one.name for one in files if one.name]


def shares(desk: Desk, facts: CaseFacts) -> list[Told]:
    """What each co-unit is to do, and how far it is; a task that was cancelled is none."""
    return [
        {
            "unit": desk.unit_name(one.unit),
            "title": one.title,
            "due_on": iso(one.clock.due_on),
            "state": one.state.label,
        }
        for one in facts.tasks
        if one.state is not TaskState.CANCELLED
    ]
