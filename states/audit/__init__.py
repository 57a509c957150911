"""What an auditor asks of a history: does it keep to its rules, and where did somebody depart from them.

Pure decisions over entries that were read back. A case is followed entry by entry (`Standing`); each question
looks at an entry and at how the case stood just before it. `conformance` judges, the others list.
"""

from states.audit.conformance import deviations
from states.audit.dating import Dated, dated_otherwise
from states.audit.departures import Departure, DepartureKind, departures, departures_of_the_office
from states.audit.lateness import Late, late_in, outstanding
from states.audit.passed_over import NotRaised, not_raised
from states.audit.period import Period
from states.audit.recorded import Recorded
from states.audit.rulebook import InForce, Rulebook
from states.audit.standing import Standing
from states.audit.verdict import Deviation

__all__ = [
    "Dated",
    "Departure",
    "DepartureKind",
    "Deviation",
    "InForce",
    "Late",
    "NotRaised",
    "Period",
    "Recorded",
    "Rulebook",
    "Standing",
    "dated_otherwise",
    "departures",
    "departures_of_the_office",
    "deviations",
    "late_in",
    "not_raised",
    "outstanding",
]
