"""Deputies: who may act for whom in one role, from one day to another.

Whoever holds a role names his own deputy. The director does so for the roles of his own office, which goes on
when somebody falls ill, and a unit's head for its liaison. Nobody else names one for a leader, a signer, the
principal or the organization department: they decide on what the office proposes, and neither the office nor
an administrator of the system picks who decides in their place. Where such a person cannot act himself, a
role is given by the directory.

An appointment counts only while the principal holds the role himself, so a deputy has no deputy. It is an
entry of the office's journal; revoked, it stays on record and counts no more from that day on.
"""

import secrets
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactInvalid, FactMissing, NotPermitted
from states.facts import to_json
from states.vocabulary import UNIT_ROLES, WATCHERS, Role
from workflow.errors import Ambiguous, NotFound
from workflow.services import directory_record, units
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.services.people import ancestors, find_person
from workflow.services.work import Work, begin
from workflow.storage import deputies, queries, role_requests
from workflow.storage.directory_models import Deputy
from workflow.storage.session import reading, transaction

LONGEST_DAYS = 366
SHORTEST_ID = 6
"""An appointment may be named by the beginning of its id, as lists print it."""

OF_THE_OFFICE = frozenset({Role.OFFICER, Role.DIRECTOR, Role.CLERK, Role.SEAL_KEEPER, Role.ARCHIVIST})


@dataclass(frozen=True, slots=True)
class Appointment:
    """What is asked for: who acts for whom in which role, on which days; `unit` as in the grant."""

    person: str
    deputy: str
    role: Role
    unit: str
    valid_from: date
    valid_to: date

    def columns(self) -> dict[str, Any]:
        """As it is stored, in this order."""
        return {**asdict(self), "role": self.role.value}


def appoint(
    office: Office,
    person: str,
    deputy: str,
    role: str,
    *,
    valid_from: date,
    valid_to: date,
    unit: str = "",
    by: Signature,
    at: datetime,
) -> dict[str, Any]:
    """Appoint somebody to act for `person` in one of his roles; returns the appointment.

    People by name or code, the role by identifier or label; `unit` only for a role of a unit, and only where
    he holds it at several. Raises `NotPermitted`, `FactInvalid`, `FactMissing`, `NotFound` or `Ambiguous`.
    """
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        directory_record.stand_in_line_for(tx)  # nor does he come by a role of theirs meanwhile
        work.batch.open_journal()  # one appointment at a time: else two that overlap would not see it
        asked = _asked(work, person, deputy, role, unit=unit, days=(valid_from, valid_to))
        _check_days(work, asked)
        _check_deputy(work, asked)
        appointer, new_id = _appointer(work, by, asked), secrets.token_hex(16)
        row = {"id": new_id, **asked.columns(), "appointed_by": appointer, "revoked_on": None}
        work.batch.add(Deputy, **row)
        told = {"appointment": new_id, **to_json(asked.columns())}
        work.batch.note(Act("deputy_appointed", at, appointer, told))
        work.batch.flush()
        return _told(row, _Names(tx))


def revoke(office: Office, deputy_id: str, *, by: Signature, at: datetime) -> dict[str, Any]:
    """End an appointment from the day of `at` on; returns it. What the deputy did before stands.

    Whoever may appoint may revoke, and the deputy may lay it down. Raises `NotPermitted`, `FactInvalid` for
    one that is over already, `NotFound` or `Ambiguous`.
    """
    with transaction(office.engine) as tx:
        work = begin(tx, office, by=by, at=at)
        work.batch.open_journal()
        row = _named(tx, deputy_id)
        revoker = _revoker(work, by, row)
        if row.revoked_on is not None or row.valid_to < work.day:
            raise FactInvalid("该项代理已经结束，无须撤销。", code="deputy_over", appointment=row.id)
        work.batch.amend(Deputy, row.id, revoked_on=work.day)
        told = {"appointment": row.id, "revoked_on": work.day.isoformat()}
        work.batch.note(Act("deputy_revoked", at, revoker, told))
        work.batch.flush()
        return _told({**row._asdict(), "revoked_on": work.day}, _Names(tx))


