"""What a command on a case answers: as a document, and in words."""

from typing import Any

from states.corrections import told_move
from workflow.cli.node_view import planned, say_planned
from workflow.cli.output import mind, screen
from workflow.services.batch import OpenCase


def done(command: str, case: OpenCase) -> dict[str, Any]:
    """The document of a command that was done."""
    due_on = case.facts.due_on
    return {
        "case": case.number,
        "command": command,
        "state": case.facts.state,
        "due": due_on.isoformat() if due_on else None,
        "provisional": case.facts.provisional,
        "moved": dict(case.decision.moved) if case.decision else {},
        "warnings": list(case.decision.warnings) if case.decision else [],
        "seq": case.seq,
        "hash": case.head,
        **planned(case),
    }


def say_done(label: str, case: OpenCase) -> None:
    """What was done; the dates it moved, before and after; what to mind of those it set."""
    screen.print(f"{case.number} 已{label}")
    if case.decision is None:
        return
    for name, (before, after) in case.decision.moved.items():
        screen.print(f"  {told_move(name, before, after)}", soft_wrap=True)
    say_planned(case)
    for warning in case.decision.warnings:
        mind(warning)
