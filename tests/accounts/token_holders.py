"""People who hold tokens of the interface."""

from states.accounts.scopes import Scope
from tests.accounts.people import CODE, PASSWORD, an_account, signs_in
from tests.builders import OPENED
from workflow.services.accounts import api_tokens
from workflow.services.accounts.api_tokens import Asked, Proof
from workflow.services.office import Signature

EVERY = frozenset(Scope)


def web(person=CODE, at=OPENED):
    return Signature(person, "web", at)


def makes(office, visitor, *, name="统计脚本", scopes=(Scope.READ,), days=30, at=OPENED, **proof):
    """A token somebody makes who is signed in: its secret, and what is told of it."""
    asked = Asked(name, frozenset(scopes), days)
    made = api_tokens.create(
        office, visitor, asked, Proof(**({"password": PASSWORD} | proof)), by=web(visitor.person, at), at=at
    )
    return made.secret, made.told


def a_token(office, **asked):
    """The same of 吕喆, who is given an account for it."""
    an_account(office)
    return makes(office, signs_in(office).visitor, **asked)
