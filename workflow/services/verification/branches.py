"""Branches that were left when a backup was put back: what the journal names of them is explained, and told.

Whoever let the office go on named the checkpoints outside that no longer fit. They count as a notice, never
as nothing; anything they do not name is tampering as before.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from states.evidence.checkpoint import Checkpoint
from states.history import GENESIS
from workflow.services.branches import FIRST_OF_ALL, LEFT, skipped_in
from workflow.services.entries import stamp
from workflow.services.replay import Entry
from workflow.services.verification.verdict import Finding, finding

Series = tuple[str, int]


@dataclass(slots=True)
class Branches:
    """What the journal tells of branches that were left.

    `resumed` has the number checkpoints go on with, by that of the last common one; `left` the entry that
    names a checkpoint outside, by its hash. `names` are those of people by code.
    """

    entries: list[Entry] = field(default_factory=list)
    resumed: dict[int, int] = field(default_factory=dict)
    left: dict[str, Entry] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def told_in(cls, journal: Iterable[Entry], names: Mapping[str, str]) -> "Branches":
        """Read the journal's entries, in their order."""
        made = cls(names=names)
        for entry in journal:
            if entry.kind == LEFT:
                made._add(entry)
        return made

    @property
    def skipped(self) -> Mapping[Series, set[int]]:
        return skipped_in(self.entries)

    def notices(self) -> Iterator[Finding]:
        """Every branch that was left, by its entry."""
        for entry in self.entries:
            details = entry.details.model_extra or {}
            common, left = details["last_common"], details["left"]
            until = f"第{common}号检查点" if common else "最初"
            told = (
                f"{until}之后原有的历史已舍弃，其中{len(left)}个检查点存于系统之外"
                if left
                else "未发现备份之后的检查点存于系统之外"
            )
            message = f"日志第{entry.seq}条：{self._person(entry)}放行由备份恢复的数据库，{told}"
            at = stamp(entry.recorded_at)
            yield finding(LEFT, message, seq=entry.seq, person=entry.actor, at=at, checkpoints=len(left))

    def notice(self, one: Checkpoint, file: str) -> Finding | None:
        """What is told of a checkpoint outside that an entry names; None of any other."""
        entry = self.left.get(one.hash)
        if entry is None:
            return None
        told = f"见日志第{entry.seq}条（{self._person(entry)}登记）"
        message = f"第{one.number}号检查点（{file}）属于已舍弃的历史，{told}"
        where = {"checkpoint": one.number, "file": file, "hash": one.hash}
        return finding("branch_checkpoint", message, **where, seq=entry.seq, person=entry.actor)

    def goes_on(self, former: Checkpoint | None, one: Checkpoint) -> bool:
        """Whether a checkpoint goes on from another beyond the numbers of a branch that was left."""
        number, head = (former.number, former.hash) if former else (FIRST_OF_ALL, GENESIS)
        return self.resumed.get(number) == one.number and one.previous == head

    def passes_over(self, number: int) -> bool:
        """Whether no checkpoint here has this number because a branch that was left may have had it."""
        return any(common < number < onward for common, onward in self.resumed.items())

    def _person(self, entry: Entry) -> str:
        return self.names.get(entry.actor) or entry.actor

    def _add(self, entry: Entry) -> None:
        details = entry.details.model_extra or {}
        self.entries.append(entry)
        self.resumed[details["last_common"]] = details["next"]
        self.left |= dict.fromkeys(details["left"], entry)
