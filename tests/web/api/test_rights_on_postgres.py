"""The same table on PostgreSQL, for some of everybody: the rights are decided above the database."""

import pytest

from states.vocabulary import Role
from tests.web.api import test_rights
from tests.web.rights import Somebody

pytestmark = pytest.mark.parametrize(
    "home", [pytest.param("postgres", marks=pytest.mark.postgres)], indirect=True, scope="session"
)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("who", [Role.DIRECTOR, Role.LIAISON, Role.SYSTEM_ADMIN, Somebody.DEPUTY])
def test_somebody_is_answered_what_the_table_says(played, play, who):
    test_rights.test_everybody_is_answered_what_the_table_says(played, play, who)
