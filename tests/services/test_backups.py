"""A backup is everything the office has but its keys; put back on either engine it is the same to the byte.

`there` is the other place: an empty database of each engine, and folders of its own.
"""

import hashlib
import json
import shutil
import threading
import zipfile
from contextlib import suppress

import pytest
from sqlalchemy import Text, inspect, select, text, type_coerce
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.types import TypeDecorator

from tests.backups import LATER, NOW, backed_up, opened, put_back, seal_anew, with_keys
from tests.builders import (
    DIRECTOR,
    LIAISON,
    a_case,
    a_draft,
    a_paper_of_proof,
    at,
    climb,
    give,
    late_cases,
    rows,
    scheduled_on,
    signed,
)
from tests.conftest import POSTGRES, SQLITE, answering_server, settings_in
from tests.homes import PostgresHome, SqliteHome, dropped_afterwards
from tests.postbox import open_postbox
from tests.services.conftest import outside
from workflow.backup.manifest import MANIFEST
from workflow.errors import BackupRefused, DatabaseNotEmpty, Held
from workflow.services import checkpoints, evidence, timestamps
from workflow.services.outbox.sending import send_due
from workflow.services.scheduled import release
from workflow.services.verification import verify
from workflow.signing import signing_file
from workflow.storage import dumping, guards, migrations
from workflow.storage.evidence_models import CheckpointMade
from workflow.storage.models import Case, Event, OutboxMessage
from workflow.storage.scheduler_models import Hold
from workflow.storage.session import open_engine, reading, transaction

PATIENCE = 60


@pytest.fixture
def busy(lend, tmp_path):
    """An office with matters on the ladder, papers, files, words, and checkpoints kept outside."""
    office, _ = lend(went_about_its_business)
    return outside(office, tmp_path)


def went_about_its_business(office):
    office = outside(office, office.settings.secret_file.parent)
    a_case(office, "closed")
    case = a_case(office)
    climb(office, at(2026, 7, 22), NOW)
    proof = [a_paper_of_proof(office)]
    a_draft(office, NOW.replace(microsecond=123_456))
    give(office, case, "report_progress", LIAISON, NOW, progress="进场\t\n“两”日", evidence=proof)
    checkpoints.checkpoint(office, at=NOW, by=signed(None, NOW))


@pytest.fixture(params=[SQLITE, POSTGRES])
def there(request, tmp_path):
    """The settings of an empty installation of either engine that has no keys yet."""
    folder = tmp_path / "there"
    folder.mkdir()
    home = SqliteHome(folder) if request.param == SQLITE else PostgresHome(answering_server())
    with dropped_afterwards(home, home.new_url()) as url:
        settings = settings_in(folder, url)
        yield settings.model_copy(update={"checkpoint_dir": folder / "outside"})


def everything(engine):
    """Every row of every table by the models' own columns, the texts of lists as they are stored."""
    with reading(engine) as tx:
        tables = Case.metadata.sorted_tables
        assert {one.name for one in tables} | {"alembic_version"} == set(inspect(tx).get_table_names())
        return {one.name: {tuple(row) for row in tx.execute(select(*map(_stored, one.c)))} for one in tables}


def _stored(column):
    """A list is kept as a text, which is to be the same text."""
    is_text = isinstance(column.type, TypeDecorator) and isinstance(column.type.impl, Text)
    return type_coerce(column, Text()).label(column.name) if is_text else column


def test_every_row_of_every_table_is_the_same_in_the_other_database(busy, there):
    with transaction(busy.engine) as tx:
        tx.execute(text("UPDATE files SET size = 4294967297 WHERE sha256 = (SELECT min(sha256) FROM files)"))
    file, _ = backed_up(busy)
    put_back(with_keys(busy, there), file)
    before = everything(busy.engine)
    with opened(there) as office:
        after = everything(office.engine)
    lost = {name: before[name] - after[name] for name in before if before[name] - after[name]}
    new = {name: after[name] - before[name] for name in before if after[name] - before[name]}
    assert {name: len(found) for name, found in lost.items()} == {"events": 1, "journal": 1}
    assert {name: len(found) for name, found in new.items()} == {"events": 2, "journal": 1, "holds": 1}
    assert sum(map(len, before.values())) > 300
    assert all(before[name] for name in ("event_words", "attachments", "outbox", "documents", "limits"))


def test_what_was_put_back_verifies_and_tells_of_itself(busy, there):
    file, made = backed_up(busy)
    done = put_back(with_keys(busy, there), file)
    assert (done.verification.findings, done.verification.anchored, done.exit_code) == ([], False, 0)
    with opened(there) as office:
        told = [row for row in rows(office, Event) if row.kind in ("backup_restored", "sweep_held")]
        details = json.loads(told[0].payload)["details"]
    assert [row.kind for row in told] == ["backup_restored", "sweep_held"]
    assert (details["manifest"], details["from"]) == (made.seal.sha256, busy.engine.dialect.name)


