"""The history as evidence: JSON lines that anybody can verify by the written format.

The stored texts go out as they are; nothing is encoded anew. People's own words go out only where they are
asked for. The stand-alone verifier is put beside the file.
"""

import hashlib
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Row

from states.errors import UNREADABLE
from states.evidence import EXPORT_FORMAT
from states.evidence.checkpoint import Checkpoint, parse
from states.evidence.tree import Levels, leaf_data, leaf_hash
from states.facts import FACT_NAMES, PERSONAL_FACTS, to_json
from states.visibility import NO_CURTAIN, Curtain
from workflow.services.batch import JOURNAL, opened
from workflow.services.branches import LEFT
from workflow.signing import KEY_KINDS
from workflow.storage import evidence_export, log, sweeps
from workflow.storage.guarded import Read, Unreadable

VERIFIER = "verify_history.py"
Line = dict[str, Any]


@dataclass(slots=True)
class Evidence:
    """What goes out: everything, or one case as an excerpt. Counts what was written as it is.

    Of what `drawn` withholds the entry goes out, and the words beside it do not: `withheld` counts them.
    """

    tx: Connection
    case_id: int | None = None
    scope: str | None = None
    with_words: bool = False
    drawn: Curtain = NO_CURTAIN
    cases: int = 0
    entries: int = 0
    withheld: int = 0
    unreadable: list[dict[str, Any]] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        """Every line but the last."""
        checkpoints = [parse(row.text) for row in log.checkpoints(self.tx)]
        yield self._header(checkpoints)
        yield from ({"type": "checkpoint", "text": one.text} for one in checkpoints)
        if self.case_id is None:
            yield from self._everything()
        else:
            yield from self._excerpt(self.case_id, Proofs(self.tx, checkpoints))

    def _header(self, checkpoints: Iterable[Checkpoint]) -> Line:
        now = log.evidence(self.tx)
        epochs = {one.epoch: (one.algorithm, one.first) for one in checkpoints}
        epochs[now.epoch] = (now.algorithm, now.first)
        return {
            "type": "header",
            "format": EXPORT_FORMAT,
            "origin": sweeps.first_entry(self.tx),
            "scope": "all" if self.case_id is None else "case",
            "case": self.scope,
            "sealed": now.first + log.sealer(self.tx).size,
            "epochs": [
                {"epoch": number, "algorithm": algorithm, "first": first}
                for number, (algorithm, first) in sorted(epochs.items())
            ],
        }

    def _everything(self) -> Iterator[Line]:
        rows = iter(evidence_export.cases(self.tx))
        row, case_id = next(rows, None), JOURNAL
        for entry in evidence_export.entries(self.tx):
            if entry.case_id != case_id:
                row = yield from self._states(rows, row, entry.case_id)
                case_id = entry.case_id
            yield self._entry(entry)
        yield from self._states(rows, row, None)

    def _states(
        self, rows: Iterator[Read], row: Read | None, until: int | None
    ) -> Generator[Line, None, Read | None]:
        """The register's rows of the cases before another; returns the next row."""
        while row is not None and (until is None or row.id < until):
            yield from self._state(row)
            row = next(rows, None)
        return row

    def _excerpt(self, case_id: int, proofs: "Proofs") -> Iterator[Line]:
        for entry in evidence_export.journal_entries(self.tx, (*KEY_KINDS, LEFT)):
            yield proofs.proved(self._entry(entry))
        for entry in evidence_export.entries(self.tx, case_id):
            yield proofs.proved(self._entry(entry))
        for row in evidence_export.cases(self.tx, case_id):
            yield from self._state(row)

    def _entry(self, row: Row[Any]) -> Line:
        self.entries += 1
        line = {
            "type": "entry",
            "position": row.position,
            "payload": row.payload,
            "previous": row.previous_hash,
            "hash": row.hash,
            "code": row.keyed_code,
            "key_id": row.key_id,
            "algorithm": row.algorithm,
        }
        if self.with_words and row.salt:  # what stands in the place of redacted words has none
            line |= self._words(row)
        return line

    def _words(self, row: Row[Any]) -> Line:
        if self.drawn.wordless and self._withholds(row.payload):
            self.withheld += 1
            return {"withheld": True}
        return {"words": {"text": row.text, "salt": row.salt}}

    def _withholds(self, payload: str) -> bool:
        """Whether the words beside an entry are kept back; past reading, nobody can tell whom it is about."""
        try:
            return self.drawn.withholds(orjson.loads(payload))
        except UNREADABLE:
            return True

    def _state(self, row: Read) -> Iterator[Line]:
        self.cases += 1
        if isinstance(row, Unreadable):
            self.unreadable.append({"case": row.number, "entry": None})
            return
        facts = to_json(_told(opened(row).facts))
        yield {"type": "state", "case": row.number, "seq": row.seq, "head": row.head, "facts": facts}


class Proofs:
    """Inclusion proofs for single entries, each to the last checkpoint of its epoch."""

    def __init__(self, tx: Connection, checkpoints: Iterable[Checkpoint]) -> None:
        self.last = {one.epoch: one for one in checkpoints}
        self.trees = {number: Levels(one.algorithm, _leaves(tx, one)) for number, one in self.last.items()}

    def proved(self, line: Line) -> Line:
        """An entry's line with its path; without a place where no checkpoint seals it yet."""
        place = line["position"]
        one = next((one for one in self.last.values() if _seals(one, place)), None)
        if one is None:
            return {**line, "position": None}
        proof = self.trees[one.epoch].proof(place - one.first)
        return {**line, "checkpoint": one.number, "proof": [node.hex() for node in proof]}


def write(path: Path, evidence: Evidence) -> None:
    """Write the whole file, its last line over all the others."""
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file:
        for line in evidence.lines():
            raw = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
            digest.update(raw)
            file.write(raw)
            count += 1
        end = {"type": "end", "lines": count, "sha256": digest.hexdigest()}
        file.write(orjson.dumps(end, option=orjson.OPT_APPEND_NEWLINE))


def verifier() -> bytes:
    """The stand-alone verifier that goes out beside an export."""
    return (files("workflow.evidence") / VERIFIER).read_bytes()


def _seals(checkpoint: Checkpoint, place: int | None) -> bool:
    return place is not None and checkpoint.first <= place < checkpoint.end


def _leaves(tx: Connection, checkpoint: Checkpoint) -> list[bytes]:
    """The leaf hashes under a checkpoint; a changed entry's proof will not lead to the root."""
    rows = log.places_between(tx, checkpoint.first, checkpoint.end)
    return [leaf_hash(_data(row), checkpoint.algorithm) for row in rows]


def _data(row: Row[Any]) -> bytes:
    try:
        return leaf_data(row.hash, row.keyed_code)
    except (TypeError, ValueError):
        return b""


def _told(facts: Any) -> Mapping[str, Any]:
    """The facts that say anything, people's words aside."""
    named = {name: getattr(facts, name) for name in FACT_NAMES if name not in PERSONAL_FACTS}
    return {name: value for name, value in named.items() if value}
