"""Files on their way in, and their lines as they were last read."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "import_drafts",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("run", sa.String(length=32), nullable=True),
        sa.Column("lease_until", INSTANT, nullable=True),
        sa.Column("uploaded_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("import_drafts_by_person", "import_drafts", ["person", "changed_at"])
    op.create_index("ix_import_drafts_state", "import_drafts", ["state"])
    op.create_table(
        "import_lines",
        sa.Column("draft", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=255), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("fate", sa.String(length=16), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("draft", "place"),
    )
    op.create_index("import_lines_by_fate", "import_lines", ["draft", "fate", "place"])
