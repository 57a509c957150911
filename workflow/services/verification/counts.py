"""The counts of the wall chart against what is kept beside the cases."""

from collections.abc import Iterator

from sqlalchemy import Connection

from workflow.services.verification.verdict import Finding, finding
from workflow.storage import tallies


def check_counts(tx: Connection) -> Iterator[Finding]:
    """Every count is the sum over the cases it is of."""
    if units := tallies.astray(tx):
        message = "挂图作战的计数与各事项不符：绕过系统改动了数据；请维护人员查明后重新计数"
        yield finding("counts_changed", message, units=units)
