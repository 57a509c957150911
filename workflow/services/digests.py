"""The daily list: one mail a day to whoever owes something, and none when it would say nothing new.

A list is news when something on it is new, done, or has become late; that it is a day later is none. One that
stays the same comes again after the policy's `repeat_working_days`, so that nobody forgets, and nothing is
ever decided because nobody did.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.calendar import WorkCalendar
from states.duties import Duty
from states.office_time import office_day
from states.policy.operation import MailRule
from states.windows import is_open
from workflow.services.duties import TodoList, owed
from workflow.services.entries import Act
from workflow.services.letterheads import OFFICE, letterhead
from workflow.services.office import Office, Signature
from workflow.services.paper_values import Recipient
from workflow.services.plain_mails import post
from workflow.services.work import begin
from workflow.storage import duties as reads
from workflow.storage.scheduler_models import DigestSent
from workflow.storage.session import reading, transaction

KIND = "digest"
MOST = 50
"""So many rows a mail lists; the rest is counted."""


@dataclass(slots=True)
class DigestReport:
    """What a run did: lists sent, lists that were no news, people who had theirs, people without address.

    `closed`: nothing was looked at, since no mail leaves on that day or at that hour.
    """

    day: date
    closed: bool = False
    sent: int = 0
    unchanged: int = 0
    already: int = 0
    unaddressed: int = 0
    nobodys: int = 0
    unreadable: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "day": self.day.isoformat(),
            "closed": self.closed,
            "sent": self.sent,
            "unchanged": self.unchanged,
            "already": self.already,
            "unaddressed": self.unaddressed,
            "nobodys": self.nobodys,
            "unreadable": self.unreadable,
        }


def send_digests(office: Office, *, at: datetime, by: Signature, once: bool = False) -> DigestReport:
    """Queue the lists of the office day of `at`, each in a transaction of its own.

    At most one for each addressee and day, however many workers run. `once` is an operator's act: the hours,
    rest days and the repetition of the policy do not bind it, the one list a day does.
    """
    report = DigestReport(office_day(at))
    with reading(office.engine) as tx:
        run = _Run(office, at, by, once, *_known(tx, office, report.day))
    if not once and not is_open(run.rule, run.calendar, at):
        report.closed = True
        return report
    found = owed(office, day=report.day, most=MOST)
    report.nobodys, report.unreadable = found.nobodys, len(found.unreadable)
    for todo in found.lists:
        run.take(todo, report)
    return report


def _known(
    tx: Connection, office: Office, day: date
) -> tuple[MailRule, WorkCalendar, dict[str, Row[Any]], dict[str, Any]]:
    head = letterhead(tx, office.settings, OFFICE, day)
    told = {"name": head.name, "mark": head.name, "phone": head.phone, "contact": head.contact}
    return office.policy(tx).mail, office.calendar(tx), reads.last_digests(tx), told


@dataclass(frozen=True, slots=True)
class _Run:
    """One run over everybody's lists, with what it knows beforehand."""

    office: Office
    at: datetime
    by: Signature
    once: bool
    rule: MailRule
    calendar: WorkCalendar
    last: dict[str, Row[Any]]
    head: dict[str, Any]

    def take(self, todo: TodoList, report: DigestReport) -> None:
        last = self.last.get(todo.addressee.code)
        if last is not None and last.day >= report.day:
            report.already += 1
        elif todo.addressee.email is None:
            report.unaddressed += 1
        elif not self._is_news(todo, last, report.day):
            report.unchanged += 1
        elif self._send(todo, todo.addressee.email):
            report.sent += 1
        else:
            report.already += 1

    def _is_news(self, todo: TodoList, last: Row[Any] | None, day: date) -> bool:
        if self.once or last is None or last.content != todo.content:
            return True
        return self.calendar.working_days_between(last.day, day) >= self.rule.repeat_working_days

    def _send(self, todo: TodoList, address: str) -> bool:
        """Whether this run was the one that wrote it; mail, claim and entry commit together."""
        with transaction(self.office.engine) as tx:
            work = begin(tx, self.office, by=self.by, at=self.at)
            person = todo.addressee
            issued = post(work, KIND, self._facts(todo), (Recipient(person.name, address),))
            sent = DigestSent(
                addressee=person.code, day=work.day, content=todo.content, document_id=issued.id
            )
            if not reads.claim_digest(tx, sent):
                return False
            told = {"addressee": person.code, "count": todo.count, "content": todo.content}
            work.batch.note(Act("digest_queued", self.at, details={**told, **issued.as_details()}))
            work.batch.flush()
        return True

    def _facts(self, todo: TodoList) -> dict[str, Any]:
        day = office_day(self.at)
        return {
            "office": self.head,
            "day": day.isoformat(),
            "count": {"all": todo.count, "overdue": todo.overdue, "private": todo.private},
            "items": [_item(duty, day) for duty in todo.duties],
            "more": todo.more,
            "link": self.office.settings.public_url,
        }


def _item(duty: Duty, day: date) -> dict[str, Any]:
    """A row of the list; what concerns a person never comes here."""
    return {
        "label": duty.label,
        "number": duty.number,
        "title": duty.title,
        "due_on": duty.due_on.isoformat() if duty.due_on else None,
        "since": duty.since.isoformat() if duty.since else None,
        "standing": standing_of(duty, day),
        "acting_for": duty.acting_for,
    }


def standing_of(duty: Duty, day: date) -> str:
    """How late it is, in words: 逾期3个工作日, 今日到期; empty while there is time."""
    if duty.overdue:
        return f"逾期{duty.working_days_late}个工作日" if duty.working_days_late else "已逾期"
    return "今日到期" if duty.due_on == day else ""
