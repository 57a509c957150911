"""Papers against the entries that issued and laid them out, their wording, and their numbers.

A plain mail has no number; it goes by the id of its row.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row

from notifications.stationery import Stationery
from states.document_number import parse
from states.errors import UNREADABLE, Refusal
from workflow.services.paper_values import matters_of
from workflow.services.replay import Entry, issued_in, laid_out_in
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding
from workflow.storage import outbox, queries, serials
from workflow.storage.guarded import is_of_a_row

GAPS_NAMED = 10
JOINT_AT_HAND = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """A paper as it is kept, and its mails. `first` is the matter a joint paper names first, which has it."""

    columns: dict[str, Any]
    first: str | None
    messages: tuple[Row[Any], ...]


class JointPapers:
    """The papers of several matters, each read once for many of them."""

    def __init__(self, tx: Connection) -> None:
        self._read = lru_cache(maxsize=JOINT_AT_HAND)(lambda id: _read(tx, id))

    def of(self, dossier: Dossier) -> dict[str, Kept]:
        """Those of a case that are kept with another, by id; one past reading is told of with that case."""
        found = {row.document_id: self._read(row.document_id) for row in dossier.joint}
        return {id: paper for id, paper in found.items() if paper is not None}


def _read(tx: Connection, id: str) -> Kept | None:
    try:
        paper = queries.document(tx, id)
        return Kept(_kept(paper), _first(paper), tuple(outbox.of_paper(tx, id)))
    except Exception as error:  # whatever a column's type makes of a value that is none
        if not is_of_a_row(error):
            raise
        return None


def check_papers(dossier: Dossier, kinds: Mapping[str, str], joint: Mapping[str, Kept]) -> Iterator[Finding]:
    """Papers and entries answer each other. `kinds` has the kind of paper each wording is for."""
    issued, laid_out = issued_in(dossier.history), laid_out_in(dossier.history)
    own = {paper.id: Kept(_kept(paper), _first(paper), ()) for paper in dossier.papers}
    for id, paper in {**joint, **own}.items():
        name, entry = paper.columns["number"] or id, issued.pop(id, None)
        where = {"case": dossier.name, "document": name}
        if entry is None and id in own:
            message = f"文书{name}没有对应的历史记载：疑似伪造"
            yield finding("paper_unrecorded", message, **where)
        if entry is None:  # a measure that names a paper it did not go out with is found by itself
            continue
        told = _told(entry, kinds) | {"sha256": laid_out.get(id)}
        different = sorted(name for name, value in told.items() if paper.columns[name] != value)
        if id in own and paper.first not in (None, entry.case):
            different.append("case_id")
        if different:
            message = f"文书{name}与历史不符（{'、'.join(different)}）：文书被调换或改动"
            yield finding("paper_changed", message, **where)
    for id in issued.keys() - cut_off(dossier):
        lost = issued[id]
        name = lost.details.document_number or id
        message = f"历史记载的文书{name}不存在：文书被删除"
        yield finding("paper_missing", message, case=dossier.name, document=name)


def cut_off(dossier: Dossier) -> frozenset[str]:
    """Joint papers nothing leads to from here, for the measure is gone; that is a finding by itself."""
    measures = {row.id for row in dossier.escalations}
    joint = ((id, one.details) for id, one in issued_in(dossier.history).items() if one.details.matters > 1)
    return frozenset(id for id, details in joint if details.escalation not in measures)


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


def _first(paper: Row[Any]) -> str | None:
    """The number of the matter a joint paper names first; facts that were changed are found by their hash."""
    try:
        items = matters_of(json.loads(paper.facts))
        return str(items[0]["number"]) if items else None
    except UNREADABLE:
        return None


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
        for (code, year), taken in self.serials.items():
            given_out = serials.given_out(tx, code, year, skipped.get((code, year), ()))
            for serial in sorted(given_out ^ taken)[:GAPS_NAMED]:
                message = f"文号{code}〔{year}〕{serial}号缺失或多出：文书被删除或伪造"
                yield finding("number_gap", message, series=code)
