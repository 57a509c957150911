"""The read side: the register as a list, one case, its history.

Nothing here writes. A view of the past is folded from what was recorded by then; in the list of all cases one
that has not gone on since stands as its row has it, which is the same.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row
from sqlalchemy.exc import DBAPIError

from notifications.facts import kind_label
from states import lights
from states.calendar import WorkCalendar
from states.deadlines import Timeliness
from states.escalation import STATES as ESCALATION_STATES
from states.escalation.table import PENDING
from states.facts import CaseFacts, to_json
from states.lifecycle import CommandRow, Lifecycle
from states.office_time import office_day
from states.papers.life import STATES as PAPER_STATES
from states.policy import Policy
from states.turning import Standing
from states.visibility import Curtain
from states.vocabulary import Light
from workflow.errors import NotFound
from workflow.services import checks, nodes, relations
from workflow.services.access import shown_case
from workflow.services.agreed import told_agreement
from workflow.services.batch import opened
from workflow.services.commenting import told_comments
from workflow.services.dealings import DEALINGS
from workflow.services.documents.telling import told_life
from workflow.services.extensions import told_extension
from workflow.services.feedback import feedback
from workflow.services.held import held_case
from workflow.services.histories import History, history_of, shown_history
from workflow.services.known import Columns, Known, known_by, known_now
from workflow.services.naming import with_names
from workflow.services.office import Office
from workflow.services.paper_values import matters_of
from workflow.services.pasts import pasts_of_changed, unit_names
from workflow.services.replay import Entry
from workflow.services.seeing import Onlooker, behind, curtain_for
from workflow.services.told_tasks import told_tasks
from workflow.storage import measure_reads, queries, rules
from workflow.storage.guarded import readable
from workflow.storage.retention import sealed_numbers
from workflow.storage.session import reading

REACHED = (*PENDING, "concluded")
"""States of an escalation that went out and was not taken back: its level counts, also when it is over."""

REPLACES = "replaces"
"""The particular by which a paper says which other it takes the place of."""

UNTOLD = frozenset({"case_id", "object_person"})


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the register on a day. `seq` is the last entry of its history, where it was asked for."""

    facts: CaseFacts
    state: str
    timeliness: Timeliness
    lead_unit: str | None
    level: str | None
    co_units: tuple[str, ...] = ()
    reasons: tuple[lights.Reason, ...] = ()
    lead_group: str | None = None
    category: str | None = None
    changed_at: datetime | None = None
    seq: int = 0

    def as_json(self) -> dict[str, Any]:
        facts, when = self.facts, self.timeliness
        return {
            "number": facts.number,
            "title": facts.title,
            "state": facts.state,
            "state_label": self.state,
            "light": when.light.value,
            "light_label": when.light.label,
            "light_reasons": [one.words for one in self.reasons],
            "category": facts.complexity,
            "category_label": self.category,
            "lead_unit": self.lead_unit,
            "lead_group": self.lead_group,
            "due": facts.due_on.isoformat() if facts.due_on else None,
            "provisional": facts.provisional,
            "open_ended": facts.open_ended,
            "overdue": when.overdue,
            "days_late": when.days_late,
            "working_days_late": when.working_days_late,
            "outcome": facts.outcome,
            "level": self.level,
        }


Telling = Callable[[CaseFacts, "View"], Any]
INSIDE: Mapping[str, Telling] = {
    "tasks": told_tasks,
    "feedback": feedback,
    "extension": told_extension,
    "checks": lambda facts, seen: checks.told(facts, seen.entries(facts)),
    "still_missing": lambda facts, seen: checks.still_missing(facts, seen.entries(facts)),
    **DEALINGS,
    "children": relations.children,
    "parent": relations.parent,
    "absorbed": relations.absorbed,
    "agreed": told_agreement,
    "nodes": nodes.told,
}
"""What lies inside a case and has a place of its own when it is shown, by the name of that place."""


