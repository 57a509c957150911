"""The papers of a case on their way: where each stands, whom it waits for, and whose step it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from states.case import Actor
from states.papers.asking import NEXT, asked_of, is_asked
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS
from states.papers.life import COMMANDS, UNISSUED
from states.papers.lives import DAYS
from states.vocabulary import Role
from workflow.services.accounts.visitors import Visitor


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A paper without a number. `waits` says for which step and whose, `is_his` whether that is the visitor's
    as far as its row tells; the signing room knows."""

    id: str
    label: str
    state: str
    since: str
    waits: str
    is_his: bool

    @property
    def sentence(self) -> str:
        return f"{self.label}{self.state}，{self.waits}"


def on_their_way(drafts: Iterable[Mapping[str, Any]], who: Visitor) -> list[OnItsWay]:
    """The papers of a case that are drafted, reviewed or signed, the newest first; void ones are none."""
    found = [_told(one, who) for one in drafts if one["state"] in UNISSUED]
    return sorted(found, key=lambda one: (one.since, one.id), reverse=True)


def _told(one: Mapping[str, Any], who: Visitor) -> OnItsWay:
    kind, step = PAPERS[one["kind"]], NEXT[one["state"]]
    asked = asked_of(kind, step)
    roles = "、".join(role.label for role in Role if role in asked)
    waits = f"待{COMMANDS[step].label}：{roles}"
    since = max(filter(None, (one[name] for name in DAYS)))
    is_his = is_asked(_facts(one), step, Actor(who.person, frozenset(who.hats)))
    return OnItsWay(one["id"], one["kind_label"], one["state_label"], since, waits, is_his)


def _facts(one: Mapping[str, Any]) -> PaperFacts:
    wrote, reviewed = (frozenset({one[name]} - {None}) for name in ("drafted_by", "reviewed_by"))
    return PaperFacts(PAPERS[one["kind"]], one["state"], drafters=wrote, reviewers=reviewed)
