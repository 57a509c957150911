"""Column types that mean the same on SQLite and PostgreSQL."""

import json
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from states import clocks
from states.clocks import Clock
from states.facts import VALUES

_spelt = json.JSONEncoder(ensure_ascii=False).encode

EMPTY = "[]"
"""What most rows hold, and every sweep reads: not parsed."""


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, UTC in the database. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Codes(TypeDecorator[tuple[str, ...]]):
    """A short ordered list of codes, kept as JSON text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _spelt(list(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:
        return () if value == EMPTY else None if value is None else tuple(orjson.loads(value))


class Clocks(TypeDecorator[tuple[Clock, ...]]):
    """The clocks of a case, kept as JSON text, in the very spelling in which `reach` looks for their days."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else _spelt(clocks.to_json(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Clock, ...] | None:
        return None if value is None else clocks.from_json(orjson.loads(value))


class Values(TypeDecorator[tuple[Any, ...]]):
    """A fact that is a list of values of its own, kept as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, fact: str) -> None:
        super().__init__()
        self.fact = fact

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else VALUES[self.fact].dump_json(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        return () if value == EMPTY else None if value is None else VALUES[self.fact].validate_json(value)
