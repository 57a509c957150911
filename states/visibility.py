"""What of a case somebody may see, by the roles he holds towards it. The rule stands here and nowhere else.

Whoever works in the office sees everything, and so does the auditor. The three administrators (三员) see
nothing, whatever else they are to a case: who runs the system and its rights has no eyes for what it holds.
The people of its units and its 包保领导
see what was done with the matter and what was sent out. Kept from them are what the office says among
itself, a measure as long as nobody has issued it, one that concerns another person, and who objected. Of
other matters they are told number and link, for those may be none of theirs.

What is said about a person is for those who handle it alone (`states.handlers`), whoever else sees the whole.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from states.escalation.table import COMMANDS
from states.facts import CaseFacts
from states.handlers import SAID_OF_HIM, is_about, is_about_a_person, veiled
from states.lifecycle import Lifecycle
from states.papers.life import COMMANDS as PAPER_COMMANDS
from states.papers.life import UNISSUED
from states.policy import Rung
from states.vocabulary import ADMINISTRATORS, OFFICE_ROLES, UNIT_ROLES, Labelled, Role

COMMENTED, MENTION_SEEN = "commented", "mention_seen"
"""The entry of a comment, and that of somebody who puts behind him what he was mentioned in."""

APPROVERS_STAGE = frozenset({"reached", "proposed", "approved", "rejected"})
"""States of a measure that are its approver's matter; with its issue it becomes the unit's."""

PROPOSED_BY_DESK = frozenset(
    {f"escalation_{row.event}" for row in COMMANDS.values() if APPROVERS_STAGE.issuperset(row.to)}
    | {f"escalation_{state}" for state in APPROVERS_STAGE}
)
DESKS = frozenset(f"document_{row.event}" for row in PAPER_COMMANDS.values() if row.to in UNISSUED)
"""The steps of a paper before it is issued, which are the matter of those who write and sign it."""

APPROVERS_FACTS = ("drafted_by", "snoozed_until", "decided_by", "decided_on")

OTHER_MATTERS = frozenset({"parent", "absorbed", "children"})
"""Where a case tells of others: what it came out of, what was merged into it, what came out of it."""
THEIR_OWN = frozenset({"title", "state", "state_label", "lead_unit", "lead_unit_name", "term"})
"""What stands there of another matter beside its number and its link, and is seen where that one is."""
MERGED_TITLE = "absorbed_title"
WITHHELD = frozenset({"objector"})
"""Particulars that name somebody outside who spoke up against what a unit reported."""

SEPARATORS = r"[、,，;；/\s]+"
"""What stands between the names of several leaders in one cell of a register."""

Columns = Mapping[str, Any]


class Sight(Labelled):
    """How much of a case is shown."""

    WHOLE = "whole", "全部"
    PARTLY = "partly", "办理方可见部分"


@dataclass(frozen=True, slots=True)
class Viewer:
    """Somebody who looks at a case; `known_as` are code and name, a name only where it can mean him alone."""

    known_as: frozenset[str]
    sight: Sight

    def sees(self, measure: Columns) -> bool:
        """Whether an escalation is shown to him: once issued, and if it concerns a person, to that person."""
        if self.sight is Sight.WHOLE:
            return True
        concerned = measure["object_person"]
        return measure["issued_on"] is not None and (concerned is None or concerned in self.known_as)


@dataclass(frozen=True, slots=True)
class Curtain:
    """What is kept from one viewer of one case: kinds of entries, and escalations and papers by their ids.

    Of those in `wordless`, which concern persons, he is told everything but the words; `viewer` is his code.
    """

    is_drawn: bool = False
    kinds: frozenset[str] = frozenset()
    measures: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    wordless: frozenset[str] = frozenset()
    viewer: str | None = None

    def hides(self, kind: str, details: Mapping[str, Any]) -> bool:
        """Whether an entry is kept from him, for what it is or for what it is about."""
        about = details.get("escalation") in self.measures or details.get("document") in self.papers
        about |= details.get("entry_measure") in self.measures or details.get("entry_kind") in self.kinds
        return kind in self.kinds or about or (self.is_drawn and details.get("field") in WITHHELD)

    def withholds(self, payload: Mapping[str, Any]) -> bool:
        """Whether the words of an entry are kept from him: they concern a person, and are not his own."""
        is_his = self.viewer is not None and self.viewer in (payload["actor"], payload.get("acting_for"))
        return bool(self.wordless) and not is_his and is_about(payload, self.wordless)

    def told(self, payload: dict[str, Any], words: Any) -> tuple[dict[str, Any], Any]:
        """An entry and the words beside it as he is shown them."""
        if self.withholds(payload):
            payload, words = veiled(payload), None
        return self.without_matters(payload), self.without_matters(words)

    def marked(self, told: Iterable[Columns]) -> list[dict[str, Any]]:
        """Measures or papers as they are told of, each with whether its words are kept from him."""
        return [{**one, "withheld": one["id"] in self.wordless} for one in told]

    def and_of(self, others: "Curtain") -> "Curtain":
        """The same of more cases, before somebody who sees the whole."""
        return replace(self, wordless=self.wordless | others.wordless, viewer=others.viewer or self.viewer)

    def shown(self, measures: Iterable[Columns]) -> Iterator[dict[str, Any]]:
        """The escalations he is shown, without what was their approver's matter, or what they say of whom."""
        for one in measures:
            if one["id"] not in self.measures:
                unsaid = dict.fromkeys(SAID_OF_HIM if one["id"] in self.wordless else ())
                yield {**(_as_issued(one) if self.is_drawn else one), **unsaid}

    def without_matters(self, told: Any) -> Any:
        """Something told, of whatever shape, with no more of other matters than number and link."""
        return _without_matters(told) if self.is_drawn else told

    def without_names(self, told: Any) -> Any:
        """Something told, of whatever shape, without the particulars that are withheld from him."""
        if not self.is_drawn:
            return told
        if isinstance(told, Mapping):
            return {name: self.without_names(one) for name, one in told.items() if name not in WITHHELD}
        return [self.without_names(one) for one in told] if isinstance(told, list) else told

    def foretells(self, rung: Rung) -> bool:
        """Whether he is told that a rung lies ahead."""
        return not self.is_drawn or rung.addressee != "person"

    def offers(self, roles: Collection[Role], step: str | None) -> bool:
        """Whether he is told of a command by these roles; `step` names the measure it is given on."""
        return not self.is_drawn or (step is None and not UNIT_ROLES.isdisjoint(roles))


