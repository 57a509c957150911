"""One transaction at the desk: where it writes, for which instant, by which calendar and whose hand."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import Connection

from states.calendar import WorkCalendar
from states.lifecycle import Lifecycle
from states.office_time import office_day
from states.policy import Policy
from workflow.services.batch import Batch, OpenCase
from workflow.services.office import Office, Signature
from workflow.storage import rules

ADOPT, SUCCEED = "adopt", "succeed"


@dataclass(frozen=True, slots=True)
class Work:
    """What every step inside a transaction shares. `at` is when it happens, `day` the office day of that.

    `lifecycle` and `policy` are those in force; a case may be pinned to others.
    """

    tx: Connection
    office: Office
    batch: Batch
    at: datetime
    day: date
    calendar: WorkCalendar
    lifecycle: Lifecycle
    policy: Policy

    def lifecycle_of(self, case: OpenCase) -> Lifecycle:
        """The table the case was opened under, or for a new one the table in force."""
        pinned = case.facts.lifecycle
        return self.office.lifecycle(self.tx, pinned) if pinned else self.lifecycle

    def lifecycle_for(self, case: OpenCase, command: str) -> Lifecycle:
        """The table a command is decided by: the case's own, or for `adopt` the one that comes to be its own.

        Where its own knows no 机构承继 it is the one in force: units end whatever table matters are under.
        """
        own = self.lifecycle_of(case)
        if command == ADOPT:
            return self.lifecycle
        later = command == SUCCEED and command not in own.command_rows
        return self.lifecycle if later and case.facts.state in self.lifecycle.state_rows else own

    def policy_of(self, case: OpenCase) -> Policy:
        """The policy the case is pinned to, or the one in force before it is."""
        pinned = case.facts.policy
        return self.office.policy(self.tx, pinned) if pinned else self.policy

    def again(self, tx: Connection, *, by: Signature, at: datetime) -> "Work":
        """Another transaction by the same rules: for small ones that follow each other closely."""
        return replace(self, tx=tx, batch=Batch(tx, self.office, by), at=at, day=office_day(at))


def begin(tx: Connection, office: Office, *, by: Signature, at: datetime) -> Work:
    """Start the work of one transaction, by the calendar and the rules in force."""
    names = rules.in_force(tx)
    return Work(
        tx,
        office,
        Batch(tx, office, by),
        at,
        office_day(at),
        office.calendar(tx, names.get("calendar")),
        office.lifecycle(tx, names.get("lifecycle")),
        office.policy(tx, names.get("policy")),
    )
