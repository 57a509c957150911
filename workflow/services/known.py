"""What is known of a case: now, as its rows have it, or at an instant, as its history told it by then."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.facts import CaseFacts
from workflow.services.batch import facts_shown
from workflow.services.paper_lives import lives_in
from workflow.services.replay import escalations_of, facts_of, issued_in, laid_out_in, read, sent_in
from workflow.storage import beside, papers, queries

Columns = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a case, and its limits, escalations and papers by their columns.

    A paper has its `mails` besides: the id of each and when it left, None while it has not; and its `life`,
    None for a plain mail. `drafts` are the lives of papers that have no number.
    """

    facts: CaseFacts
    limits: tuple[Columns, ...]
    escalations: tuple[Columns, ...]
    documents: tuple[Columns, ...]
    drafts: tuple[Columns, ...] = ()


def known_now(tx: Connection, row: Row[Any]) -> Known:
    """The case as its rows have it."""
    limits, sent = beside.limits_and_mails(tx, row.id)
    mails: dict[str, list[Columns]] = defaultdict(list)
    for one in sent:
        mails[one.document_id].append({"id": one.id, "sent_at": one.sent_at})
    return _as_it_stands(tx, row, tuple(one._asdict() for one in limits), mails)


def known_in_brief(tx: Connection, row: Row[Any]) -> Known:
    """The same without the dates it had before, and without mails: as if none had been sent."""
    return _as_it_stands(tx, row, (), {})


def _as_it_stands(
    tx: Connection, row: Row[Any], limits: tuple[Columns, ...], mails: Mapping[str, list[Columns]]
) -> Known:
    documents, lives = papers.around(tx, row.id)
    raised = tuple(one._asdict() for one in queries.escalations_of(tx, [row.id]))
    told = ({**one._asdict(), "mails": mails.get(one.id, [])} for one in documents)
    papers_known = _papers(told, {one.id: one._asdict() for one in lives})
    return Known(facts_shown(tx, row), limits, raised, *papers_known)


def known_by(tx: Connection, row: Row[Any], instant: datetime) -> Known:
    """The case as it was recorded by an instant; its facts have no number if it was not there yet."""
    entries = [read(event) for event in queries.events_of(tx, row.id, instant)]
    now, recorded, raised = known_now(tx, row), {entry.seq for entry in entries}, escalations_of(entries)
    issued, laid_out, sent = issued_in(entries), laid_out_in(entries), sent_in(entries)
    return Known(
        facts_of(entries),
        tuple(one for one in now.limits if one["seq"] in recorded),
        tuple({**one, **raised[one["id"]]} for one in now.escalations if one["id"] in raised),
        *_papers(
            (
                {**one, "sha256": laid_out.get(one["id"]), "mails": _by_then(one["mails"], sent)}
                for one in now.documents
                if one["id"] in issued
            ),
            lives_in(entries).of,
        ),
    )


def _papers(documents: Iterable[Columns], lives: Mapping[str, Columns]) -> tuple[tuple[Columns, ...], ...]:
    """Papers with their lives, and the lives that have no paper yet."""
    known = tuple({**one, "life": lives.get(one["id"])} for one in documents)
    issued = {one["id"] for one in known}
    return known, tuple(one for id, one in lives.items() if id not in issued)


def _by_then(mails: list[Columns], sent: dict[str, datetime]) -> list[Columns]:
    return [{**mail, "sent_at": sent.get(mail["id"])} for mail in mails]
