"""The demonstration keeps to a folder of its own, whatever the working directory and environment hold."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from notifications.fonts import find_fonts
from workflow.errors import FolderNotEmpty
from workflow.services.rendering import fonts

demo = import_module("workflow.demo.play")
ROOT = Path(__file__).parents[2]
HOSTILE = {
    "DUBAN_SWEEP_SECONDS": "soon",
    "DUBAN_DATABASE_URL": "sqlite:///real.db",
    "DUBAN_LIFECYCLE": "absent.toml",
    "DUBAN_SECRET_FILE": "real.secret",
}


@pytest.fixture(autouse=True)
def hostile_folder(tmp_path, monkeypatch):
    """A working directory and an environment full of what must not matter."""
    for name, value in HOSTILE.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "duban.toml").write_text("= broken")
    (tmp_path / ".env").write_bytes(b"DUBAN_FILES=\xff")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def two_days(monkeypatch):
    """The story's first two days only."""
    monkeypatch.setattr(demo, "LAST_DAY", demo.FIRST_DAY + timedelta(days=1))


def contents(folder):
    return {path.relative_to(folder): path.is_file() and path.read_bytes() for path in folder.rglob("*")}


def test_the_demo_writes_nothing_outside_its_folder(hostile_folder, two_days):
    before = contents(hostile_folder)
    assert demo.play(Path("out")).exit_code == 0
    after = {path: held for path, held in contents(hostile_folder).items() if path.parts[0] != "out"}
    assert after == before


def test_the_demo_lays_out_with_the_system_s_fonts_alone(tmp_path):
    settings = demo.settings_of(tmp_path, "smtp://127.0.0.1:9")
    assert fonts(settings.fonts) is find_fonts()


def test_a_folder_that_holds_anything_else_is_left_as_it_is(hostile_folder, two_days):
    for name in ("duban.db", "duban.secret", "files/ab/evidence", "papers/滨督〔2026〕1号.pdf"):
        (hostile_folder / name).parent.mkdir(parents=True, exist_ok=True)
        (hostile_folder / name).write_text("a real installation")
    before = contents(hostile_folder)
    with pytest.raises(FolderNotEmpty) as refused:
        demo.play(hostile_folder)
    assert (refused.value.code, contents(hostile_folder)) == ("out_not_empty", before)


def test_the_command_refuses_a_real_installation_with_one(hostile_folder):
    command = [sys.executable, "-m", "workflow.cli", "demo", "--out", ".", "--json"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **HOSTILE}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "out_not_empty")


def test_a_demo_s_own_folder_is_played_anew_and_other_files_stay(two_days):
    out = Path("out")
    first = demo.play(out)
    (out / "notes.txt").write_text("mine")
    (out / "mails" / "9999-old.eml").write_text("old")
    again = demo.play(out)
    assert (len(again.listed), again.exit_code) == (len(first.listed), 0)
    assert (out / "notes.txt").read_text() == "mine"
    assert not (out / "mails" / "9999-old.eml").exists()
