"""Who may sit at the auditor's desk: whoever sees every matter, in the office or as its auditor."""

from collections.abc import Collection

from sqlalchemy import Connection

from states.errors import NotPermitted
from states.visibility import Sight, sight_of
from states.vocabulary import Role
from workflow.services.seeing import Eyes, Onlooker

NONE_KNOWN: Collection[Role] = ()


def check_may_audit(tx: Connection, by: Onlooker, known: Collection[Role] = NONE_KNOWN) -> None:
    """Raises `NotPermitted` (`audit_not_permitted`) for whoever does not see every matter.

    `known` are roles a door knows that he holds now; what he does as a deputy is asked only where they do not
    do.
    """
    check_is_somebody(by)
    if sight_of(known) is not Sight.WHOLE and not Eyes(tx, by).see_everything:
        raise _refused(by)


def check_is_somebody(by: Onlooker) -> None:
    """Raises `NotPermitted` (`audit_not_permitted`) for a machine: the journal of the office is not for it,
    whatever it is shown."""
    if by.machine is not None:
        raise _refused(by)


def _refused(by: Onlooker) -> NotPermitted:
    message = "审计各页涉及全部事项和督查室工作日志，只供督查室和审计人员使用。"
    return NotPermitted(message, code="audit_not_permitted", person=by.person)
