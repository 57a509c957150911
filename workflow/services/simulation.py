"""What another policy would have made of the recorded past: how many notices, for which units, on which days.

Every case streams by with its whole history, the ended ones too. Each is played twice, under the policies it
was pinned to and under the other one, by the same planner as the sweep. Reads only; nothing is issued.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row

from states.calendar import WorkCalendar
from states.errors import Refusal, RuleInvalid
from states.facts import CaseFacts, from_json
from states.ladder.simulating import Course, Notice, Stretch, play, under
from states.office_time import office_day
from states.policy import Policy
from states.policy.findings import FAULT
from workflow.services import policies
from workflow.services.ladder import on_ladder
from workflow.services.office import Office
from workflow.services.replay import Entry, escalations_of, read
from workflow.storage import queries, rules
from workflow.storage.session import reading

LISTED, HELD = 200, 100
SIDES = ("pinned", "other")
ASSUMPTIONS = (
    "假定每天巡查一次，当日达到的步骤当日办理；实际巡查较晚的，发出日期会比记载的早。",
    "由规则给定的期限，按另一规则的时限在原起止和停计区间上重新计算；由人指定的日期和时限不变。",
    "另一规则没有给出时限的环节不再计时；另一规则新增的计时环节没有历史记载，不予推演。",
    "实际送达、回复和认定过的措施，在另一规则下按发出后相同的工作日数送达、回复和认定；"
    "实际没有的，视为没有。",
    "须审批的措施，实际获批的视为提出当日批准，实际未批、否决或者没有提出过的视为未获批准。",
    "自动签发的步骤视为均已授权；人工撤回不计入。",
)


@dataclass(slots=True)
class Tally:
    """Measures of one step or one unit: taken under each policy and in reality, and how many went out."""

    taken: Counter[str] = field(default_factory=Counter)
    issued: Counter[str] = field(default_factory=Counter)
    moved: int = 0

    def as_json(self) -> dict[str, int]:
        sides = (*SIDES, "recorded")
        return {
            **{side: self.taken[side] for side in sides},
            "difference": self.taken["other"] - self.taken["pinned"],
            "issued_difference": self.issued["other"] - self.issued["pinned"],
            "moved": self.moved,
            **{f"{side}_issued": self.issued[side] for side in sides},
        }


@dataclass(slots=True)
class Simulation:
    """What would have differed under `policy`; the list is cut at `LISTED`, the counts are of all cases."""

    policy: Policy
    since: date | None
    until: date
    names: Mapping[str, str]
    cases: int = 0
    differing: int = 0
    listed: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    per_step: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    per_unit: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))

    def as_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy.reference,
            "digest": self.policy.digest,
            "since": self.since.isoformat() if self.since else None,
            "until": self.until.isoformat(),
            "cases": self.cases,
            "differing": self.differing,
            "per_step": [
                {"step": step, "label": self.labels[step], **tally.as_json()}
                for step, tally in self.per_step.items()
            ],
            "per_unit": [
                {"unit": unit or None, "unit_name": self.names.get(unit, unit) or None, **tally.as_json()}
                for unit, tally in sorted(self.per_unit.items())
            ],
            "differences": self.listed,
            "left_out": self.differing - len(self.listed),
            "held_cases": self.held,
            "assumptions": list(ASSUMPTIONS),
        }


def simulate(office: Office, named: str, *, since: date | None = None, today: datetime) -> Simulation:
    """Run the policy in a file (or a preset) over every recorded history since a day. Writes nothing.

    Raises what reading the file raises, and `RuleInvalid` with the first fault for one that could not come
    into force.
    """
    policy = policies.read_policy(named)
    with reading(office.engine) as tx:
        _refuse_faulty(policy, office, tx)
        return _simulated(tx, office, policy, queries.all_events(tx), (since, office_day(today)))


def simulate_open(office: Office, policy: Policy, *, most: int, today: datetime) -> Simulation:
    """The same over the matters still to be done alone, the newest of them, and no more than `most`."""
    with reading(office.engine) as tx:
        _refuse_faulty(policy, office, tx)
        events = rules.events_of_open_cases(tx, most)
        return _simulated(tx, office, policy, events, (None, office_day(today)))


def _simulated(
    tx: Connection, office: Office, policy: Policy, events: Iterable[Row[Any]], days: tuple[date | None, date]
) -> Simulation:
    names = {row.code: str(row.name) for row in queries.units(tx)}
    made = Simulation(policy, *days, names)
    playing = _Playing(tx, office, made)
    for _, group in groupby(events, key=lambda event: event.case_id):
        playing.play(list(group))
    return made


def _refuse_faulty(policy: Policy, office: Office, tx: Connection) -> None:
    found = policies.examine(policy, office.lifecycle(tx), office.settings.templates).findings
    for one in found:
        if one.level == FAULT:
            raise RuleInvalid(one.message, code=one.code, place=one.place)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """A case as its history tells of it."""

    number: str
    title: str | None
    unit: str | None
    moments: tuple[tuple[date, CaseFacts], ...]
    escalations: tuple[dict[str, Any], ...]


class _Playing:
    """Case after case, played under both policies and counted."""

    def __init__(self, tx: Connection, office: Office, made: Simulation) -> None:
        self.tx, self.office, self.made = tx, office, made
        self.calendar: WorkCalendar = office.calendar(tx)

    def play(self, events: list[Row[Any]]) -> None:
        """One case; a history that cannot be played is told of, and the others go on."""
        if not events[0].case_id:
            return
        self.made.cases += 1
        try:
            recorded = _recorded(events)
            sides = {side: self._played(recorded, other=side == "other") for side in SIDES}
        except Refusal as refusal:
            self._hold(events[0].case_id, refusal.code, refusal.message)
        except (ValueError, TypeError, KeyError):
            self._hold(
                events[0].case_id, "history_unreadable", "该事项的历史无法读取，请用duban verify核查。"
            )
        else:
            self._count(recorded, sides)

    def _hold(self, case_id: int, code: str, message: str) -> None:
        if len(self.made.held) < HELD:
            self.made.held.append({"case_id": case_id, "code": code, "message": message})

    def _played(self, recorded: _Recorded, *, other: bool) -> tuple[Notice, ...]:
        stretches = self._stretches(recorded.moments, other=other)
        notices = play(stretches, self.calendar, _courses(recorded.escalations, self.calendar))
        since = self.made.since
        return tuple(one for one in notices if since is None or one.on >= since)

    def _stretches(self, moments: Iterable[tuple[date, CaseFacts]], *, other: bool) -> Iterator[Stretch]:
        """From each day of change to the next: before it nothing of the change was known that morning."""
        known = list(moments)
        ends = [day for day, _ in known[1:]] + [max(self.made.until, known[-1][0])]
        for (day, facts), until in zip(known, ends, strict=True):
            if facts.policy is not None:
                yield self._stretch(day, until, facts, other=other)

    def _stretch(self, since: date, until: date, facts: CaseFacts, *, other: bool) -> Stretch:
        lifecycle, policy = self.office.lifecycle(self.tx, facts.lifecycle), self.made.policy
        if other:
            calendars = self.office.calendars_of(self.tx, facts.clocks)
            facts = under(facts, policy, calendars, self.calendar)
        else:
            policy = self.office.policy(self.tx, facts.policy)
        return Stretch(since, until, on_ladder(facts, lifecycle, policy, ()), policy)

    def _count(self, recorded: _Recorded, sides: Mapping[str, tuple[Notice, ...]]) -> None:
        unit = recorded.unit or ""
        for side, notices in sides.items():
            for one in notices:
                self._add(side, one.step, one.label, unit, issued=one.issued)
        for row in recorded.escalations:
            if self.made.since is None or row["raised_on"] >= self.made.since:
                label = self._label(row)
                self._add("recorded", row["step"], label, unit, issued=row["issued_on"] is not None)
        if sides["pinned"] != sides["other"]:
            self._differ(recorded, sides)

    def _add(self, side: str, step: str, label: str, unit: str, *, issued: bool) -> None:
        self.made.labels.setdefault(step, label)
        for tally in (self.made.per_step[step], self.made.per_unit[unit]):
            tally.taken[side] += 1
            tally.issued[side] += issued

    def _label(self, row: Mapping[str, Any]) -> str:
        rung = self.office.policy(self.tx, row["policy"]).rung_of.get(row["step"])
        return rung.label if rung else str(row["step"])

    def _differ(self, recorded: _Recorded, sides: Mapping[str, tuple[Notice, ...]]) -> None:
        days = {side: {(one.step, one.epoch): one.on for one in sides[side]} for side in SIDES}
        for key, day in days["pinned"].items():
            if day != days["other"].get(key, day):
                self.made.per_step[key[0]].moved += 1
                self.made.per_unit[recorded.unit or ""].moved += 1
        self.made.differing += 1
        if len(self.made.listed) < LISTED:
            told = {side: [_told(one) for one in sides[side]] for side in SIDES}
            unit = self.made.names.get(recorded.unit or "", recorded.unit)
            known = {"case": recorded.number, "title": recorded.title, "unit": unit}
            self.made.listed.append({**known, **told})


def _recorded(events: Iterable[Row[Any]]) -> _Recorded:
    """A history in the order in which things happened: the facts at the end of each day of change."""
    entries = sorted((read(event) for event in events), key=lambda entry: (entry.occurred_at, entry.seq))
    moments, facts = _moments(entries)
    raised = escalations_of(sorted(entries, key=lambda entry: entry.seq))
    return _Recorded(facts.number or "", facts.title, facts.lead_unit, moments, tuple(raised.values()))


def _moments(entries: Iterable[Entry]) -> tuple[tuple[tuple[date, CaseFacts], ...], CaseFacts]:
    values: dict[str, Any] = {}
    by_day: dict[date, CaseFacts] = {}
    for entry in entries:
        if entry.sets or not by_day:
            values |= from_json(entry.sets)
            by_day[office_day(entry.occurred_at)] = CaseFacts(**values)
    return tuple(by_day.items()), CaseFacts(**values)


def _courses(
    escalations: Iterable[Mapping[str, Any]], calendar: WorkCalendar
) -> dict[tuple[str, int], Course]:
    return {(row["step"], row["epoch"]): _course(row, calendar) for row in escalations}


def _course(row: Mapping[str, Any], calendar: WorkCalendar) -> Course:
    def between(first: str, then: str) -> int | None:
        if row[first] is None or row[then] is None:
            return None
        return max(0, calendar.working_days_between(row[first], row[then]))

    return Course(
        approved=row["issued_on"] is not None,
        rejected=row["state"] == "rejected",
        served_after=between("issued_on", "served_on"),
        answered_after=between("served_on", "answered_on"),
        judged_after=between("answered_on", "judged_on"),
        judgement=row["judgement"],
    )


def _told(one: Notice) -> dict[str, Any]:
    return {"step": one.step, "label": one.label, "on": one.on.isoformat(), "issued": one.issued}
