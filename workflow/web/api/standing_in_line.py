"""Requests under one key stand in line: the next begins when the first is answered, and is answered the same.

In the memory of one process; between processes the key itself, noted in the transaction of the first, holds.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from workflow.errors import EditConflict

PATIENCE, LATER = 20.0, 2
"""Seconds somebody stands in line, and those after which he may come again."""


@dataclass(slots=True)
class _Line:
    """Those who came under a key and are not answered."""

    turn: Lock = field(default_factory=Lock)
    many: int = 0


class Lines:
    """The lines of one process, by key."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}
        self._entry = Lock()

    @contextmanager
    def turn(self, key: str) -> Iterator[None]:
        """One's turn under a key. Raises `EditConflict` (`request_under_way`) where it does not come."""
        with self._within(key) as line:
            if not line.turn.acquire(timeout=PATIENCE):
                message = "同一个请求正在办理，尚未答复；请稍后用同一个Idempotency-Key再问。"
                raise EditConflict(message, code="request_under_way", retry_after=LATER)
            try:
                yield
            finally:
                line.turn.release()

    @contextmanager
    def _within(self, key: str) -> Iterator[_Line]:
        with self._entry:
            line = self._lines.setdefault(key, _Line())
            line.many += 1
        try:
            yield line
        finally:
            with self._entry:
                line.many -= 1
                if not line.many:
                    del self._lines[key]
