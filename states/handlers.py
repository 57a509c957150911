"""Whom the words about a person are for: those who handle the matter, each by his name, and nobody else.

A matter about a person is a measure that concerns one, with the paper it goes out on, or a paper of a kind
that does. Whoever else sees the case sees that there is an entry, what it did, its days and its hashes.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from states.escalation.table import approvers
from states.papers.kinds import PAPERS
from states.papers.life import UNSIGNED
from states.particulars import FILES
from states.policy import Rung
from states.vocabulary import PERSONNEL_ROLES, Role

Columns = Mapping[str, Any]
Payload = Mapping[str, Any]

HANDS = ("drafted_by", "reviewed_by", "decided_by", "signed_by")
"""Who wrote it, who reviewed it, who decided on it and who signed it: named handlers for good."""

TO_BE_DECIDED = frozenset({"reached", "proposed"})
"""States of a measure in which whoever may decide on it must be able to read it."""

ABOUT = ("escalation", "document", "entry_measure")
"""The particulars by which an entry says which measure or paper it is about."""

NEVER_IN_WORDS = frozenset(
    {
        *ABOUT, "entry", "entry_kind", "document_id", "document_number", "kind", "state", "clock", "epoch",
        "step", "mode", "policy", "unit", "calendar", "stationery", "service", "replaces",
        "replaces_document", "because",
    }
)  # fmt: skip
DATES_NAMES_AND_HASHES = re.compile(r".*(_on|_at|_by|sha256)")

SAID_OF_HIM = ("reason", "judgement", "finding")
"""What a measure's row tells of the person beside days and who acted."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """Who reads the words of a matter about a person: people by code or name, and whoever holds a role."""

    people: frozenset[str]
    roles: frozenset[Role]

    def include(self, known_as: Collection[str], roles: Collection[Role]) -> bool:
        """Whether somebody known by these names, who holds these roles, is one of them."""
        return not self.people.isdisjoint(known_as) or not self.roles.isdisjoint(roles)


def handlers_of(matter: Columns, deciding: Collection[Role] = ()) -> Handlers:
    """The handlers of a measure or paper about a person, by its columns.

    The organization department's handlers (干部管理权限); who drafted, reviewed, decided or signed; as long
    as it waits for its decision whoever holds a role among `deciding`; and the person himself, once a measure
    that concerns him is issued.
    """
    people = [matter.get(name) for name in HANDS]
    people += [matter.get("object_person")] if matter.get("issued_on") else []
    waits = matter["state"] in TO_BE_DECIDED or matter["state"] in UNSIGNED
    named = frozenset(one for one in people if one is not None)
    return Handlers(named, PERSONNEL_ROLES | frozenset(deciding if waits else ()))


def deciding_on_measure(rung: Rung | None) -> frozenset[Role]:
    """Who decides on a measure of this rung; nobody where the rung is not known any more."""
    return frozenset() if rung is None else approvers(rung)


def deciding_on_paper(kind: str) -> frozenset[Role]:
    """Who signs a paper of this kind."""
    return frozenset(PAPERS[kind].signers)


def is_about_a_person(kind: str) -> bool:
    """Whether papers of this kind concern a person."""
    return kind in PAPERS and PAPERS[kind].is_confidential


CONFIDENTIAL = tuple(sorted(filter(is_about_a_person, PAPERS)))
"""The kinds of papers about a person."""


def is_about(payload: Payload, matters: Collection[str]) -> bool:
    """Whether an entry is about one of these measures and papers."""
    return any(payload["details"].get(name) in matters for name in ABOUT)


def veiled(payload: Payload) -> dict[str, Any]:
    """An entry as it is shown to whoever is no handler: what it did, the days, who acted, and the hashes."""
    return {**payload, "details": dict(_kept(payload["details"]))}


def _kept(details: Columns) -> Iterator[tuple[str, Any]]:
    for name, value in details.items():
        if name in FILES:
            yield name, [{"sha256": one["sha256"]} for one in value]
        elif name in NEVER_IN_WORDS or DATES_NAMES_AND_HASHES.fullmatch(name):
            yield name, value


def withheld_among(
    matters: Collection[tuple[Columns, Collection[Role]]],
    known_as: Collection[str],
    roles: Collection[Role],
) -> frozenset[str]:
    """The ids of those measures and papers about persons whose words are kept from somebody.

    Each comes with who decides on it. A paper that went out with a measure is its measure's.
    """
    of_measures = {one["document_id"] for one, _ in matters}
    kept = (
        {one["id"], one["document_id"]}
        for one, deciding in matters
        if one["id"] not in of_measures and not handlers_of(one, deciding).include(known_as, roles)
    )
    return frozenset[str]().union(*kept) - {None}
