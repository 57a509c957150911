"""Who signs a paper: the supervision office for work notices, the organization department for cadre measures.

The two never share a mark or a number series (干部管理权限). Settings come first; what they leave open is
read from the directory.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row

from states.vocabulary import Role
from workflow.settings import Settings
from workflow.storage import queries

CASE_SERIES = "事项/"
OFFICE_KIND = "督查机构"
OFFICE, ORGANIZATION = "office", "organization"
FALLBACK_NAMES = {OFFICE: "督查室", ORGANIZATION: "组织部"}
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
    """The letterhead of `office` or `organization` on a day."""
    units = queries.units(tx)
    place = next((row.name for row in units if row.parent is None), "")
    if issuer == ORGANIZATION:
        own, code = _organization(tx, units, day), settings.organization_code or ORGANIZATION_CODE
        name, phone = settings.organization_name, None
    else:
        own = next((row for row in units if row.kind == OFFICE_KIND), None)
        code = settings.office_code or register_code(tx) or FALLBACK_CODE
        name, phone = settings.office_name, settings.office_phone
    return Letterhead(
        name=name or _full_name(own.name if own else FALLBACK_NAMES[issuer], place),
        code=code,
        phone=phone or (own.phone if own else None) or "",
        contact=(own.liaison_name if own else None) or "",
    )


def register_code(tx: Connection) -> str | None:
    """The code the office's own register numbers begin with, the busiest first."""
    series = queries.NUMBERS.c.series
    found = tx.execute(queries.NUMBERS.select().where(series.startswith(CASE_SERIES, autoescape=True))).all()
    best = max(found, key=lambda row: (row.last, row.series), default=None)
    return best.series.removeprefix(CASE_SERIES) if best else None


def _organization(tx: Connection, units: list[Row[Any]], day: date) -> Row[Any] | None:
    """The unit where the organization department's handlers hold their posts."""
    handlers = [row.code for row in queries.holders_of(tx, Role.ORGANIZATION.value, day)]
    posts = queries.units_of_people(tx, handlers)
    return next((row for row in units if row.code in posts), None)


def _full_name(own: str, place: str) -> str:
    """市委市政府督查室 of 滨海市 signs as 滨海市委市政府督查室."""
    return place.removesuffix("市") + own if own.startswith("市") and place.endswith("市") else own
