"""Standard output and standard error of a process whose reader may go away, as `| head` does."""

import os
import sys
from io import TextIOWrapper
from typing import NoReturn, TextIO

READER_GONE = 141
"""128 and the number of SIGPIPE: what a shell reports of a command whose reader went away."""


class Outlet(TextIOWrapper):
    """Ends the process quietly where nobody reads any more.

    By an exit of its own: the error would be a code 1 to typer and to rich, which is that of a refusal, and a
    traceback at the end of the process to Python.
    """

    def write(self, text: str, /) -> int:
        try:
            return super().write(text)
        except BrokenPipeError:
            self._end()

    def flush(self) -> None:
        try:
            super().flush()
        except BrokenPipeError:
            self._end()

    def _end(self) -> NoReturn:
        """What is still to be written goes nowhere."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
        raise SystemExit(READER_GONE)


def open_outlets() -> None:
    """Put outlets in the place of this process's streams; what no encoding has is written by its number."""
    sys.stdout, sys.stderr = _outlet(sys.stdout), _outlet(sys.stderr)


def _outlet(stream: TextIO) -> Outlet:
    return Outlet(
        stream.buffer,
        encoding=stream.encoding,
        errors="backslashreplace",
        line_buffering=stream.isatty() or stream is sys.stderr,
    )
