"""What a particular may be, whoever gives it and through whichever door."""

from collections.abc import Callable, Mapping
from typing import Any

from states.errors import FactInvalid
from states.vocabulary import LinkKind
from states.words import detail_label

MAX_TEXT = 32_767
MAX_TITLE = 2_000
MAX_UNITS = 500
MAX_FILES = 100
MAX_MENTIONS = 20


def check(name: str, value: Any) -> None:
    """Refuse a particular that cannot be. Raises `FactInvalid` naming it."""
    if isinstance(value, str):
        _check_length(name, value, MAX_TITLE if name == "title" else MAX_TEXT)
    rule = RULES.get(name)
    if rule is not None and not rule(value):
        raise FactInvalid(
            f"{detail_label(name)}“{str(value)[:40]}”不对，请更正。", code=f"{name}_invalid", particular=name
        )


def _check_length(name: str, text: str, bound: int) -> None:
    if len(text) > bound:
        raise FactInvalid(
            f"{detail_label(name)}超过{bound}字，请精简或改为附件。", code="text_too_long", particular=name
        )


RULES: Mapping[str, Callable[[Any], bool]] = {
    "completion_rate": lambda value: isinstance(value, int) and 0 <= value <= 100,
    "link": lambda value: value in set(LinkKind),
    "co_units": lambda value: len(value) <= MAX_UNITS,
    "evidence": lambda value: len(value) <= MAX_FILES,
    "mentions": lambda value: len(value) <= MAX_MENTIONS,
}
