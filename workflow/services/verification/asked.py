"""Which roles each act of a person was asked of, and towards which unit, by what its history said until then.

A kind of entry that nobody is asked a role for has none here; nor has one under a table or policy that was
changed, which is a finding of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from states.accounts.administrators import DECIDING, IMPORTING, PROPOSING
from states.accounts.admission import ADMITTING
from states.case import roles_asked
from states.escalation.table import COMMANDS, roles_for
from states.intake import DESK as INTAKE_DESK
from states.lifecycle import CommandRow
from states.redaction import REDACTED
from states.redaction import ROLES as REDACTING
from states.retention import CLASSIFIED, SEALED, SEALING, UNSEALED, asked_to_classify
from states.vocabulary import Role
from workflow.services.accounts.words import ADMISSIONS, DEALINGS
from workflow.services.branches import LEFT
from workflow.services.replay import Entry
from workflow.services.verification.asked_papers import PaperCourse
from workflow.services.verification.rules import Rules

ESCALATION = "escalation_"
ADOPTED = "lifecycle_adopted"
OFFICE = frozenset({Role.OFFICER, Role.DIRECTOR})
WEBHOOK_ACTS = tuple(
    f"webhook_{act}"
    for act in ("made", "proposed", "tried", "rotated", "paused", "resumed", "repeated", "revoked")
)
CONFIRMATIONS = tuple(
    f"{what}_{done}"
    for what in ("machine", "webhook", "intake_callback")
    for done in ("confirmed", "declined")
)
OF_THE_JOURNAL: Mapping[str, frozenset[Role]] = {
    "policy_authorised": frozenset({Role.DIRECTOR}),
    "policy_revoked": frozenset({Role.DIRECTOR}),
    "unit_renamed": OFFICE,
    "units_merged": OFFICE,
    "unit_split": OFFICE,
    "calendar_loaded": OFFICE,
    **dict.fromkeys(("intake_registered", "intake_joined", "intake_returned", "intake_noted"), INTAKE_DESK),
    "intake_redacted": frozenset(REDACTING),
    **dict.fromkeys(("intake_callback_set", "intake_callback_proposed"), PROPOSING),
    "intake_callback_ended": PROPOSING | DECIDING,
    **dict.fromkeys(WEBHOOK_ACTS, PROPOSING),
    **dict.fromkeys(CONFIRMATIONS, DECIDING),
    "hold_released": OFFICE,
    "case_retried": OFFICE,
    LEFT: OFFICE,
    REDACTED: frozenset(REDACTING),
    **dict.fromkeys(DEALINGS, frozenset({Role.SYSTEM_ADMIN})),
    **dict.fromkeys(ADMISSIONS, ADMITTING),
    "roles_proposed": IMPORTING,
    "roles_withdrawn": IMPORTING,
    "roles_ended": PROPOSING,
    "roles_confirmed": DECIDING,
    "roles_declined": DECIDING,
    "machine_proposed": PROPOSING,
}
"""Who may do what the journal tells of; deputies have a rule of their own."""
OF_A_FILE: Mapping[str, frozenset[Role]] = {
    REDACTED: frozenset(REDACTING),
    SEALED: frozenset(SEALING),
    UNSEALED: frozenset(SEALING),
    "intake_linked": INTAKE_DESK,
}
"""Who may do what is done to the file of a case, under whatever table; its term has its own rule."""


class Asked(NamedTuple):
    """The roles of which one is needed, and the unit towards whose work a unit role counts."""

    roles: frozenset[Role]
    unit: str | None


Commands = dict[tuple[str | None, str, str | None, str | None], tuple[frozenset[Role], str] | None]
"""By table, kind, level of coordination and policy: asked once for all cases, since most are alike."""


@dataclass(slots=True)
class Course:
    """What one case has said of itself by an entry: which rules, which lead, which tasks and measures."""

    rules: Rules
    known: Commands
    said: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, tuple[str, str]] = field(default_factory=dict)
    papers: PaperCourse = field(default_factory=PaperCourse)

    def asked_for(self, entry: Entry) -> Asked | None:
        """What the next entry was asked of."""
        if entry.kind.startswith(ESCALATION):
            return self._of_measure(entry)
        if (roles := self.papers.asked_for(entry)) is not None:
            return Asked(roles, self.said.get("lead_unit"))
        if entry.kind == CLASSIFIED:
            former = self.said.get("retention")
            return Asked(frozenset(asked_to_classify(former, entry.sets.get("retention", former))), None)
        if entry.kind in OF_A_FILE:
            return Asked(OF_A_FILE[entry.kind], None)
        told = entry.sets if entry.kind == ADOPTED or "lifecycle" not in self.said else self.said
        key = told.get("lifecycle"), entry.kind, self.said.get("coordination_level"), self.said.get("policy")
        if key not in self.known:
            self.known[key] = self._of_command(*key)
        found = self.known[key]
        return Asked(found[0], self._unit(found[1], entry)) if found else None

    def follow(self, entry: Entry) -> None:
        """Take up what an entry sets."""
        self.said.update(entry.sets)
        self.papers.follow(entry)
        escalation, told = entry.details.escalation, entry.details.model_extra or {}
        if escalation is not None and "policy" in told:
            self.measures[escalation] = told["policy"], told["step"]

    def _of_command(
        self, digest: str | None, kind: str, level: str | None, policy: str | None
    ) -> tuple[frozenset[Role], str] | None:
        """The roles of a command, and whose unit's people may give it."""
        kept = self.rules.policies.get(policy or "")
        rows = list(self._rows(digest, kind))
        asked = (roles_asked(row, level, kept) if kept else row.roles for row in rows)
        return (frozenset(role for roles in asked for role in roles), rows[0].part) if rows else None

    def _rows(self, digest: str | None, kind: str) -> Iterator[CommandRow]:
        """The command in the case's own table; of one that came in with a later table all there are."""
        own = self.rules.lifecycles.get(digest or "")
        if own and kind in own.event_rows:
            yield own.event_rows[kind]
            return
        for one in self.rules.lifecycles.values():
            if kind in one.event_rows:
                yield one.event_rows[kind]

    def _unit(self, part: str, entry: Entry) -> str | None:
        if part == "lead":
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
