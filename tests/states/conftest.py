"""The rule book's own values: the packaged tables and the 2026 working calendar."""

from pathlib import Path

import pytest

from states import lifecycle as lifecycles
from states import policy as policies
from states.calendar import WorkCalendar
from states.lifecycle import Lifecycle
from states.policy import Policy
from workflow.calendars import base_calendar

TABLES = Path(__file__).parents[2] / "states" / "tables"


@pytest.fixture(scope="session")
def calendar() -> WorkCalendar:
    """The packaged calendar: 2026 as the State Council arranged it, 2027 not announced."""
    return base_calendar(2026)


@pytest.fixture(scope="session")
def lifecycle() -> Lifecycle:
    return lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def policy() -> Policy:
    return policies.parse((TABLES / "default_policy.toml").read_text(encoding="utf-8"))
