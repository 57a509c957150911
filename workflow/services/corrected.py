"""Entries as they read since they were corrected. What was written stays as it was; readers are told both.

A correction that names an entry is an entry of its own; `Corrections` lays the one over the other. One that
names a milestone is laid over the entry that stated what was corrected.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from states.corrections import OCCURRED_AT, value_of
from states.earlier import EarlierEntry
from states.facts import to_json
from states.nodes.correcting import attribute
from states.office_time import office_day
from states.particulars import FILES
from states.words import FREE_TEXT
from workflow.services.batch import Pending
from workflow.services.node_trail import NodeTrail
from workflow.services.replay import Entry, readable

CORRECTED = "corrected"
Told = Mapping[str, Any]


class Corrections:
    """What was corrected in the entries of one history."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._of: dict[int, list[tuple[int, Told]]] = defaultdict(list)
        nodes = NodeTrail()
        for entry in entries:
            if entry.kind != CORRECTED:
                nodes.follow(entry.seq, entry.sets)
                continue
            said = _stated(entry)
            corrected = said.get("entry", nodes.stated_by(said.get("node"), said.get("field")))
            if corrected is not None:
                self._of[corrected].append((entry.seq, said))

    def of(self, seq: int) -> list[int]:
        """The entries that corrected this one."""
        return [by for by, _ in self._of.get(seq, ())]

    def read(self, seq: int, told: Told) -> Told:
        """An entry (`set`, `details`, `words`) as it reads now; words that were taken away are left out."""
        for _, said in self._of.get(seq, ()):
            right = _node_put_right if "node" in said else _put_right
            told = right(told, said)
        return told

    def occurred_at(self, seq: int, stated: datetime) -> datetime:
        """When an entry happened, as it reads now, by what was stated with it."""
        said = [one["new"] for _, one in self._of.get(seq, ()) if one["field"] == OCCURRED_AT]
        return datetime.fromisoformat(said[-1]).astimezone(stated.tzinfo) if said else stated

    def entry(self, entry: Entry) -> Entry:
        """The same of an entry that was read back."""
        if not self.of(entry.seq):
            return entry
        return Entry.model_validate(self.read(entry.seq, entry.model_dump(by_alias=True, exclude_unset=True)))


def as_corrected(events: Iterable[Row[Any] | Pending]) -> list[Entry]:
    """The entries of rows as they read now, without any that was changed past reading."""
    entries = list(readable(events))
    corrections = Corrections(entries)
    return [corrections.entry(one) for one in entries]


def corrected_nodes(entries: Iterable[Entry]) -> Mapping[int, list[int]]:
    """The entries that corrected something of a milestone, by its id."""
    found: dict[int, list[int]] = defaultdict(list)
    for entry in entries:
        node = _stated(entry).get("node") if entry.kind == CORRECTED else None
        if node is not None:
            found[node].append(entry.seq)
    return found


def earlier_entry(events: Iterable[Row[Any] | Pending], seq: int) -> EarlierEntry | None:
    """The entry of a history that has this number, as it reads now; None where there is none."""
    entries = as_corrected(events)
    found = next((one for one in entries if one.seq == seq), None)
    if found is None:
        return None
    stated = _stated(found)
    later = [one for one in entries if one.seq > seq and _stated(one).get("entry") != seq]
    restated = {name for one in later for name in _stated(one)}
    day = office_day(found.occurred_at)
    standing = frozenset(stated.keys() - restated)
    return EarlierEntry(found.kind, found.actor, day, stated, standing, found.occurred_at)


def entry_that_noted(events: Iterable[Row[Any] | Pending], name: str, value: Any) -> int | None:
    """The number of the last entry by which a fact has its value; None where no entry noted it."""
    said = to_json({name: value})[name]
    noted = [
        one.seq for one in as_corrected(events) if one.kind != CORRECTED and _stated(one).get(name) == said
    ]
    return noted[-1] if noted and said is not None else None


def _stated(entry: Entry) -> dict[str, Any]:
    details = entry.details.model_dump(mode="json", exclude_unset=True)
    words = entry.words
    return {**entry.sets, **words.get("set", {}), **details, **words.get("details", {})}


def _node_put_right(told: Told, said: Told) -> Told:
    """The entry with another value in the milestone it set."""
    value = {attribute(said["field"]): value_of(said["new"])}
    nodes = [one | value if one["id"] == said["node"] else one for one in told["set"]["nodes"]]
    return {**told, "set": {**told["set"], "nodes": nodes}}


def _put_right(told: Told, said: Told) -> Told:
    """The entry with another value where it had the former one."""
    name, value = said["field"], value_of(said.get("new"))
    if name == OCCURRED_AT:
        return {**told, OCCURRED_AT: value}
    if name in FILES:
        left = [one for one in told["details"].get(name, ()) if one["name"] != said["old"]]
        return {**told, "details": {**told["details"], name: left}}
    place = "words" if name in FREE_TEXT else "set" if name in told["set"] else "details"
    known = {} if value is None else {name: value}
    bare = {one: _without(told[one], name) for one in ("set", "details")}
    words = {**told["words"], "details": _without(told["words"].get("details", {}), name)}
    if place == "words":
        return {**told, **bare, "words": {**words, "details": {**words["details"], **known}}}
    return {**told, **bare, "words": words, place: {**bare[place], **known}}


def _without(values: Told, name: str) -> dict[str, Any]:
    return {one: value for one, value in values.items() if one != name}
