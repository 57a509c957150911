"""The root command and the one place where every failure becomes an exit code."""

import logging
import sys
from importlib import import_module
from typing import Any

import typer

from states.characters import check_characters
from states.errors import Refusal
from workflow.cli.contents import Contents
from workflow.cli.outlet import READER_GONE, open_outlets
from workflow.cli.output import MISCONFIGURED, REFUSED, at_the_end, tell_refusal
from workflow.errors import ConfigurationError, ProgramFault

REPEATABLE = frozenset(
    {"calendar", "case", "escalation", "deputy", "unit", "policy", "lifecycle", "digest", "todo", "plan"}
    | {"forecast", "lookback", "milestones", "import", "sweep", "migrate", "explain", "verify", "audit"}
    | {"restore", "retention", "document", "user"}
)
"""Commands that are done whole or not at all, or are harmless when repeated."""

logging.getLogger("pypdf").addHandler(logging.NullHandler())
"""What it finds odd in a file goes to the log of a worker, where there is one, never on a person's screen."""


def main() -> None:
    """Run the command line; ends the process with 0, 1 or 2, or quietly where nobody reads any more."""
    outlets = open_outlets()
    try:
        code: str | int | None = run(sys.argv[1:])
    except SystemExit as ended:  # typer ends the process itself where a pipe is broken
        code = ended.code
    for outlet in outlets:
        outlet.flush()
    sys.exit(READER_GONE if any(outlet.reader_gone for outlet in outlets) else code)


def run(words: list[str]) -> int:
    """Run one command; its exit code. Refusals are told in Chinese, with JSON if JSON was asked for."""
    try:
        _check_text(words)
        return _performed(words)
    except (typer.Abort, KeyboardInterrupt):
        tell_refusal(Refusal("已中断，没有写入任何内容。", code="interrupted"), as_json="--json" in words)
        return REFUSED
    except Exception as error:  # the last net: whatever failed, a person reads one sentence and a code
        refusal = _faults().refusal_of(error)
        tell_refusal(refusal, as_json="--json" in words)
        return MISCONFIGURED if isinstance(refusal, ConfigurationError | ProgramFault) else REFUSED
    finally:
        at_the_end.close()


def _check_text(words: list[str]) -> None:
    """Bytes that are no text reach Python as lone surrogates, which no database and no screen can take."""
    for word in words:
        check_characters(word)


def _performed(words: list[str]) -> int:
    """Once, and once again when the database asks for it and the first time left nothing behind."""
    try:
        return _perform(words)
    except Exception as error:
        if not (REPEATABLE.intersection(words[:1]) and _faults().is_transient(error)):
            raise
    return _perform(words)


def _perform(words: list[str]) -> int:
    root = Contents(name="duban", no_args_is_help=True, help="Duban 督办：督查事项从交办到销号，历史可核验")
    return int(root.main(words, prog_name="duban", standalone_mode=False) or 0)


def _faults() -> Any:
    """What tells failures apart knows the database's, and is imported when there is one."""
    return import_module("workflow.cli.faults")
