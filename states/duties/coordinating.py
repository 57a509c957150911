"""What is owed on a request for coordination: the decision, by whoever has the level that was asked."""

from collections.abc import Iterator, Mapping

from states.duties.case import DECIDERS
from states.duties.duty import DIRECTOR, Duty, DutyKind, Whose
from states.duties.matter import Matter
from states.vocabulary import CoordinationLevel, Role

ASKED: Mapping[Role, Whose] = {
    Role.DIRECTOR: DIRECTOR,
    Role.LEADER: DECIDERS["leader"],
    Role.PRINCIPAL: Whose((Role.PRINCIPAL,), (Role.DIRECTOR,)),
}


def of_coordination(matter: Matter) -> Iterator[Duty]:
    """From the day it was asked, while the matter stands where it can be decided."""
    level = matter.facts.coordination_level
    if level is not None and matter.may("decide_coordination"):
        whose = ASKED[CoordinationLevel(level).decider]
        yield matter.duty(DutyKind.COORDINATE, whose, since=matter.facts.coordination_on)
