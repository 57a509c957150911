"""Which digest and which key an entry must bear, by what the journal tells of their changes.

Nobody writes beside a change, so the ids of entries follow the changes exactly. An entry also belongs no
earlier than the one before it in its chain, and than its own time of recording, which a forger would set.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from states.history import PROFILES
from workflow.services.evidence import KNOWN, ROTATED, SWITCHED
from workflow.services.replay import Entry
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding

CLOCKS_DIFFER_BY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Era:
    """What is in force after the entry with this id: the digest, and the keys an entry may bear."""

    after: int
    since: datetime
    algorithm: str
    keys: frozenset[str]
    epoch: int = 1


@dataclass(frozen=True, slots=True)
class Eras:
    """The eras of an installation, oldest first; none where the journal is gone."""

    told: tuple[Era, ...] = ()

    @classmethod
    def told_in(cls, journal: Dossier) -> "Eras":
        """The eras by the journal's own entries."""
        return cls(tuple(_eras(journal)))

    def check(self, dossier: Dossier) -> Iterator[Finding]:
        """Every entry bears what was in force when it was written."""
        reached = 0
        for event in dossier.events if self.told else ():
            reached = max(reached, self._place(event))
            for code, message in self._wrong(event, reached):
                yield finding(code, message, case=dossier.name, seq=event.seq, key=event.key_id)

    def check_row(self, row: Row[Any] | None) -> Iterator[Finding]:
        """The row that says what to write with is as the journal left it."""
        if row is None:
            yield finding("evidence_missing", "存证设置不存在：该行被删除")
            return
        last = self.told[-1] if self.told else None
        if last is not None and not (
            (row.algorithm, row.epoch) == (last.algorithm, last.epoch) and row.key_id in last.keys
        ):
            yield finding("evidence_changed", "存证设置（算法、密钥、分期）与日志不符：该行被改动")

    def _place(self, event: Row[Any]) -> int:
        by_id = bisect_left(self.told, event.id, key=lambda era: era.after)
        by_time = sum(event.recorded_at - era.since > CLOCKS_DIFFER_BY for era in self.told)
        return int(max(by_id, by_time, 1)) - 1

    def _wrong(self, event: Row[Any], reached: int) -> Iterator[tuple[str, str]]:
        era = self.told[reached]
        if event.key_id not in era.keys:
            if any(event.key_id in former.keys for former in self.told[:reached]):
                yield "old_key_used", f"使用了已经更换的密钥{event.key_id}：疑似以旧密钥补写"
            else:
                yield "key_unannounced", f"使用了从未公布的密钥{event.key_id}：疑似伪造，或该行的栏目被改动"
        if event.algorithm in PROFILES and event.algorithm != era.algorithm:
            yield "algorithm_mixed", f"哈希算法{event.algorithm}不是当时启用的{era.algorithm}：疑似降级或补写"


def _eras(journal: Dossier) -> Iterator[Era]:
    written = list(zip(journal.events, journal.entries, strict=True))
    if not written:
        return
    first = written[0][0]
    keys = frozenset({first.key_id}).union(*_known(entry for _, entry in written))
    era = Era(0, datetime.min.replace(tzinfo=first.recorded_at.tzinfo), first.algorithm, keys)
    yield era
    for event, entry in written:
        changed = {} if entry is None else _changes(event, entry)
        if changed:
            epoch = era.epoch + ("algorithm" in changed)
            era = replace(era, **{"after": event.id, "since": event.recorded_at, "epoch": epoch, **changed})
            yield era


def _known(entries: Iterable[Entry | None]) -> Iterator[list[str]]:
    """The keys an office had before changing one was an entry of its own."""
    told = (entry for entry in entries if entry is not None and entry.kind == KNOWN)
    return (list(_told(entry)["others"]) for entry in told)


def _changes(event: Row[Any], entry: Entry) -> dict[str, Any]:
    """What an entry puts in force."""
    if entry.kind == SWITCHED:
        return {"algorithm": _told(entry)["new"]}
    if entry.kind == ROTATED:
        keyed_by_the_new = event.id - bool(_told(entry).get("lost"))
        return {"keys": frozenset({_told(entry)["new"]}), "after": keyed_by_the_new}
    return {"keys": frozenset({event.key_id})} if entry.kind == KNOWN else {}


def _told(entry: Entry) -> dict[str, Any]:
    return entry.details.model_extra or {}
