"""Loading a notice for good: the version, the cases the planner has to look at again, and what it would move.

One road for the command line and the pages. What the dates of single cases become is decided afterwards.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from states.errors import FactInvalid
from workflow.services import calendars, recounting, relighting
from workflow.services.calendars import LoadReport
from workflow.services.office import Office, Signature
from workflow.services.recounting import Impact
from workflow.storage import dated
from workflow.storage.session import reading

MOST_AT_A_PAGE = 5_000
"""Cases with dates that are woken while somebody waits before a page."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did, or would do, and the dates it would move."""

    report: LoadReport
    impact: tuple[Impact, ...]


def load(
    office: Office,
    path: Path,
    *,
    by: Signature,
    at: datetime,
    source: str | None = None,
    known_since: date | None = None,
    year: int | None = None,
    dry_run: bool = False,
    most: int | None = None,
) -> Loaded:
    """Lay a notice over the calendar in force, and let everything be looked at anew; nothing with `dry_run`.

    `most` is how many cases with dates may be touched at once. Raises as `calendars.load`, and `FactInvalid`
    (`too_many_dated`).
    """
    if most is not None:
        _check_bounded(office, most)
    more: dict[str, Any] = {"source": source, "known_since": known_since, "year": year}
    report = calendars.load(office, path, by=by, at=at, dry_run=dry_run, **more)
    if report.is_new and not dry_run:
        recounting.wake_all(office, by=replace(by, form=None), at=at)  # the form was noted with the version
        relighting.relight(office, at=at)
    return Loaded(report, tuple(recounting.impact(office, calendar=report.after)))


def _check_bounded(office: Office, most: int) -> None:
    with reading(office.engine) as tx:
        found = dated.count_cases_with_dates(tx)
    if found > most:
        raise FactInvalid(
            f"有期限的在办事项有{found}件，超过{most}件，在网页上载入等待过久；请由维护人员在服务器上载入。",
            code="too_many_dated",
            count=found,
        )