NO_CURTAIN = Curtain()
"""Before whoever operates the machine, and before the office."""


def sees_sealed(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles is shown a sealed matter, in searches and by itself."""
    return Role.DIRECTOR in roles or Role.AUDITOR in roles


def sees_no_case(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles is shown nothing of any case."""
    return not ADMINISTRATORS.isdisjoint(roles)


def sight_of(
    roles: Collection[Role], *, is_accountable: bool = False, is_sealed: bool = False
) -> Sight | None:
    """How much somebody with these roles towards a case sees of it; None: nothing, it is not his.

    `is_accountable`: he is its 包保领导, which is a relation of the case and no role.
    """
    if sees_no_case(roles) or (is_sealed and not sees_sealed(roles)):
        return None
    if not OFFICE_ROLES.isdisjoint(roles) or Role.AUDITOR in roles:
        return Sight.WHOLE
    return Sight.PARTLY if is_accountable or not UNIT_ROLES.isdisjoint(roles) else None


def is_accountable(known_as: frozenset[str], facts: CaseFacts) -> bool:
    """Whether a case names somebody, by name or code, as its accountable leader."""
    return not known_as.isdisjoint(re.split(SEPARATORS, facts.accountable_leader or ""))


def is_of_the_office(roles: Collection[Role]) -> bool:
    """Whether somebody with these roles towards a case may be drawn into what the office says of it."""
    return not OFFICE_ROLES.isdisjoint(roles) and UNIT_ROLES.isdisjoint(roles)


def curtain(
    viewer: Viewer,
    lifecycles: Iterable[Lifecycle],
    measures: Iterable[Columns],
    entries: Iterable[Mapping[str, Any]],
) -> Curtain:
    """What is kept from a viewer of a case with these escalations, by the details of its entries.

    `lifecycles` are all the tables it may have been under: what one of them calls internal stays so. Of what
    concerns persons the people of its units are shown their own alone, and that with its words; what of it is
    kept from whoever sees the whole is `states.handlers`' to say.
    """
    if viewer.sight is Sight.WHOLE:
        return NO_CURTAIN
    internal = frozenset(row.event for one in lifecycles for row in one.commands if row.internal)
    hidden = frozenset(one["id"] for one in measures if not viewer.sees(one))
    kept = frozenset(_papers_kept(hidden, [one for one in entries if one.get("document")]))
    return Curtain(True, internal | {MENTION_SEEN} | PROPOSED_BY_DESK | DESKS, hidden, kept)


def _papers_kept(hidden: frozenset[str], entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """The papers of hidden measures, those nobody issued, and those about a person that are of no measure he
    is shown."""
    issued = {one["document"] for one in entries if one.get("facts_sha256")}
    shown = {one["document"] for one in entries if one.get("escalation") not in {None, *hidden}}
    for one in entries:
        is_hidden = one.get("escalation") in hidden or one["document"] not in issued
        if is_hidden or (is_about_a_person(str(one.get("kind"))) and one["document"] not in shown):
            yield one["document"]


def _as_issued(measure: Columns) -> dict[str, Any]:
    """An issued measure as its unit knows it. Only an automatic one was raised before the unit's eyes."""
    before = () if measure["mode"] == "automatic" else ("reached_on", "raised_on")
    return {**measure, **dict.fromkeys((*APPROVERS_FACTS, *before))}


def _without_matters(told: Any, *, of_another: bool = False) -> Any:
    if isinstance(told, Mapping):
        hidden = THEIR_OWN | {MERGED_TITLE} if of_another else {MERGED_TITLE}
        return {
            name: None
            if name in hidden
            else _without_matters(value, of_another=of_another or name in OTHER_MATTERS)
            for name, value in told.items()
        }
    if isinstance(told, list | tuple):
        return [_without_matters(one, of_another=of_another) for one in told]
    return told
