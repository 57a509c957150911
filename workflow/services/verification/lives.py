"""Where papers stand, against what their history comes to."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sqlalchemy import Row

from states.papers.life import UNISSUED
from workflow.services.documents.content import content_hash
from workflow.services.paper_lives import lives_in
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.verdict import Finding, finding

BESIDE = frozenset({"id", "number"})
"""What is told of a paper that is no column of its life."""


def check_lives(dossier: Dossier, kinds: Mapping[str, str]) -> Iterator[Finding]:
    """Every row has its entries, every entry its row, and they say the same."""
    told = lives_in(dossier.history, kinds).of
    for row in dossier.lives:
        where = {"case": dossier.name, "document": row.id}
        columns = told.pop(row.id, None)
        if columns is None:
            yield finding("life_unrecorded", "文书的办理登记没有对应的历史记载：疑似伪造", **where)
            continue
        different = sorted({*_different(row, columns), *_text_changed(row, columns)})
        if different:
            message = f"文书的办理登记与历史不符（{'、'.join(different)}）：绕过系统改动了登记"
            yield finding("life_changed", message, **where)
    for lost in (id for id, one in told.items() if one["matters"] == 1 or _is_here(dossier, id)):
        message = "历史记载的文书没有办理登记：登记被删除"
        yield finding("life_missing", message, case=dossier.name, document=lost)


def _is_here(dossier: Dossier, id: str) -> bool:
    """Whether a joint paper is kept with this case; with the others nothing of its life is."""
    return any(paper.id == id for paper in dossier.papers)


def _different(row: Row[Any], columns: Mapping[str, Any]) -> Iterator[str]:
    for name, value in columns.items():
        if name not in BESIDE and getattr(row, name) != value:
            yield name


def _text_changed(row: Row[Any], columns: Mapping[str, Any]) -> Iterator[str]:
    """What a draft says is hashed in its entries; once it is issued or void nothing of it stays here."""
    if columns["state"] not in UNISSUED:
        hashed = None
    elif columns["state"] == "signed":
        hashed = columns["signed_sha256"]
    else:
        hashed = columns["content_sha256"]
    if hashed != _hash(row, signed=columns["state"] == "signed"):
        yield "facts"


def _hash(row: Row[Any], *, signed: bool) -> str | None:
    if row.facts is None:
        return None
    return sha256(row.facts.encode()).hexdigest() if signed else content_hash(row.facts, row.stationery or "")
