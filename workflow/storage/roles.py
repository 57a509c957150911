"""PostgreSQL's own roles: the owner, who migrates; the application, which may not alter history; the auditor.

Roles belong to the whole server, so they bear the database's name. They cannot log in; login roles of the
administrator's are made their members. Every right stands in `RIGHTS`, and a table it does not name can only
be read.
"""

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, func, select, text

from workflow.storage import analyst_views

APPEND = frozenset({"SELECT", "INSERT"})
AMEND = APPEND | {"UPDATE"}
EDIT = AMEND | {"DELETE"}
ONE_ROW = frozenset({"SELECT", "UPDATE"})
READ = frozenset({"SELECT"})

RIGHTS: Mapping[str, frozenset[str]] = {
    "events": APPEND,
    "log": APPEND,
    "checkpoints": APPEND,
    "attachments": APPEND,
    "limits": APPEND,
    "calendars": APPEND,
    "stationery": APPEND,
    "files": APPEND,
    "recusals": APPEND,
    "campaigns": APPEND,
    "digests": APPEND,
    "evidence": ONE_ROW,
    "sealer": ONE_ROW,
    "journal": ONE_ROW,
    "event_words": AMEND,
    "cases": AMEND,
    "documents": AMEND,
    "paper_lives": AMEND,
    "escalations": AMEND,
    "outbox": AMEND,
    "suppressions": AMEND,
    "relays": AMEND,
    "number_sequences": AMEND,
    "rule_versions": AMEND,
    "deputies": AMEND,
    "mentions": AMEND,
    "holds": AMEND,
    "sweep_runs": AMEND,
    "units": AMEND,
    "unit_groups": AMEND,
    "unit_successions": AMEND,
    "people": AMEND,
    "posts": AMEND,
    "role_grants": AMEND,
    "accounts": AMEND,
    "invitations": AMEND,
    "sessions": AMEND,
    "api_tokens": AMEND,
    "lockouts": EDIT,
    "rates": EDIT,
    "done_forms": EDIT,
    "role_requests": AMEND,
    "asked_values": EDIT,
    "case_units": EDIT,
    "unit_aliases": EDIT,
    "set_asides": EDIT,
    "case_reads": APPEND | {"DELETE"},
    "case_lights": EDIT,
    "tallies": EDIT,
    "register_views": EDIT,
    "column_mappings": AMEND,
    "relighting": EDIT,
    "import_drafts": EDIT,
    "import_lines": EDIT,
    "audit_works": AMEND,
    "intake_items": AMEND,
    "intake_supplements": AMEND,
    "intake_sources": AMEND,
    "intake_pulls": APPEND,
    "calendar_feeds": AMEND,
    "webhooks": AMEND,
    "webhook_messages": APPEND | {"DELETE"},
    "alembic_version": READ,
}
"""What the application may do with each table. What it need not do to history, it may not."""

SUFFIXES = ("app", "auditor")
ANALYST = "analyst"
LONGEST_NAME = 63
"""Bytes; PostgreSQL cuts what is longer off, and two roles would be one."""

EVERY_RIGHT = "SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER"


def names(tx: Connection) -> tuple[str, str]:
    """What the application's role and the auditor's are called for this database."""
    database = tx.execute(select(func.current_database())).scalar_one()
    application, auditor = (f"{database}_{suffix}" for suffix in SUFFIXES)
    return application, auditor


def analyst(tx: Connection) -> str:
    """What the role is called that reads the views of analysts and nothing else."""
    return f"{tx.execute(select(func.current_database())).scalar_one()}_{ANALYST}"


def has_analyst(tx: Connection) -> bool:
    """Whether that role has been made."""
    found = text("SELECT 1 FROM pg_roles WHERE rolname = :name")
    return tx.execute(found, {"name": analyst(tx)}).first() is not None


def make_analyst(tx: Connection) -> None:
    """Make that role, unless it is there or whoever is connected may make none."""
    if not has_analyst(tx) and may_make(tx):
        tx.exec_driver_sql(f"CREATE ROLE {_quoted(tx, analyst(tx))} NOLOGIN")


