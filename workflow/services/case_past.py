"""One case at the end of a day and between two, for the auditor's desk, as it was written by then."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflow.services import comparing, register, timeline
from workflow.services.audit_rights import check_may_audit
from workflow.services.office import Office
from workflow.services.past_leaves import end_of
from workflow.services.seeing import Onlooker
from workflow.storage.session import one_look, reading

LATELY = 100


@dataclass(frozen=True, slots=True)
class CasePast:
    """A case as it was recorded by an instant: `told` is as `register.show` tells of it, `entries` are the
    last of the `count` written by then, oldest first."""

    at: datetime
    told: dict[str, Any]
    entries: list[dict[str, Any]]
    count: int


def check(office: Office, *, by: Onlooker) -> None:
    """Raises `NotPermitted` (`audit_not_permitted`)."""
    with reading(office.engine) as tx:
        check_may_audit(tx, by)


def on_day(office: Office, number: str, day: date, *, by: Onlooker) -> CasePast:
    """The case at the end of a day. Raises `NotFound` (`case_unknown`, also where it was not there by then),
    `NotPermitted`, `FactInvalid` (`day_in_the_future`)."""
    instant = end_of(day, by.at)
    with one_look(office.engine) as tx:
        check_may_audit(tx, by)
        told = register.show(office, number, today=instant, as_of=instant, by=by)
        entries = timeline.history(office, number, as_of=instant, by=by)
    return CasePast(instant, told, entries[-LATELY:], len(entries))


def between(office: Office, number: str, first: date, last: date, *, by: Onlooker) -> list[dict[str, Any]]:
    """What the ends of two days differ in, field by field. Raises as `on_day`, and `FactInvalid`
    (`period_reversed`)."""
    since, until = end_of(first, by.at), end_of(last, by.at)
    with one_look(office.engine) as tx:
        check_may_audit(tx, by)
        return comparing.compare(office, number, since=since, until=until, by=by)
