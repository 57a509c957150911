"""Whether the three administrators (三员) are in office, which changes how everybody comes by a role."""

from sqlalchemy import Connection

from states.errors import FactMissing
from workflow.storage import journal

APPOINTED = "administrators_appointed"


def are_in_office(tx: Connection) -> bool:
    """Whether the three were ever appointed: from then on nobody on the machine alone gives a role."""
    return journal.has_entry(tx, APPOINTED)


def check_in_office(tx: Connection) -> None:
    """Raises `FactMissing` (`administrators_missing`) before the three were appointed."""
    if not are_in_office(tx):
        raise FactMissing(
            "三员尚未设立，职责由单位名录授予；要由三员分管，请先由维护人员设立。",
            code="administrators_missing",
            missing="administrators",
        )
