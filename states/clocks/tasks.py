"""Which date a new task gets: that of the order, or else the policy's for tasks."""

from states.clocks.clockwork import Clockwork
from states.deadlines import CIVIL_CODE, Limit
from states.vocabulary import ClockName


def open_clock(clocks: Clockwork, key: str) -> None:
    """Open the clock of a task that is handed out now, by the date or the limit of the order.

    Without either it is counted by the policy's limit for tasks, which must be there.
    """
    details, row = clocks.question.details, clocks.policy_limit(ClockName.TASK)
    if "due_on" in details:
        clocks.open_until(key, details["due_on"])
    elif "limit" in details:
        clocks.open(key, details["limit"], rule=details.get("rule", CIVIL_CODE))
    elif row is not None:
        clocks.open(key, Limit(row.unit, row.amount), rule=row.rule, by_policy=True)