def list_all(office: Office, *, day: date | None = None) -> list[dict[str, Any]]:
    """Every appointment there ever was, oldest first; with a day those that count on it."""
    with reading(office.engine) as tx:
        rows = deputies.kept(tx) if day is None else deputies.counting_on(tx, day)
        names = _Names(tx)
        return [_told(row._asdict(), names) for row in rows]


def _asked(
    work: Work, person: str, deputy: str, role: str, *, unit: str, days: tuple[date, date]
) -> Appointment:
    """The appointment in codes, for a role the principal holds on its first day."""
    wanted, principal = _role(role), find_person(work.tx, person)
    grants = queries.grants_of(work.tx, principal.code, days[0])
    held_at = [one.unit for one in grants if one.role == wanted.value]
    if not held_at:
        raise FactInvalid(
            f"{principal.name}在{days[0]}不担任{wanted.label}，不能为其安排代理。",
            code="role_not_held",
            person=principal.code,
            role=wanted.value,
        )
    place = _unit(work, wanted, unit, held_at)
    chosen = find_person(work.tx, deputy)
    return Appointment(principal.code, chosen.code, wanted, place, *days)


def _role(word: str) -> Role:
    found = next((role for role in Role if word in (role.value, role.label)), None)
    if found is None:
        known = "、".join(role.label for role in Role if role not in WATCHERS)
        raise NotFound(f"没有“{word[:40]}”这一职责，可用的有：{known}。", code="role_unknown", role=word[:40])
    if found in WATCHERS:
        raise FactInvalid(
            f"{found.label}须与其他职责分设，不设代理；确需更换人员的，请更新单位名录。",
            code="role_not_deputised",
            role=found.value,
        )
    return found


def _unit(work: Work, role: Role, name: str, held_at: list[str]) -> str:
    """The unit the role is bound to: the one named, or the only one where he holds it."""
    if role not in UNIT_ROLES:
        if name:
            raise FactInvalid(f"{role.label}不属于某一单位，请去掉单位。", code="unit_of_office_role")
        return ""
    if not name and len(held_at) == 1:
        return held_at[0]
    if not name:
        raise FactMissing(
            f"在几个单位担任{role.label}，请写明为哪个单位安排代理：{'、'.join(sorted(held_at))}。",
            code="unit_missing",
            missing="unit",
            units=sorted(held_at),
        )
    here = set(units.codes_by_name(work.tx, [name], work.day)[name]) & set(held_at)
    if len(here) != 1:
        raise FactInvalid(f"本人在“{name}”不担任{role.label}，请核对单位。", code="role_not_held", unit=name)
    return here.pop()


def _check_days(work: Work, asked: Appointment) -> None:
    first, last = asked.valid_from, asked.valid_to
    if last < first:
        raise FactInvalid(
            f"代理的截止日期{last}早于起始日期{first}，请更正。", code="deputy_ends_before_start"
        )
    if first < work.day:
        raise FactInvalid(
            f"代理的起始日期{first}已经过去；已办的事不能事后补办代理，请从今天或以后起。",
            code="deputy_in_the_past",
        )
    if last - first >= timedelta(days=LONGEST_DAYS):
        raise FactInvalid(
            f"一次代理最长{LONGEST_DAYS}天，请缩短期限，到期再续。",
            code="deputy_too_long",
            most_days=LONGEST_DAYS,
        )


