"""Which steps go out as one paper: those of one unit, on one rung of one policy, raised in one transaction.

A rung says whether it is `joint`. Wording of the office's own that cannot list several matters is taken as it
is: then each matter gets a paper of its own, as it does where it is alone.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from states.ladder import Step
from states.policy import Rung
from workflow.services.caps import is_paper
from workflow.services.looking import Looked
from workflow.services.paper_values import Issued
from workflow.services.papers import Desk
from workflow.services.raising import paper_of

if TYPE_CHECKING:
    from workflow.services.taking import Taking

MOST_MATTERS = 250
"""So many matters one paper lists; a unit that has more gets another."""

T = TypeVar("T")
Key = tuple[object, ...]
"""What the steps on one paper have in common."""

Sheaf = tuple["Taking", ...]
"""Cases that are taken together, for they may share a paper."""


def is_joint(desk: Desk, step: Step) -> bool:
    """Whether a step goes out by itself on a paper that others may share."""
    return is_paper(step) and may_share(desk, step.rung)


def may_share(desk: Desk, rung: Rung) -> bool:
    """Whether several matters may stand on a paper of this rung."""
    return rung.joint is not None and desk.lists_matters(rung.document)


def papers_of(desk: Desk, looked: Looked, steps: Iterable[Step]) -> Iterator[Key]:
    """What each paper these steps of a case send by themselves is told from others by."""
    for step in filter(is_paper, steps):
        if is_joint(desk, step):
            yield (*_unit_of(looked), step.rung.step)
        else:
            yield (looked.case.id, step.rung.clock, step.rung.step)


def sheaves(desk: Desk, takings: Iterable["Taking"]) -> list[Sheaf]:
    """The cases as they are taken: those of a unit that may share a paper together, up to `MOST_MATTERS`."""
    found: dict[Key, list[Taking]] = {}
    for one in takings:
        joint = any(is_joint(desk, step) for step in one.steps)
        found.setdefault(_unit_of(one.looked) if joint else (one.looked.case.id,), []).append(one)
    return [part for some in found.values() for part in parts(some)]


def papers_in(desk: Desk, sheaf: Sheaf) -> Counter[tuple[str, Key]]:
    """The papers a sheaf sends by themselves, each as its series and key, with how many matters are on it."""
    return Counter(
        (step.rung.series, key)
        for one in sheaf
        for step, key in zip(filter(is_paper, one.steps), papers_of(desk, one.looked, one.steps), strict=True)
    )


def count_papers(desk: Desk, takings: Iterable["Taking"]) -> int:
    """How many numbered papers these would send by themselves."""
    return sum(len(papers_in(desk, sheaf)) for sheaf in sheaves(desk, takings))


def issue_shared(desk: Desk, sheaf: Sheaf) -> Mapping[str, Issued]:
    """Issue the papers that two or more matters of a sheaf share, by step."""
    sharing: dict[str, list[Taking]] = {}
    for one in sheaf:
        for step in one.steps:
            if is_joint(desk, step):
                sharing.setdefault(step.rung.step, []).append(one)
    return {step: _issued(desk, step, some) for step, some in sharing.items() if len(some) > 1}


def _issued(desk: Desk, step: str, some: Sequence["Taking"]) -> Issued:
    first = some[0].looked
    paper = paper_of(desk, first.case, first.policy.rung_of[step], first.policy, [], automatic=True)
    return desk.issue_jointly([(one.looked.case, one.prior) for one in some], paper)


def _unit_of(looked: Looked) -> Key:
    facts = looked.case.facts
    return facts.lead_unit, facts.lead_group, looked.policy.digest


def parts(some: Iterable[T]) -> Iterator[tuple[T, ...]]:
    """As many as one paper lists, and then as many again."""
    rest = iter(some)
    while part := tuple(islice(rest, MOST_MATTERS)):
        yield part
