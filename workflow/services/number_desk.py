"""Numbers as their page shows them: each series with its next one, of one the gaps and what was voided."""

from collections.abc import Collection, Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from notifications.facts import kind_label
from states.document_number import DocumentNumber, parse
from states.errors import FactInvalid
from states.handlers import is_about_a_person
from states.settings_rights import Section, check_reads
from states.visibility import sees_sealed
from states.vocabulary import Role
from workflow.services.branches import LEFT, skipped_in
from workflow.services.documents.reasons import why_void
from workflow.services.letterheads import CASE_SERIES
from workflow.services.office import Office
from workflow.services.replay import readable
from workflow.storage import journal, numbers, serials
from workflow.storage.session import reading

MOST_SERIES, MOST_LOOKED_AT, SHOWN = 200, 20_000, 20
"""Series that are listed, serials among which gaps are looked for, void papers told at once."""

NOT_TOLD = "涉及个人，不显示"


def every_series(office: Office, *, roles: Collection[Role]) -> list[dict[str, Any]]:
    """Each series of each year, with the number it goes on with. Raises `NotPermitted`."""
    check_reads(Section.NUMBERS, roles)
    with reading(office.engine) as tx:
        rows = numbers.sequences(tx, MOST_SERIES)
    return [_series(row) for row in rows]


def one_series(
    office: Office, series: str, year: int, *, part: int, roles: Collection[Role]
) -> dict[str, Any]:
    """One series of papers in a year: the numbers nobody has, and a part of those that were voided, with why.

    `gaps` is None where there are too many numbers to look through. Raises `NotPermitted`, `FactInvalid`
    (`series_unknown`).
    """
    check_reads(Section.NUMBERS, roles)
    beginning = f"{series}〔{year}〕"
    with reading(office.engine) as tx:
        last = serials.last_number(tx, series, year)
        if not last:
            raise FactInvalid("没有这个文号系列，请从列表进入。", code="series_unknown")
        gaps = _gaps(tx, series, year, numbers.given(tx, beginning)) if last <= MOST_LOOKED_AT else None
        rows = numbers.voided(tx, beginning, skip=part * SHOWN, most=SHOWN + 1)
        reasons = _reasons(tx, rows[:SHOWN])
    return {
        "series": series,
        "year": year,
        "last": last,
        "next": str(DocumentNumber(series, year, last + 1)),
        "gaps": gaps,
        "voided": [_voided(row, reasons, roles) for row in rows[:SHOWN]],
        "has_more": len(rows) > SHOWN,
    }


def _series(row: Row[Any]) -> dict[str, Any]:
    is_of_cases = row.series.startswith(CASE_SERIES)
    name = row.series.removeprefix(CASE_SERIES)
    following = row.last + 1 if is_of_cases else DocumentNumber(name, row.year, row.last + 1)
    told = {"name": name, "year": row.year, "last": row.last, "next": str(following)}
    return {**told, "kind": "事项编号" if is_of_cases else "发文字号", "has_papers": not is_of_cases}


def _gaps(tx: Connection, series: str, year: int, given: Iterable[str]) -> list[str]:
    """The serials given out that no paper has, but for those of a branch that was left."""
    skipped = skipped_in(readable(journal.entries_of_kind(tx, LEFT)))
    taken = {parse(one).serial for one in given}
    missing = serials.given_out(tx, series, year, skipped.get((series, year), ())) - taken
    return [str(DocumentNumber(series, year, one)) for one in sorted(missing)[:SHOWN]]


def _reasons(tx: Connection, rows: Collection[Row[Any]]) -> Mapping[str, str]:
    told = [row for row in rows if not is_about_a_person(row.kind)]
    entries = numbers.entries_of(tx, [row.case_id for row in told]) if told else []
    by_case = {case: list(group) for case, group in groupby(entries, key=lambda entry: entry.case_id)}
    return {row.id: why_void(readable(by_case.get(row.case_id, ())), row._asdict()) for row in told}


def _voided(row: Row[Any], reasons: Mapping[str, str], roles: Collection[Role]) -> dict[str, Any]:
    is_hidden = row.sealed_on is not None and not sees_sealed(roles)
    return {
        "number": row.number,
        "kind": kind_label(row.kind),
        "case": None if is_hidden else row.case_number,
        "issued_at": row.issued_at,
        "reason": "已封存，不显示" if is_hidden else reasons.get(row.id, NOT_TOLD),
    }
