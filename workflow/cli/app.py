"""The root command and the one place where every failure becomes an exit code."""

import sys

import typer
from sqlalchemy.exc import DBAPIError

from states.errors import Refusal
from workflow.cli import (
    burden,
    calendar,
    cases,
    deadline,
    deputies,
    duties,
    escalations,
    exporting,
    faults,
    installation,
    lifecycles,
    lookbacks,
    mail,
    milestones,
    particulars,
    plans,
    policy,
    register,
    statistics,
    sweeping,
    units,
)
from workflow.cli.groups import Group
from workflow.cli.output import MISCONFIGURED, REFUSED, close_installations, tell_refusal
from workflow.errors import ConfigurationError, ProgramFault

REPEATABLE = frozenset(
    {"calendar", "case", "escalation", "deputy", "unit", "policy", "lifecycle", "digest", "todo", "plan"}
    | {"forecast", "lookback", "milestones", "import", "sweep", "migrate", "explain", "verify", "export"}
)
"""Commands that are done whole or not at all, or are harmless when repeated."""

app = typer.Typer(
    cls=Group, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    help="Duban 督办：督查事项从交办到销号，历史可核验",
)  # fmt: skip
app.add_typer(cases.app, name="case")
app.add_typer(escalations.app, name="escalation")
app.add_typer(deputies.app, name="deputy")
app.add_typer(lookbacks.app, name="lookback")
app.add_typer(units.app, name="unit")
app.add_typer(mail.app, name="outbox")
app.add_typer(policy.app, name="policy")
app.add_typer(lifecycles.app, name="lifecycle")
app.add_typer(calendar.app, name="calendar")
app.add_typer(sweeping.app, name="sweep")
app.add_typer(exporting.app, name="export")
installation.add_to(app)
register.add_to(app)
plans.add_to(app)
app.command("deadline")(deadline.deadline)
duties.add_to(app)
milestones.add_to(app, cases.app)
app.command("statistics")(statistics.statistics)
app.command("burden")(burden.burden)


def main() -> None:
    """Run the command line; ends the process with 0, 1 or 2."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    sys.exit(run(sys.argv[1:]))


def run(words: list[str]) -> int:
    """Run one command; its exit code. Refusals are told in Chinese, with JSON if JSON was asked for."""
    try:
        _check_text(words)
        return _performed(words)
    except (typer.Abort, KeyboardInterrupt):
        tell_refusal(Refusal("已中断，没有写入任何内容。", code="interrupted"), as_json="--json" in words)
        return REFUSED
    except Exception as error:  # the last net: whatever failed, a person reads one sentence and a code
        refusal = faults.refusal_of(error)
        tell_refusal(refusal, as_json="--json" in words)
        return MISCONFIGURED if isinstance(refusal, ConfigurationError | ProgramFault) else REFUSED
    finally:
        close_installations()


def _check_text(words: list[str]) -> None:
    """Bytes that are no text reach Python as lone surrogates, which no database and no screen can take."""
    for word in words:
        particulars.check_characters(word)


def _performed(words: list[str]) -> int:
    """Once, and once again when the database asks for it and the first time left nothing behind."""
    try:
        return _perform(words)
    except DBAPIError as error:
        if not (faults.is_transient(error) and words[0] in REPEATABLE):
            raise
    return _perform(words)


def _perform(words: list[str]) -> int:
    return int(typer.main.get_command(app).main(words, prog_name="duban", standalone_mode=False) or 0)
