"""What is known of a case, and the fold that makes it from history.

`CaseFacts` is the projection every decision starts from. History is its only source: `fold(events)` replays
the `set` of each entry, and must equal the stored row at any time.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass, make_dataclass
from datetime import date
from operator import attrgetter
from typing import Any, cast

from pydantic import TypeAdapter

from states import clocks as case_clocks
from states.clocks import Clock
from states.nodes import Node
from states.tasks import Task

NEW = "new"
"""The state of a matter that is not in the register yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The facts of one case. Dates are calendar days in the office's zone, people and units are codes.

    `clocks` holds the last epoch of each clock. `due_on`, `provisional`, `epoch` and `paused_on` tell of the
    headline, the handling clock; its epoch counts the times that date was set anew. `due_for_plan` says that
    the due date is the plan's, and the plan has yet to set the final one. `calendar_declined` is the calendar
    version whose recounting was declined. `witnessed` tells whether any person has acted on the case in this
    system, beside stating an old register.

    `lead_group` is the standing group in whose name the lead unit leads. `parent` is the number of the matter
    this one came from, `link` how (`LinkKind`). `progress_of` is who gave a report that waits for the
    signature of the unit's principal, `rate_waiting` the completion rate it gives; `hard_to_meet` that the
    last report holds the due date can hardly be kept, `expected_on` the day it names instead. `returns`
    counts how often the completion of this hand, in this round, was sent back. `urges` counts the 催办 since
    the matter was handed out, `promised_on` is the day the unit last promised, until it reports. The
    `coordination_` facts tell of a request that is open, the `lookback_` facts of the last 回头看 or of the
    one that is due. `public_until` is the last day of the public notice; `public_objections` are those not
    settled yet. `verdict` is that of the last verification since completion was reported, `closed_by` who
    struck the matter off. `retention` is how long its file is kept (`RetentionClass`), `sealed_on` the
    day since when it is sealed.
    """

    number: str | None = None
    state: str = NEW
    lifecycle: str | None = None
    policy: str | None = None
    title: str | None = None
    source: str | None = None
    basis: str | None = None
    requirement: str | None = None
    complexity: str | None = None
    accountable_leader: str | None = None
    lead_unit: str | None = None
    co_units: tuple[str, ...] = ()
    dispatched_on: date | None = None
    due_on: date | None = None
    original_due_on: date | None = None
    provisional: bool = False
    due_for_plan: bool = False
    open_ended: bool = False
    cadence: str | None = None
    epoch: int = 0
    clocks: tuple[Clock, ...] = ()
    calendar_declined: str | None = None
    witnessed: bool = False
    paused_on: date | None = None
    suspended_from: str | None = None
    review_on: date | None = None
    extension_to: date | None = None
    extension_consented_by: str | None = None
    extension_reviewed_by: str | None = None
    extensions: int = 0
    returns: int = 0
    reported_by: str | None = None
    reported_on: date | None = None
    completion_rate: int | None = None
    closed_on: date | None = None
    closed_by: str | None = None
    outcome: str | None = None
    merged_into: str | None = None
    detail: str | None = None
    measures: str | None = None
    milestones: str | None = None
    serial: str | None = None
    origin: str | None = None
    contact_name: str | None = None
    contact_phone: str | None = None
    progress: str | None = None
    difficulty: str | None = None
    follow_up: str | None = None
    remark: str | None = None
    lead_group: str | None = None
    parent: str | None = None
    link: str | None = None
    tasks: tuple[Task, ...] = ()
    nodes: tuple[Node, ...] = ()
    progress_on: date | None = None
    progress_of: str | None = None
    rate_waiting: int | None = None
    hard_to_meet: bool = False
    expected_on: date | None = None
    urges: int = 0
    promised_on: date | None = None
    coordination_level: str | None = None
    coordination_by: str | None = None
    coordination_on: date | None = None
    verdict: str | None = None
    verified_by: str | None = None
    verified_on: date | None = None
    public_until: date | None = None
    public_objections: int = 0
    lookback_due_on: date | None = None
    lookback_campaign: str | None = None
    lookback_on: date | None = None
    lookback_finding: str | None = None
    lookbacks: int = 0
    relapses: int = 0
    retention: str | None = None
    sealed_on: date | None = None

    @property
    def leads(self) -> frozenset[str]:
        """Who leads: the lead unit, and the standing group it leads through."""
        return frozenset(unit for unit in (self.lead_unit, self.lead_group) if unit is not None)

    @property
    def parts(self) -> dict[str, str]:
        """The part of each unit the case concerns, the largest it has; that of a cancelled task is one."""
        shares = {one.unit: "task" for one in self.tasks} | dict.fromkeys(self.co_units, "co")
        leads = (("group", self.lead_group), ("lead", self.lead_unit))
        return shares | {unit: part for part, unit in leads if unit}

    @property
    def every_clock(self) -> tuple[Clock, ...]:
        """Its own clocks, and those of its tasks."""
        return (*self.clocks, *(one.clock for one in self.tasks))


NOTHING_KNOWN = CaseFacts()
"""The facts of a matter nobody has acted on."""

FACT_NAMES = tuple(field.name for field in fields(CaseFacts))
_PLACE = {name: place for place, name in enumerate(FACT_NAMES)}
_Draft = make_dataclass("_Draft", FACT_NAMES, slots=True, eq=False, repr=False)
"""The same fields, and not frozen yet."""

values_of: Callable[[CaseFacts], tuple[Any, ...]] = attrgetter(*FACT_NAMES)
"""Every fact, in the order of `FACT_NAMES`."""


def facts_from(values: Iterable[Any]) -> CaseFacts:
    """The facts with these values, in the order of `FACT_NAMES`.

    A sweep and an import make thousands. The constructor of a frozen class sets one field after the other by
    way of `object.__setattr__`; filling a draft and then freezing it takes a tenth of the time.
    """
    made: Any = _Draft(*values)
    made.__class__ = CaseFacts
    return cast(CaseFacts, made)


def amended(facts: CaseFacts, changes: Mapping[str, Any]) -> CaseFacts:
    """The facts with some of them changed. Raises `KeyError` for one there is not."""
    values = list(values_of(facts))
    for name, value in changes.items():
        values[_PLACE[name]] = value
    return facts_from(values)


CLOCKS = "clocks"
VALUES: Mapping[str, TypeAdapter[Any]] = {
    "tasks": TypeAdapter(tuple[Task, ...]),
    "nodes": TypeAdapter(tuple[Node, ...]),
}
"""Facts that are lists of values of their own, and how they are written and read."""

PLAIN = frozenset({str, int, bool, type(None)})
"""Types that are JSON values as they are."""

DATE_FACTS = frozenset(field.name for field in fields(CaseFacts) if field.type == date | None)
PERSONAL_FACTS = frozenset({"contact_name", "contact_phone", "progress", "difficulty", "follow_up", "remark"})
"""Free text about people: stored beside the entry behind a salted hash, so that it can be redacted."""


def from_json(values: Mapping[str, Any]) -> dict[str, Any]:
    """Facts as stored in an entry (ISO dates, lists) turned into facts as the rule book holds them."""
    return {name: _revived(name, value) for name, value in values.items()}


def to_json(values: Mapping[str, Any], without: Collection[str] = ()) -> dict[str, Any]:
    """Facts as the rule book holds them turned into plain JSON values, `without` those of some names."""
    return {
        name: value if type(value) in PLAIN else _plain(name, value)
        for name, value in values.items()
        if name not in without
    }


def fold(entries: Iterable[Mapping[str, Any]]) -> CaseFacts:
    """The facts after a history: each entry's `set`, one over the other, oldest first."""
    values: dict[str, Any] = {}
    for entry in entries:
        values.update(entry["set"])
    return CaseFacts(**from_json(values))


def _revived(name: str, value: Any) -> Any:
    if value is not None and name in DATE_FACTS:
        return date.fromisoformat(value)
    if name == CLOCKS:
        return case_clocks.from_json(value)
    if name in VALUES:
        return VALUES[name].validate_python(value)
    return tuple(value) if isinstance(value, list) else value


def _plain(name: str, value: Any) -> Any:
    if name == CLOCKS:
        return case_clocks.to_json(value)
    if name in VALUES:
        return VALUES[name].dump_python(value, mode="json")
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value) and not isinstance(value, type):
        return to_json(asdict(value))
    return list(value) if isinstance(value, tuple) else value
