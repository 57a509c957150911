"""Lives drawn at random, written down as a history keeps them; and rules to judge them by."""

from random import Random

from states.audit import InForce, Recorded, Rulebook, Standing, deviations
from states.facts import PERSONAL_FACTS, to_json
from states.words import redactable
from tests.states.test_any_sequence import BEGUN, Life, lived

NOTES = frozenset({"mail_sent", "escalation_issued", "escalation_approved", "escalation_proposed"})


class RecordedLife(Life):
    """A life whose entries are kept as the desk writes them: words beside, facts apart from particulars."""

    def __init__(self, lifecycle, calendar, dice):
        super().__init__(lifecycle, calendar, dice)
        self.history, self.person = [], ""

    def give(self, command, person, details):
        self.person = person
        return super().give(command, person, details)

    def remember(self, decision, changes, before, details):
        super().remember(decision, changes, before, details)
        told = to_json({name: value for name, value in decision.details.items() if name not in changes})
        sets, beside = to_json(changes), redactable(told, PERSONAL_FACTS)
        entry = Recorded(
            seq=len(self.history) + 1,
            kind=decision.event,
            actor=self.person,
            is_machine=False,
            acting_for=decision.acting_for,
            occurred_at=self.at,
            recorded_at=self.at,
            before=decision.before,
            after=decision.after,
            sets={name: value for name, value in sets.items() if name not in PERSONAL_FACTS},
            details={name: value for name, value in told.items() if name not in beside},
            words={name: value for name, value in told.items() if name in beside},
            word_facts={name: value for name, value in sets.items() if name in PERSONAL_FACTS},
        )
        self.history.append(entry)


def a_life(lifecycle, calendar, dice: Random) -> RecordedLife:
    life = RecordedLife(lifecycle, calendar, dice)
    lived(life, dice)
    return life


def rules_of(life: RecordedLife) -> Rulebook:
    """The rules the life was led under, in force since before it began."""
    table, policy, calendar = life.lifecycle, life.policy, life.calendar
    since = (InForce(BEGUN, name) for name in (table.digest, policy.digest, calendar.version))
    in_force = [(one,) for one in since]
    return Rulebook({table.digest: table}, {policy.digest: policy}, {calendar.version: calendar}, *in_force)


def judged(history, rules: Rulebook) -> list[tuple[int, str, str]]:
    """Every deviation of a history: where, which rule, in what words."""
    case, found = Standing(), []
    for entry in history:
        found += [(entry.seq, one.code, one.what) for one in deviations(entry, case, rules, notes=NOTES)]
        case.take(entry)
    return found
