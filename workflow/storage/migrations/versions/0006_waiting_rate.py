"""The completion rate of a report that waits for a signature, beside the one that counts."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("cases", sa.Column("rate_waiting", sa.Integer(), nullable=True))
