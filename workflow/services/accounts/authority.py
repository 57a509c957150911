"""Who may deal with accounts: the system administrator; who may look at them: any of the three (三员).

Until the three are in office the operator of the machine does it, as everywhere at the command line. From
then on somebody signs.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from states.accounts.admission import ADMITTING
from states.errors import FactMissing, NotPermitted
from states.office_time import office_day
from states.vocabulary import ADMINISTRATORS, Role
from workflow.services.accounts.administrators import are_in_office
from workflow.services.entries import SYSTEM
from workflow.services.office import Signature
from workflow.services.people import check_no_machine, check_not_disabled, find_person
from workflow.storage import queries


def administrator(tx: Connection, by: Signature, *, at: datetime) -> str:
    """The code of the system administrator who signs, the machine's until the three are in office.

    Raises `FactMissing` (`person_missing`), `NotPermitted` (`actor_disabled` among them), or as
    `find_person`.
    """
    return _holder(tx, by, {Role.SYSTEM_ADMIN}, "账号由系统管理员管理。", at=at)


def onlooker(tx: Connection, by: Signature, *, at: datetime) -> str:
    """The same of whoever looks at accounts, sessions and roles: any of the three."""
    return _holder(
        tx, by, ADMINISTRATORS, "账号和职责情况只供系统管理员、安全保密管理员、安全审计员查看。", at=at
    )


def admitter(tx: Connection, by: Signature, *, at: datetime) -> str:
    """The same of whoever may admit anything at all; of each thing it is asked once more."""
    refusal = "账号事项由安全保密管理员核准，涉及其本人的由安全审计员核准。"
    return _holder(tx, by, ADMITTING, refusal, at=at)


def nobody_named(why: str = "") -> FactMissing:
    """The refusal where nobody is named at the command line for what is done in somebody's name."""
    message = f"{why}请用 --as 写明由谁办理：姓名或者人员编码，如 --as 吕喆。"
    return FactMissing(message, code="person_missing", missing="as")


def _holder(tx: Connection, by: Signature, roles: Collection[Role], refusal: str, *, at: datetime) -> str:
    check_no_machine(by)
    if by.person is None:
        if are_in_office(tx):
            labels = "、".join(role.label for role in Role if role in roles)
            raise nobody_named(f"已设三员，这一步由{labels}办理，")
        return SYSTEM
    person = str(find_person(tx, by.person).code)
    held = queries.grants_of(tx, person, office_day(at))
    if {one.role for one in held}.isdisjoint(role.value for role in roles):
        raise NotPermitted(refusal, person=person)
    check_not_disabled(tx, person)
    return person
