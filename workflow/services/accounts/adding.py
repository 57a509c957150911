"""Adding an account for somebody of the directory, with the invitation by which he sets his password."""

import re
from datetime import datetime

from sqlalchemy import Connection

from states.accounts.admission import Purpose
from states.errors import FactInvalid
from workflow.services.accounts.authority import administrator
from workflow.services.accounts.invitations import Invited, account_of, issue
from workflow.services.accounts.signing_in import LOGIN_BOUND, normal_login
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import accounts
from workflow.storage.session import transaction

LOGIN = re.compile(r"[\w][\w.@-]*")


def add(office: Office, person: str, *, login: str | None = None, by: Signature, at: datetime) -> Invited:
    """An account for a person, by name or code, who signs in by `login` or else by his code.

    Raises `FactInvalid` (`account_exists`, `login_taken`, `login_invalid`), `NotFound`, `Ambiguous`,
    `NotPermitted`, `FactMissing`.
    """
    with transaction(office.engine) as tx:
        signer = administrator(tx, by, at=at)
        code = str(find_person(tx, person).code)
        name = new_login(tx, code, login)
        if not accounts.add(tx, person=code, login=name, made_at=at):
            raise _added_meanwhile(code)
        act = Act("account_added", at, signer, {"login": name})
        return issue(tx, office, account_of(tx, code), act, by=by, purpose=Purpose.ADDED)


def new_login(tx: Connection, person: str, wanted: str | None = None) -> str:
    """The name somebody without an account signs in by, his code where none is wanted. Raises as `add`."""
    login = normal_login(wanted or person)
    if len(login) > LOGIN_BOUND or not LOGIN.fullmatch(login):
        message = f"登录名只用文字、数字和 . @ - _，最长{LOGIN_BOUND}字，请更正。"
        raise FactInvalid(message, code="login_invalid")
    if accounts.of_person(tx, person) is not None:
        raise FactInvalid("此人已有账号；可以重发邀请或者重置。", code="account_exists", person=person)
    if accounts.by_login(tx, login) is not None:
        raise FactInvalid(f"登录名“{login}”已有人使用，请另选。", code="login_taken", login=login)
    return login


def _added_meanwhile(person: str) -> FactInvalid:
    """Two may add an account at once; the database lets one of them."""
    message = "此人或者这个登录名刚有了账号，请刷新查看。"
    return FactInvalid(message, code="account_exists", person=person)
