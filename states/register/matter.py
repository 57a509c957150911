"""A matter as one row of a register states it.

Built by the row reader, taken over by the import service. The record holds what the office wrote; what
follows from it, such as the light, is worked out elsewhere.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from states.facts import CaseFacts
from states.register.problems import Finding, Problem
from states.register.wording import comparable
from states.swift import made_swiftly


@made_swiftly
@dataclass(frozen=True, slots=True, kw_only=True)
class MatterRecord:
    """One matter. Units are codes of the directory; text is kept whole, whatever its length."""

    number: str | None = None
    serial: str = ""
    source: str = ""
    basis: str = ""
    title: str = ""
    detail: str = ""
    requirement: str = ""
    measures: str = ""
    complexity: str = ""
    accountable_leader: str = ""
    lead_unit: str | None = None
    lead_text: str = ""
    """The lead unit's cell as written, resolved or not."""
    legal_owner: str | None = None
    """The unit legally responsible for the lead unit, where that is a standing group."""
    co_units: tuple[str, ...] = ()
    contact_name: str = ""
    contact_phone: str = ""
    dispatched_on: date | None = None
    milestones: str = ""
    due_on: date | None = None
    """The current limit: the extension where there is one, else the original."""
    original_due_on: date | None = None
    extended_to: date | None = None
    open_ended: bool = False
    progress: str = ""
    difficulty: str = ""
    completion_rate: int | None = None
    """Whole percent, 0 to 100."""
    closed: bool = False
    closing_requested: bool = False
    closed_on: date | None = None
    follow_up: str = ""
    remark: str = ""

    @property
    def leading(self) -> str | None:
        """The unit that leads in law: a standing group leads through its legal owner."""
        return self.legal_owner or self.lead_unit


def fingerprint(matter: MatterRecord) -> str:
    """What a matter without a number is known by on the next import: SHA-256 (hex) of its source, title, lead
    unit as written and dispatch date, each in the form spellings are compared in."""
    dispatched = matter.dispatched_on.isoformat() if matter.dispatched_on else ""
    parts = [comparable(text) for text in (matter.source, matter.title, matter.lead_text)]
    return hashlib.sha256(json.dumps([*parts, dispatched], ensure_ascii=False).encode()).hexdigest()


def with_remedies(matter: MatterRecord, problems: Iterable[Problem | Finding]) -> MatterRecord:
    """The matter with the suggestions that can be taken alone."""
    changes: dict[str, Any] = {}
    for problem in problems:
        changes |= problem.remedy or {}
    return replace(matter, **changes) if changes else matter


def is_of(matter: MatterRecord, facts: CaseFacts) -> bool:
    """Whether a row speaks of the case that has its number.

    It does under the same title. A title reworded since is put up with where the case itself came out of a
    register and the same unit leads.
    """
    if comparable(facts.title or "") == comparable(matter.title):
        return True
    return facts.origin is not None and facts.lead_unit == matter.leading
