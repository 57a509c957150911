"""Units by name: what the rule book says of a unit by its code, told to people by what it is called."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection

from states.errors import Refusal
from workflow.storage import queries


def with_names(words: str, codes: Iterable[str], names: Mapping[str, str]) -> str:
    """The words with the names of these units in the place of their codes."""
    for code in sorted(codes, key=len, reverse=True):
        words = words.replace(code, names.get(code, code))
    return words


def in_names(tx: Connection, refusal: Refusal) -> Refusal:
    """The same refusal, its message naming the `units` among its facts."""
    units = refusal.facts.get("units")
    if not units:
        return refusal
    names = {row.code: row.name for row in queries.units_by_code(tx, units).values()}
    return type(refusal)(with_names(refusal.message, units, names), code=refusal.code, **refusal.facts)
