"""Deadlines asked for row by row: plain JSON values in, plain JSON values out, nothing kept.

The contract of `duban deadline --batch`. It is laxer than a case or a policy: a local time takes the
calendar's zone, zero and negative amounts count backward, swapped ends give 0. A row that cannot be answered
is refused by itself.
"""

from states.batch.answers import Desk, refused

__all__ = ["Desk", "refused"]
