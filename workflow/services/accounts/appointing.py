"""Appointing the three administrators, on the machine: once all three, later one whose office fell vacant.

It is the one act by which roles come from nobody in the office. From the first time on the machine alone
gives no role any more, but one of these where nobody is left to act in it; the journal tells that it did.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from sqlalchemy import Connection

from states.accounts.administrators import check_goes_with
from states.accounts.admission import Purpose
from states.errors import FactInvalid, FactMissing
from states.office_time import office_day
from states.register.directory import CODE, PERSON_BOUNDS
from states.vocabulary import ADMINISTRATORS, Role
from workflow.services import directory_record
from workflow.services.accounts.adding import new_login
from workflow.services.accounts.administrators import APPOINTED, are_in_office
from workflow.services.accounts.invitations import Invited, account_of, issue
from workflow.services.accounts.role_desk import held_by
from workflow.services.batch import Batch
from workflow.services.entries import SYSTEM, Act
from workflow.services.office import Office, Signature
from workflow.services.people import find_person
from workflow.storage import accounts, directory_rows, queries, role_requests
from workflow.storage.directory_models import Person
from workflow.storage.session import transaction

Named = Mapping[Role, str]
"""Who is to have which of the three offices, by name or code."""


@dataclass(frozen=True, slots=True)
class Appointed:
    """Somebody in one of the three offices, and his invitation: none where he can sign in already."""

    role: Role
    person: str
    name: str
    invited: Invited | None


def appoint(
    office: Office, named: Named, *, codes: Mapping[str, str] | None = None, by: Signature, at: datetime
) -> list[Appointed]:
    """Put these people in office, who are taken into the directory where it does not know them.

    `codes` gives the code of somebody new by his name. Raises `FactMissing` (`administrators_incomplete`),
    `FactInvalid` (`role_set_apart`, `administrators_not_apart`, `administrator_in_office`,
    `administrator_named_otherwise`, `account_disabled`), `Ambiguous`.
    """
    with transaction(office.engine) as tx:
        directory_record.stand_in_line_for(tx)
        before, batch = directory_rows.kept(tx), Batch(tx, office, by)
        chosen = _Appointment(tx, at, is_first=not are_in_office(tx)).of(named, codes or {})
        told = {role.value: person for role, person in chosen.items()}
        for person in sorted(told.values()):
            accounts.for_update(tx, person)  # before the journal, as whoever signs in takes them
        batch.note(Act(APPOINTED, at, SYSTEM, {"administrators": told}))
        directory_record.note_changes(batch, before, at=at)
        batch.flush()
        return [_let_in(tx, office, role, person, by=by, at=at) for role, person in chosen.items()]


def _let_in(
    tx: Connection, office: Office, role: Role, person: str, *, by: Signature, at: datetime
) -> Appointed:
    """With an account, and the invitation by which he sets his password."""
    act = Act("invited", at, SYSTEM)
    if accounts.of_person(tx, person) is None:
        login = new_login(tx, person)
        accounts.add(tx, person=person, login=login, made_at=at)
        act = Act("account_added", at, SYSTEM, {"login": login})
    account = account_of(tx, person)
    if account.disabled_at is not None:
        message = f"{account.name}的账号已停用，不能任{role.label}，请另选。"
        raise FactInvalid(message, code="account_disabled", person=person)
    if account.password is not None:
        return Appointed(role, person, account.name, None)
    invited = issue(tx, office, account, act, by=by, purpose=Purpose.APPOINTED)
    return Appointed(role, person, account.name, invited)


class _Appointment:
    """One appointment in its transaction."""

    def __init__(self, tx: Connection, at: datetime, *, is_first: bool) -> None:
        self.tx, self.day, self.is_first = tx, office_day(at), is_first

    def of(self, named: Named, codes: Mapping[str, str]) -> dict[Role, str]:
        """The codes of those who are in office now."""
        self._check_named(named)
        chosen = {role: self._person(name, codes.get(name)) for role, name in named.items()}
        if len(set(chosen.values())) < len(chosen):
            raise FactInvalid(
                "三员须由不同的人担任，不得互兼，请为每一员各写一人。", code="administrators_not_apart"
            )
        for role, person in chosen.items():
            self._put(role, person)
        return chosen

    def _check_named(self, named: Named) -> None:
        if self.is_first and named.keys() != ADMINISTRATORS:
            missing = "、".join(role.label for role in Role if role in ADMINISTRATORS - named.keys())
            raise FactMissing(
                f"三员须一次设立齐全，还缺：{missing}。",
                code="administrators_incomplete",
                missing="administrators",
            )
        if not named:
            raise FactMissing(
                "请写明接任的是哪一员、何人。", code="administrators_incomplete", missing="administrators"
            )

    def _put(self, role: Role, person: str) -> None:
        holders = role_requests.standing(self.tx, self.day, role=role.value)
        if self.is_first:
            _check_named_by_the_directory(role, person, [one.person for one in holders])
        else:
            self._check_vacant(role, [one.person for one in holders])
        name = str(find_person(self.tx, person).name)
        check_goes_with(name, role, held_by(self.tx, person, self.day))
        if person not in {one.person for one in holders}:
            for one in holders:
                role_requests.end(self.tx, one.person, one.role, one.unit, self.day - timedelta(days=1))
            role_requests.give(self.tx, person, role.value, "", self.day)

    def _check_vacant(self, role: Role, holders: list[str]) -> None:
        """An office is vacant without a holder, or where the account of whoever has it was disabled."""
        known = [accounts.of_person(self.tx, one) for one in holders]
        if any(one is None or one.disabled_at is None for one in known):
            raise FactInvalid(
                f"{role.label}已有人在任，换人请由系统管理员提请、安全保密管理员核准（duban user roles）。",
                code="administrator_in_office",
                role=role.value,
            )

    def _person(self, name: str, code: str | None) -> str:
        """The code of somebody the directory knows; else of one it has known from now on."""
        known = queries.people_called(self.tx, code or name)
        if not known:
            return self._take_in(name, code)
        found = find_person(self.tx, code or name)
        if code is not None and found.name != name:
            raise FactInvalid(f"人员编码“{code}”已属另一人，请改用别的编码。", code="code_taken", person=code)
        return str(found.code)

    def _take_in(self, name: str, code: str | None) -> str:
        for value, field, label in ((name, "name", "姓名"), (code or "", "code", "人员编码")):
            if len(value) > PERSON_BOUNDS[field]:
                raise FactInvalid(f"{label}超过{PERSON_BOUNDS[field]}字，请更正。", code="text_too_long")
        if code and not CODE.fullmatch(code):
            message = "人员编码只用字母、数字和 . _ -，请更正。"
            raise FactInvalid(message, code="person_code_invalid", person=code)
        new = code or next(one for n in count(1) if not queries.people_called(self.tx, one := f"ADMIN-{n}"))
        queries.upsert(self.tx, Person, [{"code": new, "name": name}])
        return new


def _check_named_by_the_directory(role: Role, person: str, holders: list[str]) -> None:
    """Where the directory has named somebody, he is it."""
    if holders and person not in holders:
        raise FactInvalid(
            f"单位名录中的{role.label}是{'、'.join(holders)}，请写此人，或先更新单位名录。",
            code="administrator_named_otherwise",
            role=role.value,
            holders=holders,
        )
