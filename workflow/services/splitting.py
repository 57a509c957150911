"""Splitting a matter (拆分): its parts become matters of their own, dispatched at once, all of them or none.

Every part names the matter it came from and takes over what is not said of it: source, basis, category,
accountable leader, the required result, and the date. The matter itself goes on, or ends with the split.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from states.deadlines import Limit
from states.errors import FactInvalid, FactMissing
from states.facts import CaseFacts
from states.office_time import office_day
from states.particulars import MAX_PARTS
from states.vocabulary import LinkKind
from workflow.services.batch import OpenCase, opened
from workflow.services.cases import Order, next_numbers, perform_within
from workflow.services.office import Office, Signature
from workflow.services.resolving import held
from workflow.services.series import own_series
from workflow.storage.session import transaction

INHERITED = ("source", "basis", "requirement", "complexity", "accountable_leader")
ENDS = "已拆分为{}，本事项不再单独办理。"


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its title, the unit that leads it by any name, and what differs from the matter itself.

    `limit` is a term or a date; None takes over the date of the matter.
    """

    title: str
    lead_unit: str
    limit: Limit | date | None = None
    requirement: str | None = None


def split(
    office: Office,
    number: str,
    parts: Sequence[Part],
    *,
    reason: str | None,
    end: bool = False,
    over_cap: bool = False,
    by: Signature,
    at: datetime,
) -> list[OpenCase]:
    """Split a matter; returns it as it is afterwards, and then its parts.

    With `end` the matter is withdrawn with the split; with `over_cap` its parts go out though a unit is asked
    for more reports than the cap allows, for the reason of the split. Raises `FactMissing` (`parts_missing`,
    `reason_missing`) and `FactInvalid` (`parts_too_many`, `part_twice`) beside the refusals of the commands
    it gives, and leaves everything as it was.
    """
    _check(parts, reason, end=end)
    with transaction(office.engine) as tx:
        facts = opened(held(tx, number)).facts
        year = office_day(at).year
        numbers = next_numbers(tx, own_series(tx, office, year), year, len(parts))
        past = {"over_cap": True, "reason": reason} if over_cap else {}
        orders = list(_orders(facts, dict(zip(numbers, parts, strict=True)), past, str(reason), end=end))
        done = perform_within(tx, office, orders, by=by, at=at)
    return [done[-1], *done[: len(parts)]]


def _check(parts: Sequence[Part], reason: str | None, *, end: bool) -> None:
    least = 2 if end else 1
    if len(parts) < least:
        raise FactMissing(
            f"拆分{'并结束原事项' if end else ''}至少写明{least}个分出的事项，请补充。",
            code="parts_missing",
            missing="part",
        )
    if len(parts) > MAX_PARTS:
        raise FactInvalid(
            f"一次最多拆分为{MAX_PARTS}个事项，请分次办理。", code="parts_too_many", count=len(parts)
        )
    if len({(part.title, part.lead_unit) for part in parts}) < len(parts):
        raise FactInvalid("同一事项、同一牵头单位写了两次，请去掉重复的。", code="part_twice")
    if not reason:
        raise FactMissing("“拆分”缺少理由，请补充后再办。", code="reason_missing", missing="reason")


def _orders(
    facts: CaseFacts, parts: dict[str, Part], past: dict[str, Any], reason: str, *, end: bool
) -> Iterator[Order]:
    """Every part comes out of the matter and is dispatched; then the matter says so, and may end.

    `past` is said with every dispatch that may go past the cap.
    """
    for number, part in parts.items():
        yield Order("derive", details=_matter(facts, part), new_number=number)
    for number, part in parts.items():
        yield Order("assign", number, _dispatch(facts, part) | past)
    yield Order("split", facts.number, {"split_into": tuple(parts), "reason": reason})
    if end:
        yield Order("withdraw", facts.number, {"reason": ENDS.format("、".join(parts))})


def _matter(facts: CaseFacts, part: Part) -> dict[str, Any]:
    inherited = {name: getattr(facts, name) for name in INHERITED}
    own = {"title": part.title, "requirement": part.requirement or facts.requirement}
    return {**inherited, **own, "parent": facts.number, "link": LinkKind.SPLIT.value}


def _dispatch(facts: CaseFacts, part: Part) -> dict[str, Any]:
    """By its own limit or date, else as the matter itself is dated."""
    order: dict[str, Any] = {"lead_unit": part.lead_unit}
    if part.limit is not None:
        return {**order, "limit" if isinstance(part.limit, Limit) else "due_on": part.limit}
    if facts.open_ended:
        return {**order, "open_ended": True, "cadence": facts.cadence}
    return {**order, "due_on": facts.due_on}
