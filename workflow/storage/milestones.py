"""Named reads about milestones. They never commit and never decide."""

from collections.abc import Iterator

from sqlalchemy import Connection, Text, cast, func, select

from workflow.storage.guarded import Read, each
from workflow.storage.queries import CASE


def cases_with_nodes(tx: Connection) -> Iterator[Read]:
    """The cases that have milestones and are not struck off, in the order of their numbers, streamed."""
    planned = func.length(cast(CASE.c.nodes, Text)) > len("[]")
    found = select(CASE).where(CASE.c.closed_on.is_(None), planned)
    return each(tx, found.order_by(CASE.c.number), CASE)
