"""台账: how much a page asks of the database and sends, whoever looks."""

import pytest

from states.vocabulary import Role
from tests.web.counting import MOST_BYTES, asked_for
from tests.web.rights import Somebody

PEOPLE = (*Role, Somebody.NO_ROLE, Somebody.DEPUTY, Somebody.CO_LIAISON, Somebody.ACCOUNTABLE)
PATHS = {
    "/cases": 4,
    "/cases?light=red&order=light&unit=市城市管理局": 5,
    "/cases?order=light&unit=市城市管理局&words=路灯": 8,
    "/cases?order=due&state=handling": 5,
    "/cases?light=紫": 3,
}
"""What is looked at, and how many statements it takes at most: two for who it is, one for the units he acts
for, one for the lines; more for units by name, and for orders in stretches."""


@pytest.mark.parametrize("who", PEOPLE)
def test_a_page_costs_few_statements_and_bytes_for_everybody(play, who):
    browser = play.browser(who)
    browser.get("/cases")
    for path, most in PATHS.items():
        seen, shown = asked_for(play.office, browser, path)
        assert len(seen) <= most, (path, seen)
        assert len(shown.encode()) <= MOST_BYTES
