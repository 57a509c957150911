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
    if by.machine is None and sight_of(known) is Sight.WHOLE:
        return
    eyes = None if by.machine else Eyes(tx, by)
    if eyes is None or not eyes.see_everything:
        message = "审计各页涉及全部事项和督查室工作日志，只供督查室和审计人员使用。"
        raise NotPermitted(message, code="audit_not_permitted", person=by.person)
