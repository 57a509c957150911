"""督查事项办理情况: a month, a quarter or a year in numbers, beside the period before and the year before.

Facts in, one frozen `Report` out. The shares are those of `states.statistics`; what stands beside them is how
matters came and went (`flow`): carried over, handed out, struck off, in hand at the end; and what happened in
the period itself (`happened`), whenever its matters were handed out. Nothing here names a person but the
包保领导 whose matters make a line, and no person has a place in an order.
"""

from states.reports.counting import counted
from states.reports.flow import Flow
from states.reports.happened import Happened, Share
from states.reports.late import Late
from states.reports.result import Count, Report, ReportLine
from states.reports.spans import Span, compared, latest, read_period
from states.reports.terms import OF_AVERAGE, OF_FLOW, OF_HAPPENED, OF_HAPPENED_SHARES, OF_LEFT_OUT, OF_SHARES

__all__ = [
    "OF_AVERAGE",
    "OF_FLOW",
    "OF_HAPPENED",
    "OF_HAPPENED_SHARES",
    "OF_LEFT_OUT",
    "OF_SHARES",
    "Count",
    "Flow",
    "Happened",
    "Late",
    "Report",
    "ReportLine",
    "Share",
    "Span",
    "compared",
    "counted",
    "latest",
    "read_period",
]
