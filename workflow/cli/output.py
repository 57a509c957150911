"""How the command line answers: JSON or people's words, and every refusal in the same shape."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.text import Text

from states.errors import Refusal

DONE, REFUSED, MISCONFIGURED = 0, 1, 2

PIPE_WIDTH = 160


def _console(*, stderr: bool = False) -> Console:
    """People's words are never markup; a pipe has no edge to fold at."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, width=width)


screen = _console()
notes = _console(stderr=True)
at_the_end = ExitStack()
"""What a command gives back when it ends."""


def now() -> datetime:
    """The door's clock: the only place where the command line asks for the time."""
    return datetime.now(UTC)


def mind(words: str) -> None:
    """Something to mind, on standard error."""
    notes.print(Text.assemble(("注意", "yellow"), f" {words}"), soft_wrap=True)


def answer(as_json: bool, document: Any, say: Callable[[], None]) -> None:
    """Print the one answer of a command: its JSON document, or what `say` prints for people."""
    if as_json:
        print(json.dumps(document, ensure_ascii=False, default=str))
    else:
        say()


def tell_refusal(refusal: Refusal, *, as_json: bool) -> None:
    """A refusal: on standard output as JSON when JSON was asked for, else to people in one sentence."""
    if as_json:
        print(json.dumps(refusal.as_json(), ensure_ascii=False, default=str))
    else:
        words = (("未办理", "red"), f" {refusal.message}  ", (f"({refusal.code})", "dim"))
        notes.print(Text.assemble(*words), soft_wrap=True)


@contextmanager
def progress_bar(label: str, *, quiet: bool) -> Iterator[Callable[[int, int], None]]:
    """A bar on standard error while it is a terminal; told rows done and rows in all."""
    columns = (TextColumn(label), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=notes, transient=True, disable=quiet or not sys.stderr.isatty()) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
