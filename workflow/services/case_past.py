"""One case at the end of a day and between two, for the auditor's desk, as it was written by then."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.vocabulary import Role
from workflow.services import comparing, readings, register, timeline
from workflow.services.audit_rights import NONE_KNOWN, check_may_audit
from workflow.services.office import Office, Signature
from workflow.services.page_look import page_look
from workflow.services.past_leaves import end_of
from workflow.services.seeing import Onlooker
from workflow.storage.session import reading

LATELY = 100


@dataclass(frozen=True, slots=True)
class CasePast:
    """A case as it was recorded by an instant: `told` is as `register.show` tells of it, `entries` are the
    last of the `count` written by then, oldest first."""

    at: datetime
    told: dict[str, Any]
    entries: list[dict[str, Any]]
    count: int


def check(office: Office, *, by: Onlooker, known: Collection[Role] = NONE_KNOWN) -> None:
    """Raises `NotPermitted` (`audit_not_permitted`)."""
    with reading(office.engine) as tx:
        check_may_audit(tx, by, known)


def on_day(office: Office, number: str, day: date, *, by: Onlooker, signed: Signature) -> CasePast:
    """The case at the end of a day; `signed` by whoever looks, the journal has that he does.

    Raises `NotFound` (`case_unknown`, also where it was not there by then), `NotPermitted`, `FactInvalid`
    (`day_in_the_future`), `ReadingRefused`.
    """
    instant = end_of(day, by.at)
    with page_look(office, by) as tx:
        check_may_audit(tx, by)
        told = register.show(office, number, today=instant, as_of=instant, by=by)
        entries = timeline.history(office, number, as_of=instant, by=by)
        readings.note(office, [number], "show", by=signed)
    return CasePast(instant, told, entries[-LATELY:], len(entries))


def between(
    office: Office, number: str, first: date, last: date, *, by: Onlooker, signed: Signature
) -> list[dict[str, Any]]:
    """What the ends of two days differ in, field by field. Raises as `on_day`, and `FactInvalid`
    (`period_reversed`)."""
    since, until = end_of(first, by.at), end_of(last, by.at)
    with page_look(office, by) as tx:
        check_may_audit(tx, by)
        found = comparing.compare(office, number, since=since, until=until, by=by)
        readings.note(office, [number], "diff", by=signed)
        return found
