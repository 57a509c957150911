"""What somebody looks for in the register, as he wrote it: read, bounded, and told what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection

from states.errors import FactInvalid, Refusal
from states.vocabulary import Light
from workflow import particulars
from workflow.errors import NotFound
from workflow.services.office import Office
from workflow.services.register import units_meant
from workflow.storage.leafing import Order, Sought

Words = Sequence[tuple[str, str]]
CALLED = {
    "words": "编号或名称",
    "state": "环节",
    "light": "亮灯",
    "unit": "牵头单位",
    "category": "类别",
    "leader": "包保领导",
    "due_from": "期限自",
    "due_until": "期限至",
    "order": "排序",
}
"""What people call each filter."""

LIT = "lit"
LIGHTS: Words = (*((one.value, one.label) for one in Light), (LIT, "在办（红、黄、绿）"))


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, each as it was written; empty where it is not."""

    words: str = ""
    state: str = ""
    light: str = ""
    unit: str = ""
    category: str = ""
    leader: str = ""
    due_from: str = ""
    due_until: str = ""
    order: str = ""

    @property
    def given(self) -> dict[str, str]:
        """What is asked for at all."""
        written = {one.name: getattr(self, one.name) for one in fields(self)}
        return {name: text for name, text in written.items() if text}


@dataclass(frozen=True, slots=True)
class Known:
    """What filters can name: the states and categories of the rules in force, and the units on record.

    `whole`: whether it is for somebody who sees the whole of every matter.
    """

    tx: Connection
    states: Words
    categories: Words
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Reading:
    """What was asked for, understood; and what is wrong with the rest, by its name."""

    sought: Sought
    order: Order
    errors: Mapping[str, str]

    def check(self) -> None:
        """Raises `FactInvalid` (`filters_invalid`) where something is wrong with what was asked for."""
        if self.errors:
            raise FactInvalid("；".join(self.errors.values()), code="filters_invalid")


def known_in(tx: Connection, office: Office, *, whole: bool) -> Known:
    """What filters can name under the rules in force."""
    states = ((row.id, row.label) for row in office.lifecycle(tx).states)
    categories = ((one.id, one.label) for one in office.policy(tx).categories)
    return Known(tx, tuple(states), tuple(categories), whole)


def orders(*, whole: bool) -> Words:
    """What the register can be ordered by. When it changed last would tell those who see part of a matter of
    the entries that are kept from them."""
    return [(one.value, one.label) for one in Order if whole or one is not Order.CHANGED]


def read(asked: Asked, known: Known) -> Reading:
    """Every filter by itself, so that each is told what is wrong with it."""
    found: dict[str, Any] = {}
    errors: dict[str, str] = {}
    for name, text in asked.given.items():
        try:
            found[name] = READERS[name](particulars.read_name(text) or "", known)
        except Refusal as refusal:
            errors[name] = refusal.message
    if not errors and _ends_before(found.get("due_from"), found.get("due_until")):
        errors["due_until"] = "截止日期早于起始日期，请更正。"
    order, light = found.pop("order", Order.NEWEST), found.pop("light", None)
    if light is not None:
        found |= {"lit": True} if light == LIT else {"light": Light(light)}
    return Reading(Sought(**{NAMES.get(name, name): value for name, value in found.items()}), order, errors)


def choices(states: Words, categories: Words, *, whole: bool = True) -> dict[str, Words]:
    """What is chosen rather than written, by the filter's name."""
    return {
        "state": states,
        "light": LIGHTS,
        "category": categories,
        "order": orders(whole=whole),
    }


def said(asked: Asked, states: Words, categories: Words) -> str:
    """What is asked for, in people's words; empty for nothing."""
    known = choices(states, categories)
    given = ((name, dict(known.get(name, ())).get(text, text)) for name, text in asked.given.items())
    return "；".join(f"{CALLED[name]}：{told}" for name, told in given)


def _ends_before(first: date | None, last: date | None) -> bool:
    return first is not None and last is not None and last < first


def _chosen(called: str, text: str, words: Words) -> str:
    """The identifier of what is chosen, by that or by its label."""
    for identifier, label in words:
        if text in (identifier, label):
            return identifier
    labels = "、".join(label for _, label in words)
    raise NotFound(f"没有“{text}”这个{called}，可选的有：{labels}。", code=f"{called}_unknown")


def _day(text: str, _: Known) -> date:
    return particulars.read_day(text)


def _words(text: str, _: Known) -> str:
    if not text:
        raise FactInvalid("请写明要查找的文字，或者留空。", code="words_missing")
    return text


READERS: Mapping[str, Callable[[str, Known], Any]] = {
    "words": _words,
    "state": lambda text, known: _chosen("环节", text, known.states),
    "light": lambda text, _: _chosen("亮灯", text, LIGHTS),
    "unit": lambda text, known: units_meant(known.tx, text),
    "category": lambda text, known: _chosen("类别", text, known.categories),
    "leader": _words,
    "due_from": _day,
    "due_until": _day,
    "order": lambda text, known: Order(_chosen("排序", text, orders(whole=known.whole))),
}
NAMES = {"unit": "units"}
"""What a filter is called where it is looked for, if not the same."""
