"""The request for more time that nobody has decided yet: what it says, who agreed, and its repetition."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from states.case import Decision
from states.corrections import same
from states.errors import FactInvalid
from states.facts import CaseFacts
from workflow.services.corrected import as_corrected

if TYPE_CHECKING:
    from workflow.services.batch import OpenCase
    from workflow.services.register import View
    from workflow.services.replay import Entry
    from workflow.services.work import Work

REQUESTED = "extension_requested"


def told_extension(facts: CaseFacts, seen: View) -> dict[str, Any] | None:
    """The request that is pending, None where there is none; `consented_by`, `reviewed_by` None: not yet."""
    if facts.extension_to is None:
        return None
    asked, names = _asked(seen.entries(facts)), seen.people
    agreed = {"consented_by": facts.extension_consented_by, "reviewed_by": facts.extension_reviewed_by}
    return {
        "to": facts.extension_to.isoformat(),
        "reason": _reason(asked),
        "requested_by": asked and asked.actor,
        **agreed,
        **{f"{name}_name": person and names.get(person, person) for name, person in agreed.items()},
    }


def check_not_repeated(work: Work, case: OpenCase, decision: Decision) -> None:
    """Raises `FactInvalid` (`extension_already_requested`) for the pending request once more, word for word.

    It would say nothing new, and undo what the unit's head and the officer have said to it.
    """
    if decision.event != REQUESTED or "extension_to" in decision.changes:
        return
    asked_for, reason = case.facts.extension_to, _reason(_asked(as_corrected(work.batch.history_of(case))))
    if reason is not None and same(reason, decision.details.get("reason")):
        raise FactInvalid(
            f"已申请延期至{asked_for}，日期、理由都相同，尚待{_awaited(case.facts)}，不必重复申请。",
            code="extension_already_requested",
            asked=str(asked_for),
        )


def _awaited(facts: CaseFacts) -> str:
    if facts.extension_consented_by is None:
        return "单位主要负责人同意（consent-extension）"
    return "审核、决定" if facts.extension_reviewed_by is None else "决定"


def _asked(entries: Iterable[Entry]) -> Entry | None:
    """The entry of the last request."""
    return next((one for one in reversed([*entries]) if one.kind == REQUESTED), None)


def _reason(asked: Entry | None) -> str | None:
    """Its reason; None where the words were taken away."""
    return asked.words.get("details", {}).get("reason") if asked else None
