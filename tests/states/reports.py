"""One matter whose unit reports on it, for the tests of 反馈 and of 难以按期."""

from dataclasses import replace
from datetime import date

from states import lifecycle as lifecycles
from states import lights
from states.duties import Matter, duties
from states.facts import CaseFacts
from states.policy import FeedbackRule
from states.vocabulary import ClockName, Role
from tests.states.matters import DEFAULT, TABLES, TODAY, decided, facts_in, holding
from tests.states.policies import changed
from workflow.calendars import base_calendar

FEEDBACK = ClockName.FEEDBACK
CALENDAR = base_calendar(2026)
STANDARD = lifecycles.parse((TABLES / "standard.toml").read_text(encoding="utf-8"))
LIAISON = holding(Role.LIAISON, person="BH212-L")
HEAD = holding(Role.UNIT_HEAD, person="BH212-H")
COSIGNED = changed(feedback=FeedbackRule(cosign=True))
PLAIN = facts_in("handling", progress_of=None, extension_to=None)


class Life:
    """One matter, its facts carried from command to command."""

    def __init__(self, facts: CaseFacts = PLAIN, policy=DEFAULT) -> None:
        self.facts, self.policy = facts, policy

    def give(self, command, *, by=None, when=TODAY, **details):
        actor = {} if by is None else {"actor": by}
        made = decided(
            STANDARD, CALENDAR, self.facts, command, when=when, policy=self.policy, **actor, **details
        )
        self.facts = replace(self.facts, **made.changes)
        return made

    def asks_until(self) -> date | None:
        """The day the next report is due, if one is asked for."""
        return next((one.due_on for one in self.facts.clocks if one.name is FEEDBACK and one.is_open), None)

    def owed(self, day: date = TODAY.date()):
        return {one.kind: one for one in duties(Matter(self.facts, STANDARD, self.policy, CALENDAR, day))}


def warned(facts: CaseFacts) -> list[lights.Reason]:
    return list(lights.reasons(facts, DEFAULT, TODAY.date(), CALENDAR))
