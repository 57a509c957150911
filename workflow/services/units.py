"""The directory of units: reading it from its workbook, and finding a unit by any name it goes by."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from states.errors import FactInvalid
from states.register.directory import UNIT_NAMES, DirectoryReading, PersonRecord, read_directory
from states.register.headers import find_header
from states.register.problems import Problem
from states.register.units import Directory, GroupRecord, UnitRecord
from states.vocabulary import Role
from workflow.errors import NotFound
from workflow.services.batch import Batch
from workflow.services.entries import Act
from workflow.services.office import Office, Signature
from workflow.storage import queries
from workflow.storage.models import Person, Post, RoleGrant, Unit, UnitAlias, UnitGroup
from workflow.storage.session import transaction
from workflow.workbooks.opening import open_workbook

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

UNIT_POSTS = (
    ("head_name", "head_post", "H", Role.UNIT_HEAD),
    ("liaison_name", "liaison_post", "L", Role.LIAISON),
)


@dataclass(slots=True)
class DirectoryReport:
    """What an import of the directory did, or would do."""

    units: int = 0
    people: int = 0
    groups: int = 0
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "units": self.units,
            "people": self.people,
            "groups": self.groups,
            "problems": [problem.as_json() for problem in self.problems],
            "notes": [note.as_json() for note in self.notes],
        }


def import_directory(
    office: Office, path: Path, *, by: Signature, at: datetime, dry_run: bool = False
) -> DirectoryReport:
    """Take the units, people and groups of a directory workbook into the installation; safe to repeat.

    Raises a `Refusal` when the file cannot be read; a faulty line is reported and the rest goes in.
    """
    reading = read_directory(open_workbook(path))
    if dry_run:
        return _report(reading)
    return write_directory(office, reading, source=path.name, by=by, at=at)


def write_directory(
    office: Office, reading: DirectoryReading, *, source: str, by: Signature, at: datetime
) -> DirectoryReport:
    """Take a directory into the installation; `source` names where it came from in the journal."""
    report = _report(reading)
    with transaction(office.engine) as tx:
        _write(tx, reading, _people(reading))
        batch = Batch(tx, office, by)
        counts = {"units": report.units, "people": report.people, "groups": report.groups}
        batch.note(Act("directory_imported", at, details={"file": source, **counts}))
        batch.flush()
    return report


def is_directory(path: Path) -> bool:
    """Whether a workbook is a directory of units rather than a register."""
    return any(find_header(sheet, UNIT_NAMES, frozenset({"code", "name"})) for sheet in open_workbook(path))


def directory(tx: Connection) -> Directory:
    """The directory kept in the database, as the register reader and the desk look names up in it."""
    aliases: dict[str, list[str]] = {}
    for row in queries.unit_aliases(tx):
        aliases.setdefault(row.unit, []).append(row.alias)
    units = tuple(_record(row, tuple(sorted(aliases.get(row.code, ())))) for row in queries.units(tx))
    groups = tuple(
        GroupRecord(name=row.name, aliases=row.aliases, members=row.members)
        for row in queries.unit_groups(tx)
    )
    return Directory(units, groups)


def codes_by_name(tx: Connection, names: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The codes of the units each name stands for: a code, or any name the directory knows.

    Raises `NotFound` (`unit_unknown`) or `FactInvalid` when a name has no reading, or more than one.
    """
    wanted = set(names)
    known = queries.units_by_code(tx, wanted)
    found: dict[str, tuple[str, ...]] = {code: (code,) for code in known}
    if wanted - known.keys():
        book = directory(tx)
        found |= {name: _read(book, name) for name in sorted(wanted - known.keys())}
    return found


def _read(book: Directory, name: str) -> tuple[str, ...]:
    reading = book.resolve(name)
    if reading.problems:
        first = reading.problems[0]
        kind = NotFound if first.code == "unit_unknown" else FactInvalid
        raise kind(f"{first.message}。", code=first.code, unit=name, suggestion=first.suggestion)
    return reading.codes


def _record(row: Any, aliases: tuple[str, ...]) -> UnitRecord:
    values = {name: value for name, value in row._mapping.items() if value is not None}
    return UnitRecord(**{"parent": None, **values, "aliases": aliases})


def _report(reading: DirectoryReading) -> DirectoryReport:
    return DirectoryReport(
        len(reading.units),
        len(_people(reading)),
        len(reading.groups),
        list(reading.problems),
        list(reading.notes),
    )


def _people(reading: DirectoryReading) -> list[PersonRecord]:
    return [*reading.people, *_unit_people(reading)]


def _unit_people(reading: DirectoryReading) -> list[PersonRecord]:
    """The heads and liaisons the unit sheet names, one person where both are the same."""
    staff = {(person.name, person.unit) for person in reading.people}
    found = []
    for unit in reading.units:
        for name_of, post_of, letter, role in UNIT_POSTS:
            name = getattr(unit, name_of)
            if name and (name, unit.code) not in staff:
                found.append(_unit_person(unit, name, getattr(unit, post_of), letter, role))
    return found


def _unit_person(unit: UnitRecord, name: str, post: str, letter: str, role: Role) -> PersonRecord:
    return PersonRecord(
        code=f"{unit.code}-{letter}",
        name=name,
        unit=unit.code,
        unit_text=unit.name,
        post=post,
        roles=(role.label,),
        phone=unit.phone,
        email=unit.email if role is Role.LIAISON else "",
    )


def _write(tx: Connection, reading: DirectoryReading, people: list[PersonRecord]) -> None:
    queries.upsert(tx, Unit, [_unit_row(unit) for unit in reading.units])
    aliases = [(alias, unit.code) for unit in reading.units for alias in unit.aliases]
    queries.upsert(tx, UnitAlias, [{"alias": alias, "unit": code} for alias, code in dict.fromkeys(aliases)])
    queries.upsert(tx, UnitGroup, [asdict(group) for group in reading.groups])
    queries.upsert(tx, Person, [_person_row(person) for person in people])
    queries.upsert(tx, Post, [_post_row(person) for person in people])
    queries.upsert(tx, RoleGrant, _grants(reading, people))


def _unit_row(unit: UnitRecord) -> dict[str, Any]:
    row = {name: value if value != "" else None for name, value in asdict(unit).items()}
    del row["aliases"]
    return row


def _person_row(person: PersonRecord) -> dict[str, Any]:
    return {
        "code": person.code,
        "name": person.name,
        "phone": person.phone or None,
        "email": person.email or None,
        "remark": person.remark or None,
    }


def _post_row(person: PersonRecord) -> dict[str, Any]:
    return {
        "person": person.code,
        "unit": person.unit or person.unit_text,
        "title": person.post or None,
        "valid_from": None,
        "valid_to": None,
    }


def _grants(reading: DirectoryReading, people: list[PersonRecord]) -> list[dict[str, Any]]:
    """Office roles as the staff sheet names them, unit roles as the unit sheet does."""
    roles = {**ROLE_NAMES, Role.UNIT_HEAD.label: Role.UNIT_HEAD, Role.LIAISON.label: Role.LIAISON}
    grants = {
        (person.code, roles[name], "") for person in people for name in person.roles if name in ROLE_NAMES
    }
    by_post = {(person.name, person.unit): person.code for person in people}
    for unit in reading.units:
        for name_of, _post, _letter, role in UNIT_POSTS:
            holder = by_post.get((getattr(unit, name_of), unit.code))
            if holder:
                grants.add((holder, role, unit.code))
    return [
        {"person": person, "role": role.value, "unit": unit, "valid_from": None, "valid_to": None}
        for person, role, unit in sorted(grants)
    ]
