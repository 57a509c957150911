"""How a due date comes about, and how late a matter is on a day."""

from states.deadlines.deadline import STATED, Deadline, count, stated
from states.deadlines.limit import Limit, Term
from states.deadlines.rules import CIVIL_CODE, RULES, CountingRule
from states.deadlines.timeliness import Timeliness, timeliness

__all__ = [
    "CIVIL_CODE",
    "RULES",
    "STATED",
    "CountingRule",
    "Deadline",
    "Limit",
    "Term",
    "Timeliness",
    "count",
    "stated",
    "timeliness",
]
