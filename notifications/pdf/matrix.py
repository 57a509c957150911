"""Coordinate transformations of a PDF (ISO 32000-1, 8.3.3)."""

from typing import Any

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def multiplied(first: Matrix, second: Matrix) -> Matrix:
    """What does the first and then the second."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = second
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def matrix_of(operands: Any) -> Matrix:
    """The six numbers before `cm` or `Tm`."""
    a, b, c, d, e, f = map(float, operands)
    return (a, b, c, d, e, f)
