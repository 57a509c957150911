"""What a report 沿用上次 says otherwise than the one before it, followed through a history."""

from collections.abc import Iterator, Mapping
from typing import Any

from states.words import detail_label

WAITING, COUNTING = "rate_waiting", "completion_rate"
WORDS = ("progress", "difficulty")
AS_BEFORE = "与上次相同"


class ReportTrail:
    """The completion rate as it was last said; `follow()` the entries of one case, oldest first."""

    def __init__(self) -> None:
        self._rates: dict[str, int | None] = {}
        self._moved: tuple[int | None, int | None] = (None, None)

    def follow(self, payload: Mapping[str, Any]) -> None:
        """Take in the next entry; from then on `told()` is about it."""
        (_, before), said = self._moved, payload["set"]
        rates = {name: said[name] for name in (WAITING, COUNTING) if name in said}
        self._rates |= rates
        self._moved = (before, self._said() if rates else before)

    def told(self, words: Mapping[str, Any]) -> str:
        """完成率由30%改为20%，其余与上次相同; `words` are those that lie beside the entry."""
        differs = [*self._rate(), *_reworded(words.get("set", {}))]
        return "，".join([*differs, f"其余{AS_BEFORE}"]) if differs else AS_BEFORE

    def _said(self) -> int | None:
        waiting = self._rates.get(WAITING)
        return self._rates.get(COUNTING) if waiting is None else waiting

    def _rate(self) -> Iterator[str]:
        before, now = self._moved
        if before != now and now is not None:
            yield f"完成率{now}%" if before is None else f"完成率由{before}%改为{now}%"


def _reworded(said: Mapping[str, Any]) -> Iterator[str]:
    """The words that were put otherwise, by what they are called."""
    return (f"{detail_label(name)}有改动" for name in WORDS if name in said)
