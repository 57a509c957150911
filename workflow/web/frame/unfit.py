"""What is wrong with a request that does not have the shape it should: each place, and why."""

from collections.abc import Mapping, Sequence
from typing import Any

from states.errors import FactInvalid
from states.validation import complaint_of

MOST, SHORT = 5, 60
"""So many places are told, and so much of the name of one: a stranger's keys may stand in it."""

BODY, SOURCES = "body", frozenset({"body", "query", "path", "header"})


def unfit(faults: Sequence[Mapping[str, Any]]) -> FactInvalid:
    """The refusal of a request by what the validator found in it (`request_invalid`)."""
    told = {_place(one): (one["type"], complaint_of(one)) for one in faults[:MOST]}
    named = "、".join(f"{place}（{why}）" for place, (_, why) in told.items())
    errors = {place: {"code": code, "message": why} for place, (code, why) in told.items()}
    return FactInvalid(f"请求中有的内容不对：{named}，请更正。", code="request_invalid", errors=errors)


def _place(fault: Mapping[str, Any]) -> str:
    """Where it is, as `attachments.0.name`; `body` for one that is no JSON, or no object."""
    loc = fault["loc"]
    within = () if fault["type"] == "json_invalid" else loc[1:] if loc[0] in SOURCES else loc
    return ".".join(map(str, within))[:SHORT] or BODY
