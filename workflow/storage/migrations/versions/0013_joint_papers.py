"""The measures of one paper: it may be that of many matters."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("escalations_by_paper", "escalations", ["document_id"])
