"""Programs before the API, each with a token of somebody."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime

import httpx
from fastapi import FastAPI

from states.accounts.scopes import Scope
from tests.builders import OPENED
from tests.web.browsing import PATIENCE, account_of
from tests.web.serving import answering
from workflow.client import Client
from workflow.services.accounts.api_tokens import Asked, new_row, new_secret
from workflow.services.office import Office
from workflow.storage import api_tokens
from workflow.storage.session import transaction
from workflow.web.app import create_app

V1 = "/api/v1"
ALL_DAY = "100000000/minute"
EVERYTHING = (Scope.WRITE, Scope.ADMIN, Scope.EVENTS)


class Programs:
    """The API of an office, and who asks it. `now` is what its clock says."""

    def __init__(self, office: Office, stack: ExitStack) -> None:
        self.office, self._stack, self.now = office, stack, OPENED
        self.app: FastAPI = create_app(office, only=("bounces",), clock=lambda: self.now)
        self.url = stack.enter_context(answering(self.app))

    def token(self, person: str, scopes: Collection[Scope] = EVERYTHING) -> str:
        """A token of somebody, whose account is made where he has none."""
        return token_of(self.office, person, self.now, scopes)

    def client(self, person: str, scopes: Collection[Scope] = EVERYTHING) -> Client:
        """The client of somebody."""
        made = Client(self.url, self.token(person, scopes), timeout=PATIENCE)
        return self._stack.enter_context(made)

    def asks(self, person: str | None = None, scopes: Collection[Scope] = EVERYTHING) -> httpx.Client:
        """Plain requests of somebody, or of nobody."""
        bears = {} if person is None else {"Authorization": f"Bearer {self.token(person, scopes)}"}
        return self._stack.enter_context(httpx.Client(base_url=self.url, headers=bears, timeout=PATIENCE))


@contextmanager
def programs_of(office: Office) -> Iterator[Programs]:
    """The API of an office, asked as often as one likes, until the end of the block."""
    often = office.settings.model_copy(update={"api_rate": ALL_DAY})
    with ExitStack() as stack:
        yield Programs(replace(office, settings=often), stack)


def token_of(office: Office, person: str, at: datetime, scopes: Collection[Scope] = EVERYTHING) -> str:
    """A token of somebody, whose account is made where he has none."""
    return token_for(office, account_of(office, person), at, scopes)


def token_for(office: Office, code: str, at: datetime, scopes: Collection[Scope] = EVERYTHING) -> str:
    """A token of somebody who has an account, made behind the page that has tests of its own."""
    secret = new_secret()
    row = new_row(secret, code, Asked("测试", frozenset(scopes), 30), at)
    with transaction(office.engine) as tx:
        api_tokens.add(tx, **row, machine=False, waits=False, by_provider=False)
    return secret
