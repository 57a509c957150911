"""An entry of a case's history that a later command names: who gave it, and what it states."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """An entry as it reads since it was corrected, the days in it as text.

    `standing` are the particulars no later entry has stated anew: a fact among them is still this entry's.
    """

    kind: str
    actor: str
    day: date
    stated: Mapping[str, Any]
    standing: frozenset[str] = frozenset()
