"""Where the papers of one matter stand, and what becomes of them without anybody's doing.

A paper that a command or the ladder sends is issued at once. It is served when its measure is, a 督查通知单
when the unit signs for the matter; archived with the matter; void when another takes its place or its measure
is withdrawn. The desk keeps the rows by these rules, and verification and views of the past replay them.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from states.papers.deciding import moved

Columns = dict[str, Any]
Changes = Mapping[str, Mapping[str, Any]]
"""What is set on papers, by their ids."""

STEPS = (
    "drafted_by", "drafted_on", "reviewed_by", "reviewed_on", "signed_by", "signed_on", "issued_on",
    "service", "served_on", "archived_on", "voided_on",
)  # fmt: skip
DAYS = tuple(name for name in STEPS if name.endswith("_on"))
AUTHORS = tuple(name for name in STEPS if name.endswith("_by"))
BLANK: Mapping[str, Any] = {
    **dict.fromkeys(("replaces", "stationery", "content_sha256", "signed_sha256", *STEPS)),
    "units": (),
    "matters": 1,
}
ONE_IN_FORCE = frozenset({"assignment"})
"""Kinds of which the next one of a matter makes the former void."""

ACKNOWLEDGED, ARCHIVED = "acknowledged", "archived"
SERVED, WITHDRAWN = "escalation_served", "escalation_withdrawn"
DROPPED = "document_dropped"
"""The last measure of a joint paper was withdrawn; a paper of one matter goes with `WITHDRAWN` itself."""


class Lives:
    """The papers of one matter, or of the office, by their ids; beside its row each has its `number`."""

    def __init__(self, rows: Iterable[Mapping[str, Any]] = ()) -> None:
        self.of: dict[str, Columns] = {row["id"]: dict(row) for row in rows}

    def put(self, id: str, **columns: Any) -> None:
        """A paper that is new here."""
        self.of[id] = {**BLANK, "id": id, "number": None, **columns}

    def set(self, id: str, changes: Mapping[str, Any]) -> None:
        """What a command or the machine sets on a paper."""
        self.of[id] |= changes

    def send(
        self,
        id: str,
        kind: str | None,
        day: date,
        *,
        number: str,
        signed_by: str | None = None,
        matters: int = 1,
    ) -> Changes:
        """A paper sent by a command or the ladder; what that means for the papers before it."""
        void = self.supersede(kind, day)
        signed_on = day if signed_by else None
        columns = {"state": "issued", "signed_by": signed_by, "signed_on": signed_on, "issued_on": day}
        self.put(id, kind=kind, number=number, matters=matters, **columns)
        return void

    def supersede(self, kind: str | None, day: date) -> Changes:
        """What a new paper of this kind makes void."""
        former = [id for id, one in self.of.items() if kind in ONE_IN_FORCE and one["kind"] == kind]
        return self._move(former, "replace", {"voided_on": day})

    def replace(self, number: str | None, day: date) -> Changes:
        """The paper with this number is replaced by another."""
        replaced = [id for id, one in self.of.items() if number and one["number"] == number]
        return self._move(replaced, "replace", {"voided_on": day})

    def follow_case(self, event: str, day: date) -> Changes:
        """What a command on the matter means for its papers."""
        if event == ACKNOWLEDGED:
            notices = [id for id, one in self.of.items() if one["kind"] in ONE_IN_FORCE]
            return self._move(notices, "reach", {"service": "signed", "served_on": day})
        return self._move(list(self.of), "file", {"archived_on": day}) if event == ARCHIVED else {}

    def follow_measure(self, id: str | None, event: str, told: Mapping[str, Any], day: date) -> Changes:
        """What became of the measure a paper went out with; one of several matters outlives a single one."""
        if id not in self.of:
            return {}
        if event == SERVED:
            reached = {"service": told.get("service"), "served_on": told.get("served_on")}
            return self._move([id], "reach", reached)
        is_gone = event == WITHDRAWN and self.of[id]["matters"] == 1
        return self.drop(id, day) if is_gone else {}

    def drop(self, id: str, day: date) -> Changes:
        """No measure a paper went out with stands any more."""
        return self._move([id], "drop", {"voided_on": day})

    def _move(self, ids: Iterable[str], command: str, changes: Mapping[str, Any]) -> Changes:
        made: dict[str, Mapping[str, Any]] = {}
        for id in ids:
            to = moved(self.of[id]["state"], command)
            if to is not None:
                made[id] = {"state": to, **changes}
                self.set(id, made[id])
        return made
