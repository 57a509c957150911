"""签批室: everything that waits for the decision of whoever looks, the latest matter first, then the oldest.

Measures that are proposed, papers people wrote, from their review to the file, and what a case asks: more
time, coordination, a report to be signed, a matter to be handed out or struck off. Whose a decision is, is
asked of the rules that decide it: whoever may not give it does not find it here. A measure that concerns a
person is counted only; a paper that does is here for those who may read it.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from states.case import Actor
from states.deadlines.timeliness import Timeliness, timeliness
from states.duties import Duty, DutyKind, Matter
from states.duties.begun import EXTENDING, HANDED_ON, moves
from states.duties.deciding import deciding_states, decisions
from states.escalation.given import written_for
from states.escalation.table import COMMANDS as ON_MEASURES
from states.facts import CaseFacts
from states.lifecycle import Lifecycle
from states.office_time import office_day
from states.papers.asking import NEXT, is_asked
from states.papers.facts import PaperFacts
from states.papers.kinds import PAPERS
from states.papers.life import COMMANDS as ON_PAPERS
from states.papers.life import UNSIGNED
from states.papers.lives import DAYS
from states.visibility import sees_no_case
from workflow.errors import EditConflict, NotFound
from workflow.services import measure_desk
from workflow.services.addressees import Directory
from workflow.services.batch import JOURNAL, opened
from workflow.services.documents import showing
from workflow.services.held import held_case
from workflow.services.office import Office
from workflow.services.seeing import Eyes, Onlooker
from workflow.storage import begun, gathering, signing
from workflow.storage.guarded import Read, readable
from workflow.storage.session import reading
from workflow.storage.signing import PROPOSED, Undecided

MEASURE, PAPER = "measure", "paper"
AFTER_SIGNING = ("issue", "serve", "archive")
LEAF = 20
LATEST = 99_999
PUTS_OUT = {
    DutyKind.CLOSE: "close_out",
    DutyKind.DECIDE_EXTENSION: "extension_form",
    DutyKind.REVIEW_EXTENSION: "extension_form",
    DutyKind.CONSENT: "extension_form",
}
"""The paper that tells of a decision on a case."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One decision that waits. `kind` and `id` name it; `sort` tells what may be decided together.

    `commands` are those that decide it, the approving one first. `seen` is what it rests on: the last entry
    of its case, of a paper the hash of what it says. `standing` tells of the matter's own date, `paper` is
    the kind of paper the decision puts out. For an unwritten one its paper still wants words of a person.
    """

    kind: str
    id: str
    label: str
    sort: str
    commands: tuple[str, ...]
    seen: str
    number: str | None = None
    title: str | None = None
    unit: str | None = None
    since: date | None = None
    due_on: date | None = None
    standing: Timeliness | None = None
    paper: str | None = None
    is_personal: bool = False
    is_unwritten: bool = False

    @property
    def name(self) -> tuple[str, str]:
        return self.kind, self.id

    @property
    def is_signed(self) -> bool:
        """Whether it is a paper that is signed and has to go out, or went out and is to be entered so."""
        return self.kind == PAPER and self.commands[0] in AFTER_SIGNING

    @property
    def is_issued(self) -> bool:
        """Whether it is a paper that has its number and its print."""
        return self.is_signed and self.commands[0] != "issue"

    @property
    def place(self) -> tuple[str, ...]:
        """Its place in the order, which it keeps as long as its matter stands as it does."""
        late = self.standing.working_days_late if self.standing else 0
        waited = self.since or self.due_on or date.max
        return f"{LATEST - min(late, LATEST):05}", waited.isoformat(), self.kind, self.id


@dataclass(frozen=True, slots=True)
class Room:
    """What waits for somebody on a day. `private` are the ids of measures about a person, told by number."""

    waiting: tuple[Waiting, ...]
    private: frozenset[str] = frozenset()
    unreadable: tuple[str, ...] = ()

    def find(self, kind: str, id: str) -> Waiting:
        """Raises `NotFound` (`not_waiting`) for what does not wait for him, whatever else it may be."""
        found = next((one for one in self.waiting if one.name == (kind, id)), None)
        if found is None:
            raise not_waiting()
        return found

    def after(self, place: tuple[str, ...]) -> Waiting | None:
        """The next one behind a place, from the beginning again at the end; None where nothing waits."""
        behind = (one for one in self.waiting if one.place > place)
        return next(behind, next((one for one in self.waiting if one.place != place), None))

    def before(self, place: tuple[str, ...]) -> Waiting | None:
        """The one before a place."""
        return next((one for one in reversed(self.waiting) if one.place < place), None)

    def leaf(self, after: tuple[str, ...] | None, size: int = LEAF) -> tuple[tuple[Waiting, ...], bool]:
        """The next ones behind a place, and whether there are more."""
        found = [one for one in self.waiting if after is None or one.place > after]
        return tuple(found[:size]), len(found) > size


def not_waiting() -> NotFound:
    """The refusal for what does not wait for whoever asks, whatever else it may be."""
    message = "这件现在不等您签批：可能已由他人办理、已经撤回，或者不属于您；请回到签批室。"
    return NotFound(message, code="not_waiting")


def check_not_decided(office: Office, kind: str, id: str, *, by: Onlooker) -> None:
    """Raises `EditConflict` (`decided_meanwhile`) for what somebody decided, with how it stands now.

    Raises like its own page where it is not shown to whoever asks, and does nothing for what is unknown.
    """
    standing = _standing(office, kind, id, by)
    if standing is not None:
        case, called, state = standing
        message = f"您打开页面后，这件（{case or called}）已经有人办理，现为“{state}”；您的意见没有提交。"
        raise EditConflict(message, code="decided_meanwhile", state=state, case=case)


def _standing(office: Office, kind: str, id: str, by: Onlooker) -> tuple[str | None, str, str] | None:
    """Of which case a measure or a paper is, what it is called and how it stands; None while it waits."""
    if kind == PAPER:
        shown = showing.show(office, id, at=by.at, by=by)
        if shown["state"] in UNSIGNED:
            return None
        return shown["case"], str(shown["kind_label"]), str(shown["state_label"])
    with reading(office.engine) as tx:
        number = signing.number_of(tx, id) if kind == MEASURE else None
    found = measure_desk.sheet(office, number, id, by=by) if number else None
    is_decided = found is not None and found.state != PROPOSED
    return (found.number, found.rung.label, found.state_label) if found and is_decided else None


def room(office: Office, *, by: Onlooker) -> Room:
    """What waits for whoever looks. Raises as `Eyes`."""
    with reading(office.engine) as tx:
        eyes = Eyes(tx, by)
        return Room(()) if sees_no_case(eyes.roles) else _Gathering(tx, office, by, eyes).room()


class _Gathering:
    """One pass over what may wait for somebody."""

    def __init__(self, tx: Connection, office: Office, by: Onlooker, eyes: Eyes) -> None:
        self._tx, self._office, self._eyes = tx, office, eyes
        self._day, self._calendar = office_day(by.at), office.calendar(tx)
        self._policy = office.policy(tx)
        self._private: set[str] = set()

    def room(self) -> Room:
        found: list[Waiting] = []
        unreadable: list[str] = []
        for row in signing.matters(self._tx, self._states(), self._begun()):
            try:
                of_case = self._of_case(readable(row))
                found += of_case
                if of_case:
                    gathering.keep_case(self._tx, readable(row))
            except DBAPIError:
                raise
            except Exception as error:  # whatever a damaged row makes of its facts
                unreadable.append(str(held_case(row.number, error)["case"]))
        found += self._of_papers(JOURNAL, None)
        found.sort(key=lambda one: one.place)
        return Room(tuple(found), frozenset(self._private), tuple(unreadable))

    def _states(self) -> set[str]:
        return {state for one in self._tables for state in deciding_states(one)}

    def _begun(self) -> tuple[Any, ...]:
        return begun.beside(moves(self._tables), HANDED_ON)

    @cached_property
    def _tables(self) -> list[Lifecycle]:
        return self._office.every_lifecycle(self._tx)

    def _of_case(self, row: Row[Any]) -> list[Waiting]:
        facts = opened(row).facts
        lifecycle = self._office.lifecycle(self._tx, facts.lifecycle)
        policy = self._office.policy(self._tx, facts.policy) if facts.policy else self._policy
        matter = _Matter(
            Matter(facts, lifecycle, policy, self._calendar, self._day),
            str(row.seq),
            self._eyes.actors.towards(facts.lead_unit),
            (row.moved_at, row.handed_at),
        )
        measures = (self._of_measure(matter, readable(one)) for one in self._proposed.get(row.id, ()))
        asked = (self._asked(matter, duty) for duty in decisions(matter.matter))
        return [*filter(None, (*measures, *asked)), *self._of_papers(row.id, matter)]

    def _of_measure(self, matter: "_Matter", row: Row[Any]) -> Waiting | None:
        """A proposal he may decide on, while papers go out on its matter and nobody put it off."""
        rung = self._office.policy(self._tx, row.policy).rung_of[row.step]
        is_off = row.snoozed_until is not None and row.snoozed_until > self._day
        is_his = self._directory.may_decide(row._mapping, rung, matter.himself)
        if is_off or not matter.matter.is_running or not is_his:
            return None
        if rung.addressee == "person":
            self._private.add(row.id)
            return None
        told = self._told(matter, since=row.raised_on)
        told["is_unwritten"] = not self._written[row.id].issuperset(written_for(rung))
        label = f"{ON_MEASURES['approve'].label}{rung.label}"
        commands = ("approve", "reject")
        return Waiting(
            MEASURE, row.id, label, f"{MEASURE}:{row.step}", commands, matter.seq, paper=rung.document, **told
        )

    def _asked(self, matter: "_Matter", duty: Duty) -> Waiting | None:
        commands = tuple(row.id for row in duty.answers if matter.himself.holds(row.roles))
        if not commands:
            return None
        kind, told = duty.kind, self._told(matter, since=duty.since or matter.begun(duty.kind))
        label = duty.label.removeprefix("待")
        named = kind.value, str(duty.number), label, kind.value
        return Waiting(*named, commands, matter.seq, paper=PUTS_OUT.get(kind), **told)

    def _of_papers(self, case_id: int, matter: "_Matter | None") -> Iterator[Waiting]:
        """The papers of a case that wait for his step; of those who see only part of it none is shown."""
        if not self._eyes.see_everything:
            return
        himself = matter.himself if matter else self._eyes.actor
        for row in self._papers.get(case_id, ()):
            step = self._step_of(row, himself)
            if step is not None and row.id not in self._wordless:
                yield self._paper(row, step, matter)

    def _paper(self, row: Row[Any], step: str, matter: "_Matter | None") -> Waiting:
        kind, since = PAPERS[row.kind], max(filter(None, (getattr(row, name) for name in DAYS)))
        told = self._told(matter, since=since) if matter else {"since": since}
        label, sort = f"{ON_PAPERS[step].label}{kind.label}", f"{PAPER}:{row.kind}:{step}"
        commands = (step, "return") if row.state in UNSIGNED else (step,)
        seen = str(row.content_sha256)
        return Waiting(
            PAPER,
            row.id,
            label,
            sort,
            commands,
            seen,
            paper=row.kind,
            is_personal=kind.is_confidential,
            **told,
        )

    def _step_of(self, row: Row[Any], himself: Actor) -> str | None:
        step = NEXT[row.state]
        return step if is_asked(self._paper_facts(row), step, himself) else None

    def _paper_facts(self, row: Row[Any]) -> PaperFacts:
        person = (json.loads(row.facts or self._said.get(row.id) or "{}") or {}).get("person")
        name = person.get("name") if isinstance(person, Mapping) else None
        return PaperFacts(
            kind=PAPERS[row.kind],
            state=row.state,
            drafters=self._drafters.get(row.id, frozenset({row.drafted_by})),
            reviewers=frozenset({row.reviewed_by} - {None}),
            objects=self._directory.called(str(name)) if name else frozenset(),
            of_unit=self._directory.people_of(row.units),
        )

    def _told(self, matter: "_Matter", *, since: date | None) -> dict[str, Any]:
        facts = matter.facts
        return {
            "number": facts.number,
            "title": facts.title,
            "unit": self._directory.unit_name(facts.lead_unit),
            "since": since,
            "due_on": facts.due_on,
            "standing": matter.standing,
        }

    @cached_property
    def _proposed(self) -> Mapping[int, list[Read]]:
        found: dict[int, list[Read]] = {}
        for one in self._undecided.proposals:
            found.setdefault(one.case_id, []).append(one)
        return found

    @cached_property
    def _wordless(self) -> frozenset[str]:
        """The papers about persons whose words are kept from him."""
        return self._eyes.curtain(self._office, None).wordless

    @cached_property
    def _written(self) -> Mapping[str, set[str]]:
        """What was drafted for each measure, by the names of its particulars."""
        found: dict[str, set[str]] = defaultdict(set)
        for one in self._undecided.words:
            words = json.loads(one.personal)["details"] if one.personal else {}
            found[json.loads(one.payload)["details"]["escalation"]] |= {*words}
        return found

    @cached_property
    def _undecided(self) -> Undecided:
        return signing.undecided(self._tx)

    @cached_property
    def _papers(self) -> Mapping[int, list[Row[Any]]]:
        found: dict[int, list[Row[Any]]] = {}
        for one in self._undecided.papers:
            found.setdefault(one.case_id, []).append(one)
        return found

    @cached_property
    def _said(self) -> Mapping[str, str]:
        """What the papers about persons say that have a number."""
        return {one.id: one.facts for one in self._undecided.said}

    @cached_property
    def _drafters(self) -> Mapping[str, frozenset[str]]:
        """Who wrote each paper that is not signed yet."""
        found: dict[str, frozenset[str]] = {}
        for one in self._undecided.entries:
            paper = str(json.loads(one.payload)["details"].get("document"))
            found[paper] = found.get(paper, frozenset()) | {one.actor}
        return found

    @cached_property
    def _directory(self) -> Directory:
        return Directory(self._tx, self._day)


@dataclass(frozen=True, slots=True)
class _Matter:
    """A case with its last entry, the roles of whoever looks towards it, and when it last moved and was last
    handed on with a request for time."""

    matter: Matter
    seq: str
    himself: Actor
    came: tuple[datetime | None, datetime | None]

    @property
    def facts(self) -> CaseFacts:
        return self.matter.facts

    def begun(self, kind: DutyKind) -> date | None:
        """Since when a decision waits that none of its facts dates."""
        moved_at, handed_at = self.came
        at = handed_at if kind in EXTENDING else moved_at
        return office_day(at) if at else None

    @property
    def standing(self) -> Timeliness | None:
        """How its date stands, while its time is charged to the unit."""
        facts, matter = self.facts, self.matter
        if not matter.is_running or facts.due_on is None:
            return None
        return timeliness(facts.due_on, facts.dispatched_on, matter.day, matter.calendar)
