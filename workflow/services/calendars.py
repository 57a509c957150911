"""Calendars as versions: loading a notice over the one in force, listing the versions, showing a year.

A version is kept whole under its hash and told of in the journal; none is ever changed. Loading moves no
case's dates: which cases a new calendar touches, and what becomes of them, is decided elsewhere.
"""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, insert

from states.calendar import (
    DayChange,
    DayKind,
    Notice,
    WorkCalendar,
    amended,
    as_document,
    changes_between,
    digest,
)
from states.characters import is_deceptive
from states.errors import FactInvalid, NotPermitted
from states.history import canonical
from states.office_time import office_day
from states.vocabulary import Role
from workflow.notices import read_notice
from workflow.services.batch import Batch
from workflow.services.calendar_year import year_as_document
from workflow.services.entries import SYSTEM, Act, stamp
from workflow.services.office import Office, Signature, read_calendar
from workflow.services.people import find_person
from workflow.storage import queries, rules
from workflow.storage.models import CalendarVersion
from workflow.storage.session import reading, transaction

MAX_SOURCE = 500
TICK = timedelta(microseconds=1)
LOADERS = (Role.OFFICER, Role.DIRECTOR)
STATUTORY = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What loading a notice did, or would do. `year` None is a local order; `is_new` False changed nothing.

    `before` and `after` are the calendars themselves, for whoever asks which dates they move.
    """

    version: str
    previous: str
    year: int | None
    source: str
    known_since: date
    digest: str
    is_new: bool
    dry_run: bool
    changes: tuple[DayChange, ...]
    before: WorkCalendar = field(repr=False)
    after: WorkCalendar = field(repr=False)

    @property
    def hours_changed(self) -> bool:
        return self.before.hours != self.after.hours

    @property
    def holidays_worked(self) -> tuple[date, ...]:
        """Statutory holidays that would be worked: the file is not the whole arrangement of its year.

        全国年节及纪念日放假办法第二条: those with a fixed date.
        """
        days = (date(self.year, month, day) for month, day in STATUTORY) if self.year else ()
        return tuple(day for day in days if self.after.is_working(day))

    def as_json(self) -> dict[str, Any]:
        return {
            "calendar": self.version,
            "previous": self.previous,
            "year": self.year,
            "source": self.source,
            "known_since": self.known_since.isoformat(),
            "digest": self.digest,
            "new": self.is_new,
            "dry_run": self.dry_run,
            "changes": [_change(one) for one in self.changes],
            "hours_changed": self.hours_changed,
            "holidays_worked": [str(day) for day in self.holidays_worked],
        }


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
) -> LoadReport:
    """Lay a notice's file over the calendar in force, as an officer, the director or the machine.

    What comes out is in force from the next transaction on; a file that changes nothing makes no version.
    `source` is what the days rest on: left out, the papers the file names, or else the file itself.
    `known_since` is the day the office knew, today if left out. Nothing is written with `dry_run`.

    Raises `NotPermitted` for anybody else, `FactInvalid` for a source or day that cannot be, and whatever the
    reading of the file refuses (`NoticeRefused`, `RuleInvalid`).
    """
    notice = read_notice(path, year=year)
    text = _source(notice, path, source)
    known = _known_since(known_since, office_day(at))
    if dry_run:
        with reading(office.engine) as tx:
            _loader(tx, by, at)
            return _report(tx, office, notice, text, known, dry_run=True)
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        batch.open_journal()  # whoever loads next must lay his notice over this one
        actor = _loader(tx, by, at)
        report = _report(tx, office, notice, text, known, dry_run=False)
        if report.is_new:
            keep(
                batch, report.after, at=at, actor=actor, source=text, known_since=known, over=report.previous
            )
            batch.flush()
    return report


def keep(
    batch: Batch,
    calendar: WorkCalendar,
    *,
    at: datetime,
    actor: str = SYSTEM,
    source: str,
    known_since: date,
    over: str | None = None,
) -> None:
    """Store a calendar as a version and enter it in the journal; `over` is the version it was laid over.

    A packaged calendar, which is laid over none, comes into force only while no imported one is kept.
    """
    document = as_document(calendar)
    row = {
        "version": calendar.version,
        "digest": digest(document),
        "source": source,
        "known_since": known_since,
        "loaded_at": _loaded_at(batch),
        "loaded_by": actor,
        "previous": over,
    }
    batch.tx.execute(insert(queries.table(CalendarVersion)).values(**row, content=canonical(document)))
    batch.note(Act("calendar_loaded", at, actor, loading_details(row, document["announced"])))


def loading_details(row: dict[str, Any], announced: list[int] | None) -> dict[str, Any]:
    """What the journal's entry tells of a version: its row, with the hash for the content."""
    return {
        "calendar": row["version"],
        "digest": row["digest"],
        "source": row["source"],
        "known_since": row["known_since"].isoformat(),
        "loaded_at": stamp(row["loaded_at"]),
        "previous": row["previous"],
        "announced": announced,
    }


