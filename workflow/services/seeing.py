"""Who looks at a case, and what is kept from him: the rule of `states.visibility` asked for a stored case."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import NotPermitted
from states.facts import CaseFacts
from states.office_time import office_day
from states.visibility import NO_CURTAIN, Curtain, Viewer, curtain, is_accountable, sight_of
from states.vocabulary import Role
from workflow.services.batch import opened
from workflow.services.known import Known
from workflow.services.office import Office
from workflow.services.people import Actors, find_person, roles_towards
from workflow.storage import queries, rules


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody, by name or code, who asks to see a case at an instant, with the roles he holds then."""

    person: str
    at: datetime


def curtain_for(
    tx: Connection,
    office: Office,
    row: Row[Any],
    onlooker: Onlooker | None,
    measures: Iterable[Mapping[str, Any]] | None = None,
) -> Curtain:
    """What is kept from somebody who looks at the case of a row; nobody named is who operates the machine.

    `measures` are its escalations as they stood at the time that is looked at, without them as they stand
    now. Raises `NotPermitted` (`not_yours`) for somebody without any role towards the case, `matter_sealed`
    for a sealed one unless it is shown to him; `NotFound` or `Ambiguous` for a person who cannot be told.
    """
    if onlooker is None:
        check_shown_unnamed(row)
        return NO_CURTAIN
    viewer = _viewer(tx, opened(row).facts, onlooker)
    if measures is None:
        measures = [one._asdict() for one in queries.escalations_of(tx, [row.id])]
    details = (json.loads(event.payload)["details"] for event in queries.events_of(tx, row.id))
    lifecycles = [office.lifecycle(tx, digest) for digest in rules.rule_digests(tx, "lifecycle")]
    return curtain(viewer, lifecycles, measures, details)


def check_shown_unnamed(row: Row[Any]) -> None:
    """A sealed matter is shown to those it may be shown to, who are asked to name themselves."""
    if row.sealed_on is not None:
        raise not_shown(row.number)


def not_shown(number: str | None) -> NotPermitted:
    """The refusal for whoever asks to see a sealed matter that is not shown to him."""
    return NotPermitted(
        f"事项{number}已封存，只供{Role.DIRECTOR.label}和{Role.AUDITOR.label}查看，请用 --as 写明。",
        code="matter_sealed",
        number=number,
    )


def roles_of(tx: Connection, onlooker: Onlooker) -> frozenset[Role]:
    """The roles somebody holds in the office, his own or as a deputy."""
    actor = Actors(tx, onlooker.person, office_day(onlooker.at)).towards(None)
    return actor.roles | actor.deputising.keys()


def behind(drawn: Curtain, known: Known) -> Known:
    """What is known of a case without what a curtain hides."""
    papers = (one for one in known.documents if one["id"] not in drawn.papers)
    return replace(known, escalations=tuple(drawn.shown(known.escalations)), documents=tuple(papers))


def shown_events(drawn: Curtain, events: Iterable[Row[Any]]) -> list[Row[Any]]:
    """The entries a curtain does not hide."""
    return [one for one in events if not drawn.hides(one.kind, json.loads(one.payload)["details"])]


def _viewer(tx: Connection, facts: CaseFacts, onlooker: Onlooker) -> Viewer:
    person = find_person(tx, onlooker.person)
    roles = roles_towards(tx, person.code, facts, office_day(onlooker.at))
    known_as = _known_as(tx, person, roles)
    is_sealed = facts.sealed_on is not None
    sight = sight_of(roles, is_accountable=is_accountable(known_as, facts), is_sealed=is_sealed)
    if sight is None and is_sealed:
        raise not_shown(facts.number)
    if sight is None:
        raise NotPermitted(
            f"{person.name}在事项{facts.number}上没有职责，不能查看；确需查看的，请向督查室提出。",
            code="not_yours",
            person=person.code,
        )
    return Viewer(known_as, sight)


def _known_as(tx: Connection, person: Row[Any], roles: Collection[Role]) -> frozenset[str]:
    """His code, and his name where nobody shares it or where it is the unit's head that is meant by it."""
    is_meant = Role.UNIT_HEAD in roles or len(queries.people_called(tx, person.name)) == 1
    return frozenset({person.code, person.name} if is_meant else {person.code})
