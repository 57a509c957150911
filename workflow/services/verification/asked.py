"""Which roles each act of a person was asked of, and towards which unit, by what its history said until then.

A kind of entry that nobody is asked a role for has none here; nor has one under a table or policy that was
changed, which is a finding of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from states.case import roles_asked
from states.escalation.table import COMMANDS, roles_for
from states.lifecycle import CommandRow
from states.vocabulary import Role
from workflow.services.replay import Entry
from workflow.services.verification.rules import Rules

ESCALATION = "escalation_"
ADOPTED = "lifecycle_adopted"
OFFICE = frozenset({Role.OFFICER, Role.DIRECTOR})
OF_THE_JOURNAL: Mapping[str, frozenset[Role]] = {
    "policy_authorised": frozenset({Role.DIRECTOR}),
    "policy_revoked": frozenset({Role.DIRECTOR}),
    "unit_renamed": OFFICE,
    "units_merged": OFFICE,
    "unit_split": OFFICE,
    "calendar_loaded": OFFICE,
    "hold_released": OFFICE,
    "case_retried": OFFICE,
}
"""Who may do what the journal tells of; deputies have a rule of their own."""


class Asked(NamedTuple):
    """The roles of which one is needed, and the unit towards whose work a unit role counts."""

    roles: frozenset[Role]
    unit: str | None


@dataclass(slots=True)
class Course:
    """What one case has said of itself by an entry: which rules, which lead, which tasks and measures."""

    rules: Rules
    said: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, tuple[str, str]] = field(default_factory=dict)

    def asked_for(self, entry: Entry) -> Asked | None:
        """What the next entry was asked of."""
        if entry.kind.startswith(ESCALATION):
            return self._of_measure(entry)
        rows = list(self._rows(entry))
        policy = self.rules.policies.get(self.said.get("policy") or "")
        roles = frozenset(
            role
            for row in rows
            for role in (
                roles_asked(row, self.said.get("coordination_level"), policy) if policy else row.roles
            )
        )
        return Asked(roles, self._unit(rows[0], entry)) if rows else None

    def follow(self, entry: Entry) -> None:
        """Take up what an entry sets."""
        self.said.update(entry.sets)
        escalation, told = entry.details.escalation, entry.details.model_extra or {}
        if escalation is not None and "policy" in told:
            self.measures[escalation] = told["policy"], told["step"]

    def _rows(self, entry: Entry) -> Iterator[CommandRow]:
        """The command in the case's own table; of one that came in with a later table all there are."""
        adopts = entry.kind == ADOPTED
        digest = entry.sets.get("lifecycle") if adopts else self.said.get("lifecycle")
        own = self.rules.lifecycles.get(digest or entry.sets.get("lifecycle") or "")
        row = own.event_rows.get(entry.kind) if own else None
        if row is not None:
            yield row
            return
        for one in self.rules.lifecycles.values():
            if entry.kind in one.event_rows:
                yield one.event_rows[entry.kind]

    def _unit(self, row: CommandRow, entry: Entry) -> str | None:
        if row.part == "lead":
            return self.said.get("lead_unit")
        task = (entry.details.model_extra or {}).get("task")
        return next((one["unit"] for one in self.said.get("tasks", ()) if one["id"] == task), None)

    def _of_measure(self, entry: Entry) -> Asked | None:
        policy, step = self.measures.get(entry.details.escalation or "", ("", ""))
        kept = self.rules.policies.get(policy)
        rung = kept.rung_of.get(step) if kept else None
        if rung is None:
            return None
        event = entry.kind.removeprefix(ESCALATION)
        rows = (row for row in COMMANDS.values() if row.event == event and row.by != "machine")
        return Asked(
            frozenset(role for row in rows for role in roles_for(row, rung)), self.said.get("lead_unit")
        )
