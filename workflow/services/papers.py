"""Issuing a paper: its number, its frozen facts, its wording by hash, and one mail for each recipient.

What is frozen here is all the mail room will ever see; nothing is rendered or sent inside the transaction.
A kind without a number series makes a plain mail: the same without number, never laid out, never attached.
"""

import hashlib
import json
import secrets
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Row

from notifications.coverage import check_glyphs
from notifications.proofing import try_on
from notifications.stationery import Stationery, load_mail, load_stationery
from notifications.term import awaiting, is_tentative, remind_on, within
from notifications.wording import compose
from notifications.wording_files import is_touched
from states.clocks import Clock
from states.deadlines import Limit
from states.document_number import DocumentNumber
from states.errors import Refusal
from states.facts import CaseFacts
from states.policy import Policy
from states.vocabulary import ClockName, LimitUnit, Role
from workflow.addresses import page_of
from workflow.canonical import canonical_text
from workflow.errors import NotFound
from workflow.services import authorisation, people
from workflow.services.batch import JOURNAL, OpenCase
from workflow.services.entries import SYSTEM
from workflow.services.letterheads import OFFICE, Letterhead, letterhead
from workflow.services.lives import LivesAtWork
from workflow.services.paper_values import Issued, Paper, Recipient, Signed, iso
from workflow.services.posting import named, new_message
from workflow.services.printing import fonts, printed
from workflow.services.work import Work
from workflow.storage import beside, queries, rules, serials
from workflow.storage.models import Document, OutboxMessage
from workflow.storage.outbox import MAIL

Series = tuple[str, int]
"""A series of numbers: its code (滨督函) and its year."""

LISTED = ("number", "title", "co_units", "dispatched_on", "due_on", "due_within", "tentative_due_on",
          "original_due_on", "original_within")  # fmt: skip
