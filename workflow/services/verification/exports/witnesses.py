"""The checkpoints of an export, and those that were kept elsewhere."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from states.evidence.checkpoint import Checkpoint, breaks, parse
from states.history import GENESIS
from workflow.services.branches import FIRST_OF_ALL
from workflow.services.verification.exports.chains import Handover
from workflow.services.verification.exports.lines import Header
from workflow.services.verification.verdict import Finding, finding
from workflow.signing import is_signed

BREAKS = {
    "number": ("checkpoint_missing", "之前缺少检查点：被删除、插入或重排"),
    "previous": ("checkpoints_unlinked", "与前一个不衔接：被改动或替换"),
    "size": ("checkpoint_went_back", "封存的不是前一个的延续：历史曾被截短"),
    "time": ("checkpoint_went_back", "早于前一个：历史曾被回退"),
}
NUMBERED = ("first", "number")


@dataclass(slots=True)
class Witnesses:
    """The checkpoints in the file, in their order, and how many from outside were compared with them."""

    header: Header
    own: list[Checkpoint] = field(default_factory=list)
    anchors: int = 0
    notices: list[Finding] = field(default_factory=list)
    _jumps: list[tuple[Checkpoint | None, Checkpoint]] = field(default_factory=list)

    def check(self, one: Checkpoint) -> Iterator[Finding]:
        """A checkpoint of the file: by itself, and after the one before."""
        former = self.own[-1] if self.own else None
        for broken in breaks(former, one):
            if broken in NUMBERED:
                self._jumps.append((former, one))
            elif broken in BREAKS:
                code, message = BREAKS[broken]
                yield finding(code, f"第{one.number}号检查点{message}", checkpoint=one.number)
        yield from self._by_itself(one, {"checkpoint": one.number})
        self.own.append(one)

    def check_numbers(self, resumed: Mapping[int, int]) -> Iterator[Finding]:
        """Numbers run on, but for those the journal says were passed over with a branch that was left."""
        for former, one in self._jumps:
            number, head = (former.number, former.hash) if former else (FIRST_OF_ALL, GENESIS)
            if resumed.get(number) == one.number and one.previous == head:
                continue
            for broken in ["number"] if former else _not_the_first(one):
                code, message = BREAKS[broken]
                yield finding(code, f"第{one.number}号检查点{message}", checkpoint=one.number)

    def check_outside(self, files: Iterable[Path], left: Container[str]) -> Iterator[Finding]:
        """Those kept elsewhere: they stand in the file as they are, and seal no more than it holds.

        One of a branch that was `left`, by its hash, is a notice.
        """
        mine = {one.text for one in self.own}
        for file in files:
            one = parse(file.read_bytes().decode("utf-8", errors="replace"))
            where = {"checkpoint": one.number, "file": file.name}
            if one.hash in left:
                message = f"第{one.number}号检查点（{file.name}）属于已舍弃的历史，办公室日志已有登记"
                self.notices.append(finding("branch_checkpoint", message, **where))
                continue
            found = list(self._by_itself(one, where))
            yield from found
            self.anchors += not found
            if one.text not in mine:
                message = f"{file.name}不在导出之中：历史被重写或截短"
                yield finding("checkpoint_replaced", message, **where)

    def check_signers(self, told: Sequence[Handover], pinned: frozenset[str]) -> Iterator[Finding]:
        """Each is signed by the key announced, or by the one that key handed over to and signed for."""
        allowed = {one.public for one in told if one.former is None}
        for one in self.own:
            allowed = allowed or {one.key}
            if one.key not in allowed:
                message = f"第{one.number}号检查点的签名公钥未经原密钥交接"
                yield finding("key_changed", message, checkpoint=one.number)
            heirs = {new.public for new in told if new.former in allowed and new.position < one.end}
            allowed = heirs or allowed
        if pinned and not any(one.key in pinned for one in self.own):
            yield finding("key_foreign", "没有一个检查点是用所给公钥签发的：不是该系统的历史")

    def _by_itself(self, one: Checkpoint, where: dict[str, Any]) -> Iterator[Finding]:
        called = f"第{one.number}号检查点"
        known = {epoch.epoch: (epoch.algorithm, epoch.first) for epoch in self.header.epochs}
        if one.origin != self.header.origin:
            yield finding("foreign_checkpoint", f"{called}属于另一套系统", **where)
        if known.get(one.epoch) != (one.algorithm, one.first):
            yield finding("epoch_differs", f"{called}的算法或分段与文件头不符：疑似降级", **where)
        if one.end > self.header.sealed:
            message = f"{called}封存的条数多于导出：是旧副本，或末尾被删"
            yield finding("older_copy", message, **where)
        if not is_signed(one):
            yield finding("signature_forged", f"{called}的签名不成立：不是该系统签发", **where)


def _not_the_first(one: Checkpoint) -> Iterator[str]:
    """What shows that others came before one that none comes before."""
    if one.number != 1:
        yield "number"
    if one.previous != GENESIS:
        yield "previous"
