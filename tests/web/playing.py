"""An office before its pages, played once for many looks: a matter in every state, somebody of every kind."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import unquote

from sqlalchemy import select

from states.deadlines import Limit
from states.register.directory import PersonRecord, read_directory
from states.vocabulary import LimitUnit, Role
from tests.administrators import with_three
from tests.builders import (
    ARCHIVIST,
    AUDIT_ADMIN,
    AUDITOR,
    CLERK,
    DIRECTOR,
    LIAISON,
    OFFICER,
    OPENED,
    OTHER,
    SECURITY_ADMIN,
    SYSTEM_ADMIN,
    UNIT_HEAD,
    a_case,
    a_paper_of_proof,
    a_receipt,
    at,
    give,
    rows,
    signed,
    suspended,
    sweep_on,
)
from tests.conftest import DIRECTORY
from tests.stories import INQUIRY, QUESTION, REMINDER
from tests.web.browsing import Browser, Pages, account_of, pages_of
from tests.web.rights import STATES, Somebody, Who
from workflow.services import escalations
from workflow.services.batch import OpenCase
from workflow.services.deputies import appoint
from workflow.services.directories import write_directory
from workflow.services.office import Office
from workflow.services.rendering import render_pending
from workflow.services.retention import seal
from workflow.storage import queries
from workflow.storage.models import Case, Escalation
from workflow.storage.queries import EVENT
from workflow.storage.session import reading
from workflow.workbooks.opening import open_workbook

NOT_YET = Limit(LimitUnit.WORKING_DAYS, 60)
MISSING, LATER = "滨督2026-999", at(2057, 1, 4)
NO_SUCH = "nobody-knows-this"
BYSTANDER = "BH216-L"
"""A liaison with an account who is not before the pages."""
CO_UNIT, ACCOUNTABLE = "市交通运输局", "简宁"
ALONE = tuple(
    PersonRecord(code=code, name=name, unit=None, unit_text="市委", roles=(role,))
    for code, name, role in (("R026", "穆听澜", "签发人"), ("R027", "费云起", "党委主要负责同志"))
)
"""Who holds these roles in the demo directory is a leader as well."""

PEOPLE: Mapping[Who, str] = {
    Role.OFFICER: OFFICER,
    Role.DIRECTOR: DIRECTOR,
    Role.LEADER: "苗立言",
    Role.SIGNER: "穆听澜",
    Role.PRINCIPAL: "费云起",
    Role.ORGANIZATION: "颜秉文",
    Role.LIAISON: LIAISON,
    Role.UNIT_HEAD: UNIT_HEAD,
    Role.CLERK: CLERK,
    Role.SEAL_KEEPER: "尹修竹",
    Role.ARCHIVIST: ARCHIVIST,
    Role.AUDITOR: AUDITOR,
    Role.SYSTEM_ADMIN: SYSTEM_ADMIN,
    Role.SECURITY_ADMIN: SECURITY_ADMIN,
    Role.AUDIT_ADMIN: AUDIT_ADMIN,
    Somebody.NO_ROLE: "娄照临",
    Somebody.DEBTOR: "阮云舒",
    Somebody.DEPUTY: "岑朗月",
    Somebody.CO_LIAISON: "BH213-L",
    Somebody.ACCOUNTABLE: ACCOUNTABLE,
}
BESIDE_BUSINESS = frozenset(
    {"accounts", "sessions", "invitations", "lockouts", "rates", "case_reads", "journal", "register_views"}
    | {"audit_works", "calendar_feeds", "checkpoints", "log", "sealer"}
)
"""Tables of people's own accounts, of who read what, of what an auditor asked for, and of the evidence, which
he may have sealed. That history counts is seen in its entries."""

NO_BUSINESS = frozenset(
    {"case_read", "session_ended", "signed_in", "sign_in_failed", "proof_failed", "account_locked"}
    | {"history_exported", "register_exported", "report_exported", "audit_reported"}
    | {"feed_made", "feed_revoked", "token_made"}
)
"""Entries about the same: that somebody signed in, read, took something out."""


@dataclass(frozen=True, kw_only=True)
class Story:
    """What has come about in an office that was played: `cases` by state, a sealed one.

    `own` is a late matter the units' people have a share in and `foreign` one of another unit, each with an
    issued inquiry; that about `waiting`, another of their own, waits for its approver.
    """

    cases: Mapping[str, OpenCase]
    own: OpenCase
    foreign: OpenCase
    sealed: OpenCase
    waiting: OpenCase


@dataclass(frozen=True, kw_only=True)
class Play(Story):
    """The same office with its pages, and everybody's browser."""

    pages: Pages
    in_debt: Pages
    browsers: dict[Who, Browser] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.pages.office

    @property
    def numbers(self) -> tuple[str, str, str]:
        """Of a matter of theirs, of somebody else's, and one there is not."""
        return self.own.number, self.foreign.number, MISSING

    def inquiry(self, number: str) -> tuple[str, str]:
        """The ids of the inquiry about a matter and of its paper, or such as nothing has."""
        with reading(self.office.engine) as tx:
            row = queries.case_by_number(tx, number)
            found = [] if row is None else queries.escalations_of(tx, [row.id])
        asked = (one for one in found if one.step == "inquiry")
        return next(((one.id, one.document_id) for one in asked), (NO_SUCH, NO_SUCH))

    def browser(self, who: Who) -> Browser:
        """Somebody's browser, the same each time he comes."""
        if who not in self.browsers:
            self.browsers[who] = self.arrives(who)
        return self.browsers[who]

    def leaves(self, who: Who) -> None:
        """He comes with another session the next time."""
        self.browsers.pop(who).close()

    def seen(self, path: str) -> int:
        """The last entry of the case a path leads to, as its page would have shown it."""
        number = unquote(path).split("/")[2] if path.count("/") > 1 else ""
        with reading(self.office.engine) as tx:
            row = queries.case_by_number(tx, number)
        return 0 if row is None else int(row.seq)

    def token(self, who: Who) -> str:
        """What shows that a form comes from his browser."""
        return self.browser(who).form("/sign-in")["_token"]

    def arrives(self, who: Who) -> Browser:
        """Somebody with a browser he has signed in with a moment ago, where he is somebody at all."""
        pages = self.in_debt if who is Somebody.DEBTOR else self.pages
        if who in PEOPLE:
            return pages.signed_in(PEOPLE[who])
        made = pages.stranger()
        if who is Somebody.PROGRAM:
            made.headers["accept"] = "application/json"
        return made


