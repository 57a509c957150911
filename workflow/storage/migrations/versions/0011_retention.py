"""How long a matter's file is kept, and since when it is sealed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("cases", sa.Column("retention", sa.String(16), nullable=True))
    op.add_column("cases", sa.Column("sealed_on", sa.Date(), nullable=True))
    is_sealed = sa.text("sealed_on IS NOT NULL")
    op.create_index(
        "cases_sealed", "cases", ["sealed_on"], sqlite_where=is_sealed, postgresql_where=is_sealed
    )
