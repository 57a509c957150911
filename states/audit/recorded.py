"""An entry as an auditor reads it: what stands in it, with the words beside it where they are still there."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from states.clocks import Clock
from states.facts import CLOCKS, from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One entry of a history as it was written, whatever was corrected in it later.

    `sets` and `details` are plain JSON values, `words` people's own words among the particulars, `word_facts`
    those among the facts. `withheld` says that it had words once which were taken away (隐去): none of them
    stands here then, nor what stands in their place, and such a fact is None. `account` is whose the
    machine acted under.
    """

    seq: int
    kind: str
    actor: str
    is_machine: bool
    occurred_at: datetime
    recorded_at: datetime
    acting_for: str | None = None
    before: str | None = None
    after: str | None = None
    sets: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, Any] = field(default_factory=dict)
    word_facts: Mapping[str, Any] = field(default_factory=dict)
    withheld: bool = False
    account: str | None = None

    @property
    def clocks(self) -> tuple[Clock, ...]:
        """The clocks of the case as the entry sets them; none where it leaves them. Raises as `from_json`."""
        return tuple(from_json({CLOCKS: self.sets.get(CLOCKS, ())})[CLOCKS])

    def said(self, name: str) -> Any:
        """A particular, wherever the entry keeps it; None where it was not given."""
        for place in (self.words, self.details, self.word_facts, self.sets):
            if name in place:
                return place[name]
        return None
