"""The command line on an installation of its own: run in process, answers read as a program would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from workflow.cli.app import run
from workflow.cli.output import PIPE_WIDTH, screen
from workflow.services.office import Office

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Answer:
    """What a command came to: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


@pytest.fixture
def environment(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """The office as its environment describes it, in a working directory of its own."""
    for name in [name for name in os.environ if name.startswith("DUBAN_")]:
        monkeypatch.delenv(name)
    settings = office.settings
    described = {
        "DUBAN_DATABASE_URL": settings.database_url,
        "DUBAN_SECRET_FILE": str(settings.secret_file),
        "DUBAN_FILES": str(settings.files),
        "DUBAN_OFFICE_CODE": "滨督",
    }
    for name, value in described.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    return described


@pytest.fixture
def duban(
    environment: dict[str, str], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Answer]:
    """Run a command in this process; nothing it writes may be a traceback, or stand in for one."""
    monkeypatch.setattr(screen, "_width", PIPE_WIDTH)  # whatever the terminal the tests were started from

    def call(*words: Any) -> Answer:
        capfd.readouterr()
        code = run([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        assert '"code": "internal"' not in out and "(internal)" not in err
        return Answer(code, out, err)

    return call


@pytest.fixture
def ask(duban: Callable[..., Answer]) -> Callable[..., Any]:
    """Run a command with --json that must be done; its document."""

    def call(*words: Any) -> Any:
        answer = duban(*words, "--json")
        assert answer.code == 0, answer
        return answer.json

    return call


@pytest.fixture
def duban_process(environment: dict[str, str], tmp_path: Path) -> Callable[..., Answer]:
    """Run a command as an operator does, in a process of its own."""

    def call(*words: str, **changed: str) -> Answer:
        command = [sys.executable, "-m", "workflow.cli", *words]
        path = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "PYTHONIOENCODING": "utf-8"}
        done = subprocess.run(
            command,
            env={**path, **environment, **changed},
            cwd=tmp_path,
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        return Answer(done.returncode, done.stdout, done.stderr)

    return call


@pytest.fixture
def copied_workbooks(tmp_path: Path) -> Path:
    """The demo's workbooks in the working directory."""
    for name in ("单位名录.xlsx", "台账-样例.xlsx"):
        shutil.copy(ROOT / "workflow" / "demo_data" / name, tmp_path)
    return tmp_path
