"""How much a page asks of the database and sends."""

import threading
from http import HTTPStatus

from httpx import Response
from sqlalchemy import event

from tests.web.browsing import Browser
from workflow.services.office import Office

MOST_STATEMENTS, MOST_BYTES = 12, 150_000
NO_QUESTION = ("BEGIN", "SET ", "SAVEPOINT", "RELEASE")
OF_PAGES = "AnyIO worker thread"
"""What the threads are called that answer pages; the chores of the scheduler ask on threads of their own."""


def asked_for(office: Office, browser: Browser, path: str) -> tuple[list[str], str]:
    """The statements a page asks the database, without those of its transactions; and the page."""
    seen, answer = answered(office, browser, path)
    return seen, answer.text


def answered(office: Office, browser: Browser, path: str) -> tuple[list[str], Response]:
    """The same with the answer, which may be a file."""
    seen: list[str] = []

    def count(*told: object) -> None:
        if threading.current_thread().name.startswith(OF_PAGES):
            seen.append(str(told[2]))

    event.listen(office.engine, "before_cursor_execute", count)
    answer = browser.get(path)
    event.remove(office.engine, "before_cursor_execute", count)
    assert answer.status_code == HTTPStatus.OK, (path, answer.status_code, answer.text[:500])
    return [one for one in seen if not one.startswith(NO_QUESTION)], answer
