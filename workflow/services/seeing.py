"""Who looks at a case, and what is kept from him: the rule of `states.visibility` asked for a stored case."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, Select

from states.accounts.administrators import Change
from states.case import Actor
from states.errors import NotPermitted
from states.facts import CaseFacts
from states.handlers import (
    TO_BE_DECIDED,
    deciding_on_measure,
    deciding_on_paper,
    withheld_among,
)
from states.office_time import office_day
from states.visibility import (
    NO_CURTAIN,
    Curtain,
    Sight,
    Viewer,
    curtain,
    is_accountable,
    sees_no_case,
    sight_of,
)
from states.vocabulary import Role
from workflow.services.batch import facts_shown
from workflow.services.histories import history_of
from workflow.services.known import Known
from workflow.services.office import Office, Signature
from workflow.services.people import Actors, Hat, check_no_machine, find_active, roles_with
from workflow.storage import gathering, papers, queries, role_requests, searches
from workflow.storage.look import Look


@dataclass(frozen=True, slots=True)
class Machine:
    """An integration that looks on: what it is called, and the units it sees with all below them; every case
    where `units` is None, none where it is empty."""

    name: str
    units: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Onlooker:
    """Somebody, by name or code, who asks to see a case at an instant, with the roles he holds then; a
    `machine` holds none and goes by the id of its token."""

    person: str
    at: datetime
    machine: Machine | None = None


def curtain_for(
    tx: Connection,
    office: Office,
    row: Row[Any],
    onlooker: Onlooker | None,
    measures: Iterable[Mapping[str, Any]] | None = None,
) -> Curtain:
    """What is kept from somebody who looks at the case of a row; nobody named is who operates the machine.

    `measures` are its escalations as they stood at the time that is looked at, without them as they stand
    now. Raises `NotPermitted` (`not_yours`) for somebody without any role towards the case and for the three
    administrators, `matter_sealed` for a sealed one unless it is shown to him; `NotFound` or `Ambiguous` for
    a person who cannot be told.
    """
    if onlooker is None:
        check_shown_unnamed(row)
        return NO_CURTAIN
    eyes = Eyes(tx, onlooker)
    viewer = eyes.viewer(facts_shown(tx, row))
    if isinstance(tx, Look):
        gathering.case(tx, row.id, str(eyes.person.code), office_day(onlooker.at))
    if viewer.sight is Sight.WHOLE:
        return eyes.curtain(office, [row.id])
    if measures is None:
        measures = [one._asdict() for one in queries.escalations_of(tx, [row.id])]
    details = (told["details"] for told in history_of(tx, row.id).payloads)
    return curtain(viewer, office.every_lifecycle(tx), measures, details)


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


def sees_none(name: str) -> NotPermitted:
    """The refusal for one of the three administrators who asks to see what cases say."""
    return NotPermitted(
        f"{name}是三员之一，不得查看事项内容；须了解情况的，请向督查室提出。",
        code="not_yours",
    )


def check_may_see_cases(tx: Connection, onlooker: Onlooker | None) -> None:
    """Raises `NotPermitted` (`not_yours`) for one of the three administrators."""
    eyes = None if onlooker is None else Eyes(tx, onlooker)
    if eyes is not None and sees_no_case(eyes.roles):
        raise sees_none(eyes.person.name)


def roles_of(tx: Connection, onlooker: Onlooker) -> frozenset[Role]:
    """The roles somebody holds in the office, his own or as a deputy."""
    return Eyes(tx, onlooker).roles


def viewer_of(by: Signature) -> Onlooker | None:
    """Whoever signs, as views know him; nobody named is who operates the machine, and no integration is he.

    Raises `NotPermitted` (`machine_not_allowed`) for one.
    """
    check_no_machine(by)
    return None if by.person is None else Onlooker(by.person, by.recorded_at)


def acting(tx: Connection, onlooker: Onlooker) -> Actors:
    """Whoever looks on, with the roles he acts by: a machine by none, whatever it sees."""
    person = None if onlooker.machine is not None else onlooker.person
    return Actors(tx, person, office_day(onlooker.at))


def behind(drawn: Curtain, known: Known) -> Known:
    """What is known of a case without what a curtain hides."""
    papers = (one for one in known.documents if one["id"] not in drawn.papers)
    drafts = () if drawn.is_drawn else known.drafts
    shown = tuple(drawn.shown(known.escalations))
    return replace(known, escalations=shown, documents=tuple(papers), drafts=drafts)


class Integration(NamedTuple):
    """A machine in the place of a person, whom no directory knows."""

    code: str
    name: str


def _hats_of(machine: Machine) -> tuple[Hat, ...]:
    """A machine sees what a unit's liaison sees there, or the whole as the archivist does: of papers about
    persons that they exist, of sealed matters and of the accounts' entries nothing."""
    if machine.units is None:
        return (Hat(Role.ARCHIVIST.value),)
    return tuple(Hat(Role.LIAISON.value, unit) for unit in machine.units)


