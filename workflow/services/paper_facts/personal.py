"""Papers to a person: only the term of a 函询 is reckoned; whom and what they are about, people state."""

from collections.abc import Mapping
from typing import Any

from workflow.services.batch import OpenCase
from workflow.services.papers import Desk

REPLY_WORKING_DAYS = 15
"""《关于对党员领导干部进行诫勉谈话和函询的暂行办法》第七条: from receipt."""


def personal_inquiry(desk: Desk, case: OpenCase) -> Mapping[str, Any]:
    """The reply term, and its last day were the paper received on its own date.

    There is no day where the term runs into a year that is not announced.
    """
    work = desk.work
    day = work.calendar.add_working_days(work.day, REPLY_WORKING_DAYS)
    named = None if work.calendar.is_provisional(work.day, day) else day.isoformat()
    return {"reply_working_days": REPLY_WORKING_DAYS, "reply_by": named}
