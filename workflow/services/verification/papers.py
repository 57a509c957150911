"""Papers against the entries that issued and laid them out, their wording, and their numbers.

A plain mail has no number; it goes by the id of its row.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from notifications.stationery import Stationery
from states.document_number import parse
from states.errors import Refusal
from workflow.services.replay import Entry, issued_in, laid_out_in
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding
from workflow.storage import queries

GAPS_NAMED = 10


def check_papers(dossier: Dossier, kinds: Mapping[str, str]) -> Iterator[Finding]:
    """Papers and entries answer each other. `kinds` has the kind of paper each wording is for."""
    issued, laid_out = issued_in(dossier.history), laid_out_in(dossier.history)
    for paper in dossier.papers:
        name = paper.number or paper.id
        where = {"case": dossier.name, "document": name}
        entry = issued.pop(paper.id, None)
        if entry is None:
            message = f"文书{name}没有对应的历史记载：疑似伪造"
            yield finding("paper_unrecorded", message, **where)
            continue
        told = _told(entry, kinds) | {"sha256": laid_out.get(paper.id)}
        different = sorted(name for name, value in told.items() if _kept(paper)[name] != value)
        if different:
            message = f"文书{name}与历史不符（{'、'.join(different)}）：文书被调换或改动"
            yield finding("paper_changed", message, **where)
    for id, lost in issued.items():
        name = lost.details.document_number or id
        message = f"历史记载的文书{name}不存在：文书被删除"
        yield finding("paper_missing", message, case=dossier.name, document=name)


def _told(entry: Entry, kinds: Mapping[str, str]) -> dict[str, Any]:
    details = entry.details
    return {
        "number": details.document_number,
        "issued_at": entry.occurred_at,
        "facts": details.facts_sha256,
        "stationery": details.stationery,
        "kind": kinds.get(details.stationery or ""),
    }


def _kept(paper: Row[Any]) -> dict[str, Any]:
    same = ("number", "issued_at", "stationery", "kind", "sha256")
    facts = sha256(paper.facts.encode()).hexdigest()
    return {name: getattr(paper, name) for name in same} | {"facts": facts}


def kinds_of_wordings(rows: list[Row[Any]]) -> tuple[dict[str, str], list[Finding]]:
    """The kind of paper each kept wording is for, and a finding for each that is not what its hash says."""
    kinds: dict[str, str] = {}
    findings: list[Finding] = []
    for row in rows:
        if sha256(row.source.encode()).hexdigest() == row.digest:
            kinds[row.digest] = Stationery.from_json(row.source).kind
        else:
            kinds[row.digest] = row.kind  # no paper is to be blamed for its wording
            message = f"文书措辞{row.digest[:12]}与其哈希不符：措辞被改动"
            findings.append(finding("wording_changed", message, stationery=row.digest))
    return kinds, findings


@dataclass(slots=True)
class DocumentNumbers:
    """The serials in use, series by series and year by year."""

    serials: dict[tuple[str, int], set[int]] = field(default_factory=lambda: defaultdict(set))

    def note(self, dossier: Dossier) -> Iterator[Finding]:
        """Take down the numbers of a case's papers; plain mails have none."""
        for paper in dossier.papers:
            if paper.number is None:
                continue
            try:
                number = parse(paper.number)
            except Refusal as refusal:
                message = f"文号“{paper.number}”被改动：{refusal.message}"
                yield finding(refusal.code, message, case=dossier.name, document=paper.number)
            else:
                self.serials[number.code, number.year].add(number.serial)

    def gaps(self, tx: Connection, skipped: Mapping[tuple[str, int], set[int]]) -> Iterator[Finding]:
        """Serials given out that no paper has, and serials on papers that were never given out.

        `skipped` are those of a branch that was left, which no paper here has.
        """
        for (code, year), serials in self.serials.items():
            given_out = set(range(1, queries.last_number(tx, code, year) + 1))
            given_out -= skipped.get((code, year), set())
            for serial in sorted(given_out ^ serials)[:GAPS_NAMED]:
                message = f"文号{code}〔{year}〕{serial}号缺失或多出：文书被删除或伪造"
                yield finding("number_gap", message, series=code)
