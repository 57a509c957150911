"""The walk along the log: every entry in the order it was sealed, its tree, and the checkpoints over it.

One streaming pass. Roots are computed where a checkpoint has one; what is not there any more counts as a leaf
of its own kind, so that every root from there on differs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from math import inf
from typing import Any

from sqlalchemy import Connection, Row

from states.evidence.checkpoint import TOLERANCE
from states.evidence.tree import Peaks, leaf_data, leaf_hash
from workflow.services.verification.verdict import Finding, finding
from workflow.services.verification.witnesses import Witness
from workflow.storage import log, queries

MOST_PASSED_OVER = 20
PART = 10_000


@dataclass(slots=True)
class Walk:
    """One pass over the log with everything that bears witness to it; counts what it passed."""

    tx: Connection
    witnesses: Iterable[Witness]
    sealed: int = 0
    _epochs: list["_Epoch"] = field(default_factory=list)
    _event: int = 0
    _reordered: bool = False

    def check(self) -> Iterator[Finding]:
        """Everything the log shows, in the order of its positions."""
        sound = True
        for one in self._along():
            sound = False
            yield one
        if sound:  # else it cannot agree
            yield from self._where_it_stands()

    def _along(self) -> Iterator[Finding]:
        times = _Times(self)
        for number, rows in groupby(log.each_place(self.tx), key=lambda row: row.epoch):
            yield from self._epoch(number, rows, times)
        yield from self._beyond()
        yield from self._passed_over()

    def name(self, row: Row[Any]) -> dict[str, Any]:
        """Where a finding is: case, place in its history, position in the log; if it is there."""
        if row.case_id is None:
            return {"position": row.position}
        case = "office" if row.case_id == 0 else queries.number_of_case(self.tx, row.case_id)
        return {"case": case or str(row.case_id), "seq": row.seq, "position": row.position}

    def _epoch(self, number: int, rows: Iterable[Row[Any]], times: "_Times") -> Iterator[Finding]:
        """The entries of one epoch, and whether its last checkpoint covers all of them."""
        former = self._epochs[-1].number if self._epochs else 0
        if number != former + 1:
            message = f"日志第{number}期紧接第{former}期之后：日志的分期被改动"
            yield finding("log_epoch_changed", message, position=self.sealed)
        epoch = _Epoch(self, number, self.sealed, self._of(number))
        self._epochs.append(epoch)
        untimely: list[Finding] = []
        for row in rows:
            yield from self._place(row)
            yield from epoch.take(row)
            untimely += times.check(row)
            self.sealed = row.position + 1
        yield from epoch.end()
        yield from (one for one in untimely if one["position"] < epoch.proved_end)

    def _place(self, row: Row[Any]) -> Iterator[Finding]:
        if row.position != self.sealed:
            message = f"日志第{self.sealed}位不存在：日志被删除或重排"
            yield finding("log_gap", message, position=self.sealed)
        if row.event_id <= self._event and not self._reordered:
            self._reordered = True
            yield self._out_of_order(row)
        if row.hash is not None:
            self._event = max(self._event, row.event_id)

    def _out_of_order(self, at: Row[Any]) -> Finding:
        """Entries are sealed in the order of their ids: by these the first one out of place is found."""
        row, stop = log.out_of_order(self.tx) or (at, at.position)
        message = f"日志第{row.position}位起颠倒、重复或多出，至第{stop}位：记载按先后各封存一次，日志被改动"
        return finding("log_reordered", message, **self.name(row), until=stop)

    def _of(self, epoch: int) -> list[Witness]:
        """The witnesses of an epoch, in the order of what they cover."""
        found = (one for one in self.witnesses if one.checkpoint.epoch == epoch)
        return sorted(found, key=lambda one: one.checkpoint.size)

    def _beyond(self) -> Iterator[Finding]:
        """Witnesses of an epoch that the log does not have at all."""
        known = {epoch.number for epoch in self._epochs}
        lost = [one for one in self.witnesses if one.checkpoint.epoch not in known and one.checkpoint.size]
        if lost:
            yield _cut(min(lost, key=lambda one: one.checkpoint.end), self.sealed)

    def _passed_over(self) -> Iterator[Finding]:
        for row in log.passed_over(self.tx, MOST_PASSED_OVER):
            case = "office" if row.case_id == 0 else queries.number_of_case(self.tx, row.case_id)
            message = "该条记载未在日志中，而其后的记载已封存：日志被改动，或该条记载是事后插入"
            yield finding("log_skipped", message, case=case or str(row.case_id), seq=row.seq)

    def _where_it_stands(self) -> Iterator[Finding]:
        """The rows from which sealing goes on, against what the log comes to."""
        now, sealer = log.evidence(self.tx), log.sealer(self.tx)
        last = self._epochs[-1] if self._epochs else None
        fresh = last is None or now.epoch == last.number + 1
        peaks = Peaks(now.algorithm) if fresh or last is None else last.peaks
        first = self.sealed if fresh or last is None else last.first
        epoch = (last.number if last else 0) + (1 if fresh else 0)
        if (now.epoch, now.first, now.algorithm) != (epoch, first, peaks.algorithm):
            message = "当前的算法、期次与日志不符：绕过系统改动"
            yield finding("evidence_changed", message)
        elif not _stands_at(sealer, peaks, self._event):
            message = "封存的进度与日志不符：已封存的记载被改动，或进度被改动"
            yield finding("sealer_changed", message)


@dataclass(slots=True)
class _Epoch:
    """The tree of one epoch as it grows, and the witnesses that have a root of it."""

    walk: Walk
    number: int
    first: int
    witnesses: list[Witness]
    peaks: Peaks = field(init=False)
    _leaves: list[bytes] = field(default_factory=list)
    _next: int = 0
    _good: int = 0
    _since: Row[Any] | None = None
    _bad: list[tuple[Witness, int, Row[Any] | None]] = field(default_factory=list)
    _lost: list[Row[Any]] = field(default_factory=list)
    _mixed: bool = False

    def __post_init__(self) -> None:
        told = {one.checkpoint.algorithm for one in self.witnesses}
        self.peaks = Peaks(min(told) if told else self._by_rows())

    def take(self, row: Row[Any]) -> Iterator[Finding]:
        """One entry more."""
        if not self._leaves and not self.peaks.size:
            self._compare()
        yield from self._judged(row)
        self._since = self._since or row
        self._leaves.append(self._leaf(row))
        if len(self._leaves) == PART or self._is_wanted():
            self._grow()
            self._compare()

    def end(self) -> Iterator[Finding]:
        """What the whole epoch shows, when it has no more entries."""
        self._grow()
        self._compare()
        yield from self._gone(to_the_end=True)
        if self._bad:
            yield self._rewritten(*self._bad[0])
        if self._next < len(self.witnesses):
            yield _cut(self.witnesses[self._next], self.first + self.peaks.size)
        yield from self._left_open()

    @property
    def proved_end(self) -> float:
        """Up to where the order is proved and can be held against times; no end where nothing is wrong."""
        return self.first + self._bad[0][1] if self._bad else inf

    def _by_rows(self) -> str:
        now = log.evidence(self.walk.tx)
        return (
            str(now.algorithm)
            if now.epoch == self.number
            else log.algorithm_of_epoch(self.walk.tx, self.number)
        )

    def _judged(self, row: Row[Any]) -> Iterator[Finding]:
        if row.hash is None:
            self._lost.append(row)
            return
        yield from self._gone(to_the_end=False)
        if row.algorithm != self.peaks.algorithm and not self._mixed:
            self._mixed = True
            message = f"该条记载的哈希算法与第{self.number}期不同：一期之内不得混用算法，疑似降级"
            yield finding("algorithm_mixed", message, **self.walk.name(row))

    def _gone(self, *, to_the_end: bool) -> Iterator[Finding]:
        """A stretch of sealed entries that are not there any more, told once."""
        if self._lost:
            start, stop = self._lost[0].position, self._lost[-1].position
            fits = "历史的末尾被删除" if to_the_end else "整件事项或若干记载被删除"
            message = f"日志第{start}位至第{stop}位的记载不存在：{fits}"
            count = len(self._lost)
            yield finding("log_event_missing", message, position=start, until=stop, missing=count)
            self._lost.clear()

    def _leaf(self, row: Row[Any]) -> bytes:
        try:
            return leaf_hash(leaf_data(row.hash, row.keyed_code), self.peaks.algorithm)
        except (TypeError, ValueError):  # not there, or no hash any more
            return leaf_hash(b"", self.peaks.algorithm)

    def _is_wanted(self) -> bool:
        size = self.peaks.size + len(self._leaves)
        return self._next < len(self.witnesses) and self.witnesses[self._next].checkpoint.size <= size

    def _grow(self) -> None:
        self.peaks = self.peaks.grown(self._leaves)
        self._leaves = []

    def _compare(self) -> None:
        """Every witness of exactly this size."""
        while self._next < len(self.witnesses):
            witness = self.witnesses[self._next]
            one = witness.checkpoint
            if one.size > self.peaks.size:
                return
            self._next += 1
            same = (one.first, one.algorithm, one.root) == (
                self.first, self.peaks.algorithm, self.peaks.root.hex()
            )  # fmt: skip
            if same:
                self._good, self._since = one.size, None
            else:
                self._bad.append((witness, self._good, self._since))

    def _rewritten(self, witness: Witness, good: int, row: Row[Any] | None) -> Finding:
        start, stop = self.first + good, witness.checkpoint.end - 1
        where = self.walk.name(row) if row is not None else {"position": start}
        message = f"{witness.called}所证的历史被改写：日志第{start}位至第{stop}位之间有记载被改动、替换或删除"
        told = {**where, **witness.where, "until": stop, "checkpoints": len(self._bad)}
        return finding("root_changed", message, **told)

    def _left_open(self) -> Iterator[Finding]:
        """A former epoch ends with a checkpoint over all of it."""
        if self.number == log.evidence(self.walk.tx).epoch:
            return
        covered = max((one.checkpoint.size for one in self.witnesses), default=0)
        if covered < self.peaks.size:
            message = f"第{self.number}期末尾没有检查点：换算法时的检查点被删除，或其后被补写"
            yield finding("epoch_open", message, position=self.first + covered)


@dataclass(slots=True)
class _Times:
    """Whether time goes on along the log, and keeps to the checkpoints between which it was written.

    Judged from the first checkpoint on: before it nothing outside ties the order to a time.
    """

    walk: Walk
    _bounds: list[Witness] = field(init=False)
    _place: int = 0
    _high: datetime | None = None
    _told: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._bounds = sorted(self.walk.witnesses, key=lambda one: one.checkpoint.end)

    def check(self, row: Row[Any]) -> Iterator[Finding]:
        at = _instant(row.recorded_at)
        if at is None:
            return
        while self._place < len(self._bounds) and self._bounds[self._place].checkpoint.end <= row.position:
            self._place += 1
        yield from self._within(row, at)
        if self._high is not None and at < self._high - TOLERANCE:
            self._high = at
            if self._place:
                message = "记载时间比日志中此前的记载早十分钟以上：疑似倒签补写，或时钟被拨动"
                yield finding("log_time_order", message, **self.walk.name(row))
        self._high = at if self._high is None else max(self._high, at)

    def _within(self, row: Row[Any], at: datetime) -> Iterator[Finding]:
        """Not before the last checkpoint it comes after, not after the first one that covers it."""
        before = self._bounds[self._place - 1] if self._place else None
        after = self._bounds[self._place] if self._place < len(self._bounds) else None
        if before is not None and at < before.checkpoint.time - TOLERANCE:
            said = "封存在该检查点之后，记载时间却早于它：疑似倒签补写，或时钟被拨动"
            yield from self._once(before, "before", row, said)
        if after is not None and at > after.checkpoint.time + TOLERANCE:
            said = "封存在该检查点之前，记载时间却晚于它：记载时间不实，或时钟被拨动"
            yield from self._once(after, "after", row, said)

    def _once(self, witness: Witness, side: str, row: Row[Any], said: str) -> Iterator[Finding]:
        """The first of a stretch is enough."""
        if (side, witness.checkpoint.hash) not in self._told:
            self._told.add((side, witness.checkpoint.hash))
            where = self.walk.name(row) | {"checkpoint": witness.checkpoint.number}
            yield finding("log_time_order", f"{witness.called}：{said}", **where)


def _cut(witness: Witness, end: int) -> Finding:
    one = witness.checkpoint
    message = (
        f"{witness.called}覆盖到日志第{one.end - 1}位，本库只到第{end - 1}位："
        "历史的末尾被删除，或数据库被换成较早的备份"
    )
    return finding("log_cut", message, position=end, until=one.end - 1, **witness.where)


def _stands_at(sealer: Row[Any], peaks: Peaks, event: int) -> bool:
    try:
        kept = log.peaks_of(sealer, peaks.algorithm)
    except ValueError:
        return False
    return kept == peaks and bool(sealer.last_event_id == event)


def _instant(value: Any) -> datetime | None:
    """A stored instant as the driver gives it; None for what is none, which its own case tells of."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return None
    if not isinstance(value, datetime):
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value
