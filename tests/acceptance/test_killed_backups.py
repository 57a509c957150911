"""Killed anywhere, a backup leaves no file that passes for one, a restore no database that passes for it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import inspect, text

from tests.builders import a_case, late_cases, rows, signed, sweep_on
from tests.builders import at as instant
from tests.conftest import settings_in
from tests.homes import dropped_afterwards
from workflow.backup.reading import Backup
from workflow.errors import BackupRefused
from workflow.services import backing_up, putting_back
from workflow.services.office import open_office
from workflow.services.verification import verify
from workflow.storage.models import Event
from workflow.storage.session import open_engine, reading

ROOT = Path(__file__).parents[2]
NOW = instant(2026, 7, 23)
KILLS, PATIENCE = 4, 60
OTHERS = """SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"""


@pytest.fixture
def large(office):
    """An office whose backup takes a while."""
    a_case(office, "closed")  # with files of proof
    late_cases(office, 400)
    sweep_on(office, NOW)
    return office


def killed(settings, words, begun, delay):
    """Run a command, and kill it some time after it has begun to write; whether it was cut off."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        "DUBAN_DATABASE_URL": settings.database_url,
        "DUBAN_SECRET_FILE": str(settings.secret_file),
        "DUBAN_FILES": str(settings.files),
        "DUBAN_OFFICE_CODE": "滨督",
    }
    command = [sys.executable, "-m", "workflow.cli", *map(str, words)]
    process = subprocess.Popen(
        command,
        env=environment,
        cwd=settings.secret_file.parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + PATIENCE
    while not begun() and process.poll() is None and time.monotonic() < until:
        time.sleep(0.002)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    return process.wait() == -signal.SIGKILL


def test_a_backup_that_was_killed_is_none(large, tmp_path):
    dice = Random(6)
    folder = tmp_path / "backups"
    folder.mkdir()
    for turn in range(KILLS):
        file = folder / f"{turn}.duban"
        for left in folder.glob(".duban-*"):
            left.unlink()
        delay = dice.uniform(0, 0.3) if turn % 2 else 0  # at once, while it cannot be done
        cut = killed(large.settings, ("backup", file), lambda: any(folder.glob(".duban-*")), delay)
        assert cut or delay
        if file.exists() and file.stat().st_size:
            with Backup.of(file) as backup:
                backup.check()
        elif file.exists():
            with pytest.raises(BackupRefused), Backup.of(file):
                pass
    assert verify(large).findings == []


def test_a_restore_that_was_killed_is_none(large, home, tmp_path):
    file, dice, outcomes = tmp_path / "whole.duban", Random(6), []
    backing_up.back_up(large, file, at=NOW, by=signed(None, NOW))
    for turn in range(KILLS):
        folder = tmp_path / f"there{turn}"
        folder.mkdir()
        for key in tmp_path.glob("duban.secret*"):
            (folder / key.name).write_bytes(key.read_bytes())
        with dropped_afterwards(home, home.new_url()) as url:
            settings = settings_in(folder, url)
            delay = dice.uniform(0, 0.6) if turn else 0  # at once, before the rows of the first can be there
            killed(settings, ("restore", file), lambda there=settings: there.files.exists(), delay)
            tables = tables_in(url)
            outcomes.append(tables)
            if not tables:
                done = putting_back.put_back(settings, file, at=NOW, by=signed(None, NOW))
                assert done.verification.findings == []
            office = open_office(settings)
            assert verify(office).findings == []
            assert [row.kind for row in rows(office, Event)[-2:]] == ["backup_restored", "sweep_held"]
            office.engine.dispose()
    assert 0 in outcomes


def tables_in(url):
    """How many tables there are, once the server has noticed that its client is gone."""
    engine = open_engine(url)
    until = time.monotonic() + PATIENCE
    while others_at(engine):
        assert time.monotonic() < until
        time.sleep(0.02)
    with reading(engine) as tx:
        count = len(inspect(tx).get_table_names())
    engine.dispose()
    return count


def others_at(engine):
    """How many others are connected to the database; SQLite has no server to notice."""
    if engine.dialect.name == "sqlite":
        return 0
    with reading(engine) as tx:
        return tx.execute(text(OTHERS)).scalar_one()
