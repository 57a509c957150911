"""What the pages of the three administrators share: forms carried out once, their fields, lists in parts."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import RedirectResponse, Response

from states.errors import FactInvalid, FactMissing, NotPermitted, Refusal
from workflow import particulars
from workflow.services.office import Signature
from workflow.web.fields import Field
from workflow.web.pages.sign_in import text
from workflow.web.sheets import Sent

PAGE = 50
REPEATED = "这张表单先前已经提交过，没有重复办理。"
AGAIN = {
    "again": REPEATED,
    "again-link": f"{REPEATED}邀请链接只显示一次，没有记下的，请另发。",
    "again-code": f"{REPEATED}核准邀请所得的核对码只显示一次，没有记下的，请系统管理员重发邀请，再次核准。",
}
"""What is said of a form that was carried out before, by what its first answer showed."""


def carried_out(
    sent: Sent,
    place: str,
    deal: Callable[[], Response],
    again: Callable[[Refusal], Response],
    *,
    repeated: str = "again",
) -> Response:
    """Deal with a form; one that was dealt with before leads to `place`, where the words of `AGAIN` for
    `repeated` are said, and one that is refused, or stale, comes back.

    Raises `NotPermitted` for whoever may not deal with it at all.
    """
    try:
        sent.check_fresh()
        return deal()
    except Refusal as refusal:
        if sent.done:
            return RedirectResponse(address(place, {"done": repeated}), 303)
        if isinstance(refusal, NotPermitted):
            raise
        return again(refusal)


def signed(sent: Sent) -> dict[str, Any]:
    """Who does it on which form, and when."""
    by: Signature = sent.counter.signature(sent.who, sent.key)
    return {"by": by, "at": sent.counter.clock()}


def read(sent: Sent, fields: Iterable[Field]) -> dict[str, Any]:
    """What was filled in, None for an empty field. Raises `FactInvalid`, `FactMissing` naming the field."""
    return {one.name: _read(one, text(sent.form, one.name).strip()) for one in fields}


def errors_of(refusal: Refusal, fields: Iterable[Field], by_code: Mapping[str, str]) -> dict[str, str]:
    """A refusal beside the field it is about; of none where it names none of these."""
    named = refusal.facts.get("particular") or by_code.get(refusal.code) or refusal.facts.get("missing")
    return {str(named): refusal.message} if named in {one.name for one in fields} else {}


def address(place: str, asked: Mapping[str, Any]) -> str:
    """A page with what is asked of it, but for what is not."""
    query = urlencode({name: value for name, value in asked.items() if value not in ("", None)})
    return f"{place}?{query}" if query else place


def _read(one: Field, given: str) -> Any:
    if not given:
        if one.owed:
            raise FactMissing(f"请填写{one.label}。", code="field_missing", missing=one.name)
        return None
    try:
        return particulars.read_day(given) if one.kind == "day" else particulars.read_name(given)
    except Refusal as refusal:
        raise FactInvalid(refusal.message, code=refusal.code, particular=one.name) from refusal