def _check_deputy(work: Work, asked: Appointment) -> None:
    """Somebody else, of the same unit where a unit is acted for, not one who checks others; and once."""
    if asked.deputy == asked.person:
        raise FactInvalid("代理人须是另一人，请更正。", code="deputy_is_principal")
    standing = role_requests.standing(work.tx, asked.valid_from, person=asked.deputy)
    held = {Role(one.role) for one in standing if one.valid_from is None or one.valid_from <= asked.valid_to}
    if held & WATCHERS:
        label = "、".join(sorted(role.label for role in held & WATCHERS))
        raise FactInvalid(f"该人担任{label}，须与业务职责分设，不能作代理人。", code="deputy_set_apart")
    if asked.unit and not deputies.belongs(work.tx, asked.deputy, asked.unit, asked.valid_from):
        raise FactInvalid(
            "单位职责只能由本单位的人代理，该人在该单位没有职务；请另选，或者先更新单位名录。",
            code="deputy_of_another_unit",
            unit=asked.unit,
        )
    before = deputies.overlapping(work.tx, **asked.columns())
    if before is not None:
        raise FactInvalid(
            f"同一代理已有安排（{before.valid_from}至{before.valid_to}），期限不能重叠；请先撤销或者改定日期。",
            code="deputy_overlaps",
            appointment=before.id,
        )


def _appointer(work: Work, by: Signature, asked: Appointment) -> str:
    """The code of whoever appoints. Raises `NotPermitted` unless it is for him to do."""
    signer = _signer(work, by)
    if signer == asked.person or _oversees(work, signer, asked.role, asked.unit):
        return signer
    raise NotPermitted(
        f"{asked.role.label}的代理只能由{_who(asked.role)}安排。", person=signer, role=asked.role.value
    )


def _revoker(work: Work, by: Signature, row: Row[Any]) -> str:
    signer, role = _signer(work, by), Role(row.role)
    if signer in (row.person, row.deputy) or _oversees(work, signer, role, row.unit):
        return signer
    raise NotPermitted(
        f"{role.label}的代理只能由{_who(role)}或者代理人撤销。", person=signer, role=role.value
    )


def _signer(work: Work, by: Signature) -> str:
    if by.person is None:
        raise FactMissing("请写明由谁安排代理。", code="person_missing", missing="as")
    return str(find_person(work.tx, by.person).code)


def _oversees(work: Work, signer: str, role: Role, unit: str) -> bool:
    """Whether he answers for others in this role, in his own right: no deputy prolongs his own power."""
    above = ancestors(queries.unit_parents(work.tx), unit)
    return any(
        one.role in overseers(role) and (one.role not in UNIT_ROLES or one.unit in above)
        for one in queries.grants_of(work.tx, signer, work.day)
    )


def overseers(role: Role) -> frozenset[Role]:
    """Who answers for others in this role and names their deputies; nobody for a role that decides."""
    if role in OF_THE_OFFICE:
        return frozenset({Role.DIRECTOR})
    return frozenset({Role.UNIT_HEAD}) if role is Role.LIAISON else frozenset()


def _who(role: Role) -> str:
    """Who appoints a deputy in this role, as a refusal names them."""
    if role in OF_THE_OFFICE:
        return f"本人或者{Role.DIRECTOR.label}"
    return f"本人或者{Role.UNIT_HEAD.label}" if role is Role.LIAISON else "本人"


def _named(tx: Connection, beginning: str) -> Row[Any]:
    found = deputies.starting(tx, beginning) if len(beginning) >= SHORTEST_ID else []
    if not found:
        raise NotFound(
            f"没有编号为“{beginning[:40]}”的代理安排，可用duban deputy list查看。",
            code="deputy_unknown",
            appointment=beginning[:40],
        )
    if len(found) > 1:
        raise Ambiguous(f"有多项代理的编号以“{beginning}”开头，请多写几位。", code="deputy_ambiguous")
    return found[0]


class _Names:
    """Names of people and units, read once."""

    def __init__(self, tx: Connection) -> None:
        self.people = queries.names_of_people(tx)
        self.units = {row.code: row.name for row in queries.units(tx)}


def _told(row: dict[str, Any], names: _Names) -> dict[str, Any]:
    """An appointment as documents tell of it."""
    named = {f"{who}_name": names.people.get(row[who], row[who]) for who in ("person", "deputy")}
    role = {"role": Role(row["role"]).value, "role_label": Role(row["role"]).label}
    return {**to_json(row), **role, **named, "unit_name": names.units.get(row["unit"])}
