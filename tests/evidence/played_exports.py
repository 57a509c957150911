"""Exports made from the written format alone, in other words than the product's, so that both can disagree.

`Played` holds an export as Python values: change any of them, then `sealed_again()` to sign what was changed
as a forger with the signing key could, or write it as it is, as one without could.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from hmac import digest as hmac_of
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

KEY, OLDER_KEY = bytes(range(32)), bytes(range(32, 64))
SIGNER = Ed25519PrivateKey.from_private_bytes(bytes(range(64, 96)))
HEIR = Ed25519PrivateKey.from_private_bytes(bytes(range(96, 128)))
STRANGER = Ed25519PrivateKey.from_private_bytes(bytes(range(128, 160)))
ZEROS = "0" * 64


def public(signer: Ed25519PrivateKey) -> str:
    return signer.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def key_id(key: bytes) -> str:
    return hashlib.sha256(b"duban/key-id\0" + key).hexdigest()[:16]


def stamp(minute: float) -> str:
    """So many minutes after nine on 2026-07-01, UTC."""
    hours, rest = divmod(int(minute), 60)
    return f"2026-07-{1 + (9 + hours) // 24:02}T{(9 + hours) % 24:02}:{rest:02}:00.000000Z"


def merkle(algorithm: str, leaves: list[bytes]) -> bytes:
    """The root by the recursive definition of RFC 9162, 2.1.1."""
    if not leaves:
        return hashlib.new(algorithm, b"").digest()
    if len(leaves) == 1:
        return hashlib.new(algorithm, b"\0" + leaves[0]).digest()
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    both = merkle(algorithm, leaves[:half]) + merkle(algorithm, leaves[half:])
    return hashlib.new(algorithm, b"\1" + both).digest()


def path_to(algorithm: str, place: int, leaves: list[bytes]) -> list[bytes]:
    """The inclusion proof by the recursive definition of RFC 9162, 2.1.3.1."""
    if len(leaves) == 1:
        return []
    half = 1 << ((len(leaves) - 1).bit_length() - 1)
    if place < half:
        return [*path_to(algorithm, place, leaves[:half]), merkle(algorithm, leaves[half:])]
    return [*path_to(algorithm, place - half, leaves[half:]), merkle(algorithm, leaves[:half])]


@dataclass
class Told:
    """One entry before it is hashed. `position` None stands for one that no checkpoint seals yet."""

    case: str
    kind: str
    minute: float
    position: int | None
    sets: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    words: str | None = None
    algorithm: str = "sha256"
    key: bytes = KEY
    line: dict[str, Any] = field(default_factory=dict)


@dataclass
class Seal:
    """A checkpoint before it is signed."""

    epoch: int
    size: int
    minute: float
    signer: Ed25519PrivateKey = SIGNER
    text: str = ""
    number: int | None = None


@dataclass
class Played:
    """A whole office's history, or one matter's, about to be written down."""

    entries: list[Told]
    seals: list[Seal]
    epochs: list[tuple[str, int]]
    only: str | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)

    def write_entries(self) -> None:
        """Hash every entry in its chain."""
        heads: dict[str, tuple[int, str]] = {}
        for one in self.entries:
            seq, previous = heads.get(one.case, (0, ZEROS))
            one.line = entry_line(one, seq + 1, previous)
            heads[one.case] = (seq + 1, one.line["hash"])

    @property
    def sealed(self) -> int:
        return sum(one.position is not None for one in self.entries)

    @property
    def origin(self) -> str:
        return str(next(one.line["hash"] for one in self.entries if one.case == "office"))

    def leaves(self, epoch: int) -> list[bytes]:
        placed = sorted((one.position, one.line) for one in self.entries if one.position is not None)
        ends = [*(first for _, first in self.epochs[1:]), self.sealed]
        first, last = self.epochs[epoch - 1][1], ends[epoch - 1]
        return [bytes.fromhex(line["hash"] + line["code"]) for place, line in placed if first <= place < last]

    def write_seals(self) -> None:
        """Sign every checkpoint over the log as it is."""
        previous, origin = ZEROS, self.origin
        for place, one in enumerate(self.seals, start=1):
            number = one.number or place
            algorithm, first = self.epochs[one.epoch - 1]
            root = merkle(algorithm, self.leaves(one.epoch)[: one.size]).hex()
            lines = (
                "duban-checkpoint/1", f"origin: {origin}", f"number: {number}", f"epoch: {one.epoch}",
                f"algorithm: {algorithm}", f"first: {first}", f"size: {one.size}", f"root: {root}",
                f"time: {stamp(one.minute)}", f"previous: {previous}", f"key: {public(one.signer)}", "",
            )  # fmt: skip
            one.text = signed("\n".join(lines), one.signer)
            previous = checkpoint_hash(algorithm, one.text)

    def write_lines(self) -> None:
        """The lines of the export, without the last."""
        epochs = [{"epoch": n, "algorithm": a, "first": f} for n, (a, f) in enumerate(self.epochs, start=1)]
        header = {"type": "header", "format": "duban-history/1", "origin": self.origin, "sealed": self.sealed,
                  "scope": "case" if self.only else "all", "case": self.only, "epochs": epochs}  # fmt: skip
        seals = [{"type": "checkpoint", "text": one.text} for one in self.seals]
        self.lines = [header, *seals, *self._grouped()]

    def _grouped(self) -> Iterable[dict[str, Any]]:
        cases = list(dict.fromkeys(one.case for one in self.entries))
        for case in ["office", *(one for one in cases if one != "office")]:
            told = [one for one in self.entries if one.case == case]
            if self.only and case not in (self.only, "office"):
                continue
            if self.only and case == "office":
                told = [one for one in told if one.kind.startswith(("signing_key", "branch_left"))]
            yield from (self._excerpted(one) if self.only else one.line for one in told)
            if case != "office":
                yield state_line(told)

    def _excerpted(self, one: Told) -> dict[str, Any]:
        if one.position is None:
            return one.line
        number, seal = next(
            (seal.number or number, seal)
            for number, seal in enumerate(self.seals, start=1)
            if self.epochs[seal.epoch - 1][1] <= one.position < self.epochs[seal.epoch - 1][1] + seal.size
        )
        algorithm, first = self.epochs[seal.epoch - 1]
        proof = path_to(algorithm, one.position - first, self.leaves(seal.epoch)[: seal.size])
        return {**one.line, "checkpoint": number, "proof": [node.hex() for node in proof]}

    def sealed_again(self) -> "Played":
        """Everything hashed, signed and written anew, as the office itself would."""
        self.write_entries()
        self.write_seals()
        self.write_lines()
        return self

    def text(self) -> bytes:
        """The file, with its last line."""
        return with_end(b"".join(as_line(one) for one in self.lines))


def entry_line(one: Told, seq: int, previous: str) -> dict[str, Any]:
    payload = {"schema": 1, "case": one.case, "seq": seq, "kind": one.kind, "actor": "P001",
               "occurred_at": stamp(one.minute), "recorded_at": stamp(one.minute), "set": one.sets,
               "details": one.details}  # fmt: skip
    words = None if one.words is None else {"text": one.words, "salt": "5a" * 16}
    if words:
        said = f"duban/personal/1\0{words['salt']}\0{words['text']}".encode()
        payload["personal"] = hashlib.new(one.algorithm, said).hexdigest()
    line = {"type": "entry", "position": one.position, "payload": compact(payload), "words": words,
            "previous": previous, "algorithm": one.algorithm, "key_id": key_id(one.key)}  # fmt: skip
    return rehashed(line, one.key)


def rehashed(line: dict[str, Any], key: bytes = KEY) -> dict[str, Any]:
    """The line with the hash and the code that belong to its bytes."""
    said = f"duban/entry/1\0{line['algorithm']}\0{line['payload']}\0{line['previous']}".encode()
    own = hashlib.new(line["algorithm"], said).hexdigest()
    return {**line, "hash": own, "code": hmac_of(key, own.encode(), line["algorithm"]).hex()}


def state_line(told: list[Told]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for one in told:
        facts |= one.sets
    last = told[-1].line
    seq = json.loads(last["payload"])["seq"]
    return {"type": "state", "case": told[0].case, "seq": seq, "head": last["hash"], "facts": facts}


def signed(lines: str, signer: Ed25519PrivateKey) -> str:
    return f"{lines}signature: {signer.sign(lines.encode()).hex()}\n"


def checkpoint_hash(algorithm: str, text: str) -> str:
    return hashlib.new(algorithm, b"duban/checkpoint/1\0" + text.encode()).hexdigest()


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def as_line(value: dict[str, Any]) -> bytes:
    return compact(value).encode() + b"\n"


def with_end(body: bytes) -> bytes:
    end = {"type": "end", "lines": body.count(b"\n"), "sha256": hashlib.sha256(body).hexdigest()}
    return body + as_line(end)


A, B = "滨督2026-001", "滨督2026-002"


def an_office(algorithm: str = "sha256") -> Played:
    """Two matters over two checkpoints, and two entries that no checkpoint seals yet."""
    announced = {"public": public(SIGNER)}
    entries = [
        Told("office", "rule_activated", 0, 0),
        Told("office", "signing_key_announced", 1, 1, details=announced),
        Told(A, "opened", 2, 2, {"number": A, "state": "draft", "title": "路灯成片不亮"}),
        Told(A, "assigned", 3, 3, {"state": "assigned", "due_on": "2026-07-22"}, words="请限期办结"),
        Told(B, "opened", 4, 4, {"number": B, "state": "draft", "title": "积水点整治"}),
        Told(A, "acknowledged", 5, 5, {"state": "registered"}),
        Told(B, "assigned", 6, 6, {"state": "assigned", "due_on": "2026-07-23"}),
        Told(A, "progress_reported", 40, 7, {"completion_rate": 60}, words="已修复180盏"),
        Told(B, "cancelled", 41, 8, {"state": "cancelled", "due_on": None}),
        Told("office", "sweeps_recorded", 42, 9),
        Told(A, "completed", 43, None, {"state": "verifying"}),
        Told("office", "sweeps_recorded", 44, None),
    ]
    for one in entries:
        one.algorithm = algorithm
    return Played(entries, [Seal(1, 6, 10), Seal(1, 10, 43)], [(algorithm, 0)]).sealed_again()