def test_the_files_and_the_checkpoints_come_along_and_the_keys_do_not(busy, there):
    (first, *_) = busy.settings.checkpoint_dir.iterdir()
    timestamps.token_of(first).write_bytes(b"\x30\x00\xff")
    file, _ = backed_up(busy)
    done = put_back(with_keys(busy, there), file)
    assert folder_of(there.files) == folder_of(busy.settings.files) != {}
    assert folder_of(there.checkpoint_dir) == folder_of(busy.settings.checkpoint_dir)
    assert (done.checkpoints, len(folder_of(there.checkpoint_dir))) == (3, 3)
    packed = b"".join(zipfile.ZipFile(file).read(name) for name in zipfile.ZipFile(file).namelist())
    secret = busy.settings.secret_file
    for key in (*secret.read_text().split(), *signing_file(secret).read_text().split()):
        assert key.encode() not in packed and bytes.fromhex(key) not in packed


def test_what_a_restore_has_just_written_is_no_witness_from_outside(busy, there):
    file, _ = backed_up(busy)
    done = put_back(with_keys(busy, there), file)
    assert done.checkpoints and not done.verification.anchored
    away = there.model_copy(update={"database_url": f"sqlite:///{there.files.parent / 'again.db'}"})
    again = put_back(away, file)
    assert (again.checkpoints, again.verification.anchors) == (0, done.checkpoints)


