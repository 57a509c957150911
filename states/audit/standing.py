"""How a case stands between two of its entries, as the fold says: facts, tables, measures, what was asked."""

from dataclasses import dataclass, field
from typing import Any

from states.audit.papers import Paper, is_step
from states.audit.recorded import Recorded
from states.facts import FACT_NAMES, NEW, CaseFacts, from_json

ESCALATION = "escalation_"
KNOWN = frozenset(FACT_NAMES)


@dataclass(slots=True)
class Measure:
    """An escalation as the entries told of it so far."""

    step: str
    state: str
    policy: str | None
    raised: Recorded
    drafted_by: str | None = None
    recused: frozenset[str] = frozenset()
    reply_due_on: str | None = None


@dataclass(slots=True)
class Standing:
    """A case just before an entry; `take` brings it past that entry.

    `is_speechless`: words of an earlier entry were taken away, so that facts in people's words are not known.
    """

    values: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Measure] = field(default_factory=dict)
    papers: dict[str, Paper] = field(default_factory=dict)
    asked: Recorded | None = None
    is_speechless: bool = False
    _facts: CaseFacts | None = None

    @property
    def state(self) -> str:
        return str(self.values.get("state", NEW))

    @property
    def lifecycle(self) -> str | None:
        return self.values.get("lifecycle")

    @property
    def policy(self) -> str | None:
        return self.values.get("policy")

    @property
    def facts(self) -> CaseFacts:
        """The facts as the rule book holds them. Raises `TypeError` or `ValueError` for what is none."""
        if self._facts is None:
            known = {name: value for name, value in self.values.items() if name in KNOWN}
            self._facts = CaseFacts(**from_json(known))
        return self._facts

    def take(self, entry: Recorded) -> None:
        """Bring the case past an entry."""
        if entry.sets or entry.word_facts:
            self.values |= {**entry.sets, **entry.word_facts}
            self._facts = None
        self.is_speechless = self.is_speechless or entry.withheld
        if entry.kind == "extension_requested":
            self.asked = entry
        if "escalation" in entry.details:
            self._take_measure(entry)
        if is_step(entry):
            self.papers.setdefault(str(entry.details["document"]), Paper()).take(entry)

    def _take_measure(self, entry: Recorded) -> None:
        told, id = entry.details, entry.details["escalation"]
        if id not in self.measures:
            self.measures[id] = Measure(str(told.get("step")), NEW, told.get("policy"), entry)
        measure = self.measures[id]
        measure.state = str(told.get("state", entry.kind.removeprefix(ESCALATION)))
        measure.drafted_by = told.get("drafted_by", measure.drafted_by)
        measure.reply_due_on = told.get("reply_due_on", measure.reply_due_on)
        if entry.kind == "escalation_recused":
            measure.recused |= {entry.actor}
