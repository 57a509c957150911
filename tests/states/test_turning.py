"""The instants a light turns at, held against the light itself over lives at random and the years after."""

from datetime import timedelta
from itertools import chain
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from states.effects.changes import blank
from states.facts import amended
from states.policy.milestones import MilestoneRule
from states.turning import NEVER, SILENT, TICK, Standing
from tests.states.matters import DEFAULT
from tests.states.test_any_sequence import LIVES, Life, lived

MINUTES = 60 * 24 * 500
RULES = [
    DEFAULT,
    *(
        DEFAULT.model_copy(update={"milestones": MilestoneRule.model_validate(rule)})
        for rule in (
            {"yellow_after_working_days": 2, "red_after_working_days": 3},
            {"schedule_tolerance": 0},
            {"schedule_tolerance": 30, "red_after_working_days": 0},
        )
    ),
]


class Lit(Life):
    """A matter whose light is told ahead after everything that is done on it."""

    def check(self, before, command):
        rules = self.lifecycle, self.policy, self.calendar
        standing = Standing(self.facts, *rules)
        nameless = Standing(amended(self.facts, blank(SILENT)), *rules)
        turns = standing.turns(self.at)
        assert (turns, standing.overdue_at) == (nameless.turns(self.at), nameless.overdue_at)
        assert standing.missed_at(self.at) == nameless.missed_at(self.at)
        told = [one for one in (turns.yellow_at, turns.red_at) if one is not None and one < NEVER]
        edges = chain.from_iterable((one - TICK, one) for one in told)
        soon = (self.at + timedelta(minutes=self.dice.randint(0, MINUTES)) for _ in range(4))
        days = (self.at + timedelta(days=ahead) for ahead in self.dice.sample(range(60), 6))
        for at in (self.at, *edges, *soon, *days):
            if at >= self.at:
                assert turns.light(at) is standing.light(at), (command, self.facts, turns, at)


@settings(max_examples=LIVES, deadline=None)
@given(dice=st.randoms(use_true_random=False))
def test_a_light_told_ahead_is_the_light_at_that_instant(lifecycle, calendar, dice):
    life = Lit(lifecycle, calendar, dice)
    life.dice, life.policy = Random(dice.random()), dice.choice(RULES)
    lived(life, dice)
