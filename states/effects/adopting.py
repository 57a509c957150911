"""Going on under the lifecycle table in force; state, clocks and dates stay."""

from states.effects.changes import Changes
from states.question import Question


def adopt(question: Question) -> Changes:
    return {"lifecycle": question.lifecycle.digest}


EFFECTS = (adopt,)