class Listing(list[Listed]):
    """The lines of the register. `unreadable` are the cases left out, each with what its data ran into.

    `sealed` are the lines of matters that are sealed: counted, and in no list.
    """

    def __init__(self, lines: Iterable[Listed] = ()) -> None:
        super().__init__(lines)
        self.unreadable: list[dict[str, Any]] = []
        self.sealed: list[Listed] = []

    def add(self, line: Listed, *, is_sealed: bool) -> None:
        """Add a line, beside the list if its case is sealed now."""
        (self.sealed if is_sealed else self).append(line)


def list_cases(office: Office, *, today: datetime, as_of: datetime | None = None) -> Listing:
    """The register, by number. With `as_of`, as it was recorded by that instant and seen on that day."""
    with reading(office.engine) as tx:
        seen = View(tx, office, as_of or today, as_of)
        return _listed(tx, seen) if as_of is None else _listed_by(tx, seen, as_of)


def show(
    office: Office,
    number: str,
    *,
    today: datetime,
    as_of: datetime | None = None,
    by: Onlooker | None = None,
) -> dict[str, Any]:
    """Everything known of one case, with its deadlines, escalations, papers and comments.

    To an onlooker what he may see of it. Raises `NotFound`, `NotPermitted`.
    """
    with reading(office.engine) as tx:
        row, drawn = shown_case(tx, office, number, by)
        known = known_now(tx, row) if as_of is None else known_by(tx, row, as_of)
        if known.facts.number is None:
            raise not_registered(number)
        if as_of is not None:
            drawn = curtain_for(tx, office, row, by, known.escalations)
        known, seen = behind(drawn, known), View(tx, office, as_of or today, as_of)
        seen.opens(known.facts, row.id)
        told = told_of(known, seen, drawn, INSIDE)
        limits = [told_limit(one) for one in known.limits]
        comments = told_comments(shown_history(tx, row.id, drawn, as_of).rows, seen.people)
        return {**told, **drawn.without_matters({"limits": limits, "comments": comments})}


def told_of(known: Known, seen: "View", drawn: Curtain, inside: Mapping[str, "Telling"]) -> dict[str, Any]:
    """What is known of a case as documents tell of it, and what lies `inside` it by the name of its place."""
    line = seen.listed(known.facts, known.escalations)
    told = {
        "case": {
            **to_json(_values(known.facts)),
            **line.as_json(),
            "co_unit_names": list(line.co_units),
            "complexity_label": seen.category(known.facts),
        },
        **{name: drawn.without_names(tell(known.facts, seen)) for name, tell in inside.items()},
        "escalations": drawn.marked(map(told_escalation, known.escalations)),
        "documents": drawn.marked(_documents(known.documents, seen.history(known.facts).telling(REPLACES))),
        "drafts": drawn.marked(told_life(one, seen.people) for one in known.drafts),
    }
    return dict(drawn.without_matters(told))


def check_filters(office: Office, *, state: str | None, unit: str | None) -> frozenset[str] | None:
    """The units meant, as `units_meant` has it; None for all. A state nobody knows is refused: `NotFound`."""
    with reading(office.engine) as tx:
        lifecycle = office.lifecycle(tx)
        known = {word for row in lifecycle.states for word in (row.id, row.label)}
        if state is not None and state not in known:
            labels = "、".join(row.label for row in lifecycle.states)
            raise NotFound(f"没有“{state}”这个环节，可用的有：{labels}。", code="state_unknown", state=state)
        return None if unit is None else units_meant(tx, unit)


def command_called(office: Office, name: str) -> CommandRow | None:
    """The command of this name in the table in force."""
    with reading(office.engine) as tx:
        return office.lifecycle(tx).command_rows.get(name)


def units_meant(tx: Connection, name: str) -> frozenset[str]:
    """The units meant by a code, by part of a name, or of another name the directory knows.

    One nobody knows is refused, so that an empty list means what it says: `NotFound` (`unit_unknown`).
    """
    called = queries.units_called(tx, name)
    if not called:
        raise NotFound(f"单位名录中没有“{name}”。", code="unit_unknown", unit=name)
    return frozenset(called)


