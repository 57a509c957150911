"""Walking through every history a period concerns, and putting down what an audit report lists of it.

One case is held at a time; what is kept are the rows of the report, and not more than `MOST_ROWS`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import groupby

from sqlalchemy import Connection

from states.audit import (
    Departure,
    DepartureKind,
    Late,
    NotRaised,
    Period,
    Recorded,
    Rulebook,
    Standing,
    dated_otherwise,
    departures,
    departures_of_the_office,
    deviations,
    late_in,
    not_raised,
    outstanding,
)
from states.audit.passed_over import LOST_ITS_GROUND
from states.calendar import WorkCalendar
from states.errors import UNREADABLE, FactInvalid
from states.lifecycle import Lifecycle
from states.office_time import office_day, office_minute
from states.visibility import NO_CURTAIN, Curtain
from states.vocabulary import ClockName
from workflow.services.auditing.appointments import Appointments
from workflow.services.auditing.naming import Names, act_of, joined, reason_given, reason_of
from workflow.services.auditing.reading import recorded
from workflow.services.auditing.sections import (
    CHANGES,
    DATING,
    DEPARTURES,
    DEVIATIONS,
    LATE,
    MAILS,
    NAMES,
    PASSED,
    READINGS,
    RULES,
)
from workflow.services.configuration import CHANGED as SETTINGS_CHANGED
from workflow.services.directory_record import CHANGED as DIRECTORY_CHANGED
from workflow.services.directory_record import STATED
from workflow.services.readings import READ
from workflow.services.timeline import SENTENCES
from workflow.services.verification.successions import REFORMS
from workflow.storage import audits
from workflow.storage.guarded import Read, Unreadable

MOST_ROWS = 100_000
OFFICE = "工作日志"
NOTES = frozenset(SENTENCES)
UNSENT = {
    "mail_failed": "answer",
    "mail_gave_up": "answer",
    "mail_bounced": "answer",
    "document_unrenderable": "message",
}
"""Entries that tell that something will not go out by itself, and the particular that says why."""

OF_THE_HOUSE = frozenset({DIRECTORY_CHANGED, STATED, SETTINGS_CHANGED} | {"directory_imported"} | REFORMS)
"""Entries that change whom the office knows, what they may do, or how the program is set."""

ANSWERED_LATER = {
    ClockName.HANDLE: ("closed_out", "returned_for_rework"),
    ClockName.PLAN: ("closed_out", "returned_for_rework"),
    ClockName.TASK: ("task_accepted", "task_returned"),
    ClockName.INQUIRY_REPLY: ("escalation_accepted", "escalation_faulted"),
}
"""By whom what came late was looked at afterwards: the next of these entries."""

LATE_WITH = {ClockName.PLAN: "办理方案", ClockName.INQUIRY_REPLY: "回复"}
"""What came late, where it is not called as its clock is; the measure is named before its reply."""

Row = tuple[str | int, ...]


@dataclass(slots=True)
class Gathered:
    """What was found: the rows of each section, and how much was looked at; `under` counts by table,
    `departed` by kind; of what is late, `outstanding` had not come by the end.

    `sealed` counts the cases that went on in the period and are left out, being sealed for whoever asks.
    """

    rows: dict[str, list[Row]] = field(default_factory=lambda: {name: [] for name in NAMES if name != RULES})
    cases: int = 0
    entries: int = 0
    deviating: int = 0
    of_the_office: int = 0
    sealed: int = 0
    under: Counter[str] = field(default_factory=Counter)
    departed: Counter[DepartureKind] = field(default_factory=Counter)
    outstanding: int = 0

    def add(self, section: str, *cells: str | int) -> None:
        """Put a row down. Raises `FactInvalid` (`report_too_long`)."""
        if sum(map(len, self.rows.values())) >= MOST_ROWS:
            message = f"本期应列的情况超过{MOST_ROWS}条，请缩短期间，分次出具报告。"
            raise FactInvalid(message, code="report_too_long", most=MOST_ROWS)
        self.rows[section].append(cells)


@dataclass(slots=True)
class _Reader:
    """What somebody looked into in the period: which cases, how often, on the first day and the last."""

    cases: set[str] = field(default_factory=set)
    times: int = 0
    days: tuple[str, str] = ("", "")

    def take(self, entry: Recorded) -> None:
        day = office_day(entry.recorded_at).isoformat()
        self.cases.add(str(entry.details.get("case")))
        self.times, self.days = self.times + 1, (self.days[0] or day, day)


class Gathering:
    """One walk over the cases and the journal, for one period as it is known `today`."""

    def __init__(
        self,
        period: Period,
        today: date,
        rules: Rulebook,
        names: Names,
        appointments: Appointments,
        *,
        drawn: Curtain = NO_CURTAIN,
    ) -> None:
        self.drawn = drawn
        self.period, self.today = period, min(period.last, today)
        self.rules, self.names, self.appointments = rules, names, appointments
        self.found = Gathered()
        self.readers: defaultdict[str, _Reader] = defaultdict(_Reader)

    def over_cases(self, tx: Connection, sealed: frozenset[int]) -> Iterator[int]:
        """Walk over every case concerned but those `sealed`; tells how many were done."""
        rows = audits.entries_of_cases(tx, self.period.since, self.period.before)
        for done, (case_id, group) in enumerate(groupby(rows, key=lambda row: row.case_id), start=1):
            if case_id in sealed:
                self.found.sealed += any(self._is_of_the_period(row) for row in group)
            else:
                _Walk(self, list(group)).go()
            yield done

    def _is_of_the_period(self, row: Read) -> bool:
        entry = recorded(row)
        return entry is None or self.period.holds(entry.recorded_at)

    def over_the_office(self, entries: Sequence[Recorded | None]) -> None:
        """Walk over the entries of the journal that are of the period."""
        for entry in entries:
            if entry is None:
                self.found.add(DEVIATIONS, *_unreadable(OFFICE, ""))
            elif self.period.holds(entry.recorded_at):
                self.found.of_the_office += 1
                try:
                    self._of_the_office(entry)
                except UNREADABLE:
                    self.found.add(DEVIATIONS, *_unreadable(OFFICE, entry.seq))
        for reader, seen in sorted(self.readers.items()):
            self.found.add(READINGS, reader, len(seen.cases), seen.times, *seen.days)

    def _of_the_office(self, entry: Recorded) -> None:
        where, act = (OFFICE, entry.seq), act_of(entry.kind, None)
        for one in departures_of_the_office(entry):
            self.departed(where, act, entry, replace(one, what=self._about(entry, one) or act))
        self.dated(where, act, entry)
        if entry.kind in UNSENT:
            self.unsent(where, act, entry)
        if entry.kind in OF_THE_HOUSE:
            what, actor = self.names.told(entry), self.names.actor(entry)
            self.found.add(CHANGES, entry.seq, office_minute(entry.recorded_at), act, what, actor)
        if entry.kind == READ:
            self.readers[self.names.actor(entry)].take(entry)

    def _about(self, entry: Recorded, one: Departure) -> str:
        """What the journal says an entry was about; of the end of an appointment, which one it was."""
        if one.kind is DepartureKind.AUTHORITY:
            return self._authority(entry)
        ended = self.appointments.ended_by(entry)
        return f"{self.names.told(entry)}：{self.names.told(ended)}" if ended else self.names.told(entry)

    def _authority(self, entry: Recorded) -> str:
        """What the machine may issue by itself, by the labels the signed policy has for it."""
        policy = entry.details.get("policy")
        rungs = "、".join(self.names.rung(policy, step) for step in entry.details.get("rungs", ()))
        return f"{rungs}（规则{str(policy)[:8]}）"

    def departed(self, where: Row, act: str, entry: Recorded, one: Departure) -> None:
        reason, actor = reason_of(one.reason, withheld=one.withheld), self.names.actor(entry)
        acting_for, others = self.names.person(entry.acting_for), joined(one, self.names)
        when, kind, what = office_minute(entry.recorded_at), one.kind.label, self._content(act, entry, one)
        self.found.departed[one.kind] += 1
        self.found.add(DEPARTURES, *where, when, kind, act, what, reason, actor, acting_for, others)

    def _content(self, act: str, entry: Recorded, one: Departure) -> str:
        """What a departure did beside what the act already says, with the stage the matter went to by it."""
        said = "" if one.what == act else one.what
        if entry.before == entry.after:
            return said or one.what
        stages = "→".join(self.names.stage(state) for state in (entry.before, entry.after))
        return f"{said}（{stages}）" if said else stages

    def dated(self, where: Row, act: str, entry: Recorded) -> None:
        for one in dated_otherwise(entry):
            kind, day = ("预记" if one.is_ahead else "补录"), one.stated_on.isoformat()
            who = self.names.actor(entry), self.names.person(entry.acting_for), reason_given(entry)
            when = office_minute(entry.recorded_at)
            self.found.add(DATING, *where, kind, act, one.what, day, when, abs(one.days), *who)

    def unsent(self, where: Row, act: str, entry: Recorded) -> None:
        said = entry.said(UNSENT[entry.kind])
        why = reason_of(str(said) if said else None, withheld=entry.withheld)
        number = str(entry.details.get("document_number") or "")
        self.found.add(MAILS, *where, office_minute(entry.recorded_at), act, number, why)


class _Walk:
    """Going through one case from its first entry to the last of the period."""

    def __init__(self, gathering: Gathering, rows: list[Read]) -> None:
        self.gathering, self.found, self.names = gathering, gathering.found, gathering.names
        self.rows, self.entries = rows, [recorded(row, gathering.drawn) for row in rows]
        self.number = self._number()
        self.case, self.deviates, self.seen = Standing(), False, 0

    def go(self) -> None:
        for place, entry in enumerate(self.entries):
            if entry is None:
                self._note_unreadable(self.rows[place])
                continue
            if self.gathering.period.holds(entry.recorded_at):
                self._look_at(place, entry)
            self.case.take(entry)
        self._tell_outstanding()
        self.found.cases += self.seen > 0
        self.found.entries += self.seen
        self.found.deviating += self.deviates

    def _look_at(self, place: int, entry: Recorded) -> None:
        self.seen += 1
        lifecycle = self._lifecycle(entry)
        self.found.under[lifecycle.digest if lifecycle else ""] += 1
        where, act = (self.number, entry.seq), act_of(entry.kind, lifecycle)
        self._conforms(entry, lifecycle, act)
        try:
            self._lists(place, entry, lifecycle, act, where)
        except UNREADABLE:
            self._note_unreadable(self.rows[place])

    def _lists(self, place: int, entry: Recorded, lifecycle: Lifecycle | None, act: str, where: Row) -> None:
        for one in departures(entry, self.case):
            told = self.gathering.appointments.behind(entry, one)
            self.gathering.departed(where, act, entry, told)
        self.gathering.dated(where, act, entry)
        for passed in not_raised(entry, self.case):
            self._not_raised(entry, passed, lifecycle)
        calendar = self._calendar(entry)
        for late in late_in(entry, self.case, lifecycle, calendar) if calendar else ():
            self._late(late, entry, self._looked_at_by(place, late))
        if entry.kind in UNSENT:
            self.gathering.unsent(where, act, entry)

    def _conforms(self, entry: Recorded, lifecycle: Lifecycle | None, act: str) -> None:
        for one in deviations(entry, self.case, self.gathering.rules, notes=NOTES):
            self.deviates = True
            who = self.names.actor(entry), self.names.person(entry.acting_for)
            rule = lifecycle.reference if lifecycle else "（流程表不明）"
            where = self.number, entry.seq, office_minute(entry.recorded_at)
            self.found.add(DEVIATIONS, *where, act, *who, one.what, rule, one.code)

    def _not_raised(self, entry: Recorded, one: NotRaised, lifecycle: Lifecycle | None) -> None:
        policy = entry.details.get("policy") or self._policy_of_measure(entry)
        step = self.names.rung(policy, one.step)
        kind = "越级" if one.passed_over else "提请后随事项变动撤回"
        reason = one.reason or _because(one.because, lifecycle)
        steps = "、".join(one.passed_over) or step
        unit = self.names.unit(self.case.values.get("lead_unit"))
        where = self.number, entry.seq, office_minute(entry.recorded_at)
        self.found.add(PASSED, *where, unit, step, kind, steps, one.reached_on or "", reason)

    def _policy_of_measure(self, entry: Recorded) -> str | None:
        measure = self.case.measures.get(str(entry.details.get("escalation")))
        return measure.policy if measure else None

    def _late(self, one: Late, entry: Recorded | None, accepted_by: str) -> None:
        kind = LATE_WITH.get(one.clock, one.clock.label)
        if one.task is not None:
            kind = f"{kind}任务{one.task}"
        if one.step is not None:
            kind = f"{self.names.rung(self.case.policy, one.step)}{kind}"
        who = (self.names.actor(entry), self.names.person(entry.acting_for)) if entry else ("", "")
        self.found.outstanding += one.came_on is None
        came_on = one.came_on.isoformat() if one.came_on else "期末未办"
        reason = reason_of(one.reason, withheld=one.withheld) if entry else ""
        self.found.add(
            LATE, self.number, entry.seq if entry else "", kind, self.names.unit(one.unit),
            one.due_on.isoformat(), came_on, one.late.days, one.late.working_days, *who, reason, accepted_by,
        )  # fmt: skip

    def _looked_at_by(self, place: int, late: Late) -> str:
        """Who looked at what had come late, in the next entry of the case that does so."""
        kinds, about = ANSWERED_LATER.get(late.clock, ()), self.entries[place]
        for entry in self.entries[place + 1 :]:
            if entry is not None and about is not None and entry.kind in kinds and _same_part(entry, about):
                act = act_of(entry.kind, self._lifecycle(entry))
                return f"{act}：{self.names.actor(entry)}"
        return ""

    def _tell_outstanding(self) -> None:
        """What is owed at the end of the period; nothing of a case that cannot be read."""
        last = self.gathering.today
        calendar = self.gathering.rules.calendar_at(self.gathering.period.before)
        table = self.gathering.rules.lifecycles.get(self.case.lifecycle or "")
        try:
            for one in outstanding(self.case, table, last, calendar) if calendar else ():
                self._late(one, None, "")
        except UNREADABLE:
            self.found.add(DEVIATIONS, *_unreadable(self.number, ""))

    def _note_unreadable(self, row: Read) -> None:
        self.deviates = True
        self.found.add(DEVIATIONS, *_unreadable(self.number, "" if isinstance(row, Unreadable) else row.seq))

    def _lifecycle(self, entry: Recorded) -> Lifecycle | None:
        named = entry.sets.get("lifecycle", self.case.lifecycle)
        return self.gathering.rules.lifecycles.get(str(named))

    def _calendar(self, entry: Recorded) -> WorkCalendar | None:
        return self.gathering.rules.calendar_at(entry.recorded_at)

    def _number(self) -> str:
        """The number the case had last, as its entries tell."""
        known = (one.sets["number"] for one in reversed(self.entries) if one and "number" in one.sets)
        return str(next(known, self.rows[0].case_id))


def _same_part(entry: Recorded, about: Recorded) -> bool:
    """Whether two entries are of the same measure and task, where they are of one."""
    return all(entry.details.get(name) == about.details.get(name) for name in ("escalation", "task"))


def _because(event: str | None, lifecycle: Lifecycle | None) -> str:
    """Why a proposal was taken back: the command that left it without ground."""
    if event == LOST_ITS_GROUND:
        return "所依据的前一级文书已撤回或了结"
    return f"因{act_of(event, lifecycle)}" if event else reason_of(None, withheld=False)


def _unreadable(number: str, seq: str | int) -> Row:
    what = "该条记载已无法读出，请核验历史"
    return (number, seq, "", "", "", "", what, "", "entry_unreadable")
