"""The planner: what the ladder does for a case on a day, and when to look again. Pure and total.

The sweep, the dry run, `duban plan`, the forecast and `explain` all ask `plan()`; nothing else decides about
escalations.
"""

from states.ladder.facts import OnClock, OnLadder, Raised
from states.ladder.forecasting import Foreseen, forecast
from states.ladder.planner import NOTHING, Ahead, Lapse, Plan, Step, ahead, is_founded, plan
from states.ladder.stale import Changed, changed_facts

__all__ = [
    "NOTHING",
    "Ahead",
    "Changed",
    "Foreseen",
    "Lapse",
    "OnClock",
    "OnLadder",
    "Plan",
    "Raised",
    "Step",
    "ahead",
    "changed_facts",
    "forecast",
    "is_founded",
    "plan",
]
