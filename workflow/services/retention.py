"""How long matters are kept: setting the class, what is kept until when, sealing what has come to its end.

These are acts about the file and not moves of the matter, so they are no commands of a lifecycle table: they
are given on matters archived under any table, which can be brought under no newer one any more.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from states import retention
from states.case import Actor
from states.facts import CaseFacts
from states.office_time import office_day
from states.retention import CLASSIFIED, FILING, SEALED, SEALING, UNSEALED
from states.visibility import sees_sealed
from states.vocabulary import RetentionClass, Role
from workflow.services.batch import OpenCase, opened
from workflow.services.entries import Act
from workflow.services.held import held_case
from workflow.services.office import Office, Signature
from workflow.services.people import Actors
from workflow.services.resolving import held
from workflow.services.seeing import Onlooker, check_may_see_cases, roles_of
from workflow.services.work import Work, begin
from workflow.storage import retention as stored
from workflow.storage.guarded import readable
from workflow.storage.session import reading, transaction

Deciding = Callable[[Work, OpenCase, frozenset[Role]], Mapping[str, Any]]


def classify(
    office: Office, number: str, word: str | None, *, reason: str | None, by: Signature, at: datetime
) -> OpenCase:
    """Set how long a matter is kept, by the class's label or identifier; returns the case.

    Raises `NotPermitted` for anybody but the archivist and the director, who alone shortens a term;
    `FactMissing`, `FactInvalid`, `NotFound`.
    """

    def decide(_: Work, case: OpenCase, roles: frozenset[Role]) -> Mapping[str, Any]:
        return retention.classified(case.facts, word, roles, reason)

    return _act(office, number, _Deed(CLASSIFIED, FILING, reason), decide, by=by, at=at)


def seal(office: Office, number: str, *, reason: str | None, by: Signature, at: datetime) -> OpenCase:
    """Seal an archived matter whose term has ended. Raises `NotPermitted`, `FactMissing`, `FactInvalid`."""

    def decide(work: Work, case: OpenCase, roles: frozenset[Role]) -> Mapping[str, Any]:
        filed = work.lifecycle_of(case).state_rows[case.facts.state].kind == "final"
        day = min(work.day, office_day(by.recorded_at))  # no term ends by saying that it is later
        return retention.sealed(case.facts, roles, reason, day, is_filed=filed)

    return _act(office, number, _Deed(SEALED, SEALING, reason), decide, by=by, at=at)


def unseal(office: Office, number: str, *, reason: str | None, by: Signature, at: datetime) -> OpenCase:
    """Open a sealed matter again. Raises `NotPermitted`, `FactMissing`, `FactInvalid`."""

    def decide(_: Work, case: OpenCase, roles: frozenset[Role]) -> Mapping[str, Any]:
        return retention.unsealed(case.facts, roles, reason)

    return _act(office, number, _Deed(UNSEALED, SEALING, reason), decide, by=by, at=at)


@dataclass(slots=True)
class Kept:
    """What is kept until when on a day, by number; `withheld` counts sealed matters that are not shown."""

    on: date
    matters: list[dict[str, Any]] = field(default_factory=list)
    withheld: int = 0
    unreadable: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"on": self.on.isoformat()}


def list_kept(office: Office, *, day: date, by: Onlooker | None = None) -> Kept:
    """Every matter that was struck off; the sealed ones to the director and the auditor alone.

    Raises `NotPermitted` (`not_yours`) for one of the three administrators.
    """
    with reading(office.engine) as tx:
        check_may_see_cases(tx, by)
        shows_sealed = by is not None and sees_sealed(roles_of(tx, by))
        made = Kept(day)
        for row in stored.struck_off(tx):
            try:
                facts = opened(readable(row)).facts
            except (TypeError, ValueError) as error:
                made.unreadable.append(held_case(row.number, error))
                continue
            if facts.sealed_on is None or shows_sealed:
                made.matters.append(_told(facts, day))
            else:
                made.withheld += 1
        return made


def _told(facts: CaseFacts, day: date) -> dict[str, Any]:
    last = retention.kept_until(facts)
    return {
        "number": facts.number,
        "title": facts.title,
        "state": facts.state,
        "closed_on": facts.closed_on and facts.closed_on.isoformat(),
        "retention": facts.retention,
        "retention_label": facts.retention and RetentionClass(facts.retention).label,
        "kept_until": last and last.isoformat(),
        "ended": retention.has_ended(facts, day),
        "sealed_on": facts.sealed_on and facts.sealed_on.isoformat(),
    }


@dataclass(frozen=True, slots=True)
class _Deed:
    """An act about the file of a matter: its kind, of whom it is asked, and why it is done."""

    kind: str
    asked: tuple[Role, ...]
    reason: str | None

    def entry(self, work: Work, case: OpenCase, actor: Actor, changes: Mapping[str, Any]) -> Act:
        """`former` are the values before."""
        former = {name: getattr(case.facts, name) for name in changes}
        details = {"reason": self.reason, "former": {name: str(one) for name, one in former.items() if one}}
        state, deputised = case.facts.state, actor.acting_for(self.asked)
        return Act(self.kind, work.at, actor.person, details, changes, state, state, deputised)


def _act(
    office: Office, number: str, deed: _Deed, decide: Deciding, *, by: Signature, at: datetime
) -> OpenCase:
    """One such act in one transaction."""
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        case = opened(held(tx, number))
        actor = Actors(tx, by.person, work.day).towards(None)
        changes = decide(work, case, actor.roles | actor.deputising.keys())
        work.batch.enter(case, deed.entry(work, case, actor, changes))
        work.batch.flush()
        return case
