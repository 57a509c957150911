"""Checkpoints as witnesses: those the database keeps against each other, those outside against them.

Whoever owns the database can make its own checkpoints fit; those in other hands are what it cannot reach.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from states.evidence.checkpoint import TOLERANCE, Checkpoint, CheckpointInvalid, breaks, parse
from workflow.errors import TimestampRefused
from workflow.services import timestamps
from workflow.services.checkpoint_files import read_file, unreadable
from workflow.services.replay import Entry
from workflow.services.timestamps import Certificates
from workflow.services.verification.branches import Branches
from workflow.services.verification.verdict import Finding, finding
from workflow.signing import KEY_KINDS, is_signed


@dataclass(frozen=True, slots=True)
class Witness:
    """A checkpoint whose signature holds, and where it was found; `file` is empty for one of the database."""

    checkpoint: Checkpoint
    file: str = ""

    @property
    def where(self) -> dict[str, Any]:
        return {"checkpoint": self.checkpoint.number} | ({"file": self.file} if self.file else {})

    @property
    def called(self) -> str:
        return f"第{self.checkpoint.number}号检查点" + (f"（{self.file}）" if self.file else "")


@dataclass(slots=True)
class Witnesses:
    """The checkpoints that can be relied on, as they are gathered; `keys` are those announced, in order."""

    origin: str
    keys: Sequence[str]
    stored: dict[int, Checkpoint] = field(default_factory=dict)
    reliable: dict[str, Witness] = field(default_factory=dict)
    anchors: int = 0
    authority: Certificates | None = None
    stamps: int = 0
    unchecked_stamps: int = 0
    branches: Branches = field(default_factory=Branches)
    notices: list[Finding] = field(default_factory=list)

    def check_stored(self, rows: Iterable[Row[Any]]) -> Iterator[Finding]:
        """The table: every row as it was signed, each following the one before, by keys in their order."""
        former, expected, key = None, 1, 0
        for row in rows:
            jumped = row.number != expected and row.number == self.branches.resumed.get(expected - 1)
            expected = row.number if jumped else expected
            if row.number != expected:
                message = f"第{expected}号检查点不存在：检查点被删除"
                yield finding("checkpoint_missing", message, checkpoint=expected)
            one = _read(row)
            if one is None:
                message = f"第{row.number}号检查点与其签名时的内容不符：检查点被改动"
                yield finding("checkpoint_changed", message, checkpoint=row.number)
            else:
                if jumped and not self.branches.goes_on(former, one):
                    yield _unlinked(one)
                elif row.number == expected and not jumped and (former is not None or expected == 1):
                    yield from _followed(former, one)
                yield from self._judged(Witness(one), key)
                key = max(key, self._place_of(one.key))
                self.stored[one.number] = one
            former, expected = one, row.number + 1

    def check_outside(self, paths: Iterable[Path]) -> Iterator[Finding]:
        """Files kept elsewhere, each against the table and against the others."""
        seen = dict(self.stored)
        for path in paths:
            try:
                one = read_file(path)
            except CheckpointInvalid as invalid:
                message = f"外部检查点文件{path.name}不完整：文件在外部被改动或截断"
                yield finding("anchor_invalid", message, file=path.name, line=invalid.facts["line"])
                continue
            notice = self.branches.notice(one, path.name)
            if notice is not None:
                self.notices.append(notice)
                continue
            witness = Witness(one, path.name)
            found = list(self._judged(witness, 0))
            yield from found
            if not found:
                self.anchors += 1
                yield from self._compared(witness, seen)
                yield from self._stamped(witness, path)

    def _judged(self, witness: Witness, key: int) -> Iterator[Finding]:
        """Whose signature it bears, of which installation it is; one with nothing against it is relied on."""
        one = witness.checkpoint
        if not is_signed(one):
            message = f"{witness.called}的签名不符：检查点被改动或伪造"
            yield finding("checkpoint_forged", message, **witness.where)
        elif one.origin != self.origin:
            message = f"{witness.called}不属于本系统：出自另一套数据库，或本库的历史自始被改写"
            yield finding("checkpoint_foreign", message, **witness.where)
        elif one.key not in self.keys:
            message = f"{witness.called}所用的签名密钥从未登记：由他人签发，或登记的记载被删除"
            yield finding("checkpoint_key_unannounced", message, **witness.where)
        elif self._place_of(one.key) < key:
            message = f"{witness.called}用已停用的签名密钥签发：旧密钥被冒用"
            yield finding("checkpoint_key_former", message, **witness.where)
        else:
            self.reliable[one.hash] = witness

    def _compared(self, witness: Witness, seen: dict[int, Checkpoint]) -> Iterator[Finding]:
        """An outside one is in the table, to the byte, or the table is not the one it came from."""
        one, last = witness.checkpoint, max(self.stored, default=0)
        same, former = seen.get(one.number), seen.get(one.number - 1)
        if same is not None and same.hash != one.hash:
            message = f"{witness.called}与本库同号检查点不同：检查点链分叉，历史有两个版本"
            yield finding("checkpoint_split", message, **witness.where)
        elif same is None and former is not None and former.hash != one.previous:
            message = f"{witness.called}与前一号检查点不衔接：检查点链分叉，历史有两个版本"
            yield finding("checkpoint_split", message, **witness.where)
        if same is None and self.branches.passes_over(one.number):
            message = f"{witness.called}不在本库，也不在所登记的已舍弃的历史之中：历史有两个版本"
            yield finding("checkpoint_split", message, **witness.where)
        if one.number > last:
            message = f"本库没有{witness.called}：数据库被换成较早的备份，或检查点被删除"
            yield finding("checkpoint_newer", message, **witness.where)
        seen.setdefault(one.number, one)

    def _stamped(self, witness: Witness, path: Path) -> Iterator[Finding]:
        """The time-stamp beside a file, if there is one and it is known whom to trust for it."""
        try:
            token = timestamps.read_token(path)
        except OSError as error:
            raise unreadable(timestamps.token_of(path)) from error
        if token is None:
            return
        if self.authority is None:
            self.unchecked_stamps += 1
            return
        try:
            at = timestamps.stamped_at(path, token, self.authority)
        except TimestampRefused:
            message = f"{witness.called}的时间戳不能核实：不是对该文件的，或不是所指定的机构签发的"
            yield finding("timestamp_invalid", message, **witness.where)
            return
        self.stamps += 1
        if at < witness.checkpoint.time - TOLERANCE:
            message = f"{witness.called}自称的时间晚于其时间戳：主机时钟被拨快"
            yield finding("timestamp_before_checkpoint", message, **witness.where)

    def _place_of(self, key: str) -> int:
        return self.keys.index(key) if key in self.keys else 0


def keys_told_in(journal: Iterable[Entry]) -> list[str]:
    """The public keys the journal announces, in their order."""
    told = ((entry.details.model_extra or {}) for entry in journal if entry.kind in KEY_KINDS)
    return [str(one["public"]) for one in told if "public" in one]


def _read(row: Row[Any]) -> Checkpoint | None:
    """The checkpoint of a row; None for one that is not as it was signed."""
    try:
        one = parse(row.text)
    except (CheckpointInvalid, TypeError, AttributeError):
        return None
    kept = (row.number, row.hash, row.made_at)
    return one if kept == (one.number, one.hash, one.time) else None


def _followed(former: Checkpoint | None, one: Checkpoint) -> Iterator[Finding]:
    where, broken = {"checkpoint": one.number}, set(breaks(former, one))
    if "time" in broken:
        message = f"第{one.number}号检查点早于前一号：时钟被拨回，或检查点被补造"
        yield finding("log_time_order", message, **where)
    if broken - {"time", "origin"}:
        yield _unlinked(one)


def _unlinked(one: Checkpoint) -> Finding:
    message = f"第{one.number}号检查点与前一号不衔接：检查点被换，或检查点链分叉"
    return finding("checkpoint_chain_broken", message, checkpoint=one.number)
