"""The three administrators kept apart by the database itself, proposals of roles, names at a provider."""

import sqlalchemy as sa
from alembic import op

from workflow.errors import ConfigurationError

revision = "0016"
down_revision = "0015"

THREE = "'system_admin', 'security_admin', 'audit_admin'"
STANDING = f"role IN ({THREE}) AND valid_to IS NULL"
UNDECIDED = sa.text("decision IS NULL")
REFUSAL = "an administrator holds no other role"
BESIDE = (
    "SELECT 1 FROM {grants} WHERE person = NEW.person AND valid_to IS NULL AND role <> NEW.role "  # noqa: S608
    f"AND (role IN ({THREE}) OR NEW.role IN ({THREE}))"
)


def upgrade() -> None:
    _check_apart()
    op.create_index(
        "role_grants_one_of_three",
        "role_grants",
        ["person"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )
    _make_table()
    op.add_column("accounts", sa.Column("external", sa.String(length=255), nullable=True))
    op.create_index("accounts_external", "accounts", ["external"], unique=True)
    by_provider = sa.Column[bool]("by_provider", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("sessions", by_provider)
    if op.get_bind().dialect.name == "postgresql":
        _guard_on_postgresql()
    else:
        _guard_on_sqlite()


def _check_apart() -> None:
    """Whom a former directory gave two of the three, neither index nor migration can part."""
    found = sa.text(
        f"SELECT person FROM role_grants WHERE {STANDING} GROUP BY person HAVING count(*) > 1"  # noqa: S608
    )
    people = sorted(op.get_bind().execute(found).scalars())
    if people:
        raise ConfigurationError(
            f"名录中有人兼任三员中的两员（{'、'.join(people)}），不能升级；请先用原版本导入更正后的单位名录。",
            code="administrators_not_apart",
            people=people,
        )


def _make_table() -> None:
    op.create_table(
        "role_requests",
        *(
            sa.Column(name, sa.String(length=length), nullable=False)
            for name, length in (("id", 32), ("person", 32), ("role", 32), ("unit", 32), ("change", 16))
        ),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("proposed_by", sa.String(length=32), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=32), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "role_requests_undecided",
        "role_requests",
        ["person", "role", "unit", "change"],
        unique=True,
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )


def _guard_on_sqlite() -> None:
    for name, event in (("given", "INSERT"), ("changed", "UPDATE OF person, role, valid_to")):
        op.execute(
            f"CREATE TRIGGER role_grants_{name} AFTER {event} ON role_grants WHEN NEW.valid_to IS NULL BEGIN "
            f"SELECT RAISE(ABORT, '{REFUSAL}') WHERE EXISTS ({BESIDE.format(grants='role_grants')}); END"
        )


def _guard_on_postgresql() -> None:
    """Tables are named with their schema: a temporary one of the same name would come first."""
    schema = op.get_bind().execute(sa.text("SELECT quote_ident(current_schema())")).scalar_one()
    op.execute(
        "CREATE FUNCTION duban_keep_administrators_apart() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF EXISTS ({BESIDE.format(grants=f'{schema}.role_grants')}) "
        f"THEN RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
        "RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER role_grants_apart AFTER INSERT OR UPDATE ON role_grants FOR EACH ROW "
        "WHEN (NEW.valid_to IS NULL) EXECUTE FUNCTION duban_keep_administrators_apart()"
    )
