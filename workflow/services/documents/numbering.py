"""发文登记簿: every number given, with what became of it, and whether the series is without gaps."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Row

from notifications.errors import NoticeUnrenderable
from notifications.facts import kind_label
from states.document_number import DocumentNumber, parse
from states.handlers import is_about_a_person
from states.papers.life import STATES
from workflow.services.branches import LEFT, skipped_in
from workflow.services.documents.composing import issued_paper
from workflow.services.documents.reasons import void_reason
from workflow.services.documents.telling import signer
from workflow.services.office import Office
from workflow.services.replay import readable
from workflow.storage import journal, papers, queries, serials
from workflow.storage.session import reading

UNKNOWN_SIGNER = "未载明"


def register(office: Office, *, year: int | None = None, series: str | None = None) -> dict[str, Any]:
    """The numbers given, in the order of their series, and the `gaps` of each series; there should be none.

    Of one year, or of one series named as it is written (滨督函), if asked. A void paper keeps its number and
    tells why. What concerns a person is told by its kind alone.
    """
    with reading(office.engine) as tx:
        rows = {parse(row.number): row for row in papers.numbered(tx)}
        wanted = {one: rows[one] for one in sorted(rows) if _is_wanted(one, year, series)}
        names = queries.names_of_people(tx)
        return {
            "numbers": [_told(tx, number, row, names) for number, row in wanted.items()],
            "gaps": [str(one) for one in _gaps(tx, wanted)],
        }


def _is_wanted(number: DocumentNumber, year: int | None, series: str | None) -> bool:
    return year in (None, number.year) and series in (None, number.code)


def _told(tx: Connection, number: DocumentNumber, row: Row[Any], names: Mapping[str, str]) -> dict[str, Any]:
    facts = json.loads(row.facts)
    withheld = is_about_a_person(row.kind)
    state = row.state or "issued"
    return {
        "number": row.number,
        "series": number.code,
        "year": number.year,
        "serial": number.serial,
        "date": facts.get("date"),
        "kind": row.kind,
        "title": kind_label(row.kind) if withheld else _title(tx, row),
        "addressee": None if withheld else facts.get("addressee"),
        "signer": signer(row.signed_by, names) or UNKNOWN_SIGNER,
        "state": state,
        "state_label": STATES[state],
        "void_reason": None if withheld else void_reason(tx, row),
        "case": row.case_number,
    }


def _title(tx: Connection, row: Row[Any]) -> str:
    """Its title; what kind of paper it is where no words could take its facts."""
    try:
        return issued_paper(tx, row).name
    except NoticeUnrenderable:
        return kind_label(row.kind)


def _gaps(tx: Connection, numbers: Iterable[DocumentNumber]) -> list[DocumentNumber]:
    """The serials given out that no paper has, but for those of a branch that was left."""
    skipped = skipped_in(readable(journal.entries_of_kind(tx, LEFT)))
    used: dict[tuple[str, int], set[int]] = defaultdict(set)
    for one in numbers:
        used[one.code, one.year].add(one.serial)
    return [
        DocumentNumber(code, year, serial)
        for (code, year), taken in sorted(used.items())
        for serial in sorted(serials.given_out(tx, code, year, skipped.get((code, year), ())) - taken)
    ]
