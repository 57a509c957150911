"""People of the demo directory before the pages, each with an account and a session of his own.

The application answers on a port of its own, as it does for a browser; its scheduler rests. Sessions are
opened behind the sign-in page, which has tests of its own: a password costs its 0.2 seconds.
"""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from states.errors import Refusal
from tests.builders import OPENED, SYSTEM_ADMIN, signed
from tests.web.serving import answering
from workflow.services.accounts import adding, sessions
from workflow.services.office import Office
from workflow.storage.session import transaction
from workflow.web.app import create_app

HTML = {"accept": "text/html"}
PATIENCE = 60
"""Seconds a page may take on a machine that is busy with other things."""
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


class Browser(httpx.Client):
    """Somebody's browser. It follows no redirect by itself."""

    def sees(self, path: str) -> str:
        """The page at a path, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    def sends(self, path: str, *, to: str | None = None, files: Any = None, **filled: Any) -> httpx.Response:
        """Open a page with a form and send it, filled in like this."""
        return self.post(to or path, data={**self.form(path), **filled}, files=files)

    def form(self, path: str) -> dict[str, str]:
        """The hidden fields of a page's last form."""
        return dict(HIDDEN.findall(self.sees(path)))


class Pages:
    """The pages of an office, and the browsers before them. `now` is what their clock says."""

    def __init__(self, office: Office, stack: ExitStack, url: str) -> None:
        self.office, self._stack, self.url, self.now = office, stack, url, OPENED

    def stranger(self) -> Browser:
        """The browser of somebody who has not signed in."""
        return self._stack.enter_context(Browser(base_url=self.url, headers=HTML, timeout=PATIENCE))

    def signed_in(self, person: str) -> Browser:
        """The browser of somebody who signed in a moment ago."""
        made = self.stranger()
        made.cookies.set("duban", session_of(self.office, person, self.now))
        return made


@contextmanager
def pages_of(office: Office, **settings: Any) -> Iterator[Pages]:
    """The pages of an office, with these of its settings changed, until the end of the block."""
    office = replace(office, settings=office.settings.model_copy(update=settings))
    with ExitStack() as stack:
        made: list[Pages] = []

        def clock() -> datetime:
            return made[0].now if made else OPENED

        url = stack.enter_context(answering(create_app(office, only=("bounces",), clock=clock)))
        made.append(Pages(office, stack, url))
        yield made[0]


def session_of(office: Office, person: str, at: datetime) -> str:
    """The token of a new session of somebody, whose account is made where he has none."""
    code = account_of(office, person)
    with transaction(office.engine) as tx:
        return sessions.open_session(tx, code, at=at, address="127.0.0.1", agent="test")


def account_of(office: Office, person: str) -> str:
    """The code of a person, who has an account by then."""
    try:
        return adding.add(office, person, by=signed(SYSTEM_ADMIN), at=OPENED).person
    except Refusal as refusal:
        assert refusal.code == "account_exists"
        return str(refusal.facts["person"])
