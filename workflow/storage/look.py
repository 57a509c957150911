"""A connection that remembers: within one consistent read nothing is asked for twice.

What is read by name (`named_units`, `events_of`, …) is kept under that name, as is what services make of it.
Who is given something that was kept must leave it as it is.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine

Found = TypeVar("Found")


class Look(Connection):
    """The connection of one consistent read."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._kept: dict[Hashable, Any] = {}

    def kept(self, name: Hashable, find: Callable[[], Found]) -> Found:
        """What was found under a name in this look; found once, also where it takes many questions."""
        if name not in self._kept:
            self._kept[name] = find()
        found: Found = self._kept[name]
        return found

    def known(self, name: Hashable) -> Any:
        """What is kept under a name; None while nothing is."""
        return self._kept.get(name)

    def learn(self, name: Hashable, found: Any) -> None:
        """Keep what is otherwise now than it was seen: what whoever looks wrote himself meanwhile."""
        self._kept[name] = found

    def keep(self, name: Hashable, found: Any) -> None:
        """Keep what was found by the way under a name it may be asked for by."""
        self._kept.setdefault(name, found)


def remembered(tx: Connection, name: Hashable, find: Callable[[], Found]) -> Found:
    """The same of whatever connection there is: one that does not remember asks every time."""
    return tx.kept(name, find) if isinstance(tx, Look) else find()


def known(tx: Connection, name: Hashable) -> Any:
    """What a connection that remembers has kept under a name; None of any other."""
    return tx.known(name) if isinstance(tx, Look) else None


def is_look(tx: Connection) -> bool:
    """Whether a connection remembers, so that reading more at once than is asked for spares a question."""
    return isinstance(tx, Look)
