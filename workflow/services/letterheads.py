"""Who signs a paper: the supervision office for work notices, the organization department for cadre measures.

The two never share a mark or a number series (干部管理权限). Settings come first; what they leave open is
read from the directory.
"""

from collections.abc import Mapping
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


Serials = Mapping[tuple[str, int], int]
"""The last number given out, by series and year."""


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
        code = settings.office_code or register_code(tx, day.year) or FALLBACK_CODE
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


def register_code(tx: Connection, year: int) -> str | None:
    """The code the office's register numbers begin with in a year, as the serials given out show it."""
    return code_in_use(case_serials(tx), year)


def case_serials(tx: Connection) -> Serials:
    """The last number of every case series, by series and year."""
    series = serials.NUMBERS.c.series
    found = tx.execute(serials.NUMBERS.select().where(series.startswith(CASE_SERIES, autoescape=True)))
    return {(row.series.removeprefix(CASE_SERIES), row.year): row.last for row in found}


def code_in_use(given: Serials, year: int) -> str | None:
    """The busiest series of a year and the one before it, where those have none of all.

    What an old register used in former years says nothing of how the office numbers now.
    """
    recent = {key: last for key, last in given.items() if year - 1 <= key[1] <= year}
    best = max((recent or given).items(), key=lambda one: (one[1], one[0]), default=None)
    return best[0][0] if best else None


def _organization(tx: Connection, units: list[Row[Any]], day: date) -> Row[Any] | None:
    """The unit where the organization department's handlers hold their posts, other than the office."""
    handlers = [row.code for row in queries.holders_of(tx, Role.ORGANIZATION.value, day)]
    posts = queries.units_of_people(tx, handlers)
    return next((row for row in units if row.code in posts and row.kind != OFFICE_KIND), None)


def full_name(own: str, place: str) -> str:
    """A unit as it signs: 市委市政府督查室 of 滨海市 is 滨海市委市政府督查室."""
    return place.removesuffix("市") + own if own.startswith("市") and place.endswith("市") else own
