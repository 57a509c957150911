"""Putting right what the directory says of one unit or one person, as a workbook with that one line would.

It takes the road of a directory that is brought in: once the three administrators are in office, what leads
notices and new matters to somebody, or gives him sight, is a proposal and waits for the second key.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactInvalid
from states.office_time import office_day
from states.register.directory import DirectoryReading, PersonRecord
from states.register.directory_amending import amended_person, amended_unit, new_unit
from states.register.units import Directory, UnitRecord
from states.settings_rights import AMENDING, check_one_of
from workflow.errors import EditConflict, NotFound
from workflow.services import directory_record
from workflow.services.accounts.role_desk import roles_of, signer_of
from workflow.services.directories import write_within
from workflow.services.directory_report import DirectoryReport
from workflow.services.office import Office, Signature
from workflow.services.staff import UNIT_POSTS, Staff, staff_of
from workflow.services.units import directory, one_by_name
from workflow.storage import directory_people, imports
from workflow.storage.session import transaction

SOURCE = "网页更正"
Values = Mapping[str, Any]


def fingerprint(known: UnitRecord | PersonRecord) -> str:
    """What tells a line as somebody saw it from one that was changed since."""
    return hashlib.sha256(json.dumps(asdict(known), default=str, sort_keys=True).encode()).hexdigest()[:16]


def amend_unit(
    office: Office, code: str, values: Values, *, seen: str, by: Signature, at: datetime
) -> DirectoryReport:
    """Put right what the directory says of a unit, as far as `values` say it anew.

    `seen` is the `fingerprint` of what was looked at.

    Raises `NotPermitted` for anybody but the system administrator and the director, `EditConflict`
    (`line_changed`), `FactInvalid` or `FactMissing` naming the `particular`, `NotFound` (`unit_unknown`).
    """
    with transaction(office.engine) as tx:
        book = _begin(tx, by, at)
        known = unit_of(book, code)
        _check_seen(known, seen)
        unit = amended_unit(known, _placed(tx, values), book)
        staff = _staff(tx, unit, known)
        return write_within(tx, office, _listed(unit), source=_told(unit.code), by=by, at=at, staff=staff)


def add_unit(office: Office, values: Values, *, by: Signature, at: datetime) -> DirectoryReport:
    """Let a unit join the directory. Raises like `amend_unit`."""
    with transaction(office.engine) as tx:
        book = _begin(tx, by, at)
        unit = new_unit(_placed(tx, values), book)
        staff = _staff(tx, unit, None)
        return write_within(tx, office, _listed(unit), source=_told(unit.code), by=by, at=at, staff=staff)


def amend_person(
    office: Office, code: str, values: Values, *, seen: str, by: Signature, at: datetime
) -> DirectoryReport:
    """Put right how somebody is reached and what is remarked of him. Roles have their own road.

    A name is not put right here: units name their people by it. Raises like `amend_unit`, and `NotFound`
    (`person_unknown`).
    """
    with transaction(office.engine) as tx:
        _begin(tx, by, at)
        known = person_of(tx, code, office_day(at))
        _check_seen(known, seen)
        staff = Staff((amended_person(known, values),), frozenset())
        return write_within(tx, office, _listed(), source=_told(code), by=by, at=at, staff=staff)


def unit_of(book: Directory, code: str) -> UnitRecord:
    """A unit by its code. Raises `NotFound` (`unit_unknown`)."""
    found = next((one for one in book.units if one.code == code), None)
    if found is None:
        raise NotFound("名录中没有这个单位，请从单位一览进入。", code="unit_unknown")
    return found


def person_of(tx: Connection, code: str, day: date) -> PersonRecord:
    """Somebody at the place where he holds a post on a day, by his code. Raises `NotFound`
    (`person_unknown`)."""
    row = directory_people.person(tx, code)
    if row is None:
        raise NotFound("名录中没有这个人，请从人员一览进入。", code="person_unknown")
    return _person(row, next(iter(directory_people.posts_of(tx, [code], day)), None))


def _begin(tx: Connection, by: Signature, at: datetime) -> Directory:
    directory_record.stand_in_line_for(tx)
    roles = roles_of(tx, signer_of(tx, by), office_day(at))
    check_one_of(AMENDING, roles, "单位和人员的信息只能由{}更正。")
    return directory(tx)


def _check_seen(known: UnitRecord | PersonRecord, seen: str) -> None:
    if fingerprint(known) != seen:
        raise EditConflict(
            "打开表单以后，名录中的这一条已被改动，未予办理；页面上部是现在的内容，"
            "表单里是您填写的，请核对后再提交。",
            code="line_changed",
        )


def _placed(tx: Connection, values: Values) -> dict[str, Any]:
    """The values with the superior's code, by whatever name it was written, where it is among them."""
    if "parent" not in values:
        return dict(values)
    if not values["parent"]:
        return {**values, "parent": None}
    try:
        return {**values, "parent": one_by_name(tx, values["parent"])}
    except (NotFound, FactInvalid) as refusal:
        raise FactInvalid(refusal.message, code=refusal.code, particular="parent") from refusal


def _staff(tx: Connection, unit: UnitRecord, known: UnitRecord | None) -> Staff:
    """Who holds the unit's posts: whoever has an address of his own keeps it."""
    seats = imports.seats(tx)
    kept = []
    for post in UNIT_POSTS:
        code = seats.get((unit.code, post.holder(unit)))
        row = directory_people.person(tx, code) if code else None
        if row is not None and (known is None or (row.email or "") not in ("", known.email)):
            kept.append(_person(row, None, unit=unit.code, post=post.title(unit)))
    listed = _listed(unit, *kept)
    return staff_of(listed, seats=seats, taken=imports.person_codes(tx))


def _person(
    row: Row[Any], held: Row[Any] | None, *, unit: str | None = None, post: str | None = None
) -> PersonRecord:
    place, title = (unit, post) if unit else (held.unit, held.title) if held else (None, None)
    return PersonRecord(
        code=row.code,
        name=row.name,
        unit=place,
        unit_text=place or "",
        post=title or "",
        phone=row.phone or "",
        email=row.email or "",
        remark=row.remark or "",
    )


def _listed(*lines: UnitRecord | PersonRecord) -> DirectoryReading:
    units = tuple(one for one in lines if isinstance(one, UnitRecord))
    people = tuple(one for one in lines if isinstance(one, PersonRecord))
    none: Any = {"groups": (), "problems": (), "notes": (), "places": {}, "staff_places": {}}
    return DirectoryReading(units=units, people=people, **none)


def _told(code: str) -> str:
    return f"{SOURCE}（{code}）"
