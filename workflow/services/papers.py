"""Issuing a paper: its number, its frozen facts, its wording by hash, and one mail for each recipient.

What is frozen here is all the mail room will ever see; nothing is rendered or sent inside the transaction.
A kind without a number series makes a plain mail: the same without number, never laid out, never attached.
"""

import hashlib
import json
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from notifications.stationery import Stationery, load_mail, load_stationery
from notifications.term import awaiting, is_tentative, within
from states.clocks import Clock
from states.deadlines import Limit
from states.document_number import DocumentNumber
from states.errors import Refusal
from states.facts import CaseFacts
from states.policy import Policy
from states.vocabulary import ClockName, LimitUnit, Role
from workflow.canonical import canonical_text
from workflow.errors import NotFound
from workflow.services import authorisation, people
from workflow.services.batch import JOURNAL, OpenCase
from workflow.services.letterheads import OFFICE, Letterhead, letterhead
from workflow.services.work import Work
from workflow.storage import queries, rules
from workflow.storage.models import Document, OutboxMessage

MESSAGE_EPOCH = 1


@dataclass(frozen=True, slots=True)
class Recipient:
    name: str
    address: str


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says beyond the case itself. `particulars` are the kind's own facts.

    An empty `series` makes it a plain mail.
    """

    kind: str
    series: str
    addressee: str
    recipients: tuple[Recipient, ...]
    particulars: Mapping[str, Any] = field(default_factory=dict)
    copies: tuple[str, ...] = ()
    issuer: str = OFFICE


@dataclass(frozen=True, slots=True)
class Issued:
    """A paper as it was issued: what the entry that issues it says of it. A plain mail has no number."""

    id: str
    number: str | None
    facts_sha256: str
    stationery: str
    messages: tuple[dict[str, str], ...]

    def as_details(self) -> dict[str, Any]:
        """For the entry. Recipients stand as hashes of their addresses; none means: to be served by hand."""
        return {
            "document": self.id,
            "document_number": self.number,
            "facts_sha256": self.facts_sha256,
            "stationery": self.stationery,
            "messages": list(self.messages),
        }


def headline(facts: CaseFacts) -> Clock | None:
    """The clock a case's due date is: the handling clock, or the plan's while the plan has yet to set it.

    None for a matter without a date, whatever clock it once had, and for one registered before clocks were
    kept, whose date was stated.
    """
    if facts.due_on is None:
        return None
    name = ClockName.PLAN if facts.due_for_plan else ClockName.HANDLE
    return next((clock for clock in facts.clocks if clock.name is name), None)


class Desk:
    """The office's letterhead, directory and number blocks for one transaction's papers."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.units: dict[str, Row[Any]] = {}
        self._blocks: dict[str, deque[int]] = {}
        self._taken: list[tuple[str, int]] = []
        self._letterheads: dict[str, Letterhead] = {}
        self._wordings: dict[str, str] = {}
        self._authorities: dict[str, str] = {}

    def know(self, cases: Iterable[OpenCase]) -> None:
        """Look up every unit these cases name, in one query."""
        named = {code for case in cases for code in _units_of(case.facts) if code}
        if named - self.units.keys():
            self.units |= queries.units_by_code(self.work.tx, named - self.units.keys())

    def unit(self, code: str | None) -> Row[Any]:
        """The unit with this code. Raises `NotFound` when the directory does not have it."""
        if code is None or code not in self.units:
            raise NotFound(f"单位“{code}”不在单位名录中，请先登记。", code="unit_unknown", unit=code)
        return self.units[code]

    def lead_name(self, facts: CaseFacts) -> str:
        """The lead unit as papers name it; a group with the unit it leads through: 市××专班（市商务局）."""
        name = self._name(facts.lead_unit) or ""
        return f"{self._name(facts.lead_group)}（{name}）" if facts.lead_group else name

    def reserve(self, papers: Iterable[tuple[str, str]]) -> None:
        """Take the serials a batch needs in one block for each series, given as (issuer, series).

        Plain mails, whose series is empty, take none.
        """
        codes = Counter(self.letterhead(issuer).code + series for issuer, series in papers if series)
        for code, count in sorted(codes.items()):
            first = queries.take_numbers(self.work.tx, code, self.work.day.year, count)
            self._blocks.setdefault(code, deque()).extend(range(first, first + count))

    def give_back(self) -> None:
        """Return the serials nobody used, so that a case that was held leaves no gap."""
        for code, unused in self._blocks.items():
            if unused:
                queries.give_back_numbers(self.work.tx, code, self.work.day.year, len(unused))
                unused.clear()

    @contextmanager
    def whole(self, case: OpenCase) -> Iterator[None]:
        """What is issued and entered of a case inside counts only if nothing of it is refused.

        The serials it had taken come back.
        """
        taken = len(self._taken)
        try:
            with self.work.batch.whole(case):
                yield
        except Refusal:
            while len(self._taken) > taken:
                code, serial = self._taken.pop()
                self._blocks[code].appendleft(serial)
            raise

    def issue(self, case: OpenCase, paper: Paper) -> Issued:
        """Number the paper, unless it is a plain mail, and freeze it with its mails."""
        wording = self._wording(paper.kind, load_stationery)  # may refuse, and then takes no number
        number = str(self._number(paper)) if paper.series else None
        facts = self._facts(case, paper, number)
        return self._freeze(case.id, paper.kind, wording, facts, paper.recipients)

    def post(
        self, kind: str, facts: Mapping[str, Any], recipients: Iterable[Recipient], case: OpenCase | None
    ) -> Issued:
        """Freeze a plain mail of this kind, of a case or of none, over these facts."""
        wording = self._wording(kind, load_mail)
        stamped = {**self._stamp(self.letterhead(OFFICE), case), **facts, "number": None}
        return self._freeze(case.id if case else JOURNAL, kind, wording, stamped, recipients)

    def authority(self, policy: Policy) -> str:
        """What an automatic paper says of the authority it is issued by."""
        if policy.digest not in self._authorities:
            row = rules.rule(self.work.tx, policy.digest)
            signer = row.authorised_by if row else None
            name = people.find_person(self.work.tx, signer).name if signer else None
            self._authorities[policy.digest] = authorisation.clause(policy, row, name, self.work.at)
        return self._authorities[policy.digest]

    def draft(self, case: OpenCase, paper: Paper) -> dict[str, Any]:
        """The facts of a paper that is not issued: the same, without a number."""
        return self._facts(case, paper, None)

    def letterhead(self, issuer: str) -> Letterhead:
        """The issuing organ's letterhead."""
        if issuer not in self._letterheads:
            settings = self.work.office.settings
            self._letterheads[issuer] = letterhead(self.work.tx, settings, issuer, self.work.day)
        return self._letterheads[issuer]

    def liaison(self, code: str | None) -> tuple[Recipient, ...]:
        """Where a unit's papers go: its liaison's address, if it has one."""
        unit = self.unit(code)
        return (Recipient(unit.liaison_name or unit.name, unit.email),) if unit.email else ()

    def handlers(self) -> tuple[Recipient, ...]:
        """The organization department's handlers, who deliver person-level papers by hand."""
        people = queries.holders_of(self.work.tx, Role.ORGANIZATION.value, self.work.day)
        return tuple(Recipient(row.name, row.email) for row in people if row.email)

    def _number(self, paper: Paper) -> DocumentNumber:
        code = self.letterhead(paper.issuer).code + paper.series
        if not self._blocks.get(code):
            self.reserve([(paper.issuer, paper.series)])
        self._taken.append((code, self._blocks[code].popleft()))
        return DocumentNumber(code, self.work.day.year, self._taken[-1][1])

    def _wording(self, kind: str, load: Callable[[str, Path | None], Stationery]) -> str:
        """The hash of the kind's wording, which is kept under it."""
        if kind not in self._wordings:
            wording = load(kind, self.work.batch.office.settings.templates)
            self._wordings[kind] = wording.digest
            queries.keep_stationery(self.work.tx, wording.digest, kind, wording.as_json())
        return self._wordings[kind]

    def _freeze(
        self,
        case_id: int,
        kind: str,
        wording: str,
        facts: Mapping[str, Any],
        recipients: Iterable[Recipient],
    ) -> Issued:
        """Add the paper, and one mail for each address it goes to."""
        frozen, document_id = canonical_text(facts), secrets.token_hex(16)
        self.work.batch.add(
            Document,
            id=document_id,
            case_id=case_id,
            kind=kind,
            number=facts["number"],
            issued_at=self.work.at,
            facts=frozen,
            stationery=wording,
            sha256=None,
        )
        addresses = {recipient.address: recipient for recipient in recipients}
        messages = [self._post(case_id, document_id, kind, one) for one in addresses.values()]
        return Issued(document_id, facts["number"], _sha256(frozen), wording, tuple(messages))

    def _post(self, case_id: int, document_id: str, kind: str, recipient: Recipient) -> dict[str, str]:
        """Add one mail to the outbox; returns how the entry names it."""
        message_id = secrets.token_hex(16)
        domain = self.work.office.settings.mail_from.rpartition("@")[2]
        header = f"<{message_id}.{MESSAGE_EPOCH}@{domain}>"
        self.work.batch.add(
            OutboxMessage,
            id=message_id,
            case_id=case_id,
            document_id=document_id,
            kind=kind,
            dedupe_key=f"{document_id}:{_sha256(recipient.address)}",
            recipient=recipient.address,
            recipient_name=recipient.name,
            message_id=header,
            dated=self.work.at,
            state="queued",
            attempts=0,
        )
        return {"id": message_id, "message_id": header, "recipient": _sha256(recipient.address)}

    def _facts(self, case: OpenCase, paper: Paper, number: str | None) -> dict[str, Any]:
        return {
            **self._stamp(self.letterhead(paper.issuer), case),
            "number": number,
            "addressee": paper.addressee,
            "copies": list(paper.copies),
            "case": self._matter(case, self.work.policy_of(case)),
            "clock": "办结",
            **self._standing(case.facts),
            **paper.particulars,
        }

    def _stamp(self, head: Letterhead, case: OpenCase | None) -> dict[str, Any]:
        """What every paper and mail bears: who writes, on which day, and where to go on reading."""
        return {
            "office": {"name": head.name, "mark": head.name, "phone": head.phone, "contact": head.contact},
            "date": self.work.day.isoformat(),
            "link": self._link(case),
        }

    def _matter(self, case: OpenCase, policy: Policy) -> dict[str, Any]:
        facts = case.facts
        return {
            "number": facts.number,
            "title": facts.title,
            "source": facts.source,
            "basis": facts.basis,
            "requirement": facts.requirement,
            "lead_unit": self.lead_name(facts) if facts.lead_unit else None,
            "co_units": [self._name(code) for code in facts.co_units],
            "dispatched_on": _iso(facts.dispatched_on),
            "complexity": facts.complexity and policy.category_label(facts.complexity),
            "accountable_leader": facts.accountable_leader,
            **self._due(facts, policy),
            **self._original(case, policy),
        }

    def _due(self, facts: CaseFacts, policy: Policy) -> dict[str, Any]:
        """The due date; while it is 暂定 the term in its place, and the date apart, for mails."""
        clock, calendar = headline(facts), self.work.calendar
        if clock is None or not is_tentative(clock, calendar, declined=facts.calendar_declined):
            return {"due_on": _iso(facts.due_on), "due_within": None, "tentative_due_on": None}
        term = awaiting(clock, calendar, policy.counting_rule(clock.rule))
        return {"due_on": None, "due_within": term, "tentative_due_on": _iso(facts.due_on)}

    def _original(self, case: OpenCase, policy: Policy) -> dict[str, Any]:
        """The date before extensions; one that was 暂定 as long as it stood by its term."""
        day = case.facts.original_due_on if case.facts.extensions else None
        kept = self._kept(case, day)
        if not kept or not all(one["provisional"] and one["limit"] for one in kept):
            return {"original_due_on": _iso(day), "original_within": None}
        limit = Limit(LimitUnit(kept[0]["limit"]["unit"]), kept[0]["limit"]["amount"])
        start, rule = date.fromisoformat(kept[0]["start"]), policy.counting_rule(kept[0]["rule"])
        return {"original_due_on": None, "original_within": within(start, limit, self.work.calendar, rule)}

    def _kept(self, case: OpenCase, due_on: date | None) -> list[dict[str, Any]]:
        """The provenance of a date of the case, each time it was counted."""
        limits = queries.limits_of(self.work.tx, case.id) if due_on else []
        return [json.loads(row.provenance) for row in limits if row.due_on == due_on]

    def _standing(self, facts: CaseFacts) -> dict[str, Any]:
        """How late the matter is, or how long it has left, on the day of the paper."""
        if facts.due_on is None:
            return {"late": None, "left": None}
        day = self.work.day
        working_days = self.work.calendar.working_days_between(facts.due_on, day)
        days = (day - facts.due_on).days
        if days > 0:
            return {"late": {"working_days": working_days, "days": days}, "left": None}
        return {"late": None, "left": {"working_days": -working_days, "days": -days}}

    def _name(self, code: str | None) -> str | None:
        return self.units[code].name if code in self.units else code

    def _link(self, case: OpenCase | None) -> str | None:
        base = (self.work.batch.office.settings.public_url or "").rstrip("/")
        page = f"/cases/{case.number}" if case else ""
        return f"{base}{page}" if base else None


def _units_of(facts: CaseFacts) -> tuple[str | None, ...]:
    return facts.lead_unit, facts.lead_group, *facts.co_units


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
