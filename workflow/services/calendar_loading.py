"""Loading a notice with all that follows from it: planner and lights look again, and dates it would move.

Every door that loads a notice goes through here. No case's date moves by it.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from workflow.services import calendars, recounting, relighting
from workflow.services.calendars import LoadReport
from workflow.services.office import Office, Signature


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading did, or would do, and the dates of cases that would come out otherwise."""

    report: LoadReport
    impact: list[dict[str, Any]]


def load(
    office: Office, path: Path, *, by: Signature, at: datetime, dry_run: bool = False, **told: Any
) -> Loaded:
    """Lay a notice's file over the calendar in force, as `calendars.load` does. Raises as it does."""
    report = calendars.load(office, path, by=by, at=at, dry_run=dry_run, **told)
    if report.is_new and not dry_run:
        recounting.wake_all(office, by=by, at=at)
        relighting.relight(office, at=at)
    found = recounting.impact(office, calendar=report.after)
    return Loaded(report, [one.as_json() for one in found])