def played_in(office: Office) -> Story:
    """Play it in an office with the demo directory."""
    take_in_whoever_is_alone(office)
    with_three(office)
    account_of(office, BYSTANDER)
    appoint_deputy(office)
    own, foreign, waiting = _asked(office)
    cases = {state: _in_state(office, state, limit=NOT_YET) for state in STATES}
    archived = a_case(office, "archived").number
    sealed = seal(office, archived, reason="经鉴定", by=signed(DIRECTOR, LATER), at=LATER)
    render_pending(office, by=signed(None, INQUIRY))
    return Story(cases=cases, own=own, foreign=foreign, sealed=sealed, waiting=waiting)


@contextmanager
def before_its_pages(office: Office, story: Story) -> Iterator[Play]:
    """The pages of an office in which this has come about answer until the end of the block."""
    with pages_of(office) as pages, pages_of(office, passwords="djbh3") as in_debt:
        pages.now = in_debt.now = INQUIRY
        yield Play(pages=pages, in_debt=in_debt, **vars(story))


def _asked(office: Office) -> tuple[OpenCase, OpenCase, OpenCase]:
    """Late matters with an instruction: of a unit and of another, asked in writing, and one that shall be."""
    own, foreign = _in_state(office, "handling"), a_case(office, "assigned", lead_unit=OTHER)
    waiting = _in_state(office, "handling")
    with_an_instruction(office, own, foreign, waiting)
    sweep_on(office, REMINDER)
    for reminder in {row.document_id: row for row in rows(office, Escalation)}.values():
        on_measure(office, reminder, "serve", CLERK, REMINDER, evidence=a_receipt(office))
    sweep_on(office, INQUIRY)
    for row in rows(office, Escalation):
        if row.state == "proposed" and row.case_id != waiting.id:
            on_measure(office, row, "approve", DIRECTOR, INQUIRY, question=QUESTION)
    return own, foreign, waiting


