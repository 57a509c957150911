"""The chains of an export: each entry against the one before, its words, its code, and each matter's row."""

import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from states.history import GENESIS, chain_hash, keyed_code, personal_hash
from states.redaction import REDACTED
from workflow.secret import Secret
from workflow.services.branches import LEFT
from workflow.services.verification.exports.lines import EntryLine, Header, Payload, StateLine, read_branch
from workflow.services.verification.verdict import Finding, finding
from workflow.signing import KEY_KINDS

JOURNAL = "office"


class End(NamedTuple):
    """Where a chain has come to."""

    seq: int = 0
    head: str = GENESIS
    recorded_at: str = ""


class Handover(NamedTuple):
    """An entry that announces a signing key, or hands it on from the former."""

    position: int
    former: str | None
    public: str


@dataclass(slots=True)
class Chains:
    """The chains as far as they were read. Matters stand together, each with its row behind its entries."""

    header: Header
    secret: Secret | None
    entries: int = 0
    matters: int = 0
    unkeyed: int = 0
    signers: list[Handover] = field(default_factory=list)
    resumed: dict[int, int] = field(default_factory=dict)
    left: set[str] = field(default_factory=set)
    _ends: dict[str, End] = field(default_factory=dict)
    _replaced: dict[str, int] = field(default_factory=dict)
    _open: str | None = None
    _facts: dict[str, Any] = field(default_factory=dict)
    _spoken: set[str] = field(default_factory=set)

    def check_entry(self, line: EntryLine, payload: Payload) -> Iterator[Finding]:
        """One entry: its bytes, its link, the words beside it, its code, the keys it tells of."""
        if chain_hash(line.payload, line.previous, line.algorithm) != line.hash:
            yield finding("entry_changed", "该条与其哈希不符：记载被改动")
        if payload.case != self._open:
            yield from self.close(payload.case)
        yield from self._linked(line, payload)
        yield from _worded(line, payload)
        yield from self._redacted(line, payload)
        yield from self._coded(line)
        yield from self._keyed(line, payload)
        self._facts |= payload.sets
        self.entries += 1

    def check_row(self, line: StateLine) -> Iterator[Finding]:
        """The register's row is what its matter's entries add up to; empty values count as absent."""
        if line.case != self._open:
            raise ValueError("a row that does not stand behind its entries")
        where, end = {"case": line.case}, self._ends[line.case]
        if (line.seq, line.head) != (end.seq, end.head):
            yield finding("row_head_differs", "台账行与最后一条记载不符：末尾被删，或台账被改", **where)
        different = sorted(_said(self._facts).items() ^ _said(line.facts).items())
        if different:
            names = "、".join(dict.fromkeys(name for name, _ in different))
            yield finding("row_changed", f"台账行与历史不符（{names}）：绕过系统改动了台账", **where)
        self._open, self.matters = None, self.matters + 1

    def close(self, case: str | None) -> Iterator[Finding]:
        """Go on to another chain; a matter that was not ended by its row has lost it."""
        if self._open not in (None, JOURNAL):
            yield finding("row_missing", "没有台账行：台账行被删除", case=self._open)
        self._open, self._facts, self._spoken = case, {}, set()

    def _linked(self, line: EntryLine, payload: Payload) -> Iterator[Finding]:
        """An excerpt's entries of the journal are proved by the log alone."""
        before = self._ends.get(payload.case, End())
        if self.header.scope == "all" or payload.case == self.header.case:
            if payload.seq != before.seq + 1:
                yield finding("entry_missing", "之前缺少记载：被删除、插入或重排")
            if line.previous != before.head:
                yield finding("chain_broken", "与前一条不衔接：历史被改动、删除或重排")
        if payload.recorded_at < before.recorded_at:
            yield finding("time_order", "记载时间早于前一条：疑似补写")
        if (payload.case, payload.seq) == (JOURNAL, 1) and line.hash != self.header.origin:
            yield finding("origin_differs", "与文件头不符：不是同一套系统的历史")
        self._ends[payload.case] = End(payload.seq, line.hash, payload.recorded_at)

    def _redacted(self, line: EntryLine, payload: Payload) -> Iterator[Finding]:
        """Words go out only as long as no entry behind theirs took them away."""
        if line.words is not None:
            self._spoken.add(str(payload.seq))
        if payload.kind == REDACTED and str(payload.details.get("entry")) in self._spoken:
            yield finding("words_unredacted", "所隐去的文字仍在：隐去后又被放回")

    def _coded(self, line: EntryLine) -> Iterator[Finding]:
        key = self.secret.find(line.key_id) if self.secret is not None else None
        if key is None:
            self.unkeyed += 1
        elif not hmac.compare_digest(keyed_code(line.hash, key.value, line.algorithm), line.code):
            yield finding("forged", "密钥校验码不符：该条记载不是本系统写入")

    def _keyed(self, line: EntryLine, payload: Payload) -> Iterator[Finding]:
        """Keys are announced, and replaced, by entries of the journal."""
        place = self.header.sealed if line.position is None else line.position
        if place > self._replaced.get(line.key_id, place):
            yield finding("old_key_used", "用了已更换的密钥：疑似伪造")
        former = payload.details.get("former")
        if payload.case != JOURNAL:
            return
        if payload.kind == "key_rotated":
            self._replaced.setdefault(str(former), place)
        if payload.kind == LEFT:
            told = read_branch(payload.details)
            self.resumed[told.last_common] = told.next
            self.left |= told.left.keys()
        if payload.kind in KEY_KINDS:
            public = str(payload.details.get("public"))
            self.signers.append(Handover(place, None if former is None else str(former), public))


def _worded(line: EntryLine, payload: Payload) -> Iterator[Finding]:
    """Words may be left out, or redacted; what is there must fit."""
    if line.words is not None:
        said = personal_hash(line.words.text, line.words.salt, line.algorithm)
        if said != payload.personal:
            yield finding("words_changed", "文字与其哈希不符：理由、意见等被改动")


def _said(facts: Mapping[str, Any]) -> dict[str, str]:
    """The facts that say anything, comparable whatever they are."""
    return {name: json.dumps(value, sort_keys=True) for name, value in facts.items() if value}
