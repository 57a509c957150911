"""One bit of a SQLite file turned over: what changes a row is reported or refused, what changes none is not.

`DUBAN_LIVES` (80) says how many lives tests play; 1,200 flip 600 bits.
"""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

from sqlalchemy.exc import DatabaseError

from tests.builders import rows
from tests.states.test_any_sequence import LIVES
from tests.tampering.test_every_column import NOT_TOLD, UNACCOUNTED
from tests.tampering.transfer import TABLES
from tests.unguarded import behind_the_application
from workflow.services.verification import verify
from workflow.storage.models import Case

FLIPS = LIVES // 2
UNTOLD = {"outbox": {"next_attempt_at", "lease_until"}, "cases": {"fingerprint"}}
REFUSED = "refused"


def test_every_flip_that_changes_a_row_is_reported_and_no_other(small):
    small.engine.dispose()
    database, dice = Path(small.engine.url.database), Random("flips")
    kept = shutil.copy(database, database.with_suffix(".kept"))
    before, outcomes = (rows_told(database), build_of(database), cases_of(small)), []
    for _ in range(FLIPS):
        shutil.copy(kept, database)
        place = dice.randrange(database.stat().st_size * 8)
        flip(database, place)
        outcomes.append(outcome(small, database, before, place))
    assert set(outcomes) <= {"reported", "refused", "nothing changed"}, outcomes
    assert "reported" in outcomes


def flip(database, place):
    with database.open("r+b") as file:
        file.seek(place // 8)
        byte = file.read(1)[0]
        file.seek(place // 8)
        file.write(bytes([byte ^ 1 << place % 8]))


def outcome(office, database, before, place):
    """What verification made of the file, if that is what it should; else what went wrong."""
    (before, build, cases), told = before, rows_told(database)
    whole = is_whole(database, build)
    try:
        findings = verify(office).findings
    except (DatabaseError, UnicodeDecodeError):  # SQLite reads no further; doors tell so in one sentence
        return "refused" if not whole or told == REFUSED else f"refused a sound file: {place}"
    finally:
        office.engine.dispose()
    if findings:
        return "reported" if told != before or not whole else f"false alarm: {place} {findings[0]}"
    if told == before or (only_cases(before, told) and cases_of(office) == cases):
        return "nothing changed"
    return f"missed: {place} {differences(before, told)}"


def cases_of(office):
    """The rows of the register as the program reads them: a bit of their JSON may mean nothing."""
    found = [row._asdict() for row in rows(office, Case)]
    office.engine.dispose()
    return found


def only_cases(before, told):
    return [name for name in before if before[name] != told[name]] == ["cases"]


def rows_told(database):
    """Every value of the rows a history accounts for, as the file has them."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            connection.text_factory = bytes
            return {
                table.name: sorted(map(repr, connection.execute(told_of(table)))) for table in accounted()
            }
    except (sqlite3.Error, UnicodeDecodeError):  # the driver cannot even word what is wrong
        return REFUSED


def accounted():
    return [table for table in TABLES if table.name not in UNACCOUNTED]


def told_of(table):
    aside = NOT_TOLD.get(table.name, set()) | UNTOLD.get(table.name, set())
    columns = ", ".join(f'"{one.name}"' for one in table.columns if one.name not in aside)
    return f"SELECT {columns} FROM {table.name} NOT INDEXED"


def build_of(database):
    """The text of every table, index and trigger."""
    with closing(sqlite3.connect(database)) as connection:
        connection.text_factory = bytes
        return connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()


def is_whole(database, build):
    """Whether SQLite finds nothing amiss and its tables are built as they were: no index lies to queries."""
    try:
        with closing(sqlite3.connect(database)) as connection:
            sound = connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            return sound and build_of(database) == build
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def differences(before, told):
    if told == REFUSED:
        return REFUSED
    return {name: set(now) ^ set(before[name]) for name, now in told.items() if now != before[name]}


def test_text_that_is_no_text_any_more_keeps_no_other_case_from_being_verified(small):
    """What a flip in the first byte of a Chinese character leaves: the driver gives up on the whole row."""
    behind_the_application(
        small,
        "UPDATE cases SET title = CAST(x'ff' || title AS TEXT) WHERE id = 1",
        "UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE case_id = 2 AND seq = 3",
    )
    result = verify(small)
    told = [(one["table"], one["case"]) for one in result.findings if one["code"] == "row_unreadable"]
    assert [table for table, _ in told] == ["cases", "events"]
    assert {one.get("case") for one in result.findings if "case" in one} == {case for _, case in told}
    assert result.cases > 1
