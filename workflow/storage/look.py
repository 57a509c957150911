"""A connection that remembers: within one consistent read the same question has the same answer."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Select
from sqlalchemy.engine import FrozenResult

Found = TypeVar("Found")


class Look(Connection):
    """The connection of one consistent read. Streamed statements are not kept."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._told: dict[Any, FrozenResult[Any]] = {}
        self._kept: dict[Hashable, Any] = {}

    def kept(self, name: Hashable, find: Callable[[], Found]) -> Found:
        """What was found under a name in this look; found once, also where it takes many questions."""
        if name not in self._kept:
            self._kept[name] = find()
        found: Found = self._kept[name]
        return found

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        """The answer to a statement; one that was given before is given again."""
        key = None if parameters or execution_options else _key(statement)
        if key is None:
            return super().execute(statement, parameters, execution_options=execution_options)
        if key not in self._told:
            self._told[key] = super().execute(statement).freeze()
        return self._told[key]()


def _key(statement: Any) -> tuple[Any, ...] | None:
    """What tells one question from another: its shape, as SQLAlchemy knows it, and its values."""
    if not isinstance(statement, Select) or statement.get_execution_options():
        return None
    shape = statement._generate_cache_key()
    return None if shape is None else (shape.key, *(repr(one.value) for one in shape.bindparams))
