"""Finding entries over all histories by either of their times."""

from alembic import op

revision = "0008"
down_revision = "0007"

INDEXES = {
    "events_by_recording": ["recorded_at", "id"],
    "events_by_occurrence": ["occurred_at", "id"],
}


def upgrade() -> None:
    for name, columns in INDEXES.items():
        op.create_index(name, "events", columns)
