"""Who holds which post: the people a directory names, their codes and roles, and what ends when they go.

A code belongs to a person, never to a post: a successor gets a code of his own, and whoever went keeps his,
with the days he served. Called by the import of the directory.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, Row

from states.accounts.administrators import Grant, clashing
from states.register.directory import DirectoryReading, PersonRecord
from states.register.units import UnitRecord
from states.vocabulary import ADMINISTRATORS, WATCHERS, Role
from workflow.storage import deputies, imports, queries
from workflow.storage.directory_models import Person, Post, RoleGrant

ROLE_NAMES = {
    "督查员": Role.OFFICER,
    "督查室主任": Role.DIRECTOR,
    "批示领导": Role.LEADER,
    "分管领导": Role.LEADER,
    "签发人": Role.SIGNER,
    "党委主要负责同志": Role.PRINCIPAL,
    "干部监督承办人": Role.ORGANIZATION,
    "文书（编号登记）": Role.CLERK,
    "印章管理员": Role.SEAL_KEEPER,
    "档案员": Role.ARCHIVIST,
    "审计查阅人": Role.AUDITOR,
    "系统管理员": Role.SYSTEM_ADMIN,
    "安全保密管理员": Role.SECURITY_ADMIN,
    "安全审计员": Role.AUDIT_ADMIN,
}
"""Role names as directories write them. Others (包保领导, 考核办承办人 …) are relations, not rights here."""

Seat = tuple[str, str]
"""A unit and a name: what a person is known by where no code is given."""


@dataclass(frozen=True, slots=True)
class UnitPost:
    """A post the unit sheet names: the role it gives and the letter in its holders' codes."""

    role: Role
    letter: str
    name_field: str
    title_field: str

    def holder(self, unit: UnitRecord) -> str:
        return str(getattr(unit, self.name_field))

    def title(self, unit: UnitRecord) -> str:
        return str(getattr(unit, self.title_field))


