"""Which matters in hand, and which other items that wait, an item may be about already, and why, in words. It
is shown; people decide.

Titles are compared by the pairs of characters they share (Dice's coefficient over bigrams): two ways of
saying the same in Chinese share most of them, whatever stands between.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from states.intake.arriving import Arrival
from states.register.wording import comparable

NEAR, BESIDE, MOST = 0.6, 0.25, 8
"""Titles that are alike from here on; those of one place and unit from there on; so many are shown."""


class _Said(NamedTuple):
    """What the reasons call one that is compared."""

    noun: str
    title: str
    unit: str
    linked: str


OF_MATTERS = _Said("该事项", "事项名称", "牵头单位", "已归入该事项")
OF_ITEMS = _Said("该来件", "标题", "建议承办单位", "也在待办")
PUNCTUATION = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class InHand:
    """A matter in hand, as far as it is compared: `linked` are source and external id of the items it has,
    `files` the names of its files by hash. Of an `item` that waits, by its id: what its source calls it, the
    unit its source suggests, and the `place` it is about."""

    number: str
    title: str
    lead_unit: str | None = None
    lead_unit_name: str | None = None
    linked: tuple[tuple[str, str], ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    item: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A matter an item may be about, with the reasons; the likeliest has the highest `weight`. `item` is the
    id of another item that waits and may be about the same: `number` is then what its source calls it."""

    number: str
    title: str
    reasons: tuple[str, ...]
    weight: float
    item: str | None = None


def candidates(
    arrival: Arrival,
    source: str,
    matters: Iterable[InHand],
    *,
    unit: str | None = None,
    files: Collection[str] = (),
) -> tuple[Candidate, ...]:
    """The matters an item from a source may be about, the likeliest first.

    `unit` is the code of the unit the platform suggests, `files` the hashes of what came with it.
    """
    wanted = _Wanted(arrival, source, unit, frozenset(files))
    found = (one for matter in matters if (one := wanted.against(matter)) is not None)
    return tuple(sorted(found, key=lambda one: (-one.weight, one.number))[:MOST])


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of two titles is the same, by their pairs of characters: 0 to 1."""
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def pairs(text: str) -> frozenset[str]:
    """The pairs of characters of a text, without what only punctuates it."""
    plain = _plain(text)
    return (
        frozenset(plain[place : place + 2] for place in range(max(1, len(plain) - 1)))
        if plain
        else frozenset()
    )


def _plain(text: str) -> str:
    return PUNCTUATION.sub("", comparable(text))


class _Wanted:
    """An item that is laid beside one matter after another."""

    def __init__(self, arrival: Arrival, source: str, unit: str | None, files: frozenset[str]) -> None:
        self.arrival, self.source, self.unit, self.files = arrival, source, unit, files
        self.title, self.pairs, self.place = (
            _plain(arrival.title),
            pairs(arrival.title),
            _plain(arrival.region),
        )

    def against(self, matter: InHand) -> Candidate | None:
        share = likeness(self.pairs, pairs(matter.title))
        reasons = dict(self._reasons(matter, share))
        if not reasons:
            return None
        weight = max(reasons.values()) + share
        return Candidate(matter.number, matter.title, tuple(reasons), weight, matter.item)

    def _reasons(self, matter: InHand, share: float) -> Iterator[tuple[str, float]]:
        """Each reason in words, with its weight."""
        said = OF_ITEMS if matter.item else OF_MATTERS
        for source, external_id in matter.linked:
            if external_id == self.arrival.external_id and source != self.source:
                yield f"“{source}”编号同为{external_id}的来件{said.linked}", 4.0
        if self.title == _plain(matter.title):
            yield f"{said.title}相同", 4.0
        elif share >= NEAR:
            yield f"{said.title}相近（相同{share:.0%}）", 3.0
        elif share >= BESIDE and self._is_beside(matter):
            unit = matter.lead_unit_name or matter.lead_unit
            yield f"同在“{self.arrival.region}”，{said.unit}同为{unit}，名称部分相同（{share:.0%}）", 2.0
        for sha256 in sorted(self.files & matter.files.keys()):
            yield f"附件与{said.noun}的“{matter.files[sha256]}”是同一个文件", 3.0

    def _is_beside(self, matter: InHand) -> bool:
        there = (_plain(matter.title), _plain(matter.place))
        is_there = len(self.place) > 1 and any(self.place in one for one in there)
        return is_there and self.unit is not None and self.unit == matter.lead_unit
