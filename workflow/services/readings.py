"""Who looked into a case from outside its units, in the office's journal: once a person, case and day.

The entry is a short write of its own before the answer is shown; where history cannot be written, nothing is
shown. Only a database that can be read and nothing else, as a standby or an auditor's role, is read unnoted,
and the door says so. What the machine reads for itself is no reading.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from states.errors import Refusal
from states.office_time import office_day
from states.vocabulary import UNIT_ROLES
from workflow.errors import ReadingRefused
from workflow.services.batch import Batch, opened
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature, may_write
from workflow.services.people import Actors, find_person, roles_with
from workflow.storage import case_reads
from workflow.storage.session import look_at_hand, reading, transaction

READ = "case_read"
LABELS = {
    "show": "情况",
    "history": "历史",
    "diff": "记载的差别",
    "explain": "期限和下一步",
    "nodes": "节点",
    "paper": "文书",
    "attachments": "附件清单",
    "attachment": "附件",
    "search": "检索到的记载",
    "list": "台账所列的进展和亮灯原因",
}
"""What was looked at first that day, and its name."""

READER_BOUND = 64


def note(office: Office, numbers: Sequence[str], what: str, *, by: Signature) -> bool:
    """Enter that whoever signs looks into these cases; False where the database can only be read.

    Nobody named is who operates the machine, known by his account. A person who holds a role at a unit with
    a share in the case that day leaves no entry. Raises `ReadingRefused` where history cannot be written,
    `NotFound` for a person there is not; a case there is not cannot be looked into.
    """
    with reading(office.engine) as tx:
        news = unnoted(tx, case_reads.cases_called(tx, numbers), by=by)
    done, look = enter(office, news, what, by=by), look_at_hand(office.engine)
    if done and look is not None:
        case_reads.learn(look, office_day(by.recorded_at), _name(news.reader, by), news.cases)
    return done


@dataclass(frozen=True, slots=True)
class Unnoted:
    """Cases somebody looks into of which that is not entered yet that day; `reader` is his code."""

    reader: str | None
    cases: Mapping[int, str]


def unnoted(tx: Connection, rows: Sequence[Row[Any]], *, by: Signature) -> Unnoted:
    """Those of the cases of these rows whose reading is to be entered. Raises `NotFound` as `note`."""
    day = office_day(by.recorded_at)
    person = by.person and find_person(tx, by.person)
    reader = person and str(person.code)
    known = case_reads.noted(tx, day, _name(reader, by), [row.id for row in rows])
    news = _outside(tx, person, day, [row for row in rows if row.id not in known])
    return Unnoted(reader, {row.id: row.number for row in news})


def enter(office: Office, news: Unnoted, what: str, *, by: Signature) -> bool:
    """Enter these readings. Returns and raises as `note`."""
    return not news.cases or _written(office, news, what, by=by)


def forget_former(office: Office, *, at: datetime) -> int:
    """Let go of what was noted of readings before the day of `at`; their entries stay. Returns how many."""
    with transaction(office.engine) as tx:
        return case_reads.forget_before(tx, office_day(at))


def _outside(tx: Connection, person: Any, day: date, rows: Sequence[Row[Any]]) -> list[Row[Any]]:
    """Those of the cases in which he has no share by a role at a unit."""
    if not rows:
        return []
    actors = Actors(tx, person, day)
    return [row for row in rows if UNIT_ROLES.isdisjoint(roles_with(actors, opened(row).facts))]


def _written(office: Office, news: Unnoted, what: str, *, by: Signature) -> bool:
    try:
        _write(office, news, what, by=by)
    except DBAPIError as error:
        if case_reads.is_read_only(error) or (case_reads.lacks_right(error) and not may_write(office.engine)):
            return False
        raise _refused() from error
    except Refusal as refusal:
        raise _refused(refusal.message) from refusal
    return True


def _write(office: Office, news: Unnoted, what: str, *, by: Signature) -> None:
    at, reader = by.recorded_at, news.reader
    with transaction(office.engine) as tx:
        batch = Batch(tx, office, by)
        for case_id in case_reads.note(tx, office_day(at), _name(reader, by), sorted(news.cases)):
            details = {"case": news.cases[case_id], "what": what, **({} if reader else _unnamed(by))}
            batch.note(Act(READ, at, reader or SYSTEM, details))
        batch.flush()


def _unnamed(by: Signature) -> dict[str, Any]:
    return {"account": by.account} if by.machine is None else {"machine": by.machine}


def _name(reader: str | None, by: Signature) -> str:
    """How the day's list knows a reader; an account is no person's code, whatever it is called, nor is the
    token of a machine."""
    if by.machine is not None:
        return f"machine:{by.token}"[:READER_BOUND]
    return reader or f"account:{by.account or ''}"[:READER_BOUND]


def _refused(why: str = "") -> ReadingRefused:
    return ReadingRefused(
        f"查看须记入历史，而历史此刻无法写入，所以不予显示。{why or '请检查数据库和磁盘后重试。'}"
    )