class View:
    """What every line of the register needs, read once: calendar and unit names.

    `as_of` is the instant by which what is told was recorded, None for everything there is. `known` is what
    is known already of now: which rules are in force, by kind, and the units.
    """

    def __init__(
        self,
        tx: Connection,
        office: Office,
        today: datetime,
        as_of: datetime | None = None,
        known: tuple[Mapping[str, str], Sequence[Row[Any]]] = ({}, ()),
    ) -> None:
        self.tx, self.office, self.at, self.day = tx, office, today, office_day(today)
        self.as_of = as_of
        self._histories: dict[str | None, History] = {}
        self._policies: dict[str | None, Policy] = {}
        self._in_force, tree = known
        in_force = self._in_force.get("calendar") if as_of is None else rules.calendar_in_force(tx, as_of)
        self.calendar: WorkCalendar = office.calendar(tx, in_force)
        self.names = {row.code: row.name for row in tree} or unit_names(tx, as_of)

    @cached_property
    def people(self) -> dict[str, str]:
        """Everybody's name by code."""
        return queries.names_of_people(self.tx)

    def history(self, facts: CaseFacts) -> History:
        """The history of the case that is shown."""
        if facts.number not in self._histories:
            case_id = queries.id_of_case(self.tx, facts.number or "")
            self.opens(facts, case_id)
        return self._histories[facts.number]

    def entries(self, facts: CaseFacts) -> list[Entry]:
        """The same entry by entry, as it was corrected since."""
        return self.history(facts).corrected

    def opens(self, facts: CaseFacts, case_id: int) -> None:
        """Look the history of a case up by its id, which spares the search for its number."""
        self._histories = {facts.number: history_of(self.tx, case_id, self.as_of)}

    def category(self, facts: CaseFacts) -> str | None:
        """What people call the case's category, by the policy it is under."""
        policy = self._policy(facts.policy)
        return facts.complexity and policy.category_label(facts.complexity)

    def showing(self, facts: CaseFacts, light: Light, changed_at: datetime, seq: int = 0) -> Listed:
        """The same for many, with a light that is known, and without what it comes from."""
        lifecycle = self.office.lifecycle(self.tx, facts.lifecycle)
        when = Standing(facts, lifecycle, self._policy(facts.policy), self.calendar).timeliness(self.at)
        if when.light is not light:
            when = replace(when, light=light)
        return self._line(facts, lifecycle, when, changed_at=changed_at, seq=seq)

    def listed(
        self, facts: CaseFacts, raised: Iterable[Columns], changed_at: datetime | None = None, seq: int = 0
    ) -> Listed:
        lifecycle = self.office.lifecycle(self.tx, facts.lifecycle)
        standing = Standing(facts, lifecycle, self._policy(facts.policy), self.calendar)
        when, warned = standing.timeliness(self.at), tuple(map(self._named, standing.reasons(self.day)))
        light = lights.worst(when.light, warned)
        when = when if light is when.light else replace(when, light=light)
        line = self._line(facts, lifecycle, when, changed_at=changed_at, seq=seq)
        return replace(line, reasons=warned, level=self._level(raised)) if warned or raised else line

    def _line(self, facts: CaseFacts, lifecycle: Lifecycle, when: Timeliness, **entered: Any) -> Listed:
        return Listed(
            facts=facts,
            state=lifecycle.label(facts.state),
            timeliness=when,
            lead_unit=self.names.get(facts.lead_unit or "", facts.lead_unit),
            level=None,
            co_units=tuple(self.names.get(code, code) for code in facts.co_units),
            lead_group=self.names.get(facts.lead_group or "", facts.lead_group),
            category=self.category(facts),
            **entered,
        )

    def _named(self, reason: lights.Reason) -> lights.Reason:
        codes = [] if reason.unit is None else [reason.unit]
        return replace(reason, words=with_names(reason.words, codes, self.names))

    def _level(self, raised: Iterable[Columns]) -> str | None:
        """The highest step that was issued."""
        issued = [one for one in raised if one["state"] in REACHED]
        return max(issued, key=self._height)["step"] if issued else None

    def _height(self, escalation: Columns) -> int:
        return list(self._policy(escalation["policy"]).rung_of).index(escalation["step"])

    def _policy(self, digest: str | None) -> Policy:
        """Which one is in force is asked once, not line after line."""
        if digest not in self._policies:
            self._policies[digest] = self.office.policy(self.tx, digest or self._in_force.get("policy"))
        return self._policies[digest]