"""What a list of several matters tells of each."""


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
    """The office's letterhead, directory and number blocks for one transaction's papers.

    `signer` is whose decision sends them; without one it is the machine's, under its standing authorisation.
    With `looks_over` each is printed and looked over first: for what a person decides, not for thousands.
    """

    def __init__(self, work: Work, *, signer: str = SYSTEM, looks_over: bool = False) -> None:
        self.work, self.signer, self._looks_over = work, signer, looks_over
        self.lives = LivesAtWork(work)
        self.units: dict[str, Row[Any]] = {}
        self._blocks: dict[Series, deque[int]] = {}
        self._taken: list[DocumentNumber] = []
        self._letterheads: dict[str, Letterhead] = {}
        self._wordings: dict[str, Stationery] = {}
        self._own: set[str] = set()
        self._listing: dict[str, bool] = {}
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

    def unit_name(self, code: str) -> str:
        """A unit's name; the code of one that nobody looked up, or that the directory does not have."""
        return str(self.units[code].name) if code in self.units else code

    def lead_name(self, facts: CaseFacts) -> str:
        """The lead unit as papers name it; a group with the unit it leads through: 市××专班（市商务局）."""
        name = self.unit_name(facts.lead_unit or "")
        return f"{self.unit_name(facts.lead_group)}（{name}）" if facts.lead_group else name

    def reserve(self, papers: Iterable[tuple[str, str]]) -> None:
        """Take the serials a batch needs in one block for each series, given as (issuer, series).

        Plain mails, whose series is empty, take none.
        """
        codes = Counter(self.letterhead(issuer).code + series for issuer, series in papers if series)
        for code, count in sorted(codes.items()):
            self._take(code, self.work.day.year, count)

    def give_back(self) -> None:
        """Return the serials nobody used, so that a case that was held leaves no gap."""
        for (code, year), unused in self._blocks.items():
            if unused:
                serials.give_back(self.work.tx, code, year, len(unused))
                unused.clear()

    @property
    def numbered(self) -> int:
        """How many numbered papers this transaction has issued."""
        return len(self._taken)

    @contextmanager
    def whole(self, *cases: OpenCase) -> Iterator[None]:
        """What is issued and entered of these cases inside counts only if nothing of it is refused.

        The serials it had taken come back.
        """
        taken = len(self._taken)
        try:
            with self.work.batch.whole(*cases):
                yield
        except Refusal:
            while len(self._taken) > taken:
                number = self._taken.pop()
                self._blocks[number.code, number.year].appendleft(number.serial)
            raise

    def issue(self, case: OpenCase, paper: Paper) -> Issued:
        """Number the paper, unless it is a plain mail, and freeze it with its mails."""
        wording = self._wording(paper.kind, load_stationery)  # may refuse, and then takes no number
        number = self._number(paper, self.work.day) if paper.series else None
        facts = self._facts(case, paper, number)
        issued = self._freeze(case.id, paper.kind, wording, facts, paper.recipients)
        replaced = (paper.particulars.get("replaces") or {}).get("number")
        return self._sent(case, paper.kind, issued, replaces=replaced)

    def issue_signed(
        self, case: OpenCase, signed: Signed, recipients: Iterable[Recipient], replaced: str | None
    ) -> Issued:
        """Number a paper people wrote and signed, and freeze it as it was signed, with its mails.

        Its number is of the year of its date (成文日期), the day it was signed: one signed in December and
        issued in January goes on with the series of the year before.
        """
        number = self._number(signed.paper, date.fromisoformat(signed.facts["date"]))
        facts = {**signed.facts, "number": number}
        self.lives.issued(case, signed.paper.kind, replaced)
        return self._freeze(
            case.id, signed.paper.kind, signed.stationery, facts, recipients, document_id=signed.id
        )

    def issue_jointly(self, matters: Sequence[tuple[OpenCase, Sequence[Any]]], paper: Paper) -> Issued:
        """The same as one paper for several matters of a unit, each with the papers issued on it before.

        It takes one number and makes one mail for each address; it is kept with the first of them.
        """
        wording = self._wording(paper.kind, load_stationery)
        items = [self._item(case, prior) for case, prior in matters]
        check_glyphs(canonical_text({"items": items}), fonts(self.work.office.settings.fonts))
        facts = {
            **self._upon(paper, None, self._number(paper, self.work.day) if paper.series else None),
            "matters": len(items),
            "items": items,
            **paper.particulars,
        }
        first = matters[0][0]
        issued = self._freeze(first.id, paper.kind, wording, facts, paper.recipients)
        return self._sent(first, paper.kind, replace(issued, matters=len(items)), matters=len(items))

    def _sent(self, case: OpenCase, kind: str, issued: Issued, **more: Any) -> Issued:
        """A numbered paper comes into its life by the signer; a plain mail has none."""
        if issued.number is None:
            return issued
        self.lives.send(case, issued.id, kind, number=issued.number, signed_by=self.signer, **more)
        return replace(issued, signed_by=self.signer)

    def lists_matters(self, kind: str) -> bool:
        """Whether the office's wording of a kind can list several matters; one of its own need not."""
        if kind not in self._listing:
            try:
                wording = load_stationery(kind, self.work.office.settings.templates)
                self._listing[kind] = wording.lists_matters
            except Refusal:  # told of each matter when its own paper is to be issued
                self._listing[kind] = False
        return self._listing[kind]

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

    def draft(self, case: OpenCase | None, paper: Paper) -> dict[str, Any]:
        """The facts of a paper that is not issued: the same, without a number; of no case without one."""
        if case is not None:
            return self._facts(case, paper, None)
        stamp = self._stamp(self.letterhead(paper.issuer), None)
        told = {"number": None, "addressee": paper.addressee, "copies": list(paper.copies)}
        return {**stamp, **told, **paper.particulars}

    def keep_wording(self, kind: str) -> str:
        """The hash of the wording a kind of paper has now, which is kept under it."""
        return self._wording(kind, load_stationery)

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

    def _number(self, paper: Paper, dated: date) -> str:
        """The next number of the paper's series, in the year it is dated."""
        code = self.letterhead(paper.issuer).code + paper.series
        if not self._blocks.get((code, dated.year)):
            self._take(code, dated.year, 1)
        serial = self._blocks[code, dated.year].popleft()
        self._taken.append(DocumentNumber(code, dated.year, serial))
        return str(self._taken[-1])

    def _take(self, code: str, year: int, count: int) -> None:
        first = serials.take(self.work.tx, code, year, count)
        self._blocks.setdefault((code, year), deque()).extend(range(first, first + count))

    def _wording(self, kind: str, load: Callable[[str, Path | None], Stationery]) -> str:
        """The hash of the kind's wording, which is kept under it."""
        if kind not in self._wordings:
            folder = self.work.office.settings.templates
            wording = load(kind, folder)
            self._wordings[kind] = wording
            if folder is not None and is_touched(kind, folder):
                self._own.add(kind)
            queries.keep_stationery(self.work.tx, wording.digest, kind, wording.as_json())
        return self._wordings[kind].digest

    def _freeze(
        self,
        case_id: int,
        kind: str,
        wording: str,
        facts: Mapping[str, Any],
        recipients: Iterable[Recipient],
        *,
        document_id: str | None = None,
    ) -> Issued:
        """Add the paper, and one mail for each address it goes to.

        Wording of the office's own is tried first: what fails is refused whole, and not found by the worker.
        What a person approved is printed and looked over as well, before it has its number for good.
        """
        if kind in self._own:
            try_on(self._wordings[kind], facts)
        if self._looks_over and facts["number"]:
            paper = compose(self._wordings[kind], facts)
            printed(paper, self.work.office.settings, issued_at=self.work.at)
        frozen, document_id = canonical_text(facts), document_id or secrets.token_hex(16)
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
        messages = [self._post(case_id, document_id, kind, to) for to in self._destinations(kind, recipients)]
        return Issued(document_id, facts["number"], _sha256(frozen), wording, tuple(messages))

    def _destinations(self, kind: str, recipients: Iterable[Recipient]) -> list[tuple[str, Recipient]]:
        """Each address once, by mail, and the channels that carry a copy of this kind, if any."""
        settings = self.work.office.settings
        addresses = {recipient.address: recipient for recipient in recipients}
        copied = settings.channels if kind in settings.channel_kinds else ()
        return [
            *((MAIL, one) for one in addresses.values()),
            *((name, Recipient(name, name)) for name in copied),
        ]

    def _post(self, case_id: int, document_id: str, kind: str, to: tuple[str, Recipient]) -> dict[str, str]:
        """Add one message to the outbox; returns how the entry names it."""
        channel, recipient = to
        own = {"case_id": case_id, "document_id": document_id}
        message = new_message(self.work, kind, recipient, of=document_id, channel=channel, **own)
        self.work.batch.add(OutboxMessage, **message)
        return named(message)

    def _facts(self, case: OpenCase, paper: Paper, number: str | None) -> dict[str, Any]:
        return {
            **self._upon(paper, case, number),
            "case": self._matter(case, self.work.policy_of(case)),
            **self._standing(case.facts),
            **paper.particulars,
        }

    def _upon(self, paper: Paper, case: OpenCase | None, number: str | None) -> dict[str, Any]:
        """What a paper says of itself."""
        return {
            **self._stamp(self.letterhead(paper.issuer), case),
            "number": number,
            "addressee": paper.addressee,
            "copies": list(paper.copies),
            "clock": "办结",
        }

    def _item(self, case: OpenCase, prior: Sequence[Any]) -> dict[str, Any]:
        """A matter as one of a list."""
        matter = self._matter(case, self.work.policy_of(case))
        return {name: matter[name] for name in LISTED} | self._standing(case.facts) | {"prior": list(prior)}

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
            "co_units": [self.unit_name(code) for code in facts.co_units],
            "dispatched_on": iso(facts.dispatched_on),
            "complexity": facts.complexity and policy.category_label(facts.complexity),
            "accountable_leader": facts.accountable_leader,
            **self._due(facts, policy),
            "remind_on": iso(facts.due_on and remind_on(facts.due_on, self.work.calendar)),
            **self._original(case, policy),
        }

    def _due(self, facts: CaseFacts, policy: Policy) -> dict[str, Any]:
        """The due date; while it is 暂定 the term in its place, and the date apart, for mails."""
        clock, calendar = headline(facts), self.work.calendar
        if clock is None or not is_tentative(clock, calendar, declined=facts.calendar_declined):
            return {"due_on": iso(facts.due_on), "due_within": None, "tentative_due_on": None}
        term = awaiting(clock, calendar, policy.counting_rule(clock.rule))
        return {"due_on": None, "due_within": term, "tentative_due_on": iso(facts.due_on)}

    def _original(self, case: OpenCase, policy: Policy) -> dict[str, Any]:
        """The date before extensions; one that was 暂定 as long as it stood by its term."""
        day = case.facts.original_due_on if case.facts.extensions else None
        kept = self._kept(case, day)
        if not kept or not all(one["provisional"] and one["limit"] for one in kept):
            return {"original_due_on": iso(day), "original_within": None}
        limit = Limit(LimitUnit(kept[0]["limit"]["unit"]), kept[0]["limit"]["amount"])
        start, rule = date.fromisoformat(kept[0]["start"]), policy.counting_rule(kept[0]["rule"])
        return {"original_due_on": None, "original_within": within(start, limit, self.work.calendar, rule)}

    def _kept(self, case: OpenCase, due_on: date | None) -> list[dict[str, Any]]:
        """The provenance of a date of the case, each time it was counted."""
        limits = beside.limits_of(self.work.tx, case.id) if due_on else []
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

    def _link(self, case: OpenCase | None) -> str | None:
        base = (self.work.office.settings.public_url or "").rstrip("/")
        page = page_of(case.number) if case else ""
        return f"{base}{page}" if base else None


def _units_of(facts: CaseFacts) -> tuple[str | None, ...]:
    return facts.lead_unit, facts.lead_group, *facts.co_units, *(one.unit for one in facts.tasks)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
