"""An item as another system hands it over: what it may say, and what makes it another one.

Of whoever complained no more is taken than somebody needs to ask back (个人信息保护法第六条): a name and one
way to reach him, kept apart from the rest, in no entry of history, and in no hash.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states import particulars
from states.characters import check_characters
from states.errors import FactInvalid, FactMissing
from states.office_time import FIRST_YEAR, LAST_YEAR, OFFICE_ZONE, office_minute

EXTERNAL_BOUND, SHORT_BOUND, APPLICANT_BOUND = 128, 200, 64
EXTERNAL_ID = re.compile(rf"[^\s/\\?#%\x00-\x1f]{{1,{EXTERNAL_BOUND}}}")
"""It stands in an address as one part of it."""

LABELS: Mapping[str, str] = {
    "external_id": "来源编号",
    "title": "标题",
    "text": "内容",
    "category": "类别",
    "region": "地点（区域）",
    "unit": "建议承办单位",
    "occurred_at": "发生时间",
    "received_at": "受理时间",
    "wished_by": "期望办结日期",
    "name": "申请人姓名",
    "contact": "申请人联系方式",
}


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whoever turned to the platform, as far as the office may have to ask back."""

    name: str = ""
    contact: str = ""

    @property
    def as_json(self) -> dict[str, str]:
        return {"name": self.name, "contact": self.contact}


@dataclass(frozen=True, slots=True)
class Arrival:
    """An item. `unit` is the one the platform would give it to, `wished_by` the day it wishes it done by,
    `call_back` whether it wants to be told what becomes of it."""

    external_id: str
    title: str
    text: str
    category: str = ""
    region: str = ""
    unit: str = ""
    occurred_at: datetime | None = None
    received_at: datetime | None = None
    wished_by: date | None = None
    call_back: bool = False
    applicant: Applicant | None = None

    @property
    def content(self) -> dict[str, Any]:
        """What it says as plain values, without the applicant: what is hashed and compared, so an instant
        reads the same from whatever zone."""
        instants = {name: getattr(self, name) for name in ("occurred_at", "received_at")}
        return {
            **{name: getattr(self, name) for name in ("title", "text", "category", "region", "unit")},
            **{name: one and one.astimezone(OFFICE_ZONE).isoformat() for name, one in instants.items()},
            "wished_by": self.wished_by and self.wished_by.isoformat(),
            "call_back": self.call_back,
        }


def checked(arrival: Arrival, at: datetime) -> Arrival:
    """The item, if it may come in at this instant.

    Raises `FactMissing` (`title_missing`, `text_missing`), `FactInvalid` (`external_id_invalid`,
    `text_too_long`, `text_invalid`, `state_secret`, `at_ahead`, `date_invalid`), each with its `particular`.
    """
    if EXTERNAL_ID.fullmatch(arrival.external_id) is None or arrival.external_id in (".", ".."):
        message = f"来源编号应为1至{EXTERNAL_BOUND}个字符，不含空格和 / \\ ? # %，请更正。"
        raise FactInvalid(message, code="external_id_invalid", particular="external_id")
    for name in ("title", "text"):
        if not getattr(arrival, name).strip():
            raise FactMissing(f"来件缺少{LABELS[name]}。", code=f"{name}_missing", missing=name)
    for name in ("external_id", "title", "text", "category", "region", "unit"):
        _check_text(name, getattr(arrival, name))
    for name, text in (arrival.applicant or Applicant()).as_json.items():
        _check_text(name, text)
    for name in ("occurred_at", "received_at"):
        _check_past(name, getattr(arrival, name), at)
    if arrival.wished_by is not None and not FIRST_YEAR <= arrival.wished_by.year <= LAST_YEAR:
        raise _invalid("wished_by", f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间")
    return arrival


BOUNDS = {
    "title": particulars.SHORT["title"],
    "text": particulars.MAX_TEXT,
    **dict.fromkeys(("category", "region", "unit"), SHORT_BOUND),
    **dict.fromkeys(("name", "contact"), APPLICANT_BOUND),
}


def _check_text(name: str, text: str) -> None:
    bound = BOUNDS.get(name, EXTERNAL_BOUND)
    if len(text) > bound:
        message = f"来件的{LABELS[name]}超过{bound}字，请精简或改为附件。"
        raise FactInvalid(message, code="text_too_long", particular=name)
    try:
        check_characters(text)
    except FactInvalid as error:
        raise FactInvalid(
            f"来件的{LABELS[name]}：{error.message}", code=error.code, particular=name
        ) from error
    particulars.check_unmarked(LABELS[name], text, name)


def _check_past(name: str, moment: datetime | None, at: datetime) -> None:
    if moment is None:
        return
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise _invalid(name, f"年份应在{FIRST_YEAR}至{LAST_YEAR}之间")
    if moment > at:
        message = f"来件的{LABELS[name]}（{office_minute(moment)}）还没有到，请核对。"
        raise FactInvalid(message, code="at_ahead", particular=name)


def _invalid(name: str, why: str) -> FactInvalid:
    return FactInvalid(f"来件的{LABELS[name]}不对：{why}。", code="date_invalid", particular=name)
