"""Offices in a state that several files of tests begin from."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.builders import (
    DIRECTOR,
    LEAD,
    a_case,
    a_draft,
    at,
    give,
    late_cases,
    signed,
    sweep_on,
    under_policy,
)
from tests.homes import dropped_afterwards
from tests.parting import forget_all, part
from workflow.services import backing_up, checkpoints, putting_back
from workflow.services.installation import STANDARD, _source, install
from workflow.services.office import open_office
from workflow.services.restoring import keep_mark

LATE, MINUTE = at(2026, 7, 23), timedelta(minutes=1)
AFTER, DISPATCHED = at(2026, 7, 24), at(2026, 7, 1)
LAST_NIGHT = "昨夜.duban"
ADDED = """
[[commands]]
id = "note_visit"
label = "登记走访"
event = "visit_noted"
sentence = "登记走访"
from = ["handling"]
to = "same"
roles = ["officer"]
needs = ["reason"]
"""


@pytest.fixture
def newer(office, tmp_path):
    """The same office after a table with one more command came into force, and a case from before."""
    case = a_case(office, "handling")
    path = tmp_path / "newer.toml"
    path.write_text(_source(None, STANDARD).replace("version = 3", "version = 4") + ADDED, encoding="utf-8")
    settings = office.settings.model_copy(update={"lifecycle": path})
    found = install(settings, by=signed(None, at(2026, 7, 2)))
    yield found, case
    found.engine.dispose()


@pytest.fixture
def lost(lend, home, tmp_path):
    """An office put back from a backup beside its keys, its mark and its checkpoints, and the lost one.

    On the lost branch two papers went out and three checkpoints were made: the backup's own is number 2.
    """
    office = outside(lend(went_on_after_a_backup)[0], tmp_path)
    with dropped_afterwards(home, home.new_url()) as url:
        settings = office.settings.model_copy(update={"database_url": url})
        putting_back.put_back(settings, tmp_path / LAST_NIGHT, at=AFTER, by=signed(None, AFTER))
        restored = open_office(settings)
        yield office, restored
        restored.engine.dispose()


def went_on_after_a_backup(office):
    folder = office.settings.secret_file.parent
    office = outside(office, folder)
    late_cases(office, 2)
    checkpoint(office, LATE)
    backing_up.back_up(office, folder / LAST_NIGHT, at=LATE, by=signed(None, LATE))
    for minutes in (10, 20, 30):
        when = LATE + minutes * MINUTE
        a_case(office, when=when)
        sweep_on(office, when)
        checkpoint(office, when)
    keep_mark(office)


def outside(office, tmp_path):
    folder = tmp_path / "outside"
    folder.mkdir(exist_ok=True)
    return replace(office, settings=office.settings.model_copy(update={"checkpoint_dir": folder}))


def checkpoint(office, when):
    return checkpoints.checkpoint(office, at=when, by=signed(None, when)).made


@pytest.fixture
def parted(office):
    """The office with its database parted; its owner's hand on it."""
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no roles")
    part(office)
    yield office
    forget_all(office)


@pytest.fixture
def revised(office, tmp_path):
    """Two matters of a week, one with a date of its own; then ten working days come into force."""
    cases = [by_category(office), by_category(office), by_category(office, due_on=date(2026, 7, 31))]
    own = under_policy(office, tmp_path, 'unit = "weeks"\namount = 1', 'unit = "working_days"\namount = 10')
    install(own, by=signed(None, at(2026, 7, 2))).engine.dispose()
    return cases


def by_category(office, **order):
    case = a_draft(office, DISPATCHED, complexity="ordinary")
    return give(office, case, "assign", DIRECTOR, DISPATCHED, lead_unit=LEAD, **order)
