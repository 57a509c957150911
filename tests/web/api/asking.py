"""Programs before the API, each with a token of somebody."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx
from fastapi import FastAPI

from tests.builders import OPENED
from tests.web.browsing import PATIENCE, session_of
from tests.web.serving import answering
from workflow.client import Client
from workflow.services.office import Office
from workflow.web.app import create_app

V1 = "/api/v1"
RATE = "100000000/minute"


class Programs:
    """The API of an office, and who asks it. `now` is what its clock says."""

    def __init__(self, office: Office, stack: ExitStack) -> None:
        self.office, self._stack, self.now = office, stack, OPENED
        self.app: FastAPI = create_app(office, only=("bounces",), clock=lambda: self.now)
        self.url = stack.enter_context(answering(self.app))

    def token(self, person: str, **asked: Any) -> str:
        """A token of somebody, whose account is made where he has none."""
        return token_of(self.office, person, self.now, **asked)

    def client(self, person: str, **asked: Any) -> Client:
        """The client of somebody."""
        made = Client(self.url, self.token(person, **asked), timeout=PATIENCE)
        return self._stack.enter_context(made)

    def asks(self, person: str | None = None, **asked: Any) -> httpx.Client:
        """Plain requests of somebody, or of nobody."""
        bears = {} if person is None else {"Authorization": f"Bearer {self.token(person, **asked)}"}
        return self._stack.enter_context(httpx.Client(base_url=self.url, headers=bears, timeout=PATIENCE))


@contextmanager
def programs_of(office: Office, **settings: Any) -> Iterator[Programs]:
    """The API of an office, with these of its settings changed, until the end of the block."""
    office = replace(office, settings=office.settings.model_copy(update=settings))
    with ExitStack() as stack:
        yield Programs(office, stack)


def token_of(office: Office, person: str, at: datetime, **asked: Any) -> str:
    """A token of somebody that may do everything he may."""
    return session_of(office, person, at)
