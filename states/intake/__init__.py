"""What comes in from elsewhere: hotlines, petitions, files, minutes; what of it is a matter, people say.

Nothing here opens a matter. It is checked, laid beside what is in hand, taken apart into drafts, and told of.
"""

from states.intake.arriving import (
    APPLICANT_BOUND,
    EXTERNAL_BOUND,
    SHORT_BOUND,
    Applicant,
    Arrival,
    checked,
)
from states.intake.standing import DESK, WAITING, IntakeState, check_waits

__all__ = [
    "APPLICANT_BOUND",
    "DESK",
    "EXTERNAL_BOUND",
    "SHORT_BOUND",
    "WAITING",
    "Applicant",
    "Arrival",
    "IntakeState",
    "check_waits",
    "checked",
]
