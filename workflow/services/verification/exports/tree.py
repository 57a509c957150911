"""The log of an export: every place filled, time going on, the root at each checkpoint's size."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from states.evidence.checkpoint import TOLERANCE, Checkpoint
from states.evidence.tree import HASH_BYTES, Peaks, leaf_data, leaf_hash, proves_inclusion
from workflow.services.verification.exports.lines import EntryLine, Epoch, Header, Payload
from workflow.services.verification.verdict import Finding, finding

EMPTY = -1.0


@dataclass(slots=True)
class Tree:
    """The leaves by their places, gathered while the chains are read; the file holds no more than it can."""

    header: Header
    placed: int = 0
    _leaves: bytearray = field(default_factory=bytearray)
    _times: "array[float]" = field(default_factory=lambda: array("d"))

    def place(self, line: EntryLine, payload: Payload) -> Iterator[Finding]:
        """Put an entry where it says it stands."""
        epoch = self._epoch_of(line.position)
        yield from _of_its_epoch(line, epoch)
        at, leaf = datetime.fromisoformat(payload.recorded_at), _leaf(line, epoch)
        if line.position is None:
            return
        self._make_room(line.position)
        if self._times[line.position] != EMPTY:
            yield finding("position_twice", "总账的位置已有记载：条目被重复或伪造")
        self._times[line.position] = at.timestamp()
        self._leaves[HASH_BYTES * line.position : HASH_BYTES * (line.position + 1)] = leaf
        self.placed += 1

    def prove(self, line: EntryLine, checkpoints: Sequence[Checkpoint]) -> Iterator[Finding]:
        """An excerpt's entry by its path to a checkpoint's root."""
        place, epoch = line.position or 0, self._epoch_of(line.position)
        yield from _of_its_epoch(line, epoch)
        one = next((one for one in checkpoints if one.number == line.checkpoint), None)
        if one is None or line.proof is None or not one.first <= place < one.end:
            raise ValueError("no path to a checkpoint that seals it")
        tree, path = (one.size, bytes.fromhex(one.root)), [bytes.fromhex(node) for node in line.proof]
        if not proves_inclusion(_leaf(line, epoch), place - one.first, tree, path, one.algorithm):
            yield finding("proof_wrong", "不在所指检查点封存的历史中：记载被改动或伪造")
        self.placed += 1

    def check(self, checkpoints: Sequence[Checkpoint]) -> Iterator[Finding]:
        """Every place is filled, time goes on, each checkpoint's root is the root at its size."""
        clock = _Clock()
        ends = [*(one.first for one in self.header.epochs[1:]), self.header.sealed]
        for epoch, end in zip(self.header.epochs, ends, strict=True):
            due = sorted((one for one in checkpoints if one.epoch == epoch.epoch), key=lambda one: one.end)
            yield from self._check_epoch(epoch, end, due, clock)

    def _check_epoch(
        self, epoch: Epoch, end: int, due: list[Checkpoint], clock: "_Clock"
    ) -> Iterator[Finding]:
        peaks, place = Peaks(epoch.algorithm), epoch.first
        for one in due:
            stop = min(one.end, end)
            yield from self._pass_over(place, stop, clock)
            peaks, place = peaks.grown(self._between(place, stop)), max(place, stop)
            if peaks.root.hex() != one.root and one.end <= end:
                message = f"第{one.number}号检查点所封存的历史被改动、删除或添加"
                yield finding("root_differs", message, checkpoint=one.number)
            yield from clock.sealed_by(one)
        yield from self._pass_over(place, end, clock)

    def _pass_over(self, first: int, end: int, clock: "_Clock") -> Iterator[Finding]:
        for place in range(first, end):
            at = self._times[place] if place < len(self._times) else EMPTY
            if at == EMPTY:
                message = f"总账第{place}位没有记载：条目被删除"
                yield finding("position_missing", message, position=place)
            else:
                yield from clock.passes(at, place)

    def _between(self, first: int, end: int) -> Iterator[bytes]:
        for place in range(first, end):
            leaf = bytes(self._leaves[HASH_BYTES * place : HASH_BYTES * (place + 1)])
            yield leaf.ljust(HASH_BYTES, b"\0")

    def _make_room(self, position: int) -> None:
        missing = position + 1 - len(self._times)
        if missing > 0:
            self._times.extend([EMPTY] * missing)
            self._leaves.extend(bytes(HASH_BYTES * missing))

    def _epoch_of(self, position: int | None) -> Epoch:
        """The epoch of a place; what is not sealed yet belongs to the last."""
        among = [one for one in self.header.epochs if position is None or one.first <= position]
        return among[-1]


@dataclass(slots=True)
class _Clock:
    """Time along the log, tied to the checkpoints from the first on."""

    latest: float = 0.0
    tied: bool = False

    def passes(self, at: float, place: int) -> Iterator[Finding]:
        if self.tied and at < self.latest - TOLERANCE.total_seconds():
            message = f"总账第{place}位的记载时间早于它之前的记载或检查点：疑似补写"
            yield finding("log_time_order", message, position=place)
        self.latest = max(self.latest, at)

    def sealed_by(self, one: Checkpoint) -> Iterator[Finding]:
        at = one.time.timestamp()
        if at < self.latest - TOLERANCE.total_seconds():
            message = f"第{one.number}号检查点早于它所封存的记载"
            yield finding("log_time_order", message, checkpoint=one.number)
        self.latest, self.tied = max(self.latest, at), True


def _of_its_epoch(line: EntryLine, epoch: Epoch) -> Iterator[Finding]:
    if line.algorithm != epoch.algorithm:
        yield finding("algorithm_mixed", "算法与所在分段不符：疑似降级")


def _leaf(line: EntryLine, epoch: Epoch) -> bytes:
    return leaf_hash(leaf_data(line.hash, line.code), epoch.algorithm)
