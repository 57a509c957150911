"""How much work wording may make of itself: counted in steps, so that it ends at the same place everywhere.

A step is one piece of syntax carried out once, or so many characters made or looked through. Counting steps
and not seconds keeps rendering deterministic: what one machine lays out, a slower one does too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from notifications.errors import NoticeUnrenderable

STEPS = 300_000
"""A paper with an annex of 500 rows and eight columns takes about 50,000, a letter about 200."""

CHARACTERS_A_STEP = 32

_left: ContextVar[list[int] | None] = ContextVar("steps_left", default=None)


@contextmanager
def bounded() -> Iterator[None]:
    """Whatever is spent inside is counted together, anew each time."""
    token = _left.set([STEPS])
    try:
        yield
    finally:
        _left.reset(token)


def spend(steps: int) -> None:
    """Raises NoticeUnrenderable (`wording_endless`) once the steps are used up; free outside `bounded`."""
    left = _left.get()
    if left is None:
        return
    left[0] -= steps
    if left[0] < 0:
        raise NoticeUnrenderable(
            "模板中的循环太多、太深，未能在限度内成文，请减少循环的层数。", code="wording_endless"
        )


def spend_on(text: str) -> None:
    """The price of text that is made or read through."""
    spend(1 + len(text) // CHARACTERS_A_STEP)
