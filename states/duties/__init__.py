"""What is owed on a day: by the unit a matter was handed to, and by the office itself.

`duties()` is pure. Whoever asks what lies on somebody's desk (the daily list, `duban todo`) asks it, and then
the directory who that is.
"""

from states.duties.duty import Duty, DutyKind, Whose, worst_first
from states.duties.matter import Matter
from states.duties.owed import duties

__all__ = ["Duty", "DutyKind", "Matter", "Whose", "duties", "worst_first"]