def list_versions(office: Office) -> list[dict[str, Any]]:
    """Every version kept, the one loaded last first, and which of them is in force."""
    with reading(office.engine) as tx:
        in_force = rules.calendar_in_force(tx)
        return [
            {
                "calendar": row.version,
                "in_force": row.version == in_force,
                "source": row.source,
                "known_since": row.known_since.isoformat(),
                "loaded_at": stamp(row.loaded_at),
                "loaded_by": row.loaded_by,
                "previous": row.previous,
                "digest": row.digest,
                "announced": _announced(read_calendar(row)),
            }
            for row in reversed(rules.kept_calendars(tx))
        ]


def show(office: Office, year: int, version: str | None = None) -> dict[str, Any]:
    """A year of the calendar in force, or of a version: its exceptional days, hours, sources and hash.

    Raises `NotFound` (`calendar_unknown`), or `FactInvalid` for a year nothing is counted in.
    """
    with reading(office.engine) as tx:
        calendar = office.calendar(tx, version)
        row = rules.calendar_version(tx, calendar.version)
    kept = (
        {}
        if row is None
        else {"source": row.source, "known_since": str(row.known_since), "digest": row.digest}
    )
    return {**year_as_document(calendar, year), **kept}


def _report(
    tx: Connection, office: Office, notice: Notice, source: str, known_since: date, *, dry_run: bool
) -> LoadReport:
    before = office.calendar(tx)
    after = amended(before, notice, source)
    found = digest(as_document(after))
    is_new = found != digest(as_document(before))
    after = replace(after, version=_free_version(tx, after.version) if is_new else before.version)
    return LoadReport(
        after.version,
        before.version,
        notice.year,
        source,
        known_since,
        found,
        is_new,
        dry_run,
        changes_between(before, after),
        before,
        after,
    )


def _loader(tx: Connection, by: Signature, at: datetime) -> str:
    """The code of the person who loads, or the machine's where an operator does."""
    if by.person is None:
        return SYSTEM
    person = find_person(tx, by.person)
    held = {grant.role for grant in queries.grants_of(tx, person.code, office_day(at))}
    if not held & {role.value for role in LOADERS}:
        who = "或".join(role.label for role in LOADERS)
        raise NotPermitted(f"只能由{who}载入日历，请改由其办理。", person=person.code)
    return str(person.code)


def _source(notice: Notice, path: Path, given: str | None) -> str:
    source = (given or "、".join(notice.papers)).strip() or f"文件“{path.name}”"
    if len(source) > MAX_SOURCE or any(is_deceptive(one) or one in "\n\t" for one in source):
        message = f"日历依据不得超过{MAX_SOURCE}字、不得换行，请写通知的名称或文号。"
        raise FactInvalid(message, code="source_invalid", length=len(source))
    return source


def _known_since(given: date | None, today: date) -> date:
    known = given or today
    if known > today:
        message = f"知悉日期{known}晚于今天，请写通知实际发布或收到的日期。"
        raise FactInvalid(message, code="known_since_invalid", known_since=known.isoformat())
    return known


def _loaded_at(batch: Batch) -> datetime:
    """Now, and never before what was loaded last: the order of loading says which calendar is in force."""
    at = batch.signature.recorded_at
    kept = rules.kept_calendars(batch.tx)
    return max(at, kept[-1].loaded_at + TICK) if kept else at


def _free_version(tx: Connection, version: str) -> str:
    """The version, numbered on where an earlier loading took it: a withdrawn notice may be loaded again."""
    taken = frozenset(rules.calendar_versions(tx))
    names = (version if place == 1 else f"{version}-{place}" for place in count(1))
    return next(name for name in names if name not in taken)


def _announced(calendar: WorkCalendar) -> list[int] | None:
    return None if calendar.announced_years is None else sorted(calendar.announced_years)


def _change(change: DayChange) -> dict[str, Any]:
    return {
        "date": change.date.isoformat(),
        "before": DayKind(change.before).value,
        "after": DayKind(change.after).value,
        "name": change.name,
    }
