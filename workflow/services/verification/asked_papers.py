"""Which roles each step of a paper people write was asked of, by what its history said until then."""

from dataclasses import dataclass, field

from states.papers.kinds import PAPERS
from states.papers.life import BY_HAND, STATES, roles_for
from states.vocabulary import Role
from workflow.services.replay import Entry


@dataclass(slots=True)
class PaperCourse:
    """Where the papers of one history stand while it is read."""

    states: dict[str, str] = field(default_factory=dict)

    def asked_for(self, entry: Entry) -> frozenset[Role] | None:
        """The roles the next entry was asked of, if it is a step of a paper of a kind this release knows."""
        kind = PAPERS.get(str((entry.details.model_extra or {}).get("kind")))
        if entry.kind not in BY_HAND or kind is None:
            return None
        return roles_for(BY_HAND[entry.kind], kind, self.states.get(entry.details.document or ""))

    def follow(self, entry: Entry) -> None:
        """Take up the state an entry tells."""
        state = (entry.details.model_extra or {}).get("state")
        if entry.details.document is not None and state in STATES and entry.kind in BY_HAND:
            self.states[entry.details.document] = str(state)
