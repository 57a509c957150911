"""The road to a case that is asked for by its number: whose it is comes before anything it says.

`shown_case` is for whoever looks. What reads a row unasked is named in the rules of the house, each with its
reason.
"""

from typing import Any

from sqlalchemy import Connection, Row

from states.visibility import Curtain, sees_no_case, sees_sealed
from workflow.errors import NotFound
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker, curtain_for, not_shown
from workflow.services.set_asides import trouble_of
from workflow.storage import gathering, queries
from workflow.storage.guarded import Read, Unreadable
from workflow.storage.look import Look
from workflow.storage.retention import sealed_cases


def shown_case(tx: Connection, office: Office, number: str, by: Onlooker | None) -> tuple[Row[Any], Curtain]:
    """The row of a case and what of it is kept from somebody; nobody named is who operates the machine.

    Raises `NotFound` (`case_unknown`), like `curtain_for`, and `Refusal` (`case_faulty`) for a row that
    cannot be read, to nobody the case is not shown to.
    """
    if isinstance(tx, Look):
        return tx.kept(("shown_case", number, by), lambda: _shown(tx, office, number, by))
    return _shown(tx, office, number, by)


def _shown(tx: Connection, office: Office, number: str, by: Onlooker | None) -> tuple[Row[Any], Curtain]:
    found = _found(tx, number)
    if isinstance(found, Unreadable):
        _check_concerned(tx, found, by)
        raise trouble_of(found.error) from found.error
    gathering.keep_case(tx, found)
    return found, curtain_for(tx, office, found, by)


def case_row(tx: Connection, number: str) -> Row[Any]:
    """The row of a case, whosever it is: for acts, which are decided by who gives them.

    Raises `NotFound`, and `Refusal` (`case_faulty`).
    """
    found = _found(tx, number)
    if isinstance(found, Unreadable):
        raise trouble_of(found.error) from found.error
    return found


def _found(tx: Connection, number: str) -> Read:
    found = queries.case_called(tx, number)
    if found is None:
        raise NotFound(f"没有编号为“{number}”的事项，请核对编号。", code="case_unknown", number=number)
    return found


def _check_concerned(tx: Connection, bad: Unreadable, by: Onlooker | None) -> None:
    """Whose a row past reading is, is told by what stands beside it: its units, its leader, its seal."""
    is_sealed = bad.id in sealed_cases(tx)
    if by is None:
        if is_sealed:
            raise not_shown(bad.number)
        return
    eyes = Eyes(tx, by)
    if not _is_shown(eyes, bad.id, is_sealed=is_sealed):
        raise eyes.refusal(bad.number, is_sealed=is_sealed)


def _is_shown(eyes: Eyes, case_id: int, *, is_sealed: bool) -> bool:
    if is_sealed:
        return sees_sealed(eyes.roles)
    return eyes.see_everything or (not sees_no_case(eyes.roles) and case_id in eyes.concerning())
