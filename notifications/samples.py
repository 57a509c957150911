"""Sample facts of every kind: a full set, a bare one with no more than it needs, and others.

`templates/samples/common.toml` has what all kinds share, `<kind>.toml` what the kind has besides or instead;
there `without` names facts the kind does not have, and `may_lack` those a bare paper lacks. A variant is the
full sample `without` some facts and with others `set`. All is invented.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from notifications import wording_files

FULL, BARE = "齐全", "最简"

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """Facts to try wording on, and what the sample is called in front of people."""

    label: str
    facts: Facts


def samples(kind: str) -> tuple[Sample, ...]:
    """The full, the bare and further samples of a kind; `wording_lost` is raised for a kind without."""
    own = dict(_table(kind))
    without, may_lack, variants = (own.pop(name, []) for name in ("without", "may_lack", "variants"))
    full = _lacking({**_table("common"), **own}, without)
    further = (Sample(label, _varied(full, variants[label])) for label in variants)
    return Sample(FULL, full), Sample(BARE, _lacking(full, may_lack)), *further


def _varied(facts: Facts, variant: Mapping[str, Any]) -> Facts:
    facts = _lacking(facts, variant.get("without", []))
    for path, value in variant.get("set", {}).items():
        facts = _with(facts, path, value)
    return facts


def _lacking(facts: Facts, paths: Iterable[str]) -> Facts:
    for path in paths:
        facts = _without(facts, path)
    return facts


def _without(facts: Facts, path: str) -> Facts:
    """The facts less one of them; of a list the members go, as in a register that has none."""
    name, _, rest = path.partition(".")
    if rest:
        return {**facts, name: _without(facts[name], rest)} if name in facts else facts
    kept = {one: value for one, value in facts.items() if one != name}
    return {**kept, name: []} if isinstance(facts.get(name), list) else kept


def _with(facts: Facts, path: str, value: Any) -> Facts:
    """The facts with one of them set."""
    name, _, rest = path.partition(".")
    return {**facts, name: _with(facts.get(name, {}), rest, value) if rest else value}


@lru_cache(maxsize=64)
def _table(name: str) -> Facts:
    return tomllib.loads(wording_files.packaged(f"samples/{name}.toml"))
