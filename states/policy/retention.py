"""How long matters are kept, as the office's policy has it by category and source."""

from collections.abc import Mapping

from states.policy.limits import EVERY_CATEGORY
from states.validation import Row
from states.vocabulary import RetentionClass

USUAL = RetentionClass.YEARS_30


class RetentionRule(Row):
    """The classes by category (`*`: every other) and by source, as it is written in a matter.

    Where both speak the longer holds; where neither does, `USUAL`.
    """

    by_category: Mapping[str, RetentionClass] = {}
    by_source: Mapping[str, RetentionClass] = {}

    def class_for(self, category: str | None, source: str | None) -> RetentionClass:
        """The class of a matter of this category, from this source."""
        of_category = self.by_category.get(category or "", self.by_category.get(EVERY_CATEGORY))
        asked = [one for one in (of_category, self.by_source.get(source or "")) if one is not None]
        longest = (one for one in asked if not any(one.is_shorter_than(other) for other in asked))
        return next(longest, USUAL)
