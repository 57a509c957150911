"""The life of a case as a Mermaid state diagram, printed from the table itself."""

from collections import defaultdict

from states.facts import NEW
from states.lifecycle import STATED, Lifecycle


def mermaid(lifecycle: Lifecycle) -> str:
    """Mermaid source, one line an arrow; commands that stay in their state are left out for reading."""
    lines = ["stateDiagram-v2"]
    lines += [f"    {state.id} : {state.label}" for state in lifecycle.states]
    for (source, dest), labels in _arrows(lifecycle).items():
        start = "[*]" if source == NEW else source
        lines.append(f"    {start} --> {dest} : {'、'.join(labels)}")
    lines += [f"    {state.id} --> [*]" for state in lifecycle.states if state.kind == "final"]
    return "\n".join(lines) + "\n"


def _arrows(lifecycle: Lifecycle) -> dict[tuple[str, str], list[str]]:
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    for arrow in lifecycle.transitions:
        row = lifecycle.command_rows[arrow.command]
        if arrow.source != arrow.dest and row.to != STATED:
            arrows[arrow.source, arrow.dest].append(row.label)
    return arrows
