"""Who may deal with accounts: the system administrator; who may look at them: any of the three (三员).

Until all three are there the operator of the machine does it, as everywhere at the command line. From
then on somebody signs.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from states.errors import FactMissing, NotPermitted
from states.office_time import office_day
from states.vocabulary import Role
from workflow.services.entries import SYSTEM
from workflow.services.office import Signature
from workflow.services.people import find_person
from workflow.storage import queries

ADMINISTRATORS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


def administrator(tx: Connection, by: Signature, *, at: datetime) -> str:
    """The code of the system administrator who signs, the machine's until there are three.

    Raises `FactMissing` (`person_missing`), `NotPermitted`, or as `find_person`.
    """
    return _holder(tx, by, (Role.SYSTEM_ADMIN,), "账号由系统管理员管理。", at=at)


def onlooker(tx: Connection, by: Signature, *, at: datetime) -> str:
    """The same of whoever looks at accounts, sessions and roles: any of the three."""
    return _holder(
        tx, by, ADMINISTRATORS, "账号和职责情况只供系统管理员、安全保密管理员、安全审计员查看。", at=at
    )


def _holder(tx: Connection, by: Signature, roles: Collection[Role], refusal: str, *, at: datetime) -> str:
    day = office_day(at)
    if by.person is None:
        if all(queries.holders_of(tx, role.value, day) for role in ADMINISTRATORS):
            raise FactMissing("已设三员，请用 --as 写明以谁的名义办理。", code="person_missing", missing="as")
        return SYSTEM
    person = str(find_person(tx, by.person).code)
    if {one.role for one in queries.grants_of(tx, person, day)}.isdisjoint(role.value for role in roles):
        raise NotPermitted(refusal, person=person)
    return person
