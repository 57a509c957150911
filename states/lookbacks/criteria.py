"""What a round asks for: which matters are in question, and whether all or some of them are drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from states.errors import FactInvalid, FactMissing

PER: Mapping[str, str] = {"unit": "牵头单位", "category": "难易程度"}
"""What a sample may be stratified by."""

MAX_SEED = 64
ALL_OR_SAMPLE = "请写明全部回头看（--all）或者抽查件数（--sample），二者用一个。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Criteria:
    """The matters struck off from `since` to `until`, both inclusive, of these units and this category.

    `units` None: of every unit. `sample` None: all of them; else so many, drawn by `seed` from strata by what
    `per` names.
    """

    since: date
    until: date
    units: tuple[str, ...] | None = None
    category: str | None = None
    sample: int | None = None
    seed: str | None = None
    per: tuple[str, ...] = ()

    def check(self, *, everything: bool) -> None:
        """Refuse what cannot be drawn. Raises `FactInvalid`, `FactMissing`."""
        if self.until < self.since:
            raise FactInvalid(f"期间颠倒：{self.since}起、{self.until}止，请更正。", code="period_reversed")
        if everything == (self.sample is not None):
            raise FactInvalid(ALL_OR_SAMPLE, code="all_or_sample")
        self._check_sample()

    def _check_sample(self) -> None:
        if self.sample is None:
            if self.seed is not None or self.per:
                raise FactInvalid("全部回头看时不分层、不用种子，请去掉。", code="sample_missing")
            return
        if not self.seed:
            raise FactMissing("抽查须用--seed写明随机种子，以便复核。", code="seed_missing", missing="seed")
        if len(self.seed) > MAX_SEED:
            raise FactInvalid(f"种子不得超过{MAX_SEED}字。", code="seed_too_long")
        if self.sample < 1:
            raise FactInvalid("抽查件数须为正整数。", code="sample_out_of_range")
        for name in self.per:
            if name not in PER:
                known = "、".join(f"{label}（{one}）" for one, label in PER.items())
                raise FactInvalid(
                    f"不能按“{name[:40]}”分层，可填：{known}。", code="per_invalid", known=list(PER)
                )

    def as_json(self) -> dict[str, Any]:
        """The criteria as they are kept."""
        return {
            "since": self.since.isoformat(),
            "until": self.until.isoformat(),
            "units": None if self.units is None else list(self.units),
            "category": self.category,
            "sample": self.sample,
            "seed": self.seed,
            "per": list(self.per),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> "Criteria":
        """The criteria as they were kept."""
        units = None if kept["units"] is None else tuple(kept["units"])
        days = {name: date.fromisoformat(kept[name]) for name in ("since", "until")}
        return cls(**{**kept, **days, "units": units, "per": tuple(kept["per"])})
