"""What is printed of mergers: into what a matter went, and what went into it."""

from typing import Any

from workflow.cli.output import screen


def say_mergers(document: dict[str, Any]) -> None:
    """One line each; the matter it came out of only where that was merged since."""
    parent, into = document["parent"], document["case"]["merged_into"]
    if into:
        screen.print(f"  已并入{into}", soft_wrap=True)
    if parent and parent["merged_into"]:
        screen.print(f"  所出自的{parent['number']}已并入{parent['merged_into']}", soft_wrap=True)
    for one in document["absorbed"]:
        title = f"：{one['title']}" if one["title"] else ""
        screen.print(f"  {one['number']}并入本事项{title}", soft_wrap=True)
