"""The database refuses a case's state without its entry, whoever writes it: goal T7, on both engines.

All of this is SQL past the services, with every guard in its place.
"""

import json

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.builders import LIAISON, OPENED, a_case, a_draft, give, history, rows, stored
from tests.registers import take_over
from tests.unguarded import take_guards_away
from workflow.cli.faults import refusal_of
from workflow.errors import EditConflict
from workflow.services.verification import verify
from workflow.storage import queries
from workflow.storage.models import Case, Event
from workflow.storage.session import transaction


def by_sql(office, *statements, **values):
    """Run SQL as anybody could who gets at the database."""
    with transaction(office.engine) as tx:
        for statement in statements:
            tx.execute(text(statement), values if ":" in statement else {})


def an_entry(office, case, **changes):
    """The case's last entry written once more, as the next one, with these columns changed."""
    last = dict(history(office, case)[-1]._mapping)
    columns = {name: last[name] for name in queries.EVENT.c.keys() if name != "id"}  # noqa: SIM118
    return columns | {"seq": case.seq + 1, "previous_hash": case.head} | changes


def saying(state):
    return json.dumps({"set": {"state": state}})


def move(office, case, entry, **columns):
    """Insert an entry and change the case's row in one transaction."""
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.EVENT).values(entry))
        tx.execute(queries.CASE.update().where(queries.CASE.c.id == case.id).values(columns))


STATEMENTS = {
    "its state": "UPDATE cases SET state = 'closed' WHERE id = :id",
    "its state, and somebody's due look": "UPDATE cases SET state = 'closed', next_action_at = NULL",
    "its state, with the next number": "UPDATE cases SET state = 'closed', seq = seq + 1 WHERE id = :id",
    "its state, to a former entry": "UPDATE cases SET state = 'assigned', seq = 2, head = "
    "(SELECT hash FROM events WHERE case_id = :id AND seq = 2) WHERE id = :id",
    "its head": "UPDATE cases SET head = '" + "0" * 64 + "' WHERE id = :id",
    "its number of entries": "UPDATE cases SET seq = seq - 1 WHERE id = :id",
    "whose row it is": "UPDATE cases SET id = id + 1000 WHERE id = :id",
    "that it is there": "DELETE FROM cases WHERE id = :id",
}


@pytest.mark.parametrize("statement", STATEMENTS.values(), ids=STATEMENTS)
def test_a_case_changes_nothing_of_this_without_its_entry(office, statement):
    case = a_case(office)
    before = rows(office, Case)
    with pytest.raises(IntegrityError, match=r"a case (changes only|is never)"):
        by_sql(office, statement, id=case.id)
    assert rows(office, Case) == before


def test_a_state_changed_and_changed_back_is_refused_at_the_first_step(office):
    case = a_case(office)
    there, back = (f"UPDATE cases SET state = '{state}' WHERE id = :id" for state in ("closed", "handling"))
    with pytest.raises(IntegrityError, match="only with its entry"):
        by_sql(office, there, back, id=case.id)


@pytest.mark.parametrize(
    ("said", "hashed", "columns"),
    [
        ("archived", "f" * 64, {"state": "closed"}),  # the entry says something else
        ("closed", "f" * 64, {"state": "closed", "head": "e" * 64}),  # the head is not the entry's
        ("closed", "f" * 64, {"state": "closed", "seq": 1}),  # the row does not come to the entry
        ("closed", "f" * 64, {}),  # the row does not follow what the entry says
    ],
)
def test_an_entry_that_does_not_fit_opens_no_door(office, said, hashed, columns):
    case = a_case(office)
    entry = an_entry(office, case, payload=saying(said), hash=hashed)
    with pytest.raises(IntegrityError, match="only with its entry"):
        move(office, case, entry, **({"seq": case.seq + 1, "head": hashed} | columns))
    assert stored(office, case).facts.state == "handling"


def test_what_the_door_lets_in_verification_still_finds(office):
    """A trigger knows no key: an entry that fits is let in, and is found to be forged."""
    case = a_case(office)
    entry = an_entry(office, case, payload=saying("closed"), hash="f" * 64)
    move(office, case, entry, state="closed", seq=case.seq + 1, head="f" * 64)
    assert verify(office).exit_code == 1


def test_an_entry_of_another_case_opens_no_door(office):
    case, other = a_case(office), a_case(office, "assigned")
    entry = an_entry(office, other, payload=saying("closed"), hash="f" * 64)
    with pytest.raises(IntegrityError, match="only with its entry"):
        move(office, case, entry, state="closed", seq=case.seq + 1, head="f" * 64)


def copied(office, verb, **changes):
    """Write the first case's row once more, with these columns changed."""
    with transaction(office.engine) as tx:
        raw = dict(tx.exec_driver_sql("SELECT * FROM cases ORDER BY id LIMIT 1").mappings().one()) | changes
        marks = ", ".join(f":{name}" for name in raw)
        tx.execute(text(f"{verb} INTO cases ({', '.join(raw)}) VALUES ({marks})"), raw)


