"""What somebody of the office owes who is mentioned in a comment: to look at it."""

from datetime import date

from states.duties.duty import Duty, DutyKind, Whose
from states.duties.matter import Matter


def of_mention(matter: Matter, person: str, since: date) -> Duty:
    """Owed by himself alone, in whatever state the matter is, until he puts it behind him."""
    return matter.duty(DutyKind.MENTION, Whose((), person=person), since=since)
