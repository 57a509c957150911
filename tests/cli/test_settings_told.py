"""Settings that differ from those told last are entered by the commands that work with them."""

import pytest

from workflow.cli import running

pytestmark = pytest.mark.parametrize("home", ["sqlite"], indirect=True, scope="session")


@pytest.mark.parametrize("words", [("migrate",), ("sweep",), ("serve",)], ids=" ".join)
def test_a_changed_setting_is_told_as_the_command_starts(duban, ask, monkeypatch, words):
    monkeypatch.setattr(running, "stay_open", lambda *_: None)
    monkeypatch.setattr(running, "listen", lambda *_: [])
    monkeypatch.setattr(running.signal, "signal", lambda *_: None)
    monkeypatch.setenv("DUBAN_SWEEP_SECONDS", "36047")
    assert duban(*words).code == 0
    (_, told) = ask("audit", "journal", "--kind", "configuration_changed")["entries"]
    found = ask("audit", "journal", "--kind", "configuration_changed", "--text", "36047")["entries"]
    assert [one["seq"] for one in found] == [told["seq"]]


def test_looking_what_a_sweep_would_do_tells_nothing(duban, ask, monkeypatch):
    monkeypatch.setenv("DUBAN_SWEEP_SECONDS", "36047")
    assert duban("sweep", "--dry-run").code == 0
    assert len(ask("audit", "journal", "--kind", "configuration_changed")["entries"]) == 1
