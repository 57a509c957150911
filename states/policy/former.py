"""Policies from before they held limits: a ladder alone. Cases pinned to one go on under it after an upgrade.

Such a policy is read with the limits that were built in then, and without the conditions that came later. It
keeps the hash it had. `parse()` does not accept one as new.
"""

import hashlib
import json
import tomllib
from functools import cached_property
from typing import Any

from states.policy.model import Policy
from states.policy.reading import parse

LADDER_ALONE = frozenset({"name", "title", "version", "rungs"})
BUILT_IN: dict[str, Any] = {
    "basis": "升级前系统内置的时限（一般1周、复杂1个月、特别复杂1个月内提出方案）",
    "categories": [
        {"id": "ordinary", "label": "一般"},
        {"id": "complex", "label": "复杂"},
        {"id": "very_complex", "label": "特别复杂"},
    ],
    "limits": [
        {"category": "ordinary", "clock": "handle", "unit": "weeks", "amount": 1, "starts": "assigned"},
        {"category": "complex", "clock": "handle", "unit": "months", "amount": 1, "starts": "assigned"},
        {"category": "very_complex", "clock": "plan", "unit": "months", "amount": 1, "starts": "assigned"},
    ],
    "pause": {"evidence": False},
    "extension": {"consent": False, "review": False, "decider": "director"},
    "unclocked": {},
}


class FormerPolicy(Policy):
    """A ladder alone, known by the hash it had when it was kept."""

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the canonical form of the ladder."""
        ladder = self.model_dump(mode="json", include=set(LADDER_ALONE))
        canonical = json.dumps(ladder, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


def read_kept(text: str) -> Policy:
    """A policy that was in force once, as it was then. Raises `RuleInvalid` for one changed past reading."""
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError):
        return parse(text)
    if table.keys() <= LADDER_ALONE and table.get("rungs"):
        return FormerPolicy.model_validate({**BUILT_IN, **table})
    return parse(text, kept=True)