def grant_analyst(tx: Connection) -> None:
    """Give that role, if it is there, the views and nothing else, whatever it had before."""
    if not has_analyst(tx):
        return
    name, schema = _quoted(tx, analyst(tx)), _schema(tx)
    tx.exec_driver_sql(f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {name}")
    tx.exec_driver_sql(f"GRANT USAGE ON SCHEMA {schema} TO {name}")
    for view in analyst_views.names():
        tx.exec_driver_sql(f"GRANT SELECT ON {schema}.{_quoted(tx, view)} TO {name}")


def are_there(tx: Connection) -> bool:
    """Whether both roles have been made."""
    return not missing(tx)


def missing(tx: Connection) -> list[str]:
    """Those of the two roles that have not been made."""
    found = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
    known = set(tx.execute(found, {"names": list(names(tx))}).scalars())
    return [name for name in names(tx) if name not in known]


def too_powerful(tx: Connection) -> list[str]:
    """Those of the two roles that no right binds: superusers, and members of the owner."""
    found = text(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(:names) AND "
        "(rolsuper OR pg_has_role(rolname, (SELECT relowner FROM pg_class WHERE oid = 'events'::regclass), "
        "'MEMBER'))"
    )
    return list(tx.execute(found, {"names": list(names(tx))}).scalars())


def making(tx: Connection) -> Iterator[str]:
    """The statements that make the roles that are not there."""
    yield from (f"CREATE ROLE {_quoted(tx, name)} NOLOGIN" for name in missing(tx))


def may_make(tx: Connection) -> bool:
    """Whether whoever is connected may make roles."""
    found = "SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    return bool(tx.execute(text(found)).scalar_one())


def is_owner(tx: Connection) -> bool:
    """Whether whoever is connected owns the history, or may act as its owner."""
    found = "SELECT pg_has_role(relowner, 'MEMBER') FROM pg_class WHERE oid = 'events'::regclass"
    return bool(tx.execute(text(found)).scalar_one())


def may_write(tx: Connection) -> bool:
    """Whether whoever is connected may write history; on SQLite whoever may open the file to write."""
    if tx.dialect.name != "postgresql":
        return True
    found = "SELECT coalesce(has_table_privilege(to_regclass('events'), 'INSERT'), true)"
    return bool(tx.execute(text(found)).scalar_one())


def make(tx: Connection) -> None:
    """Make the roles that are not there."""
    for statement in list(making(tx)):
        tx.exec_driver_sql(statement)


def grant(tx: Connection) -> None:
    """Give both roles their rights and nothing else, whatever they had before. Only the owner can."""
    application, auditor = (_quoted(tx, name) for name in names(tx))
    both, schema = f"{application}, {auditor}", _schema(tx)
    for statement in (
        f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM PUBLIC, {both}",
        f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM PUBLIC, {both}",
        f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC, {both}",
        f"GRANT USAGE ON SCHEMA {schema} TO {both}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {both}",
        f"GRANT SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {auditor}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {application}",
        f"REVOKE EXECUTE ON FUNCTION {schema}.duban_last_settled_event() FROM PUBLIC, {auditor}",
        f"GRANT EXECUTE ON FUNCTION {schema}.duban_last_settled_event() TO {application}",
    ):
        tx.exec_driver_sql(statement)
    for table in tables(tx):
        rights = ", ".join(sorted(RIGHTS.get(table, READ)))
        tx.exec_driver_sql(f"GRANT {rights} ON {schema}.{_quoted(tx, table)} TO {application}")


def tables(tx: Connection) -> list[str]:
    """Every table of the schema."""
    return list(
        tx.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")).scalars()
    )


def rights_of(tx: Connection, role: str) -> dict[str, frozenset[str]]:
    """What a role may do with each table, by whatever way it came to it."""
    found = text(
        "SELECT relname, array_agg(kind) AS kinds "
        "FROM pg_class, unnest(string_to_array(:kinds, ', ')) AS kind "
        "WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') "
        "AND has_table_privilege(:role, pg_class.oid, kind) GROUP BY relname"
    )
    rows = tx.execute(found, {"role": role, "kinds": EVERY_RIGHT})
    return {row.relname: frozenset(row.kinds) for row in rows}


def may_build(tx: Connection) -> list[str]:
    """Those of the two roles that may make tables or functions beside the office's."""
    found = text(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(:names) "
        "AND has_schema_privilege(rolname, current_schema(), 'CREATE')"
    )
    return list(tx.execute(found, {"names": list(names(tx))}).scalars())


def closing(tx: Connection) -> str:
    """The statement by which the owner of the schema keeps others from building in it."""
    return f"REVOKE CREATE ON SCHEMA {_schema(tx)} FROM PUBLIC"


def _schema(tx: Connection) -> str:
    return str(tx.execute(text("SELECT quote_ident(current_schema())")).scalar_one())


def _quoted(tx: Connection, name: str) -> str:
    return tx.dialect.identifier_preparer.quote_identifier(name)
