"""Cases the sweep failed on: tried again on the next day, and set aside after three failures in a row.

A case is whole again when a command on it or a sweep of it goes well. One that was set aside sleeps until
then, or until a person has it tried again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from states.errors import Refusal
from states.office_time import morning_of, office_day
from workflow.errors import NotFound
from workflow.services.entries import Act
from workflow.services.holds import answerable
from workflow.services.office import Office, Signature
from workflow.services.work import Work, begin
from workflow.storage import sweeps
from workflow.storage.session import reading, transaction

MOST_FAILURES = 3


def trouble_of(error: Exception) -> Refusal:
    """A failure as lists tell it: a refusal in its own words, anything else by its kind."""
    if isinstance(error, Refusal):
        return error
    kind = type(error).__name__
    message = f"该事项的数据无法处理（{kind}），请告知维护人员，核查后再办。"
    return Refusal(message, code="case_faulty", error=kind)


def count_failure(work: Work, case_id: int, number: str, trouble: Refusal) -> datetime | None:
    """Count a failure, once a day; returns when to try again, None for a case that is now set aside."""
    failures = _failures(work, sweeps.failures_of(work.tx, case_id))
    waits = failures >= MOST_FAILURES
    told = {"failures": failures, "code": trouble.code, "message": trouble.message, "last_at": work.at}
    sweeps.keep_failure(work.tx, {"case_id": case_id, **told, "waits": waits})
    if not waits:
        return morning_of(work.day + timedelta(days=1))
    details = {"case": number, "failures": failures, "code": trouble.code}
    work.batch.note(Act("case_set_aside", work.at, details=details))
    return None


def retry(office: Office, numbers: Sequence[str], *, by: Signature, at: datetime) -> list[str]:
    """Have the next sweep try these cases again, all that were set aside when none is named.

    Raises `NotFound` (`not_set_aside`), or `NotPermitted` for anybody but an officer or the director.
    """
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        person = answerable(work, by)
        failed = {row.number: row for row in sweeps.failed_cases(tx, waiting=not numbers)}
        for number in numbers or failed:
            _bring_back(work, number, failed.get(number), person)
        sweeps.forget_failures(tx, [failed[number].case_id for number in numbers or failed])
        work.batch.flush()
    return list(numbers or failed)


def waiting(office: Office) -> list[dict[str, Any]]:
    """The cases that are set aside, and why."""
    with reading(office.engine) as tx:
        rows = sweeps.failed_cases(tx, waiting=True)
    return [
        {"case": row.number, "failures": row.failures, "code": row.code, "message": row.message}
        for row in rows
    ]


def as_told(row: Row[Any]) -> dict[str, Any]:
    """A case that is set aside, with why and how to have it tried again."""
    again = f"排除后用duban sweep retry {row.number}重试"
    message = f"巡查已搁置：{row.message.rstrip('。')}；{again}。"
    return {"case": row.number, "code": "set_aside", "message": message, "facts": {"because": row.code}}


def _failures(work: Work, row: Row[Any] | None) -> int:
    if row is None:
        return 1
    return int(row.failures) + (office_day(row.last_at) < work.day)


def _bring_back(work: Work, number: str, row: Row[Any] | None, person: str) -> None:
    if row is None:
        raise NotFound(f"事项“{number}”没有被巡查搁置，无须重试。", code="not_set_aside", number=number)
    sweeps.look_at(work.tx, row.case_id, work.at)
    work.batch.note(Act("case_retried", work.at, person, {"case": number}))
