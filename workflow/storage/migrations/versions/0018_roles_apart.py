"""Roles kept apart on every day they share, the auditor's (审计查阅人) too; proposals of other sights.

What a former version let stand is left as it is, and may be ended: whoever shortens the days of a role is not
asked. Any other change of it is.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

APART = "'auditor', 'system_admin', 'security_admin', 'audit_admin'"
UNDECIDED = sa.text("decision IS NULL")
REFUSAL = "this role is held beside no other"
ON_SQLITE, ON_POSTGRESQL = ("'0001-01-01'", "'9999-12-31'"), ("'-infinity'::date", "'infinity'::date")
FIRST, LAST = "coalesce({0}.valid_from, {since})", "coalesce({0}.valid_to, {until})"
BESIDE = (
    "SELECT 1 FROM {grants} AS held WHERE held.person = NEW.person AND held.role <> NEW.role "  # noqa: S608
    f"AND (held.role IN ({APART}) OR NEW.role IN ({APART})) "
    "AND {held_first} <= {held_last} AND {new_first} <= {new_last} "
    "AND {held_first} <= {new_last} AND {new_first} <= {held_last}"
)
WIDENED = (
    "NEW.person <> OLD.person OR NEW.role <> OLD.role OR {new_first} < {old_first} OR {new_last} > {old_last}"
)


def upgrade() -> None:
    _widen_proposals()
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _widen_proposals() -> None:
    value = sa.Column[str]("value", sa.String(length=32), nullable=False, server_default="")
    op.add_column("role_requests", value)
    op.drop_index("role_requests_undecided", "role_requests")
    op.create_index(
        "role_requests_undecided",
        "role_requests",
        ["person", "role", "unit", "change", "value"],
        unique=True,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )


def _guard_on_sqlite() -> None:
    days = _days(*ON_SQLITE)
    beside = BESIDE.format(grants="role_grants", **days)
    for name, event, when in (
        ("given", "INSERT", ""),
        ("changed", "UPDATE", f"WHEN {WIDENED.format(**days)} "),
    ):
        op.execute(f"DROP TRIGGER role_grants_{name}")
        op.execute(
            f"CREATE TRIGGER role_grants_{name} AFTER {event} ON role_grants {when}BEGIN "
            f"SELECT RAISE(ABORT, '{REFUSAL}') WHERE EXISTS ({beside}); END"
        )


def _guard_on_postgresql() -> None:
    """Tables are named with their schema: a temporary one of the same name would come first."""
    schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    days = _days(*ON_POSTGRESQL)
    op.execute(
        "CREATE OR REPLACE FUNCTION duban_keep_administrators_apart() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN IF EXISTS ({BESIDE.format(grants=f'{schema}.role_grants', **days)}) "
        f"THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute("DROP TRIGGER role_grants_apart ON role_grants")
    for name, event, when in (
        ("given", "INSERT", ""),
        ("changed", "UPDATE", f"WHEN ({WIDENED.format(**days)}) "),
    ):
        op.execute(
            f"CREATE TRIGGER role_grants_{name} AFTER {event} ON role_grants FOR EACH ROW "
            f"{when}EXECUTE FUNCTION duban_keep_administrators_apart()"
        )


def _days(since: str, until: str) -> dict[str, str]:
    """First and last day of each of the rows a trigger compares, as SQL writes them."""
    rows = {"held": "held", "new": "NEW", "old": "OLD"}
    firsts = {f"{name}_first": FIRST.format(row, since=since) for name, row in rows.items()}
    return firsts | {f"{name}_last": LAST.format(row, until=until) for name, row in rows.items()}
