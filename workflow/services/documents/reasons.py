"""Why a paper is void, as its history tells it."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from states.papers.lives import DROPPED, ONE_IN_FORCE, WITHDRAWN
from workflow.services.replay import Entry, readable
from workflow.storage import queries

ALL_WITHDRAWN = "所列各项事项的督办措施均已撤回"


def void_reason(tx: Connection, row: Row[Any]) -> str | None:
    """The reason somebody gave, or what took the paper's place; None for one that is not void."""
    if row.state != "voided":
        return None
    return why_void(readable(queries.events_of(tx, row.case_id)), row._asdict())


def why_void(entries: Iterable[Entry], paper: Mapping[str, Any]) -> str:
    """The same of a void paper with this `id`, `kind` and `number`, by the entries of its case."""
    measure: str | None = None
    came = False
    for entry in entries:
        details, more = entry.details, entry.details.model_extra or {}
        words = entry.words.get("details", {})
        if details.document == paper["id"] and entry.kind == "document_voided":
            return str(words.get("reason") or "")
        if details.document == paper["id"] and entry.kind == DROPPED:
            return ALL_WITHDRAWN
        if details.document == paper["id"] and details.facts_sha256 is not None:
            measure, came = details.escalation if details.matters == 1 else None, True
        elif came and details.document_number and _replaces(paper, more):
            return f"由{details.document_number}替换"
        elif measure is not None and entry.kind == WITHDRAWN and details.escalation == measure:
            return f"督办措施撤回：{words.get('reason') or ''}"
    return ""


def _replaces(paper: Mapping[str, Any], more: Mapping[str, Any]) -> bool:
    again = more.get("kind") == paper["kind"] and paper["kind"] in ONE_IN_FORCE
    return bool(paper["number"]) and (more.get("replaces") == paper["number"] or again)
