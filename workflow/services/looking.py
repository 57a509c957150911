"""Looking at stored cases with the planner's eyes: what it sees of each, and what it would do on that day.

The sweep, its dry run, plan files and their application all look through here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from states.ladder import OnLadder, Plan, Raised, plan
from states.policy import Policy
from workflow.services.authorisation import Authority
from workflow.services.batch import OpenCase, opened
from workflow.services.catching_up import all_rungs_until
from workflow.services.ladder import on_ladder, raised_by_case, rows_by_case
from workflow.services.work import Work
from workflow.storage import queries
from workflow.storage.guarded import Read, Unreadable, readable


@dataclass(frozen=True, slots=True)
class Looked:
    """One case with its plan. `raised` and `rows` are its escalations as stored, in the order of `seen`."""

    case: OpenCase
    policy: Policy
    seen: OnLadder
    plan: Plan
    raised: tuple[Raised, ...]
    rows: tuple[Row[Any], ...]


class Lookout:
    """Looks at some cases on the day of the work; their escalations are read in one go.

    What fell due during downtime is caught up as the policy in force says.
    """

    def __init__(self, work: Work, rows: Sequence[Read]) -> None:
        found = list(queries.each_escalation_of(work.tx, [row.id for row in rows]))
        escalations = [one for one in found if not isinstance(one, Unreadable)]
        self._faulty = {one.case_id: one for one in found if isinstance(one, Unreadable)}
        now = work.batch.signature.recorded_at
        self._until = all_rungs_until(work.tx, work.calendar, work.policy.sweep, now)
        self._work, self._authority = work, Authority(work.tx)
        self._raised, self._rows = raised_by_case(escalations), rows_by_case(escalations)

    def at(self, row: Read) -> Looked:
        """The case of a row and its plan. Raises whatever a row that was tampered with raises."""
        row = readable(self._faulty.get(row.id, row))
        work, case = self._work, opened(row)
        raised, policy = self._raised.get(row.id, []), work.policy_of(case)
        lifecycle, authorised = work.lifecycle_of(case), self._authority.covers(policy)
        seen = on_ladder(case.facts, lifecycle, policy, raised, authorised=authorised)
        found = plan(
            seen, policy, work.calendar, work.day, catch_up="all" if self._fell_due(row) else "highest"
        )
        return Looked(case, policy, seen, found, tuple(raised), tuple(self._rows.get(row.id, ())))

    def _fell_due(self, row: Row[Any]) -> bool:
        """Whether the case wanted to be woken before the last downtime was over."""
        wanted_at, until = row.next_action_at, self._until
        return until is not None and wanted_at is not None and bool(wanted_at <= until)
