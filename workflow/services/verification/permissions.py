"""Whether every act of a person was permitted by a role he held, as the directory stood when it was told.

The day is that of the act, as the desk judges it; the grants are those the journal had told of when the entry
was written, so that a role ended later, or the day after, accuses nobody. Rules beyond roles (nobody strikes
off what he reported) are the desk's alone.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Row

from states.directory import Change, Standing
from states.office_time import office_day
from states.vocabulary import UNIT_ROLES, ActorKind, Role
from workflow.services import deputies
from workflow.services.directory_record import STATED
from workflow.services.replay import Entry
from workflow.services.verification.asked import OF_THE_JOURNAL, Asked, Commands, Course
from workflow.services.verification.asked_papers import PaperCourse
from workflow.services.verification.deputies import Appointments
from workflow.services.verification.directory import ToldDirectory
from workflow.services.verification.dossiers import Dossier
from workflow.services.verification.eras import CLOCKS_DIFFER_BY
from workflow.services.verification.rules import Rules
from workflow.services.verification.verdict import Finding, finding


@dataclass(slots=True)
class Permissions:
    """The standing of everybody through the years, and where the journal begins to tell of it."""

    rules: Rules = field(default_factory=Rules)
    appointments: Appointments = field(default_factory=Appointments)
    standing: Standing = field(default_factory=Standing)
    changes: list[tuple[int, datetime]] = field(default_factory=list)
    directory: ToldDirectory = field(default_factory=ToldDirectory)
    since: int = 0
    known: Commands = field(default_factory=dict)

    @classmethod
    def told_in(cls, journal: Dossier, rules: Rules, appointments: Appointments) -> "Permissions":
        """Read the journal's own entries, in their order."""
        made, waiting = cls(rules, appointments), list[Change]()
        for event, entry in zip(journal.events, journal.entries, strict=True):
            waiting += [] if entry is None else made.directory.follow(entry)
            if entry is not None and entry.kind == STATED:
                made.since = event.id
            if waiting and made.directory.complete:
                made.changes.append((event.id, event.recorded_at))
                made.standing.learn(len(made.changes), waiting)
                waiting = []
        return made

    def check(self, dossier: Dossier) -> Iterator[Finding]:
        """Every command a person gave on a case, and on its measures, was his to give."""
        course = Course(self.rules, self.known)
        for event, entry in zip(dossier.events, dossier.entries, strict=True):
            if entry is None:
                continue
            if self._is_judged(event) and (asked := course.asked_for(entry)):
                yield from self._checked(dossier, event, entry, asked)
            course.follow(entry)

    def check_journal(self, journal: Dossier) -> Iterator[Finding]:
        """The same for what the journal tells of the office's own acts."""
        papers = PaperCourse()
        for event, entry in zip(journal.events, journal.entries, strict=True):
            if entry is None or not self._is_judged(event):
                continue
            roles = OF_THE_JOURNAL.get(entry.kind) or papers.asked_for(entry)
            papers.follow(entry)
            if roles is not None:
                yield from self._checked(journal, event, entry, Asked(roles, None))
            elif entry.kind in ("deputy_appointed", "deputy_revoked"):
                yield from self._appointing(journal, event, entry)

    def _is_judged(self, event: Row[Any]) -> bool:
        return event.actor_kind == ActorKind.HUMAN.value and bool(event.id > self.since)

    def _checked(self, dossier: Dossier, event: Row[Any], entry: Entry, asked: Asked) -> Iterator[Finding]:
        if not self._permits(event, asked):
            yield _not_held(dossier, event, entry, asked.roles)

    def _permits(self, event: Row[Any], asked: Asked) -> bool:
        day = office_day(event.occurred_at)
        if event.acting_for is not None:
            return self._deputises(event, asked, day)
        held, actor = self.standing.holds, event.actor
        return any(held(place, actor, asked.roles, asked.unit, day) for place in self._places(event))

    def _deputises(self, event: Row[Any], asked: Asked, day: date) -> bool:
        """Whether he stood in for the one named in a role asked for, which that one held himself.

        That nobody had appointed him at all is a finding of its own.
        """
        between = self.appointments.between.get((event.actor, event.acting_for), ())
        covering = [one.columns for one in between if one.covers(event)]
        return not covering or any(
            one["role"] in asked.roles
            and self.standing.counts(place, one["role"], one["unit"], asked.unit)
            and self.standing.holds_very(place, event.acting_for, one["role"], one["unit"], day)
            for one in covering
            for place in self._places(event)
        )

    def _places(self, event: Row[Any]) -> list[int]:
        """After how many changes of the directory it was written; also before those that were just made.

        A hand that had read the roles before somebody changed them may write a moment after it.
        """
        first = last = bisect_left(self.changes, event.id, key=itemgetter(0))
        while first and event.recorded_at - self.changes[first - 1][1] < CLOCKS_DIFFER_BY:
            first -= 1
        return list(range(last, first - 1, -1))

    def _appointing(self, journal: Dossier, event: Row[Any], entry: Entry) -> Iterator[Finding]:
        """A deputy is appointed by the principal himself or by whoever answers for his role."""
        told = self.appointments.told[(entry.details.model_extra or {})["appointment"]].columns
        themselves = {told["person"]} | ({told["deputy"]} if entry.kind == "deputy_revoked" else set())
        roles = deputies.overseers(Role(told["role"]))
        unit = told["unit"] if roles <= UNIT_ROLES else None
        if event.actor not in themselves and not self._permits(event, Asked(roles, unit)):
            yield _not_held(journal, event, entry, roles)


def _not_held(dossier: Dossier, event: Row[Any], entry: Entry, roles: frozenset[Role]) -> Finding:
    labels = sorted(role.label for role in roles)
    message = (
        f"第{event.seq}条由{event.actor}办理，但其当日不担任所需职责（{'、'.join(labels)}）：越权或者伪造"
    )
    where = {"case": dossier.name, "seq": event.seq, "person": event.actor, "command": entry.kind}
    return finding("permission_not_held", message, **where, roles=sorted(role.value for role in roles))
