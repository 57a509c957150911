"""The serials given out of every series: gap-free, for a rollback gives them back. They never commit."""

from collections.abc import Iterable

from sqlalchemy import Connection, select, update

from workflow.storage.models import NumberSequence
from workflow.storage.queries import dialect_insert, table

NUMBERS = table(NumberSequence)


def take(tx: Connection, series: str, year: int, count: int) -> int:
    """Reserve `count` serials of a series; returns the first. Gap-free: a rollback gives them back."""
    insert = dialect_insert(tx)(NUMBERS).values(series=series, year=year, last=count)
    taken = insert.on_conflict_do_update(
        index_elements=["series", "year"], set_={"last": NUMBERS.c.last + count}
    ).returning(NUMBERS.c.last)
    return int(tx.execute(taken).scalar_one()) - count + 1


def series_called(tx: Connection, beginning: str) -> list[str]:
    """The series numbers were given out of whose name begins so, by name."""
    named = NUMBERS.c.series.startswith(beginning, autoescape=True)
    found = select(NUMBERS.c.series).where(named).distinct().order_by(NUMBERS.c.series)
    return list(tx.execute(found).scalars())


def last_number(tx: Connection, series: str, year: int) -> int:
    """The last serial given out of a series; 0 before the first."""
    found = select(NUMBERS.c.last).where(NUMBERS.c.series == series, NUMBERS.c.year == year)
    return int(tx.execute(found).scalar_one_or_none() or 0)


def given_out(tx: Connection, series: str, year: int, skipped: Iterable[int] = ()) -> set[int]:
    """The serials of a series papers must have; `skipped` are those of a branch that was left."""
    return set(range(1, last_number(tx, series, year) + 1)).difference(skipped)


def give_back(tx: Connection, series: str, year: int, count: int) -> None:
    """Return the last `count` serials this transaction has taken of a series and not used."""
    ours = (NUMBERS.c.series == series) & (NUMBERS.c.year == year)
    tx.execute(update(NUMBERS).where(ours).values(last=NUMBERS.c.last - count))


def raise_to(tx: Connection, series: str, year: int, at_least: int) -> None:
    """Make sure a series goes on after `at_least`, which an old register has used already."""
    insert = dialect_insert(tx)(NUMBERS).values(series=series, year=year, last=at_least)
    tx.execute(
        insert.on_conflict_do_update(
            index_elements=["series", "year"], set_={"last": at_least}, where=NUMBERS.c.last < at_least
        )
    )
