"""台账: how much a page asks of the database and sends, whoever looks."""

import pytest
from sqlalchemy import event

from states.vocabulary import Role
from tests.web.rights import Somebody

MOST_STATEMENTS, MOST_BYTES = 12, 150_000
BEGINNING = ("BEGIN", "SET LOCAL")
PEOPLE = (*Role, Somebody.NO_ROLE, Somebody.DEPUTY, Somebody.CO_LIAISON, Somebody.ACCOUNTABLE)
PATHS = (
    "/cases",
    "/cases?light=red&order=light&unit=市城市管理局",
    "/cases?order=light&unit=市城市管理局&words=路灯",
    "/cases?order=due&state=handling",
    "/cases?light=紫",
)


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_costs_few_statements_and_bytes_for_everybody(play, who):
    browser = play.browser(who)
    browser.get("/cases")
    for path in PATHS:
        seen, shown = asked_for(play.office, browser, path)
        assert len(seen) <= MOST_STATEMENTS, (path, seen)
        assert len(shown.encode()) <= MOST_BYTES


def asked_for(office, browser, path):
    """The statements a page asks the database, without those that begin a transaction; and the page."""
    seen = []

    def count(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(office.engine, "before_cursor_execute", count)
    answer = browser.get(path)
    event.remove(office.engine, "before_cursor_execute", count)
    assert answer.status_code in (200, 303)
    return [one for one in seen if not one.startswith(BEGINNING)], answer.text
