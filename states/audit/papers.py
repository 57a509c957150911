"""Whether an entry about a paper people write keeps to the table of its life, and to who may not do what."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from states.audit.recorded import Recorded
from states.audit.verdict import Deviation
from states.papers.life import BY_HAND, STATES

DOCUMENT = "document_"


@dataclass(slots=True)
class Paper:
    """A paper as the entries told of it so far."""

    state: str | None = None
    drafters: frozenset[str] = frozenset()
    reviewers: frozenset[str] = frozenset()

    def take(self, entry: Recorded) -> None:
        """Bring the paper past an entry about it."""
        self.state = str(entry.details.get("state", "issued"))
        event = entry.kind.removeprefix(DOCUMENT)
        if event in ("drafted", "revised"):
            self.drafters |= {entry.actor}
        if event in ("reviewed", "returned"):
            self.reviewers = frozenset({entry.actor}) if event == "reviewed" else frozenset()


def is_step(entry: Recorded) -> bool:
    """Whether an entry takes a paper a step on by somebody's hand, or issues one for a command."""
    return entry.kind in BY_HAND and "document" in entry.details


def paper_deviations(entry: Recorded, papers: Mapping[str, Paper]) -> Iterator[Deviation]:
    """What of an entry about a paper does not conform; `papers` are as they stood just before it."""
    if not is_step(entry) or (entry.is_machine and entry.kind == "document_issued"):
        return
    paper, row = papers.get(str(entry.details["document"])), BY_HAND[entry.kind]
    if entry.is_machine:
        yield Deviation("paper_hand", f"{row.label}须由人办理，记为系统所办")
    state = paper.state if paper else None
    if not row.starts_from(state):
        yield Deviation("paper_step", f"文书{STATES.get(state or '', '尚未拟稿')}，不能{row.label}")
    hands = {entry.actor, entry.acting_for} - {None}
    apart = frozenset().union(*(getattr(paper, one) for one in row.apart)) if paper else frozenset()
    if apart & hands:
        yield Deviation(
            "paper_separation", f"拟稿、核稿、签发须由不同的人办理，{row.label}的是经手过该稿的人"
        )
