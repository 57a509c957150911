"""One's own account, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from states.accounts.passwords import told
from workflow.errors import NotFound
from workflow.services.accounts.visitors import Visitor, grants_today, profile_of, visitor_of
from workflow.services.office import Office
from workflow.services.people import find_active
from workflow.storage import accounts
from workflow.storage.session import reading


@dataclass(frozen=True, slots=True)
class Own:
    """By which name somebody signs in, and whether a code is asked of him as well."""

    login: str
    has_second_factor: bool


def own(office: Office, visitor: Visitor) -> Own:
    """A visitor's account. Raises `NotFound` where it is gone by now."""
    with reading(office.engine) as tx:
        account = accounts.of_person(tx, visitor.person)
    if account is None:
        raise NotFound("账号已不存在，请重新登录。", code="account_unknown", person=visitor.person)
    return Own(account.login, account.second_factor is not None)


def at_machine(office: Office, person: str, *, at: datetime) -> Visitor:
    """Somebody named at the command line, who has an account but no session. Raises `NotFound`
    (`account_unknown`), `NotPermitted` (`actor_disabled`), or as `find_person`."""
    with reading(office.engine) as tx:
        code = str(find_active(tx, person).code)
        account = accounts.of_person(tx, code)
        if account is None:
            raise NotFound(f"{person}没有账号，请先开通。", code="account_unknown", person=code)
        return visitor_of(office, account, grants_today(tx, code, at), "", at)


def rules(office: Office) -> str:
    """What a password must be here, in a sentence."""
    return told(profile_of(office.settings))
