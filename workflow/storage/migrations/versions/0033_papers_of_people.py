"""The papers people write, where they stand: few beside those that commands and the ladder send."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"

BY_PEOPLE = sa.text("drafted_on IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "papers_of_people",
        "paper_lives",
        ["state", "case_id"],
        sqlite_where=BY_PEOPLE,
        postgresql_where=BY_PEOPLE,
    )
