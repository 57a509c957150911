"""What comes back by mail: reports of delivery, complaints, automatic answers.

Pure: bytes in, values out. `read_bounces` reads one mail of the bounce mailbox; `bounce_address` makes the
envelope sender that brings it there.
"""

from notifications.bounces.bounce import Bounce, Kind
from notifications.bounces.reading import read_bounces
from notifications.bounces.reasons import refuses_address
from notifications.bounces.verp import bounce_address, bounce_token, is_ours

__all__ = ["Bounce", "Kind", "bounce_address", "bounce_token", "is_ours", "read_bounces", "refuses_address"]
