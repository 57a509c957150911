"""Whether a case still stands as whoever decides on it had it before him."""

from sqlalchemy import Connection

from workflow.errors import EditConflict
from workflow.services.batch import OpenCase
from workflow.storage import queries


def check_still_as_seen(tx: Connection, case: OpenCase, seen: int | None) -> None:
    """Raises `EditConflict` (`acted_meanwhile`) where somebody has acted on the case after the entry `seen`.

    What the machine enters by itself, such as a mail sent, is no reason to decide anew.
    """
    if seen is None or seen >= case.seq:
        return
    later = queries.acts_after(tx, case.id, seen)
    if later:
        raise EditConflict(
            f"您打开表单后，事项{case.number}又有{later}条新的办理记载，本次未办理；请看过新的记载后再决定。",
            code="acted_meanwhile",
            case=case.number,
            since=seen,
        )
