"""A case's state changes only with its entry; nobody but the owner waits for writers by the owner's right.

A later migration that builds `cases` anew on SQLite (`batch_alter_table`) takes these triggers away with the
old table, and has to make them again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

REFUSAL = "a case changes only with its entry"
KEPT = "a case is never removed or replaced"

LAST_ENTRY = "SELECT seq, hash FROM {events} WHERE case_id = NEW.id ORDER BY seq DESC LIMIT 1"
STATED = (
    "SELECT {state} FROM {events} WHERE case_id = NEW.id AND seq > {since} AND seq <= NEW.seq "
    "AND {state} IS NOT NULL ORDER BY seq DESC LIMIT 1"
)
"""The state the entries after one set last; nothing where none of them sets it."""

MOVED = "OLD.state IS {other} NEW.state OR OLD.seq IS {other} NEW.seq OR OLD.head IS {other} NEW.head"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _follow_history_on_postgresql()
        _wait_by_the_owner_s_right_alone()
    else:
        _follow_history_on_sqlite()
        _keep_on_sqlite()


def _follow_history_on_sqlite() -> None:
    """The head is the case's last entry; the state is the one the entries since then set last."""
    moved = MOVED.format(other="NOT")
    for name, event, when, since, former in (
        ("born", "INSERT", "TRUE", "0", "NULL"),
        ("moved", "UPDATE OF state, seq, head", moved, "OLD.seq", "OLD.state"),
    ):
        state = "json_extract(payload, '$.set.state')"
        stated = STATED.format(events="events", state=state, since=since)
        op.execute(
            f"CREATE TRIGGER cases_{name} AFTER {event} ON cases WHEN {when} BEGIN "
            f"SELECT RAISE(ABORT, '{REFUSAL}') "
            f"WHERE (NEW.seq, NEW.head) IS NOT ({LAST_ENTRY.format(events='events')}) "
            f"OR NEW.state IS NOT coalesce(({stated}), {former}); END"
        )


def _keep_on_sqlite() -> None:
    op.execute(
        f"CREATE TRIGGER cases_no_delete BEFORE DELETE ON cases BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    )
    # OR REPLACE deletes whatever row has the same key without firing the delete trigger
    same = "id = NEW.id OR number = NEW.number OR fingerprint = NEW.fingerprint"
    op.execute(
        f"CREATE TRIGGER cases_no_replace BEFORE INSERT ON cases WHEN EXISTS "  # noqa: S608
        f"(SELECT 1 FROM cases WHERE {same}) BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    )
    op.execute(
        "CREATE TRIGGER cases_no_takeover BEFORE UPDATE OF number, fingerprint ON cases "  # noqa: S608
        "WHEN EXISTS (SELECT 1 FROM cases WHERE id <> OLD.id AND "
        "(number = NEW.number OR fingerprint = NEW.fingerprint)) "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    )
    # of every column: `rowid` is the id under another name
    op.execute(
        "CREATE TRIGGER cases_no_renaming BEFORE UPDATE ON cases WHEN OLD.id IS NOT NEW.id "
        f"BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
    )


def _follow_history_on_postgresql() -> None:
    """The same. Tables are named with their schema: a temporary one of the same name would come first."""
    moved = MOVED.format(other="DISTINCT FROM")
    _make_guard("born", "INSERT", "TRUE", since="0", former="NULL")
    _make_guard("moved", "UPDATE", f"OLD.id <> NEW.id OR {moved}", since="OLD.seq", former="OLD.state")
    op.execute(
        "CREATE FUNCTION duban_refuse_removal() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_raise(KEPT)} END $$"
    )
    for verb, each in (("DELETE", "ROW"), ("TRUNCATE", "STATEMENT")):
        op.execute(
            f"CREATE TRIGGER cases_no_{verb.lower()} BEFORE {verb} ON cases "
            f"FOR EACH {each} EXECUTE FUNCTION duban_refuse_removal()"
        )


def _make_guard(name: str, event: str, when: str, *, since: str, former: str) -> None:
    events, state = f"{_schema()}.events", "payload::json #>> '{set,state}'"
    stated = STATED.format(events=events, state=state, since=since)
    op.execute(
        f"CREATE FUNCTION duban_case_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ "  # noqa: S608
        "DECLARE last record; BEGIN "
        f"SELECT * INTO last FROM ({LAST_ENTRY.format(events=events)}) AS entry; "
        "IF last.seq IS DISTINCT FROM NEW.seq OR last.hash IS DISTINCT FROM NEW.head "
        f"OR NEW.state IS DISTINCT FROM coalesce(({stated}), {former}) "
        f"{'OR OLD.id <> NEW.id ' if event == 'UPDATE' else ''}"
        f"THEN {_raise(REFUSAL)} END IF; RETURN NULL; END $$"
    )
    op.execute(
        f"CREATE TRIGGER cases_{name} AFTER {event} ON cases FOR EACH ROW "
        f"WHEN ({when}) EXECUTE FUNCTION duban_case_{name}()"
    )


def _wait_by_the_owner_s_right_alone() -> None:
    """Whoever may call this keeps everybody from writing for a moment, so not everybody may."""
    schema = _schema()
    op.execute(
        "CREATE OR REPLACE FUNCTION duban_last_settled_event() RETURNS bigint LANGUAGE plpgsql "  # noqa: S608
        f"SECURITY DEFINER SET search_path = pg_catalog, {schema}, pg_temp AS "
        f"$$ BEGIN LOCK TABLE {schema}.events IN SHARE MODE; "
        f"RETURN (SELECT max(id) FROM {schema}.events); END $$"
    )
    op.execute("REVOKE EXECUTE ON FUNCTION duban_last_settled_event() FROM PUBLIC")


def _schema() -> str:
    """The schema the tables are in, as SQL names it."""
    return str(op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one())


def _raise(told: str) -> str:
    return f"RAISE EXCEPTION '{told}' USING ERRCODE = 'integrity_constraint_violation';"
