"""编号和文号: every series and its next number; of one its gaps, and what was voided and why."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel

from states.errors import FactInvalid
from states.settings_rights import Section
from workflow.services import number_desk
from workflow.web.frame.visiting import AtCounter, Who
from workflow.web.pages.administering import address
from workflow.web.pages.settings.framing import PLACES, Words, setting

router = APIRouter()

NUMBERS = PLACES[Section.NUMBERS]


class Asked(BaseModel):
    """Which series is looked at, and how far its void numbers were leafed through."""

    series: Words = ""
    year: Annotated[int, Query(ge=0, le=9_999)] = 0
    part: Annotated[int, Query(ge=0, le=10_000)] = 0


@router.get(NUMBERS)
def numbers(request: Request, counter: AtCounter, who: Who, asked: Annotated[Asked, Query()]) -> Response:
    """The series, and one of them."""
    office, one, trouble = counter.office, None, ""
    listed = number_desk.every_series(office, roles=who.roles)
    if asked.series:
        try:
            one = number_desk.one_series(office, asked.series, asked.year, part=asked.part, roles=who.roles)
        except FactInvalid as refusal:
            trouble = refusal.message
    told = {"series": asked.series, "year": asked.year}
    more = address(NUMBERS, {**told, "part": asked.part + 1}) if one and one["has_more"] else ""
    return setting(
        request,
        who,
        Section.NUMBERS,
        "numbers",
        listed=listed,
        one=one,
        trouble_told=trouble,
        more=more,
        first=address(NUMBERS, told),
        asked=asked,
    )
