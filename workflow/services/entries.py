"""Writing an act down: the row that history keeps, and people's own words beside it.

An entry hashes the exact text it is stored with. Free text about people is kept in a table of its own and
stands in the entry as a salted hash, so that it can be taken away later without breaking the chain.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Protocol

from states.facts import CLOCKS, PERSONAL_FACTS, to_json
from states.history import SCHEMA
from states.swift import made_swiftly
from states.vocabulary import ActorKind
from states.words import redactable
from workflow.canonical import canonical_text
from workflow.services.hands import Hand
from workflow.services.office import Signature

SYSTEM = "system"
SALT_BYTES = 16
_APART = PERSONAL_FACTS | {CLOCKS}
MACHINE, HUMAN = ActorKind.SYSTEM.value, ActorKind.HUMAN.value


@made_swiftly
@dataclass(frozen=True, slots=True)
class Act:
    """What is entered into a history: the kind, who acted, and the particulars as plain JSON values.

    `acting_for` is the person a deputy acted for.
    """

    kind: str
    occurred_at: datetime
    actor: str = SYSTEM
    details: Mapping[str, Any] = field(default_factory=dict)
    changes: Mapping[str, Any] = field(default_factory=dict)
    before: str | None = None
    after: str | None = None
    acting_for: str | None = None

    @property
    def actor_kind(self) -> str:
        return MACHINE if self.actor == SYSTEM else HUMAN

    @property
    def redactable(self) -> frozenset[str]:
        """The particulars that stand beside the entry, not in it."""
        return redactable(self.details, PERSONAL_FACTS)

    @property
    def words(self) -> dict[str, dict[str, Any]]:
        """People's own words among the particulars; empty when there are none."""
        apart = self.redactable
        if PERSONAL_FACTS.isdisjoint(self.changes) and apart.isdisjoint(self.details):
            return {}
        return {
            "set": {name: value for name, value in self.changes.items() if name in PERSONAL_FACTS},
            "details": {name: value for name, value in self.details.items() if name in apart},
        }


class Chain(Protocol):
    """What an entry is appended to: a case, or the office's journal."""

    id: int
    seq: int
    head: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as two rows: the one that never changes, and the words beside it."""

    event: dict[str, Any]
    words: dict[str, Any] | None


class Scribe:
    """Writes the entries of one transaction, all in one hand."""

    def __init__(self, hand: Hand, signature: Signature) -> None:
        self.hand = hand
        self.signature = signature
        self._borne = _borne(signature)
        self._written_with = {"key_id": hand.key.id, "algorithm": hand.algorithm, "schema_version": SCHEMA}
        self._stamps: dict[tuple[datetime, int], str] = {}
        self._clocks: dict[int, tuple[Any, Any]] = {}

    def write(self, chain: Chain, act: Act, name: str) -> Entry:
        """Append an act to a chain called `name`, and move the chain's head."""
        chain.seq += 1
        chain.recorded_at = self._recorded_after(chain)
        said = act.words
        words = canonical_text(said) if said else None
        salt = secrets.token_hex(SALT_BYTES) if words else ""
        words_hash = self.hand.personal_hash(words, salt) if words else None
        payload = canonical_text(self._payload(chain, act, name, words_hash))
        previous, chain.head = chain.head, self.hand.hash(payload, chain.head)
        row = {"case_id": chain.id, "seq": chain.seq, "text": words, "salt": salt} if words else None
        return Entry(self._event(chain, act, payload, previous), row)

    def _recorded_after(self, chain: Chain) -> datetime:
        """Never before the chain's last entry: a hand that waited for the lock writes when it gets it."""
        at = self.signature.recorded_at
        return at if chain.recorded_at is None else max(at, chain.recorded_at)

    def _stamp(self, at: datetime) -> str:
        """Most entries of a transaction are of one instant. (Equal ones may still differ by their fold.)"""
        key = (at, at.fold)
        if key not in self._stamps:
            self._stamps[key] = stamp(at)
        return self._stamps[key]

    def _set(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The facts an act sets; clocks that many cases share are written once, and kept alive meanwhile."""
        clocks = changes.get(CLOCKS)
        if clocks is None:
            return to_json(changes, without=PERSONAL_FACTS)
        if id(clocks) not in self._clocks:
            self._clocks[id(clocks)] = clocks, to_json({CLOCKS: clocks})[CLOCKS]
        return to_json(changes, without=_APART) | {CLOCKS: self._clocks[id(clocks)][1]}

    def _event(self, chain: Chain, act: Act, payload: str, previous: str) -> dict[str, Any]:
        return {
            "case_id": chain.id,
            "seq": chain.seq,
            "kind": act.kind,
            "actor": act.actor,
            "actor_kind": act.actor_kind,
            "acting_for": act.acting_for,
            "occurred_at": act.occurred_at,
            "recorded_at": chain.recorded_at,
            "payload": payload,
            "previous_hash": previous,
            "hash": chain.head,
            "keyed_code": self.hand.code(chain.head),
            **self._written_with,
        }

    def _payload(self, chain: Chain, act: Act, name: str, words_hash: str | None) -> dict[str, Any]:
        payload = {
            **self._borne,
            "case": name,
            "seq": chain.seq,
            "kind": act.kind,
            "actor": act.actor,
            "actor_kind": act.actor_kind,
            "occurred_at": self._stamp(act.occurred_at),
            "recorded_at": self._stamp(chain.recorded_at or self.signature.recorded_at),
            "before": act.before,
            "after": act.after,
            "set": self._set(act.changes),
            "details": to_json(act.details, without=act.redactable),
        }
        if act.acting_for is not None:
            payload["acting_for"] = act.acting_for
        if words_hash is not None:
            payload["personal"] = words_hash
        return payload


def _borne(signature: Signature) -> dict[str, Any]:
    """What all entries of a transaction say of whoever signs."""
    came = {"door": signature.door, "account": signature.account, "run": signature.run}
    bore = {"token": signature.token, "machine": signature.machine}
    return {"schema": SCHEMA, **came, **{name: value for name, value in bore.items() if value is not None}}


def stamp(at: datetime) -> str:
    """An instant as entries write it: UTC, microseconds, Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
