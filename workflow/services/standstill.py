"""What keeps the scheduled sweep from a case that is due: a hold over all, or its being set aside."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Row

from workflow.services.batch import OpenCase
from workflow.services.holds import LABELS
from workflow.services.set_asides import as_told
from workflow.storage import sweeps

NOT_TOLD: Mapping[str, Any] = {"set_aside": None, "held": []}
"""What of this a unit's people are told: it is the office's own working."""


def standstill(tx: Connection, case: OpenCase) -> dict[str, Any]:
    """Why the sweep does not come to this case: `set_aside` or None, and the holds in force as `held`."""
    failed = [row for row in sweeps.failed_cases(tx, waiting=True) if row.case_id == case.id]
    return {
        "set_aside": as_told(failed[0]) if failed else None,
        "held": [_told(row) for row in sweeps.holds_in_force(tx)],
    }


def _told(row: Row[Any]) -> dict[str, Any]:
    reason = LABELS.get(row.reason, row.reason)
    message = f"巡查已暂缓（{reason}），核对后用duban sweep release放行。"
    return {"reason": row.reason, "since": row.since.isoformat(), "message": message}
