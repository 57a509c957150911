"""台账: how much a page asks of the database and sends, whoever looks."""

import pytest

from states.vocabulary import Role
from tests.web.counting import MOST_BYTES, MOST_STATEMENTS, asked_for
from tests.web.rights import Somebody

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
