"""Rounds of 回头看 over matters struck off in a period: who is in question, and who is drawn.

Pure and reproducible: the same matters, criteria and seed give the same drawing on any machine, in whatever
order the rows come.
"""

from states.lookbacks.criteria import PER, Criteria
from states.lookbacks.drawing import Drawing, draw, told_left_out
from states.lookbacks.population import Candidate, LeftOut, candidate
from states.lookbacks.progress import (
    FOLLOWED_UP,
    REOPENED,
    SCHEDULED,
    Looked,
    Progress,
    Told,
    progress,
    reviews,
)

__all__ = [
    "FOLLOWED_UP",
    "PER",
    "REOPENED",
    "SCHEDULED",
    "Candidate",
    "Criteria",
    "Drawing",
    "LeftOut",
    "Looked",
    "Progress",
    "Told",
    "candidate",
    "draw",
    "progress",
    "reviews",
    "told_left_out",
]
