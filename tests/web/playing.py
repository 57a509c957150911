"""An office before its pages, played once for many looks: a matter in every state, somebody of every kind."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import unquote

from sqlalchemy import select

from states.register.directory import PersonRecord, read_directory
from states.vocabulary import Role
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
    at,
    give,
    signed,
    suspended,
)
from tests.conftest import DIRECTORY
from tests.web.browsing import Browser, Pages, account_of, pages_of
from tests.web.rights import STATES, Somebody, Who
from workflow.services.batch import OpenCase
from workflow.services.deputies import appoint
from workflow.services.directories import write_directory
from workflow.services.office import Office
from workflow.services.retention import seal
from workflow.storage import queries
from workflow.storage.models import Case
from workflow.storage.session import reading
from workflow.workbooks.opening import open_workbook

INSTRUCTION = "批示件：限国庆前全部复亮。"
INSTRUCTION_FILE = hashlib.sha256(INSTRUCTION.encode()).hexdigest()
MISSING, LATER = "滨督2026-999", at(2057, 1, 4)
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
)
"""Tables of people's own accounts and of who read what. That history counts is seen in its entries."""

NO_BUSINESS = frozenset(
    {"case_read", "session_ended", "signed_in", "sign_in_failed", "proof_failed", "account_locked"}
)
"""Entries about the same."""


@dataclass(frozen=True)
class Play:
    """The office with its pages: `cases` by state, one of another unit, a sealed one, everybody's browser."""

    pages: Pages
    in_debt: Pages
    cases: Mapping[str, OpenCase]
    foreign: OpenCase
    sealed: OpenCase
    browsers: dict[Who, Browser] = field(default_factory=dict)

    @property
    def office(self) -> Office:
        return self.pages.office

    @property
    def own(self) -> OpenCase:
        """A matter the units' people have a share in."""
        return self.cases["handling"]

    @property
    def numbers(self) -> tuple[str, str, str]:
        """Of a matter of theirs, of somebody else's, and one there is not."""
        return self.own.number, self.foreign.number, MISSING

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


@contextmanager
def playing(office: Office) -> Iterator[Play]:
    """Play it; the pages answer until the end of the block."""
    _take_in_whoever_is_alone(office)
    with_three(office)
    account_of(office, BYSTANDER)
    appoint_deputy(office)
    cases = {state: _in_state(office, state) for state in STATES}
    foreign = a_case(office, "assigned", lead_unit=OTHER)
    with_an_instruction(office, cases["handling"], foreign)
    archived = a_case(office, "archived").number
    sealed = seal(office, archived, reason="经鉴定", by=signed(DIRECTOR, LATER), at=LATER)
    with pages_of(office) as pages, pages_of(office, passwords="djbh3") as in_debt:
        yield Play(pages, in_debt, cases, foreign, sealed)


def with_an_instruction(office: Office, *cases: OpenCase) -> None:
    """Enter an instruction on each, with the same file."""
    told = {"leader": "舒景行", "instruction": "限国庆前全部复亮", "instructed_on": OPENED.date()}
    for case in cases:
        proof = [a_paper_of_proof(office, INSTRUCTION)]
        give(office, case, "record_instruction", OFFICER, evidence=proof, **told)


def appoint_deputy(office: Office) -> None:
    """Let the deputy stand in for an officer all July."""
    days = {"valid_from": OPENED.date(), "valid_to": date(2026, 7, 31)}
    appoint(office, OFFICER, PEOPLE[Somebody.DEPUTY], "officer", by=signed(OFFICER), at=OPENED, **days)


def business(office: Office) -> str:
    """A hash of everything in the database that is not about accounts and reading."""
    found = hashlib.sha256()
    with reading(office.engine) as tx:
        for one in Case.metadata.sorted_tables:
            if one.name not in BESIDE_BUSINESS:
                listed = sorted(json.dumps(list(row), default=repr) for row in tx.execute(_counting(one)))
                found.update("\n".join([one.name, *listed]).encode())
    return found.hexdigest()


def _counting(table: Any) -> Any:
    found = select(table)
    return found.where(table.c.kind.not_in(NO_BUSINESS)) if table.name == "events" else found


def _take_in_whoever_is_alone(office: Office) -> None:
    listed = read_directory(open_workbook(DIRECTORY))
    listed = replace(listed, people=(*listed.people, *ALONE))
    write_directory(office, listed, source=DIRECTORY.name, by=signed(None), at=OPENED)


def _in_state(office: Office, state: str) -> OpenCase:
    """A matter in a state, with a task of the co-unit while it is with the lead unit."""
    aside = {"suspended": "handling", "cancelled": "draft"}
    case = a_case(office, aside.get(state, state), co_units=[CO_UNIT], accountable_leader=ACCOUNTABLE)
    if state in ("assigned", "registered", "handling"):
        task = {"unit": CO_UNIT, "task_title": "迁移占压灯杆的公交站牌12处", "due_on": date(2026, 7, 16)}
        return give(office, case, "add_task", OFFICER, **task)
    if state == "cancelled":
        return give(office, case, "withdraw", DIRECTOR, reason="重复立项")
    return suspended(office, case, OPENED, date(2026, 8, 3)) if state == "suspended" else case
