"""The same table on PostgreSQL, for some of everybody: the rights are decided above the database."""

import pytest

from states.vocabulary import Role
from tests.web import test_auditor, test_rights
from tests.web.rights import Somebody

pytestmark = pytest.mark.parametrize(
    "home", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True, scope="session"
)
SOME = (Role.LIAISON, Role.AUDITOR, Somebody.DEPUTY)


def test_every_route_and_every_page_of_acts_is_as_the_table_says(play):
    for who in SOME:
        test_rights.test_every_route_tells_everybody_what_the_table_says(play, who)
        test_rights.test_a_page_offers_the_acts_of_whoever_looks_and_no_others(play, who)


def test_the_auditor_changes_nothing_by_any_form(play):
    test_auditor.test_the_auditor_changes_nothing_by_any_route_and_any_method(play, ["POST"])
