"""The order of units in a circular: by what was done on time, then by what was done at all."""

from collections.abc import Iterable
from fractions import Fraction

from states.statistics.measures import Measure, Rate
from states.statistics.result import Line


def ranked(lines: Iterable[Line]) -> list[tuple[int | None, Line]]:
    """The lines with their places, best first; equals share a place, and the next one skips it.

    A line with nothing due in the period has no place and comes last.
    """
    in_order = sorted(lines, key=lambda line: (_merit(line) is None, _best_first(line), line.name or ""))
    merits = [_merit(line) for line in in_order]
    return [
        (None if merit is None else merits.index(merit) + 1, line)
        for merit, line in zip(merits, in_order, strict=True)
    ]


def _best_first(line: Line) -> tuple[Fraction, Fraction]:
    on_time, closed = _merit(line) or (Fraction(0), Fraction(0))
    return -on_time, -closed


def _merit(line: Line) -> tuple[Fraction, Fraction] | None:
    """Its shares on time and closed; None where nothing was due."""
    on_time = line.rates[Measure.ON_TIME]
    return (_share(on_time), _share(line.rates[Measure.CLOSED])) if on_time.denominator else None


def _share(rate: Rate) -> Fraction:
    return Fraction(rate.numerator, rate.denominator) if rate.denominator else Fraction(0)
