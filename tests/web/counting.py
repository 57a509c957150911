"""How much a page asks of the database and sends."""

from sqlalchemy import event

from tests.web.browsing import Browser
from workflow.services.office import Office

MOST_STATEMENTS, MOST_BYTES = 12, 150_000
NO_QUESTION = ("BEGIN", "SET ", "SAVEPOINT", "RELEASE")


def asked_for(office: Office, browser: Browser, path: str) -> tuple[list[str], str]:
    """The statements a page asks the database, without those of its transactions; and the page."""
    seen: list[str] = []

    def count(*told: object) -> None:
        seen.append(str(told[2]))

    event.listen(office.engine, "before_cursor_execute", count)
    shown = browser.sees(path)
    event.remove(office.engine, "before_cursor_execute", count)
    return [one for one in seen if not one.startswith(NO_QUESTION)], shown