UNIT_POSTS = (
    UnitPost(Role.LIAISON, "L", "liaison_name", "liaison_post"),
    UnitPost(Role.UNIT_HEAD, "H", "head_name", "head_post"),
)


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody a directory names, once each, and the roles it gives them."""

    people: tuple[PersonRecord, ...]
    grants: frozenset[Grant]


def staff_of(listed: DirectoryReading, *, seats: Mapping[Seat, str], taken: Collection[str]) -> Staff:
    """The staff of a directory. Heads and liaisons have no code of their own in it.

    Whoever is known at his unit, by `seats`, keeps his code; others get one that is not among those `taken`.
    """
    people = {(person.unit or "", person.name): person for person in listed.people}
    grants = {(one.code, ROLE_NAMES[name].value, "") for one in listed.people for name in _offices(one)}
    given = {person.code for person in listed.people}
    for unit, post in _unit_posts(listed.units):
        seat = (unit.code, post.holder(unit))
        if seat not in people:
            known = seats.get(seat)
            code = known if known and known not in given else _free_code(unit, post, {*taken, *given})
            people[seat] = _person(unit, post, code)
            given.add(code)
        grants.add((people[seat].code, post.role.value, unit.code))
    return Staff((*listed.people, *_unlisted(people, listed)), frozenset(grants))


@dataclass(frozen=True, slots=True)
class Turnover:
    """What a directory changes in who holds what from a day on: roles that end the day before, and new ones.

    `leaving` are those whose end waits for its confirmation: the auditor's, once the three administrators are
    in office. `clashing` are those it names and that are not given: of an administrator or auditor beside
    another role.
    """

    day: date
    is_first: bool
    gone: tuple[Row[Any], ...]
    leaving: tuple[Row[Any], ...]
    new: frozenset[Grant]
    clashing: frozenset[Grant]

    @property
    def ended(self) -> list[Grant]:
        return sorted(_key(row) for row in self.gone)


def turnover(
    tx: Connection, listed: DirectoryReading, staff: Staff, day: date, *, spares_administrators: bool
) -> Turnover:
    """What the staff changes as of a day.

    A role ends when the sheet that gave it no longer does: office roles by the staff sheet, if there is one,
    unit roles by the line of the unit. Once the three administrators are in office they are spared, and the
    auditor goes on until it is confirmed that he does not.
    """
    standing = imports.grants_on(tx, day)
    lost = _ended(standing, listed, staff)
    kept = WATCHERS if spares_administrators else frozenset[Role]()
    gone = tuple(row for row in lost if row.role not in kept)
    leaving = tuple(row for row in lost if row.role in kept - ADMINISTRATORS)
    held = {_key(row) for row in standing}
    new = staff.grants - held
    deputised = {(row.deputy, row.role, row.unit) for row in deputies.not_over_by(tx, day)}
    refused = clashing(new, (held - {_key(row) for row in gone}) | deputised)
    return Turnover(day, not standing, gone, leaving, new - refused, refused)


def appoint(tx: Connection, listed: DirectoryReading, staff: Staff, change: Turnover, *, gives: bool) -> None:
    """Write the staff: people, posts, and the roles that end; those that are new where the directory `gives`.

    The first directory of an office appoints without a first day.
    """
    posts, last = imports.posts_on(tx, change.day), change.day - timedelta(days=1)
    since = None if change.is_first else change.day
    imports.end_grants(tx, change.gone, last)
    imports.end_posts(tx, _vacated(posts, change.gone, listed, staff), last)
    queries.upsert(tx, Person, [_person_row(person) for person in staff.people])
    queries.upsert(tx, Post, _post_rows(staff.people, posts, since))
    queries.upsert(tx, RoleGrant, _grant_rows(change.new if gives else (), since))


def has_say(listed: DirectoryReading, unit: str) -> bool:
    """Whether a directory says who holds the roles of a unit, or with none the roles of the office."""
    return any(one.code == unit for one in listed.units) if unit else bool(listed.people)


def _offices(person: PersonRecord) -> list[str]:
    return [name for name in person.roles if name in ROLE_NAMES]


def _unit_posts(units: Iterable[UnitRecord]) -> list[tuple[UnitRecord, UnitPost]]:
    return [(unit, post) for unit in units for post in UNIT_POSTS if post.holder(unit)]


def _free_code(unit: UnitRecord, post: UnitPost, taken: Collection[str]) -> str:
    """BH214-L for the first liaison of BH214 there ever was, BH214-L2 for the second."""
    first = f"{unit.code}-{post.letter}"
    return next(code for n in count(1) if (code := f"{first}{n if n > 1 else ''}") not in taken)


def _person(unit: UnitRecord, post: UnitPost, code: str) -> PersonRecord:
    return PersonRecord(
        code=code,
        name=post.holder(unit),
        unit=unit.code,
        unit_text=unit.name,
        post=post.title(unit),
        phone=unit.phone,
        email=unit.email if post.role is Role.LIAISON else "",
    )


def _unlisted(people: Mapping[Seat, PersonRecord], listed: DirectoryReading) -> list[PersonRecord]:
    codes = {person.code for person in listed.people}
    return [person for person in people.values() if person.code not in codes]


def _ended(standing: Iterable[Row[Any]], listed: DirectoryReading, staff: Staff) -> list[Row[Any]]:
    """The roles this directory has a say in and no longer gives."""
    lost = [row for row in standing if _key(row) not in staff.grants]
    return [row for row in lost if has_say(listed, row.unit)]


def _vacated(
    posts: Iterable[Row[Any]], gone: Iterable[Row[Any]], listed: DirectoryReading, staff: Staff
) -> list[Row[Any]]:
    """The posts of those who lost a role, or are listed elsewhere, that the directory no longer names."""
    named = {(person.code, _place(person)) for person in staff.people}
    concerned = {row.person for row in gone} | {person.code for person in listed.people}
    return [row for row in posts if row.person in concerned and (row.person, row.unit) not in named]


def _person_row(person: PersonRecord) -> dict[str, Any]:
    return {
        "code": person.code,
        "name": person.name,
        "phone": person.phone or None,
        "email": person.email or None,
        "remark": person.remark or None,
    }


def _post_rows(
    people: Iterable[PersonRecord], posts: Iterable[Row[Any]], since: date | None
) -> list[dict[str, Any]]:
    held = {(row.person, row.unit): row.valid_from for row in posts}
    return [
        {
            "person": person.code,
            "unit": _place(person),
            "title": person.post or None,
            "valid_from": held.get((person.code, _place(person)), since),
            "valid_to": None,
        }
        for person in people
        if _place(person)
    ]


def _grant_rows(grants: Iterable[Grant], since: date | None) -> list[dict[str, Any]]:
    return [
        {"person": person, "role": role, "unit": unit, "valid_from": since, "valid_to": None}
        for person, role, unit in sorted(grants)
    ]


def _place(person: PersonRecord) -> str:
    return person.unit or person.unit_text


def _key(row: Row[Any]) -> Grant:
    return row.person, row.role, row.unit
