"""A paper that was numbered and could not be laid out: it exists nowhere, so it reached nobody."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from states.errors import FactInvalid
from workflow.services.replay import Entry
from workflow.storage import queries

SET_ASIDE, LAID_OUT = "document_unrenderable", "document_rendered"


def check_exists(tx: Connection, document_id: str) -> None:
    """Refuse the receipt of a paper no run could lay out. Raises `FactInvalid` (`document_unrenderable`)."""
    paper = queries.document(tx, document_id)
    if paper.sha256 is None and queries.is_noted(tx, paper.case_id, SET_ASIDE, paper.id):
        raise FactInvalid(
            f"{paper.number}未能排版，没有可送达的文书；请先由督查室查明原因并处理。",
            code=SET_ASIDE,
            document=paper.number,
        )


def why_unprintable(entries: Iterable[Entry]) -> dict[str, Any] | None:
    """Why a paper could not be laid out, by the entries about it: `code` and `message`; None once it was."""
    about = {entry.kind: entry.details for entry in entries}
    if SET_ASIDE not in about or LAID_OUT in about:
        return None
    told = about[SET_ASIDE]
    return {"code": (told.model_extra or {}).get("code"), "message": told.message}
