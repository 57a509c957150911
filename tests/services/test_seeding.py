"""A seeded office is whole, repeatable and never poured over another."""

from collections.abc import Callable, Iterator

import pytest

from states.errors import FactInvalid
from states.vocabulary import Role
from tests.builders import at, row_counts, rows, signed
from tests.conftest import settings_in
from tests.homes import dropped_afterwards
from workflow.errors import DatabaseNotEmpty
from workflow.services.installation import install
from workflow.services.office import Office
from workflow.services.seeding import SeedReport, seed
from workflow.services.verification import verify
from workflow.settings import Settings
from workflow.storage.directory_models import RoleGrant, Unit
from workflow.storage.models import Case, Event

NOW = at(2026, 11, 20, 17)
SAME_EVERY_TIME = (
    "number",
    "title",
    "state",
    "lead_unit",
    "co_units",
    "dispatched_on",
    "due_on",
    "closed_on",
)


@pytest.fixture
def empty_office(home, tmp_path) -> Callable[[], Office]:
    """Install an office without directory or cases, on a database of its own."""
    installed = []

    def install_one() -> Office:
        folder = tmp_path / str(len(installed))
        settings = Settings(
            _env_file=None,
            database_url=home.new_url(),
            secret_file=folder / "duban.secret",
            files=folder / "files",
        )
        installed.append(install(settings, by=signed(None, NOW)))
        return installed[-1]

    yield install_one
    for office in installed:
        office.engine.dispose()
        home.drop(office.settings.database_url)


@pytest.fixture(scope="module")
def lived(home, tmp_path_factory) -> Iterator[tuple[Office, SeedReport]]:
    """A seeded office and its report, to be looked at."""
    folder = tmp_path_factory.mktemp("seeded")
    with dropped_afterwards(home, home.new_url()) as url:
        office = install(settings_in(folder, url), by=signed(None, NOW))
        yield office, seeded(office)
        office.engine.dispose()


def seeded(office: Office, *, cases: int = 40, number: int = 7, progress=None) -> SeedReport:
    return seed(office, cases=cases, seed=number, by=signed(None, NOW), at=NOW, progress=progress)


def register(office: Office) -> list[tuple]:
    return sorted(tuple(getattr(case, name) for name in SAME_EVERY_TIME) for case in rows(office, Case))


def test_there_are_cases_in_every_state_and_some_are_late(lived):
    _, report = lived
    assert min(report.states.values()) > 0
    assert sum(report.states.values()) == report.cases == 40
    assert 0 < report.late < 40


def test_the_report_counts_what_the_database_holds(lived):
    office, report = lived
    counts = row_counts(office)
    assert (counts["cases"], counts["units"], counts["people"]) == (40, report.units, report.people)
    running = [one for one in rows(office, Case) if one.state in ("assigned", "registered", "handling")]
    assert sum(one.due_on < NOW.date() for one in running) == report.late


def test_the_same_seed_makes_the_same_office(empty_office):
    one, other = empty_office(), empty_office()
    seeded(one), seeded(other)
    assert register(one) == register(other)
    assert sorted(map(tuple, rows(one, Unit))) == sorted(map(tuple, rows(other, Unit)))


def test_another_seed_makes_another_office(empty_office):
    one, other = empty_office(), empty_office()
    seeded(one, number=7), seeded(other, number=8)
    assert register(one) != register(other)


def test_somebody_holds_every_role(empty_office):
    office = empty_office()
    seeded(office, cases=1)
    assert {grant.role for grant in rows(office, RoleGrant)} == {role.value for role in Role}


def test_the_units_are_a_tree(empty_office):
    office = empty_office()
    seeded(office, cases=1)
    parents = {unit.code: unit.parent for unit in rows(office, Unit)}
    assert [code for code, parent in parents.items() if parent is None] == ["BH00"]
    assert set(parents.values()) - {None} <= parents.keys()


def test_its_history_verifies(lived):
    office, _ = lived
    assert verify(office).findings == []


def test_nothing_is_recorded_after_the_instant_it_works_up_to(lived):
    office, _ = lived
    assert max(entry.recorded_at for entry in rows(office, Event)) <= NOW


def test_every_act_is_a_person_s_and_the_directory_is_in_the_journal(lived):
    office, _ = lived
    entries = rows(office, Event)
    assert "directory_imported" in {entry.kind for entry in entries if entry.case_id == 0}
    by_machine = {entry.kind for entry in entries if entry.case_id and entry.actor_kind == "system"}
    assert by_machine == {"document_issued"}


def test_progress_comes_up_to_the_number_of_cases(empty_office):
    told: list[int] = []
    seeded(empty_office(), cases=20, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 20


def test_an_office_that_lives_is_left_alone(office):
    before = row_counts(office)
    with pytest.raises(DatabaseNotEmpty) as refusal:
        seeded(office)
    assert refusal.value.code == "database_not_empty"
    assert row_counts(office) == before


@pytest.mark.parametrize(
    ("cases", "number", "code"),
    [
        (0, 1, "cases_out_of_range"),
        (1_000_001, 1, "cases_out_of_range"),
        (1, -1, "seed_out_of_range"),
        (1, 2**32, "seed_out_of_range"),
    ],
)
def test_numbers_out_of_range_are_refused_before_anything_is_written(empty_office, cases, number, code):
    office = empty_office()
    with pytest.raises(FactInvalid) as refusal:
        seeded(office, cases=cases, number=number)
    assert refusal.value.code == code
    assert row_counts(office)["units"] == 0
