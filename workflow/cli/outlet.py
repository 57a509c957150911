"""Standard output and standard error of a process whose reader may go away, as `| head` does."""

import os
import sys
from io import TextIOWrapper
from typing import TextIO

READER_GONE = 141
"""128 and the number of SIGPIPE: what a shell reports of a command whose reader went away."""


class Outlet(TextIOWrapper):
    """Ends the process quietly where nobody reads any more, and remembers it as `reader_gone`.

    By an exit of its own: the error would be a code 1 to typer and to rich, which is that of a refusal.
    A flush does not end it, since Python itself flushes when everything is over.
    """

    reader_gone = False

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            self._give_up()
            raise SystemExit(READER_GONE) from None

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            self._give_up()

    def _give_up(self) -> None:
        """What is still to be written goes nowhere."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        self.reader_gone = True


def open_outlets() -> tuple[Outlet, Outlet]:
    """Put outlets in the place of this process's streams; what no encoding has is written by its number."""
    outlets = _outlet(sys.stdout), _outlet(sys.stderr)
    sys.stdout, sys.stderr = outlets
    return outlets


def _outlet(stream: TextIO) -> Outlet:
    return Outlet(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.isatty() or stream is sys.stderr,
    )
