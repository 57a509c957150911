"""One's own account, as its page shows it."""

from dataclasses import dataclass

from states.accounts.passwords import told
from workflow.errors import NotFound
from workflow.services.accounts.visitors import Visitor, profile_of
from workflow.services.office import Office
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


def rules(office: Office) -> str:
    """What a password must be here, in a sentence."""
    return told(profile_of(office.settings))
