"""Before `duban migrate` there is no database, and no other command leaves one behind."""

import pytest

from tests.postbox import free_port


@pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("command", ["doctor", "serve", "worker", "case list"])
def test_a_command_before_migrate_says_so_and_makes_no_file(duban, tmp_path, monkeypatch, command):
    file = tmp_path / "none" / "duban.db"
    monkeypatch.setenv("DUBAN_DATABASE_URL", f"sqlite:///{file}")
    port = ["--port", free_port()] if command == "serve" else []
    answer = duban(*command.split(), *port)
    assert answer.code != 0 and "duban migrate" in f"{answer.out}{answer.err}"
    assert not file.parent.exists()
