"""Whatever an honest office goes through, verification accuses nobody: no false alarm in any cycle.

A cycle is a few lives under two writers and a sealer, and one thing that is done to an installation.
`DUBAN_LIVES` (80) says how many lives tests play; 1,360 make 204 cycles.
"""

import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest
from sqlalchemy.engine import make_url

from states.errors import Refusal
from states.history import PROFILES
from tests.builders import (
    ARCHIVIST,
    DIRECTOR,
    LEAD,
    LEAD_CODE,
    LIAISON,
    OFFICER,
    a_case,
    at,
    give,
    opened_again,
    signed,
    sweep_on,
)
from tests.homes import PostgresHome, dropped_afterwards, dsn
from tests.registers import takes_in_directory
from tests.states.test_any_sequence import LIVES
from tests.tampering.transfer import transfer
from workflow.services import backing_up, cases, checkpoints, evidence, putting_back, retention
from workflow.services.redacting import redact
from workflow.services.scheduled import release
from workflow.services.sealing import seal_all
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.session import reading

CYCLES = range(max(LIVES // 80, 1))
BEGUN = at(2026, 7, 1)
OTHER_UNIT = "BH209"
WORDS = {"progress": "已修复若干盏", "completion_rate": 40}


@pytest.fixture
def kept_outside(office, tmp_path):
    """The office with a folder for its checkpoints."""
    (tmp_path / "outside").mkdir()
    return replace(
        office, settings=office.settings.model_copy(update={"checkpoint_dir": tmp_path / "outside"})
    )


def work(office, dice, when):
    """Two hands and a sealer at once."""
    cases = [a_case(office, dice.choice(["assigned", "handling", "verifying"]), when) for _ in range(3)]
    with ThreadPoolExecutor(3) as hands:
        doing = [hands.submit(report, office, cases[hand::2], when + timedelta(hours=1)) for hand in range(2)]
        sealing = [hands.submit(seal_all, office) for _ in range(3)]
        for one in (*doing, *sealing):
            one.result()
    checkpoints.checkpoint(office, at=when + timedelta(hours=2), by=signed(None, when + timedelta(hours=2)))


def report(office, cases, when):
    for case in cases:
        for by in (LIAISON, OFFICER):
            try:
                command = ("report_progress", WORDS) if by == LIAISON else ("comment", {"text": "已阅"})
                give(office, case, command[0], by, when, **command[1])
            except Refusal:  # not every life has come so far
                continue


def rotate_codes(office, when):
    evidence.rotate(office, reason="例行更换", by=signed(None, when))


def rotate_signing(office, when):
    evidence.rotate_signing(office, reason="例行更换", by=signed(None, when))


def switch_the_digest(office, when):
    (other,) = {*PROFILES} - {evidence.status(office)["algorithm"]}
    evidence.switch(office, other, reason="密评要求", by=signed(None, when))


def sweep(office, when):
    sweep_on(office, when)


def redact_a_word(office, when):
    case = a_case(office, "handling", when)
    case = give(office, case, "report_progress", LIAISON, when, **WORDS)
    redact(office, case.number, case.seq, reason="当事人申请", by=signed(DIRECTOR, when), at=when)


def redact_the_directory(office, when):
    """Everything in force that was told last, and what somebody left behind who went that morning."""
    takes_in_directory(office, when - timedelta(hours=2), OTHER_UNIT, liaison_name=f"接任者{when:%m%d}")
    with reading(office.engine) as tx:
        told = queries.events_of_kind(tx, 0, "directory_changed")
    for seq in {next(one.seq for one in told if one.personal_salt), told[-1].seq}:
        redact(office, None, seq, reason="当事人申请", by=signed(DIRECTOR, when), at=when)


def classify(office, when):
    case = a_case(office, "archived", when)
    how = {"reason": "经鉴定", "at": when}
    retention.classify(office, case.number, "永久", by=signed(ARCHIVIST, when), **how)
    retention.classify(office, case.number, "10年", by=signed(DIRECTOR, when), **how)


def seal_and_unseal(office, when):
    """Files from an older register, whose term has ended."""
    days = {"due_on": date(2015, 6, 30), "closed_on": date(2015, 6, 29)}
    stated = {
        "title": "早年的路灯",
        "source": "来信",
        "origin": "旧台账",
        "state": "closed",
        "lead_unit": LEAD,
    }
    how = {"reason": "期满", "by": signed(DIRECTOR, when), "at": when}
    for is_unsealed in (False, True):
        case = cases.create(office, "take_over", by=signed(OFFICER, when), at=when, **stated, **days)
        give(office, case, "archive", ARCHIVIST, when)
        retention.classify(office, case.number, "10y", **how)
        retention.seal(office, case.number, **how)
        if is_unsealed:
            retention.unseal(office, case.number, **how)


def end_a_role(office, when):
    """The liaison who has signed and reported since the morning goes; the next day he has it again."""
    takes_in_directory(office, when, LEAD_CODE, liaison_name="接任者")
    assert clean_of_findings(office)
    takes_in_directory(office, when + timedelta(hours=20))


def clean_of_findings(office):
    return verify(office).findings == []


DEEDS = (
    rotate_codes,
    rotate_signing,
    switch_the_digest,
    sweep,
    redact_a_word,
    redact_the_directory,
    classify,
    seal_and_unseal,
    end_a_role,
)


@pytest.mark.parametrize("deed", DEEDS)
def test_work_and_what_is_done_to_an_installation_raise_no_alarm(kept_outside, deed):
    office, when = kept_outside, BEGUN
    for cycle in CYCLES:
        work(office, Random(f"{deed.__name__}/{cycle}"), when)
        deed(office, when + timedelta(hours=3))
        with opened_again(office) as again:
            assert clean(again), cycle
        when += timedelta(days=1)


def clean(office):
    result = verify(office)
    return (result.findings, result.unkeyed, result.anchored) == ([], 0, True)


def test_a_copy_under_way_raises_no_alarm(kept_outside, tmp_path):
    """SQLite's own copies, or a dump put back."""
    for cycle in CYCLES:
        work(kept_outside, Random(cycle), BEGUN + timedelta(days=cycle))
        for url in copies(kept_outside, tmp_path):
            with opened_again(kept_outside, database_url=url) as again:
                assert clean(again), url


def copies(office, folder):
    """The database copied in every way there is for its kind, one after the other."""
    if office.engine.dialect.name == "postgresql":
        with dumped(office) as url:
            yield url
        return
    for name, how in (("backup.db", _backup), ("vacuum.db", _vacuum)):
        how(office.engine.url.database, str(folder / name))
        yield f"sqlite:///{folder / name}"
        (folder / name).unlink()


def _backup(source, target):
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
    old.close(), new.close()


def _vacuum(source, target):
    old = sqlite3.connect(source)
    old.execute("VACUUM INTO ?", (target,))
    old.close()


@contextmanager
def dumped(office) -> Iterator[str]:
    """The database after `pg_dump` and `psql`."""
    if shutil.which("pg_dump") is None or shutil.which("psql") is None:
        pytest.skip("no pg_dump and psql here")
    home = _home_of(office)
    with dropped_afterwards(home, home.new_url()) as url:
        text = subprocess.run(
            ["pg_dump", "--exclude-schema=remembered", dsn(make_url(office.settings.database_url))],
            check=True, capture_output=True,
        ).stdout  # fmt: skip
        subprocess.run(
            ["psql", "-q", "-v", "ON_ERROR_STOP=1", dsn(make_url(url))],
            input=text,
            check=True,
            capture_output=True,
        )
        yield url


def _home_of(office):
    return PostgresHome(make_url(office.settings.database_url).set(database="postgres"))


def test_moving_to_another_database_raises_no_alarm(kept_outside, bare_database):
    """To another of its kind; from one kind to the other in `test_on_postgres.py`."""
    for cycle in CYCLES:
        work(kept_outside, Random(cycle), BEGUN + timedelta(days=cycle))
    transfer(kept_outside.engine, bare_database)
    with opened_again(kept_outside, database_url=bare_database) as again:
        assert clean(again)
        when = BEGUN + timedelta(days=len(CYCLES))
        work(again, Random("moved"), when)
        assert clean(again)


def test_a_backup_put_back_and_gone_on_from_raises_no_alarm(kept_outside, bare_database, tmp_path):
    work(kept_outside, Random("kept"), BEGUN)
    when, file = BEGUN + timedelta(days=1), tmp_path / "备份.duban"
    backing_up.back_up(kept_outside, file, at=when, by=signed(None, when))
    there = kept_outside.settings.model_copy(
        update={"database_url": bare_database, "files": tmp_path / "there"}
    )
    done = putting_back.put_back(there, file, at=when, by=signed(None, when))
    assert (done.exit_code, done.entered) == (0, True)
    with opened_again(kept_outside, database_url=bare_database, files=there.files) as again:
        assert clean(again)
        when += timedelta(days=1)
        release(again, by=signed(DIRECTOR, when), at=when, reason="待发邮件已逐封核对")
        work(again, Random("gone on"), when)
        assert clean(again)