class Eyes:
    """Somebody's eyes on a day: what whose-a-case-is rests on is read once, then asked case after case.

    Raises `NotPermitted` (`actor_disabled`), or as `find_person`.
    """

    def __init__(self, tx: Connection, onlooker: Onlooker) -> None:
        self._tx, day = tx, office_day(onlooker.at)
        self._is_machine = onlooker.machine is not None
        if onlooker.machine is None:
            self.person: Any = find_active(tx, onlooker.person)
            self.actors = Actors(tx, self.person, day)
        else:
            self.person = Integration(onlooker.person, f"系统接口“{onlooker.machine.name}”")
            self.actors = Actors(tx, None, day, hats=_hats_of(onlooker.machine))

    @cached_property
    def actor(self) -> Actor:
        """He himself, with the roles he holds in the office, his own or as a deputy."""
        return self.actors.towards(None)

    @property
    def roles(self) -> frozenset[Role]:
        """Those roles."""
        return self.actor.roles | self.actor.deputising.keys()

    @property
    def see_everything(self) -> bool:
        """Whether nothing is kept from him, whatever the case."""
        return sight_of(self.roles) is Sight.WHOLE

    @property
    def units_overseen(self) -> frozenset[str] | None:
        """The units all of whose matters he sees, none for whoever sees single ones alone; None for all."""
        if self.see_everything:
            return None
        return frozenset() if sees_no_case(self.roles) else self.actors.units

    def see(self, facts: CaseFacts) -> bool:
        """Whether he may see anything of a case with these facts."""
        return self._sight(facts)[1] is not None

    def viewer(self, facts: CaseFacts) -> Viewer:
        """He as he looks at a case. Raises `NotPermitted` (`not_yours`, `matter_sealed`)."""
        known_as, sight = self._sight(facts)
        if sight is None:
            raise self.refusal(facts.number, is_sealed=facts.sealed_on is not None)
        return Viewer(known_as, sight)

    def _sight(self, facts: CaseFacts) -> tuple[frozenset[str], Sight | None]:
        roles = roles_with(self.actors, facts)
        known_as, is_sealed = self._known_as(roles), facts.sealed_on is not None
        is_his = is_accountable(known_as, facts)
        return known_as, sight_of(roles, is_accountable=is_his, is_sealed=is_sealed)

    def curtain(self, office: Office, case_ids: Sequence[int] | None) -> Curtain:
        """What is kept from him, who sees the whole, of these cases, None: of all: the words about persons
        whom he has not in hand."""
        found = papers.about_persons(self._tx, case_ids)
        if not found:
            return NO_CURTAIN
        matters = [(one._asdict(), self._deciding(office, one)) for one in found]
        kept = withheld_among(matters, self._known_as(self.roles), self.roles)
        return Curtain(wordless=kept, viewer=str(self.person.code)) if kept else NO_CURTAIN

    def _deciding(self, office: Office, matter: Row[Any]) -> frozenset[Role]:
        """Who decides on a measure that waits for it, or signs a paper."""
        if matter.kind is not None:
            return deciding_on_paper(matter.kind)
        if matter.state not in TO_BE_DECIDED:
            return frozenset()
        return deciding_on_measure(office.policy(self._tx, matter.policy).rung_of.get(matter.step))

    def concerning(self) -> frozenset[int]:
        """The ids of the cases that may be his: of his units and those below, or naming him as leader."""
        return frozenset(self._tx.execute(self.concerned()).scalars())

    def concerned(self) -> Select[Any]:
        """The statement that finds them."""
        named = set() if self._is_machine else {str(self.person.code), str(self.person.name)}
        return searches.concerned(self._tx, self.actors.units, named)

    def refusal(self, number: str | None, *, is_sealed: bool) -> NotPermitted:
        """Why a case is not shown to him that is not."""
        if sees_no_case(self.roles):
            return sees_none(self.person.name)
        if is_sealed:
            return not_shown(number)
        return NotPermitted(
            f"{self.person.name}在事项{number}上没有职责，不能查看；确需查看的，请向督查室提出。",
            code="not_yours",
            person=self.person.code,
        )

    def _known_as(self, roles: Collection[Role]) -> frozenset[str]:
        """His code, and his own name where nobody shares it, or where the unit's head is meant by it. No
        case and no measure means a machine, whatever it is called."""
        if self._is_machine:
            return frozenset()
        has_his_name = Change.NAME not in self._unconfirmed
        is_meant = has_his_name and (Role.UNIT_HEAD in roles or self._is_alone)
        codes = frozenset[str]() if Change.CODE in self._unconfirmed else frozenset({self.person.code})
        return codes | {self.person.name} if is_meant else codes

    @cached_property
    def _unconfirmed(self) -> frozenset[str]:
        """Whether his name counts, or his code: not as long as nobody confirmed a name a directory gave him
        since the three are in office, nor the code of somebody new by which matters had named a leader."""
        return self._doubts[0]

    @property
    def _is_alone(self) -> bool:
        return self._doubts[1] == 1

    @cached_property
    def _doubts(self) -> tuple[frozenset[str], int]:
        return role_requests.doubts(self._tx, self.person.code, self.person.name)