def test_a_case_is_not_born_without_its_entries(office):
    a_case(office)
    with pytest.raises(IntegrityError, match="only with its entry"):
        copied(office, "INSERT", id=999, number="滨督2026-999", fingerprint=None)


@pytest.mark.parametrize("changes", [{"state": "closed"}, {"id": 999}, {"id": 999, "state": "closed"}])
def test_a_case_is_not_replaced_on_sqlite(office, changes):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("OR REPLACE is SQLite's")
    a_case(office)
    with pytest.raises(IntegrityError, match="never removed or replaced"):
        copied(office, "INSERT OR REPLACE", **changes)


@pytest.mark.parametrize("how", ["OR REPLACE", "OR IGNORE"])
def test_a_change_that_would_pass_over_conflicts_is_refused_on_sqlite(office, how):
    if office.engine.dialect.name != "sqlite":
        pytest.skip("UPDATE OR is SQLite's")
    case, other = a_case(office), a_draft(office)
    before = rows(office, Case)
    for columns in (f"number = '{other.number}'", "state = 'closed'", "rowid = 999"):
        with pytest.raises(IntegrityError, match=r"a case (changes only|is never)"):
            by_sql(office, f"UPDATE {how} cases SET {columns} WHERE id = :id", id=case.id)
    assert rows(office, Case) == before


def test_a_conflict_settled_by_an_update_is_refused_like_the_update(office):
    case = a_case(office)
    upsert = (
        "INSERT INTO cases SELECT * FROM cases WHERE id = :id ON CONFLICT (id) DO UPDATE SET state = 'closed'"
    )
    with pytest.raises(DBAPIError, match=r"a case (changes only|is never)"):
        by_sql(office, upsert, id=case.id)


def test_the_register_is_not_emptied_on_postgresql(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(IntegrityError, match="never removed"):
        by_sql(office, "TRUNCATE cases")


FALSE_EVENTS = """CREATE TEMP TABLE events AS SELECT case_id, seq + 1 AS seq, repeat('f', 64) AS hash,
'{"set": {"state": "closed"}}' AS payload FROM events WHERE case_id = :id ORDER BY seq DESC LIMIT 1"""


@pytest.mark.postgres
def test_a_temporary_table_of_the_same_name_deceives_no_guard(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("a SQLite trigger knows only the tables of its own file")
    case = a_case(office)
    follow = "UPDATE cases SET state = 'closed', seq = seq + 1, head = repeat('f', 64) WHERE id = :id"
    with pytest.raises(IntegrityError, match="only with its entry"):
        by_sql(office, FALSE_EVENTS, follow, id=case.id)


@pytest.mark.postgres
def test_not_everybody_may_hold_up_those_who_write(office):
    if office.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has no such function")
    with transaction(office.engine) as tx:
        found = text("SELECT has_function_privilege('public', 'duban_last_settled_event()', 'EXECUTE')")
        assert tx.execute(found).scalar_one() is False


def test_ordinary_work_meets_no_guard(office):
    a_case(office, "archived")
    assert take_over(office).imported == 47
    assert verify(office).findings == []


def test_an_entry_the_row_does_not_know_keeps_the_case_from_going_on_and_is_told(office):
    case = a_case(office)
    with transaction(office.engine) as tx:
        tx.execute(insert(queries.EVENT).values(an_entry(office, case, hash="f" * 64)))
    before = rows(office, Event)
    with pytest.raises(EditConflict) as refused:
        give(office, case, "report_progress", LIAISON, progress="主干道已全部复亮")
    assert (refused.value.code, refused.value.facts["cases"]) == ("history_ahead", [case.number])
    assert "请告知维护人员核查" in refused.value.message
    assert rows(office, Event) == before


def test_what_a_guard_refuses_is_told_in_words(office):
    case = a_case(office)
    for statement in ("UPDATE cases SET state = 'closed' WHERE id = :id", "DELETE FROM events"):
        with pytest.raises(DBAPIError) as raised:
            by_sql(office, statement, id=case.id)
        refusal = refusal_of(raised.value)
        assert refusal.code == "history_guarded"
        assert "duban verify" in refusal.message


def test_a_row_that_was_false_before_the_guards_does_not_stop_the_case(office):
    """Who upgrades may have such a row; verification tells of it, and the work goes on."""
    case, guards = a_case(office), the_guards(office)
    with transaction(office.engine) as tx:
        take_guards_away(tx)
        tx.execute(queries.CASE.update().where(queries.CASE.c.id == case.id).values(state="registered"))
        for guard in guards:
            tx.exec_driver_sql(guard)
    begun = give(office, case, "begin", LIAISON, OPENED, plan="分三批抢修")
    assert begun.facts.state == "handling"


def the_guards(office):
    """The statements that put the guards back where they are."""
    if office.engine.dialect.name == "postgresql":
        return ["ALTER TABLE cases ENABLE TRIGGER USER"]
    with transaction(office.engine) as tx:
        return tx.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars().all()
