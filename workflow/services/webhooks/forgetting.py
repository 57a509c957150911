"""Bodies are let go of once nobody needs them: what left is known by its message, an event by its entry.

What waits, is held or did not get there keeps its body, since somebody may send it again. `GET /events` and
`repeat` make an event's body anew from its entry.
"""

from datetime import datetime, timedelta

from workflow.services.office import Office
from workflow.storage import webhooks
from workflow.storage.session import transaction

KEPT, MOST = timedelta(days=90), 10_000


def forget_bodies(office: Office, *, at: datetime) -> int:
    """Let go of bodies older than ninety days, at most ten thousand; how many."""
    with transaction(office.engine) as tx:
        return webhooks.forget_bodies(tx, at - KEPT, MOST)
