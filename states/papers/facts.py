"""What a rule of a paper's life may look at, and nothing else."""

from dataclasses import dataclass
from datetime import date

from states.papers.kinds import PaperKind


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of one paper. `state` None: it is about to be drafted.

    `content` is the hash of what it says and of its wording; `otherwise` are the labels of what the register
    has otherwise since it was written. `objects` are the people it concerns, `of_unit` those of the unit it
    goes to; neither signs it. `since` is the day of the last step. `measure` names the escalation it went out
    with, which carries it on.
    """

    kind: PaperKind
    state: str | None = None
    content: str = ""
    otherwise: tuple[str, ...] = ()
    drafters: frozenset[str] = frozenset()
    reviewers: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()
    of_unit: frozenset[str] = frozenset()
    since: date | None = None
    measure: str | None = None
    mail_accepted: bool = False
