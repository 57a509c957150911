"""The light the register is asked for by SQL, held against the pure rule on days to come."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from states.vocabulary import Light
from tests.builders import at as instant
from tests.builders import signed
from workflow.services import leafing
from workflow.services.installation import install
from workflow.services.register import list_cases
from workflow.services.register_filters import Asked
from workflow.services.seeding import seed
from workflow.settings import Settings
from workflow.storage import lights, queries
from workflow.storage.session import reading

NOW = instant(2026, 11, 20, 17)


@pytest.fixture(scope="module")
def lived(home, tmp_path_factory):
    """An office of invented matters in every state, with plans, tasks and reports, some late."""
    folder, url = tmp_path_factory.mktemp("lived"), home.new_url()
    own = Settings(_env_file=None, database_url=url, secret_file=folder / "k", files=folder / "files")
    made = install(own, by=signed(None, NOW))
    seed(made, cases=120, seed=11, by=signed(None, NOW), at=NOW)
    yield made
    made.engine.dispose()
    home.drop(url)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(minutes=st.integers(0, 60 * 24 * 400))
@example(minutes=0)
@example(minutes=60 * 24 * 3)
@example(minutes=60 * 24 * 25)
def test_who_shows_a_light_is_the_same_for_sql_as_for_the_rule(lived, minutes):
    at = NOW + timedelta(minutes=minutes)
    found = {light: sorted(numbers_of(lived, light, at)) for light in Light}
    listed = list_cases(lived, today=at)
    assert found == {
        light: sorted(one.facts.number for one in listed if one.timeliness.light is light) for light in Light
    }


def test_there_are_some_of_every_light(lived):
    assert all(numbers_of(lived, light, NOW) for light in Light)


def test_the_page_asked_for_a_light_shows_that_light_alone(lived):
    found = leafing.leaf(lived, Asked(light="red"), by=None, today=NOW)
    assert found.lines and {one.timeliness.light for one in found.lines} == {Light.RED}


def numbers_of(office, light, at):
    joined = select(queries.CASE.c.number).join(lights.LIGHT, lights.LIGHT.c.case_id == queries.CASE.c.id)
    with reading(office.engine) as tx:
        return list(tx.execute(joined.where(*lights.shows(light, at))).scalars())
