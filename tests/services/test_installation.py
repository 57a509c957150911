"""Setting an office up: once, again, and with rules of its own."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from states.errors import RuleInvalid
from tests.builders import OPENED, a_case, at, row_counts, rows, signed, stored, sweep_on
from tests.conftest import settings_in
from tests.states.conftest import TABLES
from workflow.errors import ConfigurationError
from workflow.services.installation import install
from workflow.services.office import open_office
from workflow.services.sealing import seal_all
from workflow.services.verification import verify
from workflow.storage.models import CalendarVersion, Event, RuleVersion
from workflow.storage.session import reading


def installed_again(office, **changes):
    """The same office after its settings changed."""
    again = install(office.settings.model_copy(update=changes), by=signed(None, at(2026, 7, 2)))
    again.engine.dispose()
    return open_office(again.settings)


def test_installing_again_changes_nothing(office):
    installed_again(office).engine.dispose()  # a copy lies elsewhere than its master, and tells so once
    seal_all(office)
    key, counts = office.secret, row_counts(office)
    again = installed_again(office)
    assert (again.secret, row_counts(again)) == (key, counts)
    again.engine.dispose()


def test_several_installations_at_once_make_one_office(bare_database, tmp_path):
    start = Barrier(3)
    settings = settings_in(tmp_path, bare_database)

    def installed(_):
        start.wait()
        made = install(settings, by=signed(None))
        made.engine.dispose()
        return made.secret.newest

    with ThreadPoolExecutor(3) as pool:
        assert len(set(pool.map(installed, range(3)))) == 1
    office = open_office(settings)
    assert len(rows(office, Event)) == 5
    assert verify(office).exit_code == 0
    office.engine.dispose()


def test_what_came_into_force_is_in_the_journal(office):
    journal = [entry.kind for entry in rows(office, Event) if entry.case_id == 0]
    came = ["rule_activated", "rule_activated", "calendar_loaded", "signing_key_announced"]
    assert journal[:6] == [*came, "configuration_changed", "directory_imported"]
    assert set(journal[6:]) == {"directory_changed"}
    assert {row.kind for row in rows(office, RuleVersion)} == {"lifecycle", "policy"}


def test_the_calendar_knows_which_years_are_announced(office):
    (kept,) = rows(office, CalendarVersion)
    assert json.loads(kept.content)["announced"] == list(range(2015, 2027))


def own_policy(folder, right, wrong):
    text = (TABLES / "default_policy.toml").read_text(encoding="utf-8")
    assert right in text
    path = folder / "policy.toml"
    path.write_text(text.replace(right, wrong), encoding="utf-8")
    return path


def test_a_case_stays_under_the_policy_it_was_dispatched_with(office, tmp_path):
    older = a_case(office)
    lenient = own_policy(tmp_path, "offset = 1\n", "offset = 3\n")
    again = installed_again(office, policy=lenient)
    newer = a_case(again)
    assert stored(again, older).facts.policy != newer.facts.policy
    assert [step["case"] for step in sweep_on(again, at(2026, 7, 23)).steps] == [older.number]
    assert [step["case"] for step in sweep_on(again, at(2026, 7, 27)).steps] == [newer.number]
    again.engine.dispose()


def test_a_faulty_policy_is_refused_before_anything_is_made(office, tmp_path, bare_database):
    faulty = own_policy(tmp_path, "offset = 1\n", 'offset = "soon"\n')
    changes = {"policy": faulty, "database_url": bare_database, "secret_file": tmp_path / "new" / "secret"}
    with pytest.raises(RuleInvalid) as refused:
        install(office.settings.model_copy(update=changes), by=signed(None, OPENED))
    assert refused.value.code == "policy_field"
    assert not (tmp_path / "new").exists()


def test_a_missing_rule_file_is_named(office, tmp_path):
    absent = tmp_path / "absent.toml"
    with pytest.raises(ConfigurationError, match=r"absent\.toml") as refused:
        install(office.settings.model_copy(update={"lifecycle": absent}), by=signed(None, OPENED))
    assert refused.value.code == "rule_file_unreadable"


def test_a_rule_file_that_is_no_text_is_named(office, tmp_path):
    table = tmp_path / "流程.toml"
    table.write_bytes("name = '流程'".encode("gbk"))
    with pytest.raises(ConfigurationError, match="UTF-8") as refused:
        install(office.settings.model_copy(update={"lifecycle": table}), by=signed(None, OPENED))
    assert refused.value.code == "rule_file_unreadable"


@pytest.mark.parametrize(
    ("setting", "path", "code"),
    [
        ("secret_file", "{}/duban.secret", "secret_unwritable"),
        ("files", "{}/files", "files_unwritable"),
        ("database_url", "sqlite:///{}/down/duban.db", "database_folder"),
        ("database_url", "postgresql://127.0.0.1:port/duban", "database_url_invalid"),
    ],
)
def test_a_place_that_cannot_be_made_is_a_fault_of_the_settings(office, tmp_path, setting, path, code):
    (tmp_path / "a file").touch()
    place = path.format(tmp_path / "a file" / "below")
    changed = {setting: place if "://" in place else Path(place)}
    with pytest.raises(ConfigurationError) as refused:
        install(office.settings.model_copy(update=changed), by=signed(None, OPENED))
    assert refused.value.code == code


def test_a_former_policy_comes_back_into_force(office, tmp_path):
    lenient = own_policy(tmp_path, "offset = 1\n", "offset = 3\n")
    installed_again(office, policy=lenient).engine.dispose()
    back = install(office.settings, by=signed(None, at(2026, 7, 3)))
    with reading(back.engine) as tx:
        assert back.policy(tx).rung_of["reminder"].offset == 1
    back.engine.dispose()
