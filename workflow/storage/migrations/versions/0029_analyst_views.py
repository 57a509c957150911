"""The views of analysts, which are made behind the last migration of every upgrade (`bring_to`).

A view of theirs that changes takes a version of its own, as empty as this one: without one, the views and the
rights on them stay as they are.
"""

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Nothing to do to a table."""
