"""Which step a paper waits for where it stands, and which of those who may take it are asked to.

Only what people write waits for people: a paper that a command or the ladder issued is carried on by the
machine. With its matter a paper is filed; one of no matter waits for the archivist.
"""

from collections.abc import Mapping

from states.case import Actor
from states.papers.deciding import may_give
from states.papers.facts import PaperFacts
from states.papers.kinds import PaperKind
from states.papers.life import COMMANDS, roles_for
from states.vocabulary import Role

NEXT: Mapping[str, str] = {
    "drafted": "review",
    "reviewed": "sign",
    "signed": "issue",
    "issued": "serve",
    "served": "archive",
}
"""The step on the road to the file, by the state it starts from."""

LEFT_TO_OTHERS: Mapping[str, frozenset[Role]] = {
    "issue": frozenset({Role.DIRECTOR}),
    "serve": frozenset({Role.DIRECTOR}),
}
"""Who may take a step himself, and leaves it to officers and clerks."""


def asked_of(kind: PaperKind, step: str) -> frozenset[Role]:
    """The roles that are asked for a step of the road; all that may take it where nobody else is left."""
    able = roles_for(COMMANDS[step], kind, None)
    return able - _left_to_others(kind, step) or able


def is_asked(facts: PaperFacts, step: str, actor: Actor) -> bool:
    """Whether somebody is asked for a step: he may take it, and is not kept free for the next one.

    Whoever signs a kind of paper is not asked to review it, unless only such as he may.
    """
    kind, asked = facts.kind, asked_of(facts.kind, step)
    is_kept_free = step == "review" and actor.holds(kind.signers) and asked.isdisjoint(kind.signers)
    return actor.holds(asked) and not is_kept_free and may_give(facts, step, actor)


def _left_to_others(kind: PaperKind, step: str) -> frozenset[Role]:
    return frozenset(kind.signers) if step == "review" else LEFT_TO_OTHERS.get(step, frozenset())
