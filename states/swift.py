"""Frozen classes of which a sweep and an import make thousands.

The constructor of a frozen class sets one field after the other by way of `object.__setattr__`; it takes a
third of that to fill a draft of the same fields and then freeze it.
"""

from collections.abc import Callable
from copy import copy
from dataclasses import fields, make_dataclass
from functools import cache, wraps
from operator import attrgetter
from typing import Any, TypeVar

Kind = TypeVar("Kind")
_turn = object.__setattr__


def made_swiftly(kind: type[Kind]) -> type[Kind]:
    """A frozen dataclass that is filled as a draft. For a class nothing inherits from.

    Raises `TypeError` for one that looks at its fields once they are filled: a draft would pass that over.
    """
    frozen: Any = kind
    if hasattr(frozen, "__post_init__"):
        raise TypeError(f"{frozen.__name__} looks at what it is filled with")
    fill, draft = frozen.__init__, _draft_of(frozen)

    @wraps(fill)
    def made(self: Any, *values: Any, **named: Any) -> None:
        _turn(self, "__class__", draft)
        draft.__init__(self, *values, **named)
        self.__class__ = kind

    frozen.__init__ = made
    return kind


def replaced(value: Kind, **changes: Any) -> Kind:
    """The value with some of its fields changed, as `dataclasses.replace` has it."""
    kind: Any = type(value)
    names, read = _read(kind)
    made: Kind = kind(**{**dict(zip(names, read(value), strict=True)), **changes})
    return made


@cache
def _read(kind: Any) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """The names of a class's fields (two at least), and what reads all of them from a value."""
    names = tuple(one.name for one in fields(kind))
    return names, attrgetter(*names)


def _draft_of(frozen: Any) -> Any:
    """The same fields in the same places, not frozen."""
    given = [(one.name, one.type, copy(one)) for one in fields(frozen)]
    return make_dataclass(frozen.__name__, given, slots="__slots__" in vars(frozen), eq=False, repr=False)
