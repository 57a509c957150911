"""Who may sit at the auditor's desk: whoever sees every matter, in the office or as its auditor."""

from sqlalchemy import Connection

from states.errors import NotPermitted
from workflow.services.seeing import Eyes, Onlooker


def check_may_audit(tx: Connection, by: Onlooker) -> Eyes:
    """His eyes. Raises `NotPermitted` (`audit_not_permitted`) for whoever does not see every matter."""
    eyes = Eyes(tx, by)
    if not eyes.see_everything:
        message = "审计各页涉及全部事项和督查室工作日志，只供督查室和审计人员使用。"
        raise NotPermitted(message, code="audit_not_permitted", person=str(eyes.person.code))
    return eyes
