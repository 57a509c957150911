"""Deciding on a request for coordination (协调议定), with the matters that come out of the decision.

Decision, new matters and their dispatch commit together. Only the director hands matters out: what a leader
or the principal decides stays a draft for the director, with the unit and the date that were meant beside it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row

from states.deadlines import Limit
from states.errors import FactInvalid
from states.office_time import day_in_words, office_day
from states.particulars import MAX_CHILDREN
from states.vocabulary import CoordinationLevel, Role
from workflow.services import cases, people, units
from workflow.services.agreed import said_term
from workflow.services.attaching import received
from workflow.services.batch import OpenCase
from workflow.services.cases import Order
from workflow.services.office import Office, Signature
from workflow.services.resolving import held
from workflow.services.series import chosen_series
from workflow.storage.session import transaction

SOURCE = "协调议定"


@dataclass(frozen=True, slots=True)
class Child:
    """A matter the minutes set: what it is, who is to lead it, and by when.

    Without `requirement` its title is what is to be reached; without `term` it has the limit of its parent's
    category.
    """

    title: str
    lead_unit: str | None = None
    term: Limit | date | None = None
    requirement: str | None = None

    @property
    def dispatch(self) -> dict[str, Any]:
        """Its limit as an order gives it."""
        if self.term is None:
            return {}
        return {"due_on" if isinstance(self.term, date) else "limit": self.term}

    @property
    def said_term(self) -> str | None:
        """Its limit in words, for whoever hands it out later."""
        return said_term(self.term) if self.term else None


@dataclass(frozen=True, slots=True)
class Decided:
    """The matter that was decided on, and those that came of it; `dispatched` tells whether they went out."""

    case: OpenCase
    children: tuple[OpenCase, ...] = ()
    dispatched: bool = False


def decide(
    office: Office,
    number: str,
    *,
    by: Signature,
    at: datetime,
    children: Sequence[Child] = (),
    series: str | None = None,
    new_series: bool = False,
    over_cap: bool = False,
    reason: str | None = None,
    **details: Any,
) -> Decided:
    """Enter the decision on the open request of a matter, with `minutes`, `evidence`, perhaps a `due_on`.

    With `over_cap` and a `reason` the director hands its children out though a unit is asked for more reports
    than the cap allows. They are numbered in `series` (`new_series`: one never used before), else in the
    office's own. Raises a `Refusal` and leaves everything as it was: `child_twice`, `date_in_the_past`
    for a child with a day gone by, `nothing_dispatched` where no child goes out that could be past the cap.
    """
    if len(children) > MAX_CHILDREN:
        raise FactInvalid(f"一次议定最多{MAX_CHILDREN}个子事项。", code="too_many", count=len(children))
    if len({(child.title.strip(), child.lead_unit) for child in children}) < len(children):
        raise FactInvalid("同一子事项、同一牵头单位写了两次，请去掉重复的。", code="child_twice")
    past = {"over_cap": over_cap or None, "reason": reason}
    with received(office, details) as given, transaction(office.engine) as tx:
        deciding = _Deciding(tx, by, at, held(tx, number))
        deciding.check(children, any(past.values()))
        chosen = chosen_series(tx, office, series, year=office_day(at).year, is_new=new_series)
        orders = list(deciding.orders(children, chosen, past, given))
        done = cases.perform_within(tx, office, orders, by=by, at=at)
    born = {case.id: case for case in done[1:]}
    return Decided(done[0], tuple(born.values()), dispatched=deciding.by_director)


class _Deciding:
    """A decision by one hand, turned into the orders it stands for."""

    def __init__(self, tx: Connection, by: Signature, at: datetime, row: Row[Any]) -> None:
        self.tx, self.row, self.day = tx, row, office_day(at)
        actor = people.Actors(tx, by.person, self.day).towards(row.lead_unit)
        self.by_director = actor.holds({Role.DIRECTOR})

    def check(self, children: Sequence[Child], past_the_cap: bool) -> None:
        """A day for a matter is still to come; leave to pass the cap needs a matter that goes out."""
        for child in children:
            self._check_day(child)
        if past_the_cap and not (self.by_director and any(child.lead_unit for child in children)):
            raise FactInvalid(
                "本次没有随即交办的子事项，不必写明超过反馈次数上限；由督查室主任交办时再写。",
                code="nothing_dispatched",
            )

    def _check_day(self, child: Child) -> None:
        if isinstance(child.term, date) and child.term < self.day:
            raise FactInvalid(
                f"子事项“{child.title}”的日期{child.term}已经过去，请核对议定意见，另定日期。",
                code="date_in_the_past",
                child=child.title,
                date=child.term.isoformat(),
            )

    def orders(
        self, children: Sequence[Child], series: str, past: dict[str, Any], details: dict[str, Any]
    ) -> Iterator[Order]:
        """The decision first, and each new matter, handed out where it is the director who decides.

        `past` is said with every dispatch that may go past the cap.
        """
        leads = self._leads(children)
        numbers = cases.next_numbers(self.tx, series, self.day.year, len(children)) if children else []
        told = [self._told(*one) for one in zip(numbers, children, leads, strict=True)]
        yield Order("decide_coordination", self.row.number, {**details, "children": told or None})
        for number, child, lead in zip(numbers, children, leads, strict=True):
            yield Order("derive", details=self._matter(child), new_number=number)
            if lead is not None and self.by_director:
                yield Order("assign", number, {"lead_unit": lead, **child.dispatch, **past})

    def _leads(self, children: Sequence[Child]) -> list[str | None]:
        """The code of each child's lead unit; a name nobody knows is refused, whoever decides."""
        codes = units.codes_by_name(self.tx, [one.lead_unit for one in children if one.lead_unit], self.day)
        return [self._one(one.lead_unit, codes[one.lead_unit]) if one.lead_unit else None for one in children]

    def _one(self, name: str, codes: tuple[str, ...]) -> str:
        if len(codes) != 1:
            raise FactInvalid(
                f"子事项的牵头单位只能是一个，“{name}”指多个单位。", code="unit_several_leads", unit=name
            )
        return codes[0]

    def _matter(self, child: Child) -> dict[str, Any]:
        return {
            "title": child.title,
            "source": SOURCE,
            "basis": self._basis(),
            "requirement": child.requirement or child.title,
            "complexity": None if child.term else self.row.complexity,
            "parent": self.row.number,
            "link": "coordination",
        }

    def _basis(self) -> str:
        """Which decision it rests on; a matter nobody asked a decision for is refused by the rule book."""
        level = self.row.coordination_level
        at_level = f"经{CoordinationLevel(level).label}" if level else ""
        return f"{self.row.number}{at_level}于{day_in_words(self.day)}协调议定"

    def _told(self, number: str, child: Child, lead: str | None) -> dict[str, Any]:
        return {"number": number, "title": child.title, "lead_unit": lead, "term": child.said_term}
