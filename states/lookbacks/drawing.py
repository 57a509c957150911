"""Drawing a sample that anybody can draw again.

Within a stratum the matters stand in the order of SHA-256 over seed and number, and the first are drawn. No
random module: what it gives depends on its version, a hash does not. The sample is shared out by Webster's
method: one to each stratum, then each further one to the stratum with the largest size over twice its share
plus one.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heapreplace
from typing import Any

from states.errors import FactInvalid, FactMissing
from states.lookbacks.criteria import Criteria
from states.lookbacks.population import Candidate, LeftOut

DOMAIN = "duban/lookback/1"
MOST = 10_000
"""So many matters at most are put on the list at once."""

Stratum = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """What was in question and what was drawn of it, each in the order of the numbers.

    `left_out` counts by reason the matters struck off in the period that were not in question; rounds drawn
    before it was counted have none.
    """

    criteria: Criteria
    population: tuple[Candidate, ...]
    drawn: tuple[str, ...]
    left_out: Mapping[str, int] = field(default_factory=dict, compare=False)

    def as_json(self) -> dict[str, Any]:
        """The drawing as it is kept: enough to draw it again."""
        return {
            "criteria": self.criteria.as_json(),
            "population": [[one.number, one.unit, one.category] for one in self.population],
            "drawn": list(self.drawn),
            **({"left_out": dict(self.left_out)} if self.left_out else {}),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Drawing":
        """The drawing as it was kept."""
        population = tuple(Candidate(*one) for one in kept["population"])
        drawn, left_out = tuple(kept["drawn"]), kept.get("left_out", {})
        return cls(Criteria.from_json(kept["criteria"]), population, drawn, left_out)

    @property
    def is_reproduced(self) -> bool:
        """Whether drawing again from the same population gives the same."""
        return draw(self.population, self.criteria) == self


def draw(found: Iterable[Candidate | LeftOut], criteria: Criteria) -> Drawing:
    """All candidates or a sample of them. Raises `FactInvalid` or `FactMissing` where that cannot be."""
    found = list(found)
    population = tuple(sorted(one for one in found if isinstance(one, Candidate)))
    left_out = Counter(one.value for one in found if isinstance(one, LeftOut))
    _check_size(len(population), criteria.sample, left_out)
    if criteria.sample is None:
        return Drawing(criteria, population, tuple(one.number for one in population), left_out)
    strata = _strata(population, criteria.per)
    shares = _shares({name: len(group) for name, group in strata.items()}, criteria.sample)
    drawn = (
        one.number
        for name, group in strata.items()
        for one in sorted(group, key=lambda one: _rank(one, criteria.seed or ""))[: shares[name]]
    )
    return Drawing(criteria, population, tuple(sorted(drawn)), left_out)


def told_left_out(counts: Mapping[str, int]) -> str:
    """How many were not in question and why: 已归档3件、已安排回头看1件."""
    return "、".join(f"{LeftOut(reason).label}{count}件" for reason, count in sorted(counts.items()))


def _check_size(size: int, sample: int | None, left_out: Mapping[str, int]) -> None:
    if size == 0:
        others = f"（另有{told_left_out(left_out)}，不在其中）" if left_out else ""
        raise FactMissing(
            f"没有符合条件、可以回头看的销号事项{others}，请核对期间、单位和类别；"
            "适用旧流程的事项，请先改用现行流程。",
            code="population_empty",
            missing="population",
            left_out=dict(left_out),
        )
    if sample is not None and sample > size:
        raise FactInvalid(
            f"抽查{sample}件，多于符合条件的{size}件，请减少件数或者改为全部。",
            code="sample_too_large",
            population=size,
        )
    if (sample or size) > MOST:
        raise FactInvalid(
            f"一个批次最多{MOST}件，请缩短期间或者改为抽查。", code="campaign_too_large", population=size
        )


def _strata(population: Iterable[Candidate], per: Iterable[str]) -> dict[Stratum, list[Candidate]]:
    strata: dict[Stratum, list[Candidate]] = defaultdict(list)
    for one in population:
        strata[tuple(getattr(one, name) for name in per)].append(one)
    return strata


def _shares(sizes: Mapping[Stratum, int], sample: int) -> dict[Stratum, int]:
    """How many are drawn of each stratum; at least one.

    No stratum gets more than it has: one that is whole stands below 1/2, every other above, and there is
    always another while the sample is within the population.
    """
    if sample < len(sizes):
        raise FactInvalid(
            f"按此分层共{len(sizes)}层，抽查{sample}件不够每层一件，请增加件数或者减少分层。",
            code="sample_too_small",
            strata=len(sizes),
        )
    shares = dict.fromkeys(sizes, 1)
    waiting = [(-Fraction(size, 3), name) for name, size in sizes.items()]
    heapify(waiting)
    for _ in range(sample - len(sizes)):
        name = waiting[0][1]
        shares[name] += 1
        heapreplace(waiting, (-Fraction(sizes[name], 2 * shares[name] + 1), name))
    return shares


def _rank(one: Candidate, seed: str) -> str:
    return hashlib.sha256("\x00".join((DOMAIN, seed, one.number)).encode()).hexdigest()
