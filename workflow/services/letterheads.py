"""Who signs a paper: the supervision office for work notices, the organization department for cadre measures.

The two never share a mark or a number series (干部管理权限). Settings come first; what they leave open is
read from the directory.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.errors import FactMissing
from states.vocabulary import Role
from workflow.settings import Settings
from workflow.storage import queries, serials

CASE_SERIES = "事项/"
OFFICE_KIND = "督查机构"
OFFICE, ORGANIZATION = "office", "organization"
FALLBACK_NAME = "督查室"
FALLBACK_CODE = "督"
ORGANIZATION_CODE = "组"


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The issuing organ as papers show it; `code` begins its document numbers."""

    name: str
    code: str
    phone: str
    contact: str


def letterhead(tx: Connection, settings: Settings, issuer: str, day: date) -> Letterhead:
    """The letterhead of `office` or `organization` on a day.

    Raises `FactMissing` (`organ_missing`) where neither settings nor directory name an organization
    department: what concerns a person goes out under no other organ's name.
    """
    units = queries.units(tx)
    if issuer == ORGANIZATION:
        own, code = _organization(tx, units, day), settings.organization_code or ORGANIZATION_CODE
        name, phone = settings.organization_name or _named(own, units), None
    else:
        own = next((row for row in units if row.kind == OFFICE_KIND), None)
        code = settings.office_code or register_code(tx) or FALLBACK_CODE
        name = settings.office_name or full_name(own.name if own else FALLBACK_NAME, place_of(units))
        phone = settings.office_phone
    return Letterhead(
        name=name,
        code=code,
        phone=phone or (own.phone if own else None) or "",
        contact=(own.liaison_name if own else None) or "",
    )


def _named(own: Row[Any] | None, units: list[Row[Any]]) -> str:
    if own is None:
        raise FactMissing(
            "单位名录中没有组织（人事）部门，涉及个人的文书不能以督查机构的名义制发。请在单位名录中登记该部门，"
            f"{Role.ORGANIZATION.label}在该部门任职；或者设置DUBAN_ORGANIZATION_NAME写明机关名称。",
            code="organ_missing",
            missing="organization",
        )
    return full_name(str(own.name), place_of(units))


def place_of(units: list[Row[Any]]) -> str:
    """The city or county the directory is of; empty where it names none."""
    return next((str(row.name) for row in units if row.parent is None), "")


def register_code(tx: Connection) -> str | None:
    """The code the office's own register numbers begin with, the busiest first."""
    series = serials.NUMBERS.c.series
    found = tx.execute(serials.NUMBERS.select().where(series.startswith(CASE_SERIES, autoescape=True))).all()
    best = max(found, key=lambda row: (row.last, row.series), default=None)
    return best.series.removeprefix(CASE_SERIES) if best else None


def _organization(tx: Connection, units: list[Row[Any]], day: date) -> Row[Any] | None:
    """The unit where the organization department's handlers hold their posts, other than the office."""
    handlers = [row.code for row in queries.holders_of(tx, Role.ORGANIZATION.value, day)]
    posts = queries.units_of_people(tx, handlers)
    return next((row for row in units if row.code in posts and row.kind != OFFICE_KIND), None)


def full_name(own: str, place: str) -> str:
    """A unit as it signs: 市委市政府督查室 of 滨海市 is 滨海市委市政府督查室."""
    return place.removesuffix("市") + own if own.startswith("市") and place.endswith("市") else own
