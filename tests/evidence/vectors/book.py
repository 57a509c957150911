"""Vectors as they are written down, and the ways to change an export."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.evidence.played_exports import SIGNER, an_office, as_line, compact, rehashed, signed, with_end

CLEAN, TAMPERED, CANNOT_TELL = "clean", "tampered", "cannot_tell"
Lines = list[dict[str, Any]]


@dataclass(frozen=True)
class Vector:
    """An export, what the auditor holds beside it, and what a verifier must say."""

    name: str
    what: str
    export: bytes
    verdict: str = TAMPERED
    code: str | None = None
    checkpoints: tuple[str, ...] = ()
    public_key: str | None = None
    keys: tuple[bytes, ...] = ()

    def as_json(self) -> dict[str, Any]:
        named = [f"{self.name}.checkpoint-{n}.txt" for n, _ in enumerate(self.checkpoints, start=1)]
        return {
            "name": self.name, "what": self.what, "export": f"{self.name}.jsonl", "verdict": self.verdict,
            "code": self.code, "checkpoints": named, "public_key": self.public_key,
            "keys": [key.hex() for key in self.keys],
        }  # fmt: skip


@dataclass
class Book:
    """The vectors as they are written down, one after the other."""

    vectors: list[Vector] = field(default_factory=list)

    def sound(self, name: str, what: str, export: bytes, **more: Any) -> None:
        self.vectors.append(Vector(name, what, export, CLEAN, **more))

    def unclear(self, name: str, what: str, export: bytes, **more: Any) -> None:
        self.vectors.append(Vector(name, what, export, CANNOT_TELL, **more))

    def bad(self, name: str, code: str, what: str, export: bytes, **more: Any) -> None:
        self.vectors.append(Vector(name, what, export, code=code, **more))

    def lines(self, name: str, code: str, what: str, change: Callable[[Lines], None], **more: Any) -> None:
        """One whose lines were changed after everything was signed; its last line was made to fit."""
        lines = an_office().lines
        change(lines)
        self.bad(name, code, what, written(lines), **more)


def written(lines: Lines) -> bytes:
    return with_end(b"".join(as_line(one) for one in lines))


def entries_of(lines: Lines, case: str) -> Lines:
    return [one for one in lines if one["type"] == "entry" and json.loads(one["payload"])["case"] == case]


def edited(line: dict[str, Any], **changes: Any) -> None:
    line["payload"] = compact(json.loads(line["payload"]) | changes)


def rehash_from(lines: Lines, case: str, key: bytes = b"not the key" * 3) -> None:
    """Every entry of a case hashed anew, as somebody with another key would, and its row's head with them."""
    previous = "0" * 64
    for line in entries_of(lines, case):
        line.update(rehashed({**line, "previous": previous}, key))
        previous = line["hash"]
    for line in lines:
        if line["type"] == "state" and line["case"] == case:
            line["head"] = previous


def moved(text: str, name: str, value: str) -> str:
    """A checkpoint with another value in one of its lines, the signature as it was."""
    lines = [f"{name}: {value}" if one.startswith(f"{name}: ") else one for one in text.split("\n")]
    return "\n".join(lines)


def resigned(text: str, signer: Any = SIGNER) -> str:
    return signed(text[: text.rindex("signature: ")], signer)


def fit(line: dict[str, Any]) -> None:
    edited(line, actor="P002")
    line |= rehashed(line)


def swap(one: int, other: int) -> Callable[[Lines], None]:
    def change(lines: Lines) -> None:
        lines[one], lines[other] = lines[other], lines[one]

    return change