def on_measure(office: Office, row: Any, command: str, by: str, when: datetime, **details: Any) -> None:
    """Give a command on the measure of a row."""
    escalations.act(office, row.id, command, by=signed(by, when), at=when, **details)


def instruction(number: str) -> str:
    """What the file of the instruction on a matter says."""
    return f"批示件（{number}）：限国庆前全部复亮。"


def file_of(number: str) -> str:
    """The hash by which that file is asked for."""
    return hashlib.sha256(instruction(number).encode()).hexdigest()


def with_an_instruction(office: Office, *cases: OpenCase) -> None:
    """Enter an instruction on each, with a file of its own."""
    told = {"leader": "舒景行", "instruction": "限国庆前全部复亮", "instructed_on": OPENED.date()}
    for case in cases:
        proof = [a_paper_of_proof(office, instruction(case.number))]
        give(office, case, "record_instruction", OFFICER, evidence=proof, **told)


def appoint_deputy(office: Office) -> None:
    """Let the deputy stand in for an officer all July."""
    days = {"valid_from": OPENED.date(), "valid_to": date(2026, 7, 31)}
    appoint(office, OFFICER, PEOPLE[Somebody.DEPUTY], "officer", by=signed(OFFICER), at=OPENED, **days)


def business(office: Office, beside: Collection[str] = ()) -> str:
    """A hash of everything in the database that is not about accounts and reading, nor in these tables."""
    found = hashlib.sha256()
    with reading(office.engine) as tx:
        for one in Case.metadata.sorted_tables:
            if one.name not in BESIDE_BUSINESS.union(beside):
                listed = sorted(json.dumps(list(row), default=repr) for row in tx.execute(_counting(one)))
                found.update("\n".join([one.name, *listed]).encode())
    return found.hexdigest()


def _counting(table: Any) -> Any:
    found = select(table)
    if table.name == "event_words":
        aside = select(EVENT.c.id).where(EVENT.c.kind.in_(NO_BUSINESS), EVENT.c.seq == table.c.seq)
        return found.where(~aside.where(EVENT.c.case_id == table.c.case_id).exists())
    return found.where(table.c.kind.not_in(NO_BUSINESS)) if table.name == "events" else found


def take_in_whoever_is_alone(office: Office) -> None:
    listed = read_directory(open_workbook(DIRECTORY))
    listed = replace(listed, people=(*listed.people, *ALONE))
    write_directory(office, listed, source=DIRECTORY.name, by=signed(None), at=OPENED)


def _in_state(office: Office, state: str, **dispatch: Any) -> OpenCase:
    """A matter in a state, with a task of the co-unit while it is with the lead unit."""
    aside = {"suspended": "handling", "cancelled": "draft"}
    with_whom = {"co_units": [CO_UNIT], "accountable_leader": ACCOUNTABLE}
    case = a_case(office, aside.get(state, state), **with_whom, **dispatch)
    if state in ("assigned", "registered", "handling"):
        task = {"unit": CO_UNIT, "task_title": "迁移占压灯杆的公交站牌12处", "due_on": date(2026, 7, 16)}
        return give(office, case, "add_task", OFFICER, **task)
    if state == "cancelled":
        return give(office, case, "withdraw", DIRECTOR, reason="重复立项")
    return suspended(office, case, OPENED, date(2026, 8, 3)) if state == "suspended" else case
