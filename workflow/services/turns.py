"""The turns a case took, read off its history: what a corrected day, or time of an act, keeps to."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Row

from states.clocks import Clock
from states.clocks.winding import wound
from states.earlier import Turn
from states.facts import DATE_FACTS, from_json
from workflow.services.batch import Pending
from workflow.services.corrected import CORRECTED, Corrections
from workflow.services.replay import Entry, readable


def turns(events: Iterable[Row[Any] | Pending]) -> tuple[Turn, ...]:
    """The acts by which a case came to its states, days and clocks, oldest first, as they read now."""
    entries = list(readable(events))
    found = _acts(entries, Corrections(entries))
    return tuple(one for one in found if one.before != one.after or one.facts & DATE_FACTS or one.wound)


def _acts(entries: Iterable[Entry], corrections: Corrections) -> Iterator[Turn]:
    """Every act with what it did to the clocks as it was entered; what corrects one is none itself."""
    before: dict[str, Clock] = {}
    for entry in entries:
        after = before | _clocks(entry)
        if entry.kind != CORRECTED:
            facts = frozenset(name for name, value in entry.sets.items() if value is not None)
            at, done = corrections.entry(entry).occurred_at, wound(before, after, entry.occurred_at)
            yield Turn(entry.seq, entry.kind, at, entry.before, entry.after, facts, done)
        before = after


def _clocks(entry: Entry) -> dict[str, Clock]:
    """The clocks an entry sets, each by its key."""
    sets = from_json({name: entry.sets[name] for name in ("clocks", "tasks") if name in entry.sets})
    own = {clock.name.value: clock for clock in sets.get("clocks", ())}
    return own | {task.key: task.clock for task in sets.get("tasks", ())}
