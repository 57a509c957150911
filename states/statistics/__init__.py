"""How matters came to their end: shares and averages, each with what it is a share of.

Facts in, one frozen `Statistics` out; the service reads, the doors print. Each share is one small function
(`shares`), the average duration another (`duration`). In a period a share of lateness or extension is of the
matters due in it, every other one of those dispatched in it. Lateness is judged twice, against the due date
in force and against the original one, which no extension moves. Withdrawn and merged matters and drafts are
left out, long-term ones counted apart. Every number is whole; percentages are text.
"""

from states.statistics.counting import statistics
from states.statistics.grouping import NOTHING, By
from states.statistics.happening import Happening
from states.statistics.matter import Matter, Stage, stage_of
from states.statistics.measures import (
    BASES,
    COHORTS,
    Cohort,
    Duration,
    LeftOut,
    Measure,
    Rate,
    below_the_line,
)
from states.statistics.period import Period
from states.statistics.ranking import ranked
from states.statistics.result import Line, Statistics

__all__ = [
    "BASES",
    "COHORTS",
    "NOTHING",
    "By",
    "Cohort",
    "Duration",
    "Happening",
    "LeftOut",
    "Line",
    "Matter",
    "Measure",
    "Period",
    "Rate",
    "Stage",
    "Statistics",
    "below_the_line",
    "ranked",
    "stage_of",
    "statistics",
]
