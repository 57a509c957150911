"""Deputies and recusals against the entries that tell of them, and what deputies did against their days."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.office_time import office_day
from workflow.services.replay import Entry
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding
from workflow.storage import deputies

COLUMNS = ("person", "deputy", "role", "unit", "valid_from", "valid_to", "appointed_by", "revoked_on")
DATES = frozenset({"valid_from", "valid_to"})
Stood = tuple[str, str]
"""An escalation and who stood back from it."""


@dataclass(slots=True)
class Appointment:
    """An appointment as the journal tells of it, with the ids of the entries that made and ended it."""

    columns: dict[str, Any]
    since: int
    until: int | None = None

    def covers(self, event: Row[Any]) -> bool:
        """Whether an act of this deputy for this principal lies within his days, and after he was appointed.

        What he did before he was revoked stands, and the day of the revocation is given him whole: a hand
        that had begun may write after it.
        """
        day, told = office_day(event.occurred_at), self.columns
        if event.id < self.since:
            return False
        revoked = self.until is not None and event.id > self.until and day > told["revoked_on"]
        return bool(told["valid_from"] <= day <= told["valid_to"]) and not revoked


@dataclass(slots=True)
class Appointments:
    """All appointments the journal tells of, by id, and by deputy and principal."""

    told: dict[str, Appointment] = field(default_factory=dict)
    between: dict[tuple[str, str], list[Appointment]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def told_in(cls, journal: Dossier) -> "Appointments":
        """Read the journal's own entries, in their order."""
        made = cls()
        for event, entry in zip(journal.events, journal.entries, strict=True):
            details = {} if entry is None else entry.details.model_extra or {}
            if entry is not None and entry.kind == "deputy_appointed":
                made._add(details["appointment"], Appointment(_columns(entry, details), event.id))
            elif entry is not None and entry.kind == "deputy_revoked":
                ended = made.told[details["appointment"]]
                ended.columns["revoked_on"] = date.fromisoformat(details["revoked_on"])
                ended.until = event.id
        return made

    def check(self, dossier: Dossier) -> Iterator[Finding]:
        """Whoever acted for somebody was his deputy on that day."""
        for event in dossier.events:
            if event.acting_for is not None and not self._covers(event):
                message = f"第{event.seq}条以代理身份办理，但当日没有相应的代理安排：越权或者伪造"
                yield finding("acting_without_appointment", message, case=dossier.name, seq=event.seq)

    def _add(self, appointment: str, one: Appointment) -> None:
        self.told[appointment] = one
        self.between[one.columns["deputy"], one.columns["person"]].append(one)

    def _covers(self, event: Row[Any]) -> bool:
        return any(one.covers(event) for one in self.between.get((event.actor, event.acting_for), ()))


def check_deputies(rows: Iterable[Row[Any]], appointments: Appointments) -> Iterator[Finding]:
    """Every row has its entry, every entry its row, and they say the same."""
    missing = dict(appointments.told)
    for row in rows:
        entry = missing.pop(row.id, None)
        if entry is None:
            yield finding("deputy_unrecorded", "代理安排没有对应的记载：疑似伪造", deputy=row.id)
            continue
        different = [name for name in COLUMNS if getattr(row, name) != entry.columns[name]]
        if different:
            message = f"代理安排与记载不符（{'、'.join(different)}）：代理安排被改动"
            yield finding("deputy_changed", message, deputy=row.id)
    for lost in missing:
        yield finding("deputy_missing", "记载的代理安排不存在：代理安排被删除", deputy=lost)


@dataclass(slots=True)
class Recusals:
    """The recusals kept, of which each case accounts for its own."""

    kept: dict[Stood, date]

    @classmethod
    def kept_in(cls, tx: Connection) -> "Recusals":
        rows = deputies.recusals(tx)
        return cls({(row.escalation_id, row.person): row.declared_on for row in rows})

    def check(self, dossier: Dossier) -> Iterator[Finding]:
        """Every recusal the case tells of is kept, as it was declared."""
        for who, declared_on in _recused(dossier.history).items():
            kept = self.kept.pop(who, None)
            where = {"case": dossier.name, "escalation": who[0], "person": who[1]}
            if kept is None:
                yield finding("recusal_missing", "记载的回避声明不存在：回避声明被删除", **where)
            elif kept != declared_on:
                yield finding("recusal_changed", "回避声明的日期与记载不符：回避声明被改动", **where)

    def unrecorded(self) -> Iterator[Finding]:
        """What no case has told of."""
        for escalation, person in self.kept:
            where = {"escalation": escalation, "person": person}
            yield finding("recusal_unrecorded", "回避声明没有对应的历史记载：疑似伪造", **where)


def _columns(entry: Entry, details: dict[str, Any]) -> dict[str, Any]:
    told = {name: details[name] for name in COLUMNS if name in details}
    days = {name: date.fromisoformat(told[name]) for name in DATES}
    return {**told, **days, "appointed_by": entry.actor, "revoked_on": None}


def _recused(history: Iterable[Entry]) -> dict[Stood, date]:
    declared = (entry for entry in history if entry.kind == "escalation_recused")
    return {(str(one.details.escalation), one.actor): office_day(one.occurred_at) for one in declared}
