"""An office as the program of schema 0005 left it: it verifies after the upgrade, and goes on.

`office_0005.json.gz` is every row of such a database, with its key: one matter on its way, reminded once.
"""

import gzip
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Boolean, Date, DateTime, MetaData, Table, insert, update

from states.facts import CaseFacts
from tests.builders import LIAISON, at, give, rows, signed
from tests.conftest import settings_in
from workflow.secret import Key
from workflow.services import evidence
from workflow.services.batch import OpenCase
from workflow.services.entries import Act, Scribe
from workflow.services.hands import Hand
from workflow.services.installation import install
from workflow.services.verification import verify
from workflow.storage import migrations, queries
from workflow.storage.evidence_models import Evidence
from workflow.storage.models import Case, Event
from workflow.storage.session import open_engine, transaction

FORMER = json.loads(gzip.decompress((Path(__file__).parent / "office_0005.json.gz").read_bytes()))
UPGRADED, AFTER = at(2026, 8, 1), at(2026, 8, 3)
ANOTHER = Key(b"k" * 32)


@pytest.fixture
def former(bare_database, tmp_path):
    """Its settings, with its database and its key in their place."""
    settings, engine = settings_in(tmp_path, bare_database), open_engine(bare_database)
    settings.secret_file.write_text(f"{FORMER['key']}\n")
    with transaction(engine) as tx:
        config = migrations._config()
        config.attributes["connection"] = tx
        command.upgrade(config, "0005")
        tables = MetaData()
        tables.reflect(tx)
        for name, kept in FORMER["tables"].items():
            tx.execute(insert(tables.tables[name]), list(_typed(tables.tables[name], kept)))
        if engine.dialect.name == "postgresql":
            tx.exec_driver_sql("SELECT setval('events_id_seq', (SELECT max(id) FROM events))")
            tx.exec_driver_sql("SELECT setval('sweep_runs_id_seq', (SELECT max(id) FROM sweep_runs))")
    engine.dispose()
    return settings


def _typed(table: Table, kept: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The rows as the driver takes them: SQLite keeps times as text and truth as a number."""
    of_text = {DateTime: lambda value: datetime.fromisoformat(value).replace(tzinfo=UTC),
               Date: date.fromisoformat, Boolean: bool}  # fmt: skip
    for row in kept:
        yield {name: _value(value, table.c[name].type, of_text) for name, value in row.items()}


def _value(value: Any, kind: Any, of_text: dict[type, Any]) -> Any:
    read = next((read for one, read in of_text.items() if isinstance(kind, one)), None)
    return value if value is None or read is None else read(value)


@pytest.fixture
def upgrade():
    """Install on it, as `duban migrate` does."""
    made = []

    def upgraded(settings):
        made.append(install(settings, by=signed(None, UPGRADED)))
        return made[-1]

    yield upgraded
    for office in made:
        office.engine.dispose()


def number_of(office):
    (case,) = rows(office, Case)
    return case.number


def test_it_verifies_and_goes_on_in_what_it_was_written_with(former, upgrade):
    office = upgrade(former.model_copy(update={"digest": "sm3"}))
    (row,) = rows(office, Evidence)
    assert (row.algorithm, row.key_id, row.epoch, row.first) == ("sha256", office.secret.newest.id, 1, 0)
    assert verify(office).findings == []
    give(office, number_of(office), "report_progress", LIAISON, AFTER, progress="已修复200盏")
    result = verify(office)
    assert (result.findings, result.unkeyed, result.cases) == ([], 0, 1)


def test_its_directory_is_stated_once_and_proved_from_then_on(former, upgrade):
    for _ in range(2):
        office = upgrade(former)
    stated = [one for one in rows(office, Event) if one.kind == "directory_stated"]
    assert len(stated) == json.loads(stated[0].payload)["details"]["parts"]
    with transaction(office.engine) as tx:
        tx.execute(update(queries.UNIT).values(email="x@elsewhere.example"))
    assert {one["code"] for one in verify(office).findings} == {"unit_changed"}


def test_it_may_switch_and_rotate_like_any_other(former, upgrade):
    office = upgrade(former)
    evidence.switch(office, "sm3", reason="商用密码应用改造", by=signed(None, AFTER))
    evidence.rotate(office, reason="岗位轮换", by=signed(None, AFTER))
    give(office, number_of(office), "report_progress", LIAISON, at(2026, 8, 4), progress="已修复200盏")
    assert verify(office).findings == []
    assert rows(office, Event)[-1].algorithm == "sm3"


def note(engine, key, when):
    """Append an entry to the journal with this key, as that program did."""
    with transaction(engine) as tx:
        row = queries.journal(tx)
        chain = OpenCase(0, CaseFacts(), row.seq, row.head, row.recorded_at)
        act = Act("sweep_gap", when, details={"from": "x", "until": "y"})
        entry = Scribe(Hand("sha256", key), signed(None, when)).write(chain, act, "office")
        tx.execute(insert(queries.EVENT).values(entry.event))
        head = {"seq": chain.seq, "head": chain.head, "recorded_at": chain.recorded_at}
        tx.execute(update(queries.JOURNAL).values(head))


def with_another_key(settings):
    """What it was to lose one's key in those days: the file was made anew, and entries went on."""
    settings.secret_file.write_text(f"{ANOTHER.value.hex()}\n")
    engine = open_engine(settings.database_url)
    note(engine, ANOTHER, at(2026, 7, 25))
    engine.dispose()


def test_keys_it_had_one_after_the_other_are_announced(former, upgrade):
    with_another_key(former)
    office = upgrade(former)
    (told,) = (json.loads(row.payload) for row in rows(office, Event) if row.kind == "keys_known")
    assert told["details"]["others"] == [ANOTHER.id]
    result = verify(office)
    assert (result.findings, result.unkeyed) == ([], 12), "the former key is lost, and nobody can tell"
    former.secret_file.write_text(f"{FORMER['key']}\n{ANOTHER.value.hex()}\n")
    result = verify(office)
    assert (result.findings, result.unkeyed) == ([], 0)


def test_a_former_key_is_no_longer_good_once_keys_are_told_of(former, upgrade):
    with_another_key(former)
    office = upgrade(former)
    note(office.engine, Key(bytes.fromhex(FORMER["key"])), AFTER)
    assert [one["code"] for one in verify(office).findings] == ["old_key_used"]
