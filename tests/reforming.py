"""机构改革 as tests make it: 市城市管理局 and 市园林和林业局 in the first days of July 2026."""

from datetime import date, datetime
from typing import Any

from tests.builders import LEAD, OFFICER, OTHER, at, signed
from workflow.services import reforms
from workflow.services.office import Office
from workflow.services.reforms import Decree, Reform

ON, WHEN = date(2026, 7, 6), at(2026, 7, 6)
BASIS = "滨编发〔2026〕3号"
HEIR, HEIR_CODE, HEIR_LIAISON, HEIR_HEAD = "市园林和林业局", "BH223", "裘海若", "温惟一"
BELOW = {"BH212K1": HEIR, "BH212K2": OTHER}
"""Where the two divisions of 市城市管理局 go when it is split."""


def decree(by: str | None = OFFICER, on: date = ON, when: datetime = WHEN, **more: Any) -> Decree:
    return Decree(on, more.pop("basis", BASIS), signed(by, when), when, **more)


def merged(office: Office, *units: str, into: str = HEIR, **more: Any) -> Reform:
    return reforms.merge(office, units or (LEAD,), into, decree(**more))


def renamed(office: Office, to: str, unit: str = LEAD, **more: Any) -> Reform:
    return reforms.rename(office, unit, to, decree(**more))


def split_up(
    office: Office, into: tuple[str, ...] = (HEIR, OTHER), *, cases: dict[str, str], **more: Any
) -> Reform:
    below = more.pop("below", BELOW)
    return reforms.split(office, more.pop("unit", LEAD), into, decree(**more), cases=cases, below=below)
