"""A matter as one row of a register states it.

Built by the row reader, taken over by the import service. The record holds what the office wrote; what
follows from it, such as the light, is worked out elsewhere.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date

from states.register.wording import comparable


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


def fingerprint(matter: MatterRecord) -> str:
    """What a matter without a number is known by on the next import: SHA-256 (hex) of its source, title, lead
    unit as written and dispatch date, each in the form spellings are compared in."""
    dispatched = matter.dispatched_on.isoformat() if matter.dispatched_on else ""
    parts = [comparable(text) for text in (matter.source, matter.title, matter.lead_text)]
    return hashlib.sha256(json.dumps([*parts, dispatched], ensure_ascii=False).encode()).hexdigest()
