"""A paper as it is looked at: what it says, where it stands, who took which step, and by what it is known."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from notifications.errors import NoticeUnrenderable
from notifications.plain import as_text
from states.errors import NotPermitted
from states.papers.kinds import PAPERS
from states.visibility import NO_CURTAIN, Curtain, Sight, sight_of
from workflow.errors import NotFound
from workflow.services.batch import JOURNAL
from workflow.services.documents.acting import found
from workflow.services.documents.reasons import void_reason
from workflow.services.documents.telling import person, told_life
from workflow.services.documents.words import as_it_reads
from workflow.services.office import Office, Signature
from workflow.services.replay import Entry, readable
from workflow.services.seeing import Onlooker, curtain_for, roles_of
from workflow.services.timeline import SENTENCES
from workflow.services.unprintable import LAID_OUT, why_unprintable
from workflow.services.work import Work, begin
from workflow.storage import papers, queries
from workflow.storage.session import reading

UNSAID = {"text": None, "as_of": None, "unprintable": None}
"""What is told of the words of a paper that are kept from somebody."""


def show(office: Office, name: str, *, at: datetime, by: Onlooker | None = None) -> dict[str, Any]:
    """Everything known of a paper; `text` is None where there is none any more, or it is withheld.

    An unsigned one reads as if it were signed at the instant `at`; `as_of` is that day, None for any other.
    `unprintable` has code and message of why an issued one could not be laid out, None where it was.
    To an onlooker what he may see: what concerns a person says nothing to anybody but those who handle it
    (`states.handlers`). Raises `NotFound`, `NotPermitted` (`not_yours`).
    """
    with reading(office.engine) as tx:
        row = found(tx, name)
        number, drawn = check_shown(tx, office, row, by)
        entries = list(readable(papers.entries_about(tx, row.case_id, row.id)))
        names = queries.names_of_people(tx)
        withheld = row.id in drawn.wordless
        work = begin(tx, office, by=Signature(None, "show", at), at=at)
        return {
            **told_life(row._asdict(), names),
            "case": number,
            **(UNSAID if withheld else said(work, row, entries)),
            "withheld": withheld,
            "steps": [step(entry, names, withheld=withheld) for entry in entries],
            "void_reason": None if withheld else void_reason(tx, row),
            **_rendered(tx, row, entries),
        }


def listed(
    office: Office, *, state: str | None = None, kind: str | None = None, case: str | None = None
) -> list[dict[str, Any]]:
    """Every paper with where it stands, oldest first; of one state, kind or case if named.

    Raises `NotFound` (`document_kind_unknown`) for a kind there is not.
    """
    if kind is not None and kind not in PAPERS:
        known = "、".join(f"{name}（{row.label}）" for name, row in PAPERS.items())
        raise NotFound(
            f"没有“{kind[:40]}”这种文书，可用的有：{known}。", code="document_kind_unknown", kind=kind[:64]
        )
    with reading(office.engine) as tx:
        names = queries.names_of_people(tx)
        rows = papers.listed(tx, state=state, kind=kind, case=case)
        return [
            {**told_life(row._asdict(), names), "case": row.case_number, "title": row.title} for row in rows
        ]


def said(work: Work, row: Row[Any], entries: list[Entry]) -> dict[str, Any]:
    """What it says, as of which day; of an issued one that no words or no layout could take, why."""
    try:
        paper = as_it_reads(work, row)
    except NoticeUnrenderable as refusal:
        if row.number is None:
            raise
        return {**UNSAID, "unprintable": {"code": refusal.code, "message": refusal.message}}
    as_of = work.day.isoformat() if paper is not None and paper.draft else None
    return {"text": paper and as_text(paper), "as_of": as_of, "unprintable": why_unprintable(entries)}


def check_shown(
    tx: Connection, office: Office, row: Row[Any], by: Onlooker | None
) -> tuple[str | None, Curtain]:
    """The number of its case, and what of that is kept from him. Refuses who may not see the paper at all."""
    if row.case_id == JOURNAL:
        if by is not None and sight_of(roles_of(tx, by)) is not Sight.WHOLE:
            raise _not_yours(by)
        return None, NO_CURTAIN
    case = papers.case_of(tx, row.case_id)
    drawn = curtain_for(tx, office, case, by)
    if row.id in drawn.papers:
        raise _not_yours(by)
    return str(case.number), drawn


def _not_yours(by: Onlooker | None) -> NotPermitted:
    person = by.person if by else None
    return NotPermitted("该文书不在您可查看的范围内。", code="not_yours", person=person)


def step(entry: Entry, names: Mapping[str, str], *, withheld: bool) -> dict[str, Any]:
    """One step of its life: what was done, by whom, when, and in which words."""
    words = {} if withheld else entry.words.get("details", {})
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "sentence": SENTENCES.get(entry.kind, entry.kind),
        "actor": entry.actor,
        "actor_name": person(entry.actor, names),
        "occurred_at": entry.occurred_at.isoformat(),
        "words": {name: one for name, one in words.items() if name != "stated"},
        "content_sha256": (entry.details.model_extra or {}).get("content_sha256"),
    }


def _rendered(tx: Connection, row: Row[Any], entries: list[Entry]) -> dict[str, Any]:
    """The file it was laid out as, its wording, and what its fonts were replaced by."""
    made = next((entry for entry in entries if entry.kind == LAID_OUT), None)
    issued = queries.document(tx, row.id) if row.number else None
    return {
        "stationery": issued.stationery if issued else row.stationery,
        "sha256": issued.sha256 if issued else None,
        "substitutions": list((made.details.model_extra or {}).get("fonts", ())) if made else [],
    }