def not_registered(number: str) -> NotFound:
    """The refusal for a case that was not in the register at the time that is looked at."""
    return NotFound(f"事项“{number}”当时尚未登记。", code="case_unknown", number=number)


def _listed(tx: Connection, seen: View) -> Listing:
    """Every case as its row has it; with `as_of` those that have not gone on since."""
    made, raised = Listing(), _by_case(measure_reads.escalations_in(tx, REACHED))
    for row in queries.each_case(tx, still=seen.as_of):
        try:
            facts = opened(readable(row)).facts
            made.add(seen.listed(facts, raised[row.id]), is_sealed=facts.sealed_on is not None)
        except DBAPIError:
            raise
        except Exception as error:
            made.unreadable.append(held_case(row.number, error))
    return made


def _listed_by(tx: Connection, seen: View, instant: datetime) -> Listing:
    """Every case that was in the register by an instant, as it was recorded by then."""
    made, sealed = _listed(tx, seen), sealed_numbers(tx)
    for number, past in pasts_of_changed(tx, instant):
        if isinstance(past, Exception):
            made.unreadable.append(held_case(number, past))
        else:
            made.add(seen.listed(past.facts, past.escalations), is_sealed=number in sealed)
    made.sort(key=lambda one: str(one.facts.number))
    return made


def _by_case(rows: Iterable[Row[Any]]) -> dict[int, list[Columns]]:
    found: dict[int, list[Columns]] = defaultdict(list)
    for row in rows:
        found[row.case_id].append(row._asdict())
    return found


def told_limit(limit: Columns) -> dict[str, Any]:
    """A due date with its provenance, as documents tell of it."""
    return {**{name: limit[name] for name in ("clock", "epoch", "seq")}, **json.loads(limit["provenance"])}


def told_escalation(escalation: Columns) -> dict[str, Any]:
    """An escalation as documents tell of it; the person one concerns stands in its paper alone."""
    values = {name: value for name, value in escalation.items() if name not in UNTOLD}
    return {**to_json(values), "state_label": ESCALATION_STATES[escalation["state"]]}


def _documents(papers: Sequence[Columns], entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """The papers, each with the number of the one that took its place where it is void."""
    void = _replaced_by(papers, entries)
    return [{**_document(one), "replaced_by": void.get(one["number"])} for one in papers]


def _replaced_by(papers: Iterable[Columns], entries: Iterable[Entry]) -> dict[str, str]:
    """A 督查通知单 is void once another was issued; any other paper once one says that it replaces it."""
    notices = sorted((one for one in papers if one["kind"] == "assignment"), key=lambda one: one["issued_at"])
    void = dict(pairwise(one["number"] for one in notices))
    for entry in entries:
        replaced, number = (entry.details.model_extra or {}).get(REPLACES), entry.details.document_number
        if replaced and number:
            void[replaced] = number
    return void


def _document(paper: Columns) -> dict[str, Any]:
    """A paper as documents tell of it: when it was issued, and when the first of its mails left."""
    named = {name: paper[name] for name in ("id", "kind", "number", "sha256")}
    mails = [{**one, "sent_at": _instant(one["sent_at"])} for one in paper["mails"]]
    left = min((one["sent_at"] for one in paper["mails"] if one["sent_at"]), default=None)
    return {
        **named,
        "kind_label": kind_label(paper["kind"]),
        **_standing(paper["life"]),
        "issued_at": paper["issued_at"].isoformat(),
        "matters": len(matters_of(json.loads(paper["facts"]))) or 1,
        "sent_at": _instant(left),
        "mails": mails,
    }


STANDING = ("state", "signed_by", "service", "served_on", "archived_on", "voided_on")


def _standing(life: Columns | None) -> dict[str, Any]:
    """Where a paper stands; a plain mail stands nowhere."""
    told = {name: life[name] if life else None for name in STANDING}
    return {**to_json(told), "state_label": PAPER_STATES[life["state"]] if life else None}


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _values(facts: CaseFacts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in CaseFacts.__dataclass_fields__}