def folder_of(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_history_goes_on_where_it_was(busy, there):
    file, made = backed_up(busy)
    put_back(with_keys(busy, there), file)
    with opened(there) as office:
        release(office, by=signed(DIRECTOR, LATER), at=LATER, reason="换用PostgreSQL")
        a_case(office, when=LATER)
        checkpoints.checkpoint(office, at=LATER, by=signed(None, LATER))
        assert (
            min(row.id for row in rows(office, Event) if row.recorded_at >= LATER)
            == made.manifest.entries + 1
        )
        assert verify(office).findings == []


def test_a_checkpoint_is_made_before_and_an_entry_behind_it(busy):
    file, made = backed_up(busy)
    entry = rows(busy, Event)[-1]
    details = json.loads(entry.payload)["details"]
    assert (entry.kind, details["file"], details["manifest"]) == ("backup_made", file.name, made.seal.sha256)
    assert rows(busy, CheckpointMade)[-1].reason == "backup"
    assert (made.made, made.manifest.checkpoint.number, made.manifest.position) == (
        2,
        2,
        made.manifest.entries,
    )
    assert file.stat().st_mode & 0o777 == 0o600
    assert verify(busy).findings == []


def test_nothing_leaves_a_restored_database_before_somebody_has_looked(busy, there):
    file, _ = backed_up(busy)
    put_back(with_keys(busy, there), file)
    with opened(there) as office, open_postbox(office) as (home, postbox):
        with pytest.raises(Held):
            send_due(home, clock=lambda: LATER, by=signed(None, LATER))
        assert scheduled_on(office, LATER).hold == "restored"
        assert (postbox.taken, {row.state for row in rows(office, OutboxMessage)}) == ([], {"queued"})
        release(office, by=signed(DIRECTOR, LATER), at=LATER, reason="主机更换")
        assert send_due(home, clock=lambda: LATER, by=signed(None, LATER)).sent > 0


def test_what_was_changed_behind_the_application_comes_back_as_it_was_and_is_named(busy, there):
    case = rows(busy, Case)[0]
    with transaction(busy.engine) as tx, guards.lifted(tx):
        tx.execute(text("UPDATE cases SET state = 'archived' WHERE id = :id"), {"id": case.id})
    done = put_back(with_keys(busy, there), backed_up(busy)[0])
    named = [one["case"] for one in done.verification.findings if one["code"] == "row_changed"]
    assert named == [case.number]
    with opened(there) as office, pytest.raises(DBAPIError), transaction(office.engine) as tx:
        tx.execute(text("UPDATE cases SET state = 'draft'"))


def test_without_the_keys_it_says_which_and_holds_all_the_same(busy, there):
    file, made = backed_up(busy)
    done = put_back(there, file)
    assert (done.keys_missing, done.signing_key_missing) == (
        [busy.secret.newest.id],
        made.manifest.signing_key,
    )
    assert (done.entered, done.verification, done.exit_code) == (False, None, 2)
    with opened(with_keys(busy, there)) as office:
        assert verify(office).findings == []
        assert scheduled_on(office, LATER).hold == "restored"


def test_a_rotated_key_is_asked_for_with_the_others(busy, there):
    evidence.rotate(busy, reason="到期", by=signed(None, NOW))
    file, _ = backed_up(busy)
    former, new = busy.settings.secret_file.read_text().split()
    there.secret_file.write_text(f"{new}\n")
    done = put_back(there, file)
    assert (len(done.keys_missing), done.entered, done.exit_code) == (1, True, 2)
    assert former not in done.keys_missing


def test_it_goes_into_an_empty_database_only(busy, there):
    file, _ = backed_up(busy)
    with pytest.raises(DatabaseNotEmpty):
        put_back(busy.settings, file)
    put_back(with_keys(busy, there), file)
    with pytest.raises(DatabaseNotEmpty):
        put_back(there, file)


def test_it_is_written_over_no_other_file(busy):
    file, _ = backed_up(busy)
    before, entries = file.read_bytes(), len(rows(busy, Event))
    with pytest.raises(BackupRefused) as refused:
        backed_up(busy)
    assert (refused.value.code, file.read_bytes(), len(rows(busy, Event))) == (
        "backup_exists",
        before,
        entries,
    )


def test_a_checkpoint_outside_that_differs_is_left_and_named(busy, there):
    file, _ = backed_up(busy)
    there.checkpoint_dir.mkdir()
    name = sorted(path.name for path in busy.settings.checkpoint_dir.iterdir())[0]
    (there.checkpoint_dir / name).write_text("改过")
    done = put_back(with_keys(busy, there), file)
    assert (done.differing, (there.checkpoint_dir / name).read_text()) == ([name], "改过")
    assert {one["code"] for one in done.verification.findings} == {"anchor_invalid"}


def test_a_lost_file_is_told_and_the_rest_is_backed_up(busy, there):
    lost = next(path for path in busy.settings.files.rglob("*") if path.is_file())
    lost.unlink()
    file, made = backed_up(busy)
    assert (made.manifest.files.missing, len(made.troubles)) == ((lost.name,), 1)
    done = put_back(with_keys(busy, there), file)
    assert {one["code"] for one in done.verification.findings} == {"file_lost"}


def test_a_damaged_file_of_the_store_is_mended(busy, there):
    file, _ = backed_up(busy)
    shutil.copytree(busy.settings.files, there.files)
    next(path for path in there.files.rglob("*") if path.is_file()).write_bytes(b"x")
    assert put_back(with_keys(busy, there), file).verification.findings == []


def test_a_backup_can_be_made_where_nothing_else_can(busy, there):
    """Held as restored, and without the signing key: told, and made."""
    file, _ = backed_up(busy)
    put_back(with_keys(busy, there), file)
    signing_file(there.secret_file).unlink()
    with opened(there) as office:
        again, made = backed_up(office)
        assert (again.exists(), made.made, len(made.troubles)) == (True, None, 1)


def test_beside_writers_and_sweeps_it_is_of_one_instant(office, there):
    stop, all_write, written = threading.Event(), threading.Barrier(3), [0, 0]
    late_cases(office, 40)

    def write(number):
        with opened(office.settings) as own:
            all_write.wait(PATIENCE)
            while not stop.is_set():
                with suppress(OperationalError):  # SQLite lets one write at a time: try again
                    a_draft(own, NOW)
                    written[number] += 1
                    scheduled_on(own, NOW)
                stop.wait(0.02)  # SQLite's lock goes to whoever asks at the right moment: let others ask

    writers = [threading.Thread(target=write, args=[number]) for number in range(2)]
    for one in writers:
        one.start()
    try:
        all_write.wait(PATIENCE)
        made = [backed_up(office, f"{turn}.duban") for turn in range(4)]
    finally:
        stop.set()
        for one in writers:
            one.join()
    between = made[-1][1].manifest.entries - made[0][1].manifest.entries
    assert sum(written) > 0 and between > 3  # each backup writes one entry of its own
    assert put_back(with_keys(office, there), made[-1][0]).verification.findings == []


def test_an_older_schema_is_put_back_as_it_was_and_then_brought_up(busy, there):
    """Every version that knew the log; what came since is made by its migrations."""
    file, _ = backed_up(busy)
    older = busy.settings.secret_file.parent / "older.duban"
    as_of_0007(file, older, busy)
    done = put_back(with_keys(busy, there), older)
    assert done.verification.findings == []
    with opened(there) as office, reading(office.engine) as tx:
        assert migrations.version(tx) == migrations.newest()
        assert sorted(row.reason for row in rows(office, Hold)) == ["restored", "upgrade"]


def as_of_0007(file, older, office):
    """The same backup as the release of schema 0007 would have made it."""
    engine = open_engine(f"sqlite:///{older}.db")
    with transaction(engine) as tx:
        migrations.bring_to(tx, "0007")
        shapes = {one.table: one.columns for one in dumping.shapes(tx)}
    engine.dispose()
    with zipfile.ZipFile(file) as now, zipfile.ZipFile(older, "w") as then:
        told = json.loads(now.read(MANIFEST)) | {"schema_version": "0007"}
        tables, parts = told["tables"], told["parts"]
        told["tables"] = [one for one in tables if one["name"] in shapes]
        for gone in (one for one in tables if one["name"] not in shapes):
            del parts[f"tables/{gone['name']}.jsonl"]
        data = {name: now.read(name) for name in parts}
        for table in told["tables"]:
            part = f"tables/{table['name']}.jsonl"
            data[part] = narrowed(data[part], table, shapes[table["name"]])
        for name, content in data.items():
            parts[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            then.writestr(name, content)
        seal_anew(then, told, office)


def narrowed(content, table, columns):
    """The rows of a table without the columns it did not have yet."""
    places = [place for place, name in enumerate(table["columns"]) if name in columns]
    table["columns"] = [table["columns"][place] for place in places]
    kept = ([json.loads(line)[place] for place in places] for line in content.splitlines())
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in kept)
